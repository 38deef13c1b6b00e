import {
  type Column,
  type Database,
  orderByForeignKeys,
  qualified,
  type Schema,
  type Table,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { ChangeSet, TableChanges } from './change-set.js';
import { ownColumns } from './state.js';

/** A table to be written, and what is to happen to it. */
export interface Target {
  readonly table: Table;
  /** In the order of the values of the rows. */
  readonly columns: readonly Column[];
  readonly changes: TableChanges;
}

/**
 * The tables that a change set writes to, targets of foreign keys first.
 * @throws HFIT_CHANGES_SCHEMA where the table is missing or has other columns, HFIT_LOAD_DIALECT
 */
export function targetsOf(database: Database, schema: Schema, changeSet: ChangeSet): Target[] {
  if (changeSet.dialect !== schema.dialect) {
    throw new HfitError('HFIT_LOAD_DIALECT', { from: changeSet.dialect, to: schema.dialect });
  }
  const refuse = (change: string) =>
    new HfitError('HFIT_CHANGES_SCHEMA', { change }, { where: database.location });
  const tables = new Map(schema.tables.map((table) => [qualified(table), table]));
  const targets = new Map<Table, Target>();
  for (const changes of changeSet.tables) {
    const name = qualified(changes);
    const table = tables.get(name);
    if (!table) throw refuse(`there is no table ${name}`);
    const own = ownColumns(table);
    const columns = changes.columns.map((wanted) => {
      const found = own.find((column) => column.name === wanted);
      if (!found) throw refuse(`table ${name} has no column ${wanted} that can be written`);
      return found;
    });
    // A row that is deleted without all its columns could not come back.
    const extra = own.find((column) => !columns.includes(column));
    if (extra) throw refuse(`column ${extra.name} of table ${name} is not in the change set`);
    targets.set(table, { table, columns, changes });
  }
  const { tables: ordered } = orderByForeignKeys([...targets.keys()]);
  return ordered.map((table) => targets.get(table) as Target);
}
