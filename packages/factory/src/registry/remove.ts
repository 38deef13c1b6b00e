import { type Database, type Guard, rowKey } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Values } from '../database/node.js';
import type { TableFacts } from '../table/facts.js';

/**
 * Deletes rows by their keys, the last one first, in one transaction. Those that are gone already are
 * left out.
 * @throws HFIT_FACTORY_REFUSED where others still point to them; then all of them stay
 */
export async function removeRows(
  database: Database,
  guard: Guard,
  { table, name }: TableFacts,
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return;
  const { dialect, location } = database;
  const refused = (reason: string, cause?: unknown) =>
    new HfitError('HFIT_FACTORY_REFUSED', { table: name, reason, database: location }, { cause });
  const key = rowKey(table);
  if (!key) throw refused('it has no key to find its rows by');
  const columns = table.columns.filter((it) => key.includes(it.name));
  const keys = [...rows]
    .reverse()
    .map((row) => columns.map((it) => dialect.encode(it, (row as Values)[it.name])));
  await database.transaction(async (session) => {
    await dialect.deleteRows(session, table, columns, key, keys).catch((error) => {
      const { reason, end } = dialect.explain(error);
      throw end ? error : refused(`its rows cannot be deleted: ${reason}`, error);
    });
  }, guard);
}
