import { HfitError } from '@hot-fixture/errors';
import { type Dialect, ownRowsOf, quoteTable, type Reference } from '../dialect.js';
import type { Driver, Session } from '../driver.js';
import { qualified, sameTable, type Table } from '../model.js';
import { orderByForeignKeys } from '../order.js';
import { nullableOf } from './later.js';
import { runAll } from './run.js';

/**
 * What becomes of rows that the tables hold already: `add` leaves them and adds to them, `refuse`
 * wants the tables empty, `replace` deletes them, `merge` writes over those of the same key.
 */
export type Existing = 'add' | 'refuse' | 'replace' | 'merge';

/** @throws HFIT_LOAD_EXISTING */
export async function assertEmpty(
  driver: Driver,
  session: Session,
  tables: readonly Table[],
): Promise<void> {
  const { dialect, location } = driver;
  const full: string[] = [];
  for (const table of tables) {
    if (await hasRows(dialect, session, table)) full.push(qualified(table));
  }
  if (full.length === 0) return;
  throw new HfitError('HFIT_LOAD_EXISTING', { tables: full.join(', '), database: location });
}

/**
 * Deletes all rows of the tables. Rows of other tables that point to them would go too, or be
 * changed, so there may be none.
 * @throws HFIT_LOAD_REPLACE
 */
export async function deleteExisting(
  { dialect }: Driver,
  session: Session,
  tables: readonly Table[],
): Promise<void> {
  const schemas = dialect.capabilities.schemasAreDatabases
    ? [...new Set(tables.map(({ schema }) => schema))]
    : await dialect.schemas(session);
  const all = (await dialect.introspect(session, schemas)).tables;
  for (const { table, foreignKey } of pointingInto(all, tables)) {
    const set = foreignKey.columns.map((name) => `${dialect.quote(name)} IS NOT NULL`);
    const found = await session.query(
      `SELECT 1 FROM ${ownRowsOf(dialect, table)} WHERE ${set.join(' AND ')} LIMIT 1`,
    );
    if (found.length === 0) continue;
    const reason = `rows of ${qualified(table)} point to its rows, and are not among what is loaded`;
    throw new HfitError('HFIT_LOAD_REPLACE', { table: qualified(foreignKey.target), reason });
  }
  const { tables: ordered, cyclic } = orderByForeignKeys(tables);
  const stuck = (await dialect.undeferrable?.(session, cyclic)) ?? [];
  const references = cyclic.filter((it) => !stuck.includes(it));
  await runAll(session, dialect.defer(references));
  for (const reference of stuck) await unset(dialect, session, reference);
  for (const table of [...ordered].reverse()) {
    await session.run(`DELETE FROM ${quoteTable(dialect, table)}`);
  }
  await runAll(session, dialect.settle(references));
}

/** A key that cannot be put off may be null, so that what it points to can go first. */
async function unset(dialect: Dialect, session: Session, reference: Reference): Promise<void> {
  const { table, foreignKey } = reference;
  const column = nullableOf(reference);
  // One statement deletes rows of a table that point to each other.
  if (!column || sameTable(table, foreignKey.target)) return;
  const name = dialect.quote(column.name);
  await session.run(
    `UPDATE ${quoteTable(dialect, table)} SET ${name} = NULL WHERE ${name} IS NOT NULL`,
  );
}

/** Keys of tables that stay to those that are emptied. */
function pointingInto(all: readonly Table[], emptied: readonly Table[]): Reference[] {
  const isIn = (name: Parameters<typeof sameTable>[0]) => emptied.some((it) => sameTable(it, name));
  return all
    .filter((table) => !isIn(table))
    .flatMap((table) =>
      table.foreignKeys
        .filter(({ target }) => isIn(target))
        .map((foreignKey) => ({ table, foreignKey })),
    );
}

async function hasRows(dialect: Dialect, session: Session, table: Table): Promise<boolean> {
  const rows = await session.query(`SELECT 1 FROM ${ownRowsOf(dialect, table)} LIMIT 1`);
  return rows.length > 0;
}
