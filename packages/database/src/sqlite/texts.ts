import type { Row, Value } from '../model.js';
import { sameRow } from './compare.js';
import type { Connection } from './connection.js';
import { decodeText, encodeText } from './encoding.js';
import { tokensOf } from './tokens.js';

/** A connection as a driver package gives it: texts that are not valid come out changed. */
export interface PlainConnection extends Connection {
  /** How many columns the rows of a query have. */
  width(sql: string): number;
}

/**
 * Makes texts come out and go in to the byte. Drivers give U+FFFD for what is not valid in UTF-8:
 * where one is met, the query is read again with its texts as bytes.
 * @param cut the driver ends a text at its first NUL
 */
export function withWholeTexts(plain: PlainConnection, cut: boolean): Connection {
  let fixed: string | undefined;
  const encoding = () => {
    if (fixed !== undefined) return fixed;
    const now = String(plain.query('PRAGMA encoding', [])[0]?.[0]);
    // It can be chosen until something is in the database.
    if (plain.query('SELECT 1 FROM main.sqlite_schema LIMIT 1', []).length > 0) fixed = now;
    return now;
  };
  // SQLite makes valid UTF-8 of any UTF-16, so nothing would tell.
  const first = () => (encoding() !== 'UTF-8' ? 'all' : cut ? 'NUL' : null);
  const asBytes = (sql: string, which: 'all' | 'NUL') => bytesQuery(sql, plain.width(sql), which);
  const decoded = (row: Row): Row => {
    const marks = String(row.at(-1));
    return row
      .slice(0, -1)
      .map((value, i) => (marks[i] === '1' ? decodeText(value as Uint8Array, encoding()) : value));
  };
  const bound = (sql: string, parameters: readonly Value[]) => bind(sql, parameters, encoding);

  return {
    get inTransaction() {
      return plain.inTransaction;
    },
    run: (sql) => plain.run(sql),
    close: () => plain.close(),
    query(sql, parameters) {
      const it = bound(sql, parameters);
      if (!isSelect(sql)) return plain.query(it.sql, it.parameters);
      const which = first();
      if (which) {
        const rows = plain.query(asBytes(it.sql, which), it.parameters).map(decoded);
        if (which === 'all' || !rows.some(isDoubtful)) return rows;
      } else {
        const rows = plain.query(it.sql, it.parameters);
        if (!rows.some(isDoubtful)) return rows;
      }
      return plain.query(asBytes(it.sql, 'all'), it.parameters).map(decoded);
    },
    *iterate(sql, parameters) {
      const it = bound(sql, parameters);
      if (!isSelect(sql)) return yield* each(plain.iterate(it.sql, it.parameters));
      const which = first();
      const read = plain.iterate(which ? asBytes(it.sql, which) : it.sql, it.parameters);
      let [count, last, doubt]: [number, Row, boolean] = [0, [], false];
      for (const raw of each(read)) {
        const row = which ? decoded(raw) : raw;
        doubt = which !== 'all' && isDoubtful(row);
        if (doubt) break;
        yield row;
        count += 1;
        last = row;
      }
      if (!doubt) return;
      let place = 0;
      for (const raw of each(plain.iterate(asBytes(it.sql, 'all'), it.parameters))) {
        place += 1;
        if (place > count) yield decoded(raw);
        else if (place === count && !sameRow(decoded(raw), last)) {
          throw new Error('the rows came in another order when they were read again');
        }
      }
    },
    insert(sql, rows) {
      const doubtful = rows.filter((row) => row.some(isLoose));
      if (doubtful.length === 0) return plain.insert(sql, rows);
      for (const row of rows) {
        const it = bound(sql, row);
        plain.insert(it.sql, [it.parameters]);
      }
    },
  };
}

const isSelect = (sql: string) => /^\s*SELECT\b/i.test(sql);

/** What a database of UTF-16 would not take as it is: SQLite makes U+FFFE and U+FFFF U+FFFD, too. */
const isLoose = (value: Value) =>
  typeof value === 'string' && (!value.isWellFormed() || /[\uFFFE\uFFFF]/.test(value));

function isDoubtful(row: Row): boolean {
  return row.some((value) => typeof value === 'string' && value.includes('\uFFFD'));
}

/** The same query with texts as bytes, and a column more: 1 for each that is a text. */
function bytesQuery(sql: string, width: number, which: 'all' | 'NUL'): string {
  const names = Array.from({ length: width }, (_, i) => `c${i}`);
  const isText = (name: string) =>
    which === 'all'
      ? `(typeof(${name}) = 'text')`
      : `(typeof(${name}) = 'text' AND instr(CAST(${name} AS BLOB), X'00') > 0)`;
  const values = names.map(
    (it) => `CASE WHEN ${isText(it)} THEN CAST(${it} AS BLOB) ELSE ${it} END`,
  );
  return `WITH hfit (${names.join()}) AS (${sql}) SELECT ${values.join()}, ${names.map(isText).join(' || ')} FROM hfit`;
}

/** A text that is loose goes in as bytes, which SQLite makes a text again. */
function bind(sql: string, parameters: readonly Value[], encoding: () => string) {
  if (!parameters.some(isLoose)) return { sql, parameters };
  const marks = tokensOf(sql).filter(({ text }) => text === '?');
  let [text, end] = ['', 0];
  for (const [i, mark] of marks.entries()) {
    text += sql.slice(end, mark.start);
    text += isLoose(parameters[i] ?? null) ? 'CAST(? AS TEXT)' : '?';
    end = mark.end;
  }
  const known = encoding();
  return {
    sql: text + sql.slice(end),
    parameters: parameters.map((value) =>
      typeof value === 'string' && isLoose(value) ? encodeText(value, known) : value,
    ),
  };
}

function* each(iterator: Iterator<Row>): Generator<Row> {
  try {
    for (let next = iterator.next(); !next.done; next = iterator.next()) yield next.value;
  } finally {
    iterator.return?.();
  }
}
