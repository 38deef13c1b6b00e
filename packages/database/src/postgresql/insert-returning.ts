import type { Dialect } from '../dialect.js';
import type { Column, Row } from '../model.js';
import { arrayLiteral } from './array.js';
import { quote, quoteTable } from './quote.js';

/** Rows of one statement, so that its parameters stay small. */
const most = 20_000;

/** As one array for each column: a statement of thousands of parameters takes longer to plan. */
export const insertReturning: Dialect['insertReturning'] = async (
  session,
  table,
  columns,
  rows,
  returned,
) => {
  const into = `INSERT INTO ${quoteTable(table)}`;
  const returning = `RETURNING ${returned.map(({ name }) => quote(name)).join(', ') || 'NULL'}`;
  const made: Row[] = [];
  if (columns.length === 0) {
    for (const _ of rows)
      made.push(...(await session.query(`${into} DEFAULT VALUES ${returning}`)));
    return made;
  }
  const names = columns.map(({ name }) => quote(name)).join(', ');
  const values = columns.map((column, i) => `v.c${i}::${wide(column.type)}`).join(', ');
  const arrays = columns.map((_, i) => `$${i + 1}::text[]`).join(', ');
  const list = columns.map((_, i) => `c${i}`).join(', ');
  const sql = `${into} (${names}) OVERRIDING SYSTEM VALUE SELECT ${values}
    FROM unnest(${arrays}) WITH ORDINALITY v(${list}, n) ORDER BY v.n ${returning}`;
  for (let i = 0; i < rows.length; i += most) {
    const part = rows.slice(i, i + most);
    const parameters = columns.map((_, at) => arrayLiteral(part.map((row) => row[at] ?? null)));
    for (const row of await session.query(sql, parameters)) made.push(row);
  }
  return made;
};

/**
 * The type without its length: a cast to a type with one would cut the value in silence, while
 * putting it into the column refuses it.
 */
function wide(type: Column['type']): string {
  if (type.includes('"')) return type;
  return type
    .replace(/\(\d+(,\s*-?\d+)?\)/, '')
    .replace(/^character( varying)?(?=$|\[)/, 'text')
    .replace(/^bit(?=$|\[)/, 'bit varying');
}
