import { type Database, type ForeignKey, type Guard, rowKey } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Values } from '../database/node.js';
import type { TableFacts } from '../table/facts.js';

/**
 * Lets a row point to another one.
 * @throws HFIT_FACTORY_REFUSED
 */
export async function repoint(
  database: Database,
  guard: Guard,
  { table, name }: TableFacts,
  row: Values,
  key: ForeignKey,
  values: Values,
): Promise<void> {
  const { dialect, location } = database;
  const names = rowKey(table);
  const columns = table.columns.filter(
    (it) => names?.includes(it.name) || key.columns.includes(it.name),
  );
  const before = columns.map((column) => dialect.encode(column, row[column.name] ?? null));
  const after = columns.map((column, i) =>
    column.name in values ? dialect.encode(column, values[column.name]) : (before[i] ?? null),
  );
  const update = { before, after };
  const done = names
    ? await database.transaction(
        (session) => dialect.updateRows(session, table, columns, names, [update]),
        guard,
      )
    : 0;
  if (done === 1) return;
  const reason = names
    ? 'the row is not there, or has changed'
    : 'it has no key to find its rows by';
  throw new HfitError('HFIT_FACTORY_REFUSED', { table: name, reason, database: location });
}
