import { rowKey } from '../../key.js';
import type { RowChange, TableChange } from '../../log.js';
import type { Row, Value } from '../../model.js';
import { sameRow, valueText } from '../compare.js';
import { quote } from '../quote.js';
import type { SqliteSession } from '../session.js';
import { keptAs, type Shape } from './shape.js';

/** Between which positions of the log: after the first, up to the second. */
export interface Span {
  readonly since: bigint;
  readonly until: bigint;
}

/** The tables with an entry. */
export async function touched(session: SqliteSession, { since, until }: Span): Promise<bigint[]> {
  const rows = await session.query(
    'SELECT DISTINCT tbl FROM main.hfit_log WHERE id > ? AND id <= ? AND tbl <> 0',
    [since, until],
  );
  return rows.map(([id]) => id as bigint);
}

const entries = 'FROM main.hfit_log WHERE id > ? AND id <= ? AND tbl = ?';

/** The first entry of each row, and the row itself as it is now. */
function firstsAndRows({ table, keys, rowid }: Shape): string {
  const on = keys.map(({ column, kept, collation }) => {
    return `t.${column} = l.${kept}${rowid ? '' : ` COLLATE ${quote(collation)}`}`;
  });
  const groups = keys.map(({ kept, collation }) => `${kept} COLLATE ${quote(collation)}`);
  return (
    `(SELECT min(id) AS id ${entries} GROUP BY ${groups.join(', ')}) f` +
    ' CROSS JOIN main.hfit_log l ON l.id = f.id' +
    ` LEFT JOIN main.${quote(table.name)} t ON ${on.join(' AND ')}`
  );
}

const bound = ({ id }: Shape, { since, until }: Span): Value[] => [since, until, BigInt(id)];

/** What is not as it was, by the key that users know; null where nothing is. */
export async function changesOf(
  session: SqliteSession,
  shape: Shape,
  span: Span,
): Promise<TableChange | null> {
  const { table, columns, keys } = shape;
  const now = columns.map((name) => `t.${quote(name)}`);
  const then = columns.map((name) => `l.${keptAs(columns, name)}`);
  const list = ['l.present', `t.${keys[0]?.column} IS NOT NULL`, ...then, ...now];
  const found = await session.query(
    `SELECT ${list.join(', ')} FROM ${firstsAndRows(shape)} ORDER BY l.id`,
    bound(shape, span),
  );
  const rows = found.map(
    ([was, is, ...values]): RowChange => ({
      before: was === 1n ? values.slice(0, columns.length) : null,
      after: is === 1n ? values.slice(columns.length) : null,
    }),
  );
  const left = paired(rows, columns, rowKey(table));
  return left.length === 0 ? null : { table, rows: left };
}

/**
 * Brings what was and what is together by a key, as another row may have it now; without a key,
 * rows that are there before and after are taken away, each once.
 */
function paired(
  changes: readonly RowChange[],
  columns: readonly string[],
  key: readonly string[] | null,
): RowChange[] {
  const places = (key ?? columns).map((name) => columns.indexOf(name));
  const textOf = (row: Row) => JSON.stringify(places.map((place) => valueText(row[place])));
  const after = new Map<string, Row[]>();
  for (const { after: row } of changes) {
    if (!row) continue;
    const text = textOf(row);
    const rows = after.get(text);
    if (rows) rows.push(row);
    else after.set(text, [row]);
  }
  const before = changes.flatMap((change): RowChange[] => {
    if (!change.before) return [];
    return [{ before: change.before, after: after.get(textOf(change.before))?.pop() ?? null }];
  });
  const inserted = [...after.values()]
    .flat()
    .map((row): RowChange => ({ before: null, after: row }));
  return [...before, ...inserted].filter(
    ({ before: was, after: is }) => !(was && is && sameRow(was, is)),
  );
}

/**
 * Puts rows back, with their numbers. Needs that no trigger of users fires and no key is enforced.
 * @returns how many were not as they were
 */
export async function putBack(session: SqliteSession, shape: Shape, span: Span): Promise<number> {
  const { table, columns, keys, rowid } = shape;
  const name = `main.${quote(table.name)}`;
  const same = columns.map((column) => {
    const [was, is] = [`l.${keptAs(columns, column)}`, `t.${quote(column)}`];
    return `${was} IS ${is} COLLATE BINARY AND typeof(${was}) = typeof(${is})`;
  });
  const there = `t.${keys[0]?.column} IS NOT NULL`;
  const [counted] = await session.query(
    `SELECT count(*) FROM ${firstsAndRows(shape)}` +
      ` WHERE NOT (CASE WHEN l.present THEN ${there} AND ${same.join(' AND ')} ELSE NOT ${there} END)`,
    bound(shape, span),
  );
  const kept = keys.map((it) => it.kept).join(', ');
  const [one] = keys;
  const among = keys.length === 1 ? one?.column : `(${keys.map((it) => it.column).join(', ')})`;
  await session.query(
    `DELETE FROM ${name} WHERE ${among} IN (SELECT ${kept} ${entries})`,
    bound(shape, span),
  );
  const numbered = rowid && !columns.some((column) => quote(column) === one?.column);
  const targets = [...(numbered ? [one?.column] : []), ...columns.map(quote)];
  const sources = [
    ...(numbered ? ['l.k'] : []),
    ...columns.map((column) => `l.${keptAs(columns, column)}`),
  ];
  const groups = keys.map((it) => `${it.kept} COLLATE ${quote(it.collation)}`).join(', ');
  await session.query(
    `INSERT OR ABORT INTO ${name} (${targets.join(', ')}) SELECT ${sources.join(', ')}` +
      ` FROM (SELECT min(id) AS id ${entries} GROUP BY ${groups}) f` +
      ' CROSS JOIN main.hfit_log l ON l.id = f.id WHERE l.present',
    bound(shape, span),
  );
  return Number(counted?.[0]);
}
