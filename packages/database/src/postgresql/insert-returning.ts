import type { Dialect } from '../dialect.js';
import type { Session } from '../driver.js';
import type { Column, Row, Table, Value } from '../model.js';
import { arrayLiteral } from './array.js';
import { literal, quote, quoteTable } from './quote.js';
import { settledForm } from './settled.js';

/** Rows of one statement, so that its parameters stay small. */
const most = 20_000;
/** From so many on it pays to ask whether triggers change them. */
const many = 200;

/** As one array for each column: a statement of thousands of parameters takes longer to plan. */
export const insertReturning: Dialect['insertReturning'] = async (
  session,
  table,
  columns,
  rows,
  returned,
) => {
  const into = `INSERT INTO ${quoteTable(table)}`;
  const made: Row[] = [];
  if (columns.length === 0) {
    const sql = `${into} DEFAULT VALUES RETURNING ${listOf(returned)}`;
    for (const _ of rows) made.push(...(await session.query(sql)));
    return made;
  }
  const [only] = rows;
  if (only && rows.length === 1) {
    // The server plans it in less time than arrays of one.
    const cast = columns.map(({ type }, i) => `$${i + 1}::text::${wide(type)}`).join(', ');
    const sql = `${into} (${listOf(columns)}) OVERRIDING SYSTEM VALUE VALUES (${cast})`;
    return session.query(`${sql} RETURNING ${listOf(returned)}`, only);
  }
  const stays = rows.length < many || (await isChanged(session, table)) ? [] : exact(columns, rows);
  const asked = returned.filter((column) => !stays.includes(column));
  const values = columns.map((column, i) => `v.c${i}::${wide(column.type)}`).join(', ');
  const arrays = columns.map((_, i) => `$${i + 1}::text[]`).join(', ');
  const names = columns.map((_, i) => `c${i}`).join(', ');
  const sql = `${into} (${listOf(columns)}) OVERRIDING SYSTEM VALUE SELECT ${values}
    FROM unnest(${arrays}) v(${names}) RETURNING ${listOf(asked)}`;
  const places = returned.map((column) =>
    stays.includes(column) ? columns.indexOf(column) : -1 - asked.indexOf(column),
  );
  for (let i = 0; i < rows.length; i += most) {
    const part = rows.slice(i, i + most);
    const parameters = columns.map((_, at) => arrayLiteral(part.map((row) => row[at] ?? null)));
    const answer = await session.query(sql, parameters);
    for (let n = 0; n < answer.length; n += 1) {
      const [row, own] = [answer[n] as Row, part[n] as Row];
      made.push(
        stays.length === 0 ? row : places.map((at) => (at < 0 ? row[-1 - at] : own[at]) as Value),
      );
    }
  }
  return made;
};

function listOf(columns: readonly Column[]): string {
  return columns.map(({ name }) => quote(name)).join(', ') || 'NULL';
}

/** Whether something may change or leave out a row before it is written. */
async function isChanged(session: Session, table: Table): Promise<boolean> {
  const [row] = await session.query(
    `SELECT c.relkind <> 'r' OR c.relhasrules OR EXISTS (
       SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 2 = 2)
     FROM pg_class c WHERE c.oid = ${literal(quoteTable(table))}::regclass`,
  );
  return row?.[0] !== 'f';
}

/** Columns whose values the server writes as they were given, so that it need not tell them. */
function exact(columns: readonly Column[], rows: readonly Row[]): Column[] {
  return columns.filter((column, i) => {
    const form = settledForm(column);
    return form !== null && rows.every((row) => row[i] === null || form.test(String(row[i])));
  });
}

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
