import type { ChangeSet } from '@hot-fixture/changes';
import {
  assertAtomic,
  type Database,
  deleteAll,
  findOrphans,
  type Guard,
  orderByForeignKeys,
  qualified,
  type SequenceState,
  type Session,
  sameTable,
  type Table,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { withUnseenKeys } from './keys-hold.js';
import type { Scope } from './scope.js';
import { ownColumns } from './stored.js';

/** How many rows one statement gets. */
const batchSize = 1000;

export interface Wanted {
  /** All rows, as new ones. */
  readonly whole: ChangeSet;
  readonly sequences: readonly SequenceState[];
}

/** Whether so much differs that a table is sooner filled anew than mended. */
export function isSoonerReloaded(changes: ChangeSet, { whole }: Wanted): boolean {
  const rows = new Map(whole.tables.map((it) => [qualified(it), it.inserted.length]));
  let [mended, filled] = [0, 0];
  for (const table of changes.tables) {
    const { inserted, updated, deleted } = table;
    mended += inserted.length + updated.length + deleted.length;
    filled += rows.get(qualified(table)) ?? 0;
  }
  return filled <= 2 * mended;
}

/**
 * Empties the tables that differ and fills them anew, in one transaction. It tells no row that is
 * refused: where anything fails, nothing is changed, and `apply` finds out what it was.
 * @returns whether it was done
 * @throws HFIT_DATABASE_LOST, HFIT_DATABASE_UNREACHABLE
 */
export async function reload(
  database: Database,
  changes: ChangeSet,
  wanted: Wanted,
  scope: Scope,
  guard: Guard,
): Promise<boolean> {
  const { dialect } = database;
  const { transactionalSequences } = dialect.capabilities;
  const tables = scope.schema.tables.filter((table) =>
    changes.tables.some((it) => sameTable(it, table)),
  );
  try {
    assertAtomic(dialect, tables);
    await database.transactionWithoutKeys(async (session, keysAreOff) => {
      if (!keysAreOff) throw new Refused();
      const unmuted = await dialect.muteTriggers(session, tables);
      await deleteAll(dialect, session, ...tables);
      await fill(database, session, tables, wanted, scope);
      const unseen = withUnseenKeys(around(scope, tables), wanted.whole, scope.includes);
      const [orphans] = await findOrphans(dialect, session, unseen);
      if (orphans) throw new Refused();
      for (const statement of unmuted) await session.run(statement);
      if (transactionalSequences) await settle(database, session, wanted, scope);
    }, guard);
  } catch (error) {
    if (error instanceof HfitError && error.kind === 'unavailable') throw error;
    return false;
  }
  if (!transactionalSequences) {
    await database.transaction((session) => settle(database, session, wanted, scope), guard);
  }
  return true;
}

/** Takes the transaction back. */
class Refused extends Error {}

async function fill(
  { dialect }: Database,
  session: Session,
  tables: readonly Table[],
  { whole, sequences }: Wanted,
  { schema }: Scope,
): Promise<void> {
  const places = new Map(sequences.map((it) => [qualified(it), it.value]));
  const stored = new Map(whole.tables.map((it) => [qualified(it), it.inserted]));
  const filled = orderByForeignKeys(tables).tables.map((table) => {
    const own = schema.sequences.find((it) => it.ownedBy && sameTable(it.ownedBy.table, table));
    const place = own && places.get(qualified(own));
    return {
      table,
      columns: ownColumns(table),
      rows: stored.get(qualified(table)) ?? [],
      next: place ? BigInt(place.last) + (place.called ? 1n : 0n) : 0n,
    };
  });
  await dialect.advance?.(
    session,
    filled.filter(({ next }) => next > 0n),
  );
  for (const { table, columns, rows } of filled) {
    for (let at = 0; at < rows.length; at += batchSize) {
      await dialect.insert(session, table, columns, rows.slice(at, at + batchSize));
    }
  }
}

/** These tables, and those whose rows point to them. */
function around({ whole }: Scope, tables: readonly Table[]): Table[] {
  const isOne = (name: Pick<Table, 'schema' | 'name'>) => tables.some((it) => sameTable(it, name));
  return whole.tables.filter(
    (table) => isOne(table) || table.foreignKeys.some(({ target }) => isOne(target)),
  );
}

async function settle(
  { dialect }: Database,
  session: Session,
  { sequences }: Wanted,
  { schema }: Scope,
): Promise<void> {
  if (schema.sequences.length === 0) return;
  const places = new Map(sequences.map((it) => [qualified(it), it.value]));
  const now = await dialect.readSequences(session, schema.sequences);
  const moved = now.flatMap((it) => {
    const value = places.get(qualified(it)) ?? null;
    const isThere = value?.last === it.value?.last && value?.called === it.value?.called;
    return isThere ? [] : [{ ...it, value }];
  });
  if (moved.length > 0) await dialect.writeSequences(session, moved);
}
