import { type Database, type LoggedChanges, rowKey, type TableChange } from '@hot-fixture/database';
import type { ChangeSet } from '../change-set.js';
import { byName, NetChanges } from '../net.js';
import { ownColumns } from '../state.js';
import type { LentSession } from './lent-session.js';
import type { Strategy } from './strategy.js';

/** By the change log that the dialect keeps in the database. */
export function byLog(database: Database, lent: LentSession, patience: number): Strategy {
  const { log, name: dialect } = database.dialect;
  return {
    name: 'log',
    status: () => lent.use(async (it) => (await log.status(it)) ?? { tables: [], checkpoints: [] }),
    checkpoint: (name) => lent.use((it) => log.checkpoint(it, name, patience)),
    changes: (since) =>
      lent.use(async (it) => changeSetOf(dialect, await log.changes(it, since, patience))),
    rewind: (to) => lent.use((it) => log.rewind(it, to, patience)),
    close: () => lent.close(),
  };
}

function changeSetOf(dialect: string, { tables, sequences }: LoggedChanges): ChangeSet {
  return {
    dialect,
    tables: tables
      .map(tableChangesOf)
      .filter((it) => it !== null)
      .sort(byName),
    sequences: [...sequences].sort(byName),
  };
}

function tableChangesOf({ table, rows }: TableChange) {
  const columns = ownColumns(table).map(({ name }) => name);
  const net = new NetChanges(table, columns, rowKey(table));
  for (const { before, after } of rows) {
    if (before) net.before(before);
    if (after) net.after(after);
  }
  return net.changes();
}
