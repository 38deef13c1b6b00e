import type { Value } from '../model.js';
import { encodeText } from './encoding.js';

/** A value as text of a script, of the same storage class and to the bit. */
export function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') {
    return value.isWellFormed()
      ? text(value)
      : `CAST(X'${encodeText(value, 'UTF-8').toString('hex')}' AS TEXT)`;
  }
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return real(value);
  return `X'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'`;
}

/**
 * A NUL would end the script, and the `sqlite3` program drops a CR before an LF: these are put in
 * by the database, in the place of a mark.
 */
function text(value: string): string {
  if (!/['\0\r]/.test(value)) return `'${value}'`;
  let sql = value.replaceAll("'", "''");
  const marks: [string, number][] = [];
  for (const code of [0, 13]) {
    if (!sql.includes(String.fromCharCode(code))) continue;
    const mark = unused(sql, code);
    sql = sql.replaceAll(String.fromCharCode(code), mark);
    marks.push([mark, code]);
  }
  return marks.reduce(
    (inner, [mark, code]) => `replace(${inner}, '${mark}', char(${code}))`,
    `'${sql}'`,
  );
}

/** A mark that is not in the text; it cannot overlap itself, so it marks no other place either. */
function unused(sql: string, code: number): string {
  let mark = `<${code}>`;
  for (let n = 1; sql.includes(mark); n += 1) mark = `<${code}:${n}>`;
  return mark;
}

/**
 * SQLite before 3.43 does not read every decimal as the nearest double: a long one may come out
 * one bit off. A short one comes out right however it is computed: with up to 4 decimals the
 * quotient is too far from the middle of two doubles to be rounded twice. All others are written as
 * a whole number times a power of two, where nothing is rounded.
 */
function real(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '9e999' : '-9e999';
  if (Number.isInteger(value) && Math.abs(value) <= 2 ** 53) {
    return `${Object.is(value, -0) ? '-0' : value}.0`;
  }
  if (/^-?\d{1,11}\.\d{1,4}$/.test(String(value))) return String(value);
  let [whole, exponent] = [value, 0];
  for (; !Number.isInteger(whole); exponent -= 1) whole *= 2;
  for (; Math.abs(whole) > 2 ** 53; exponent += 1) whole /= 2;
  const sign = exponent < 0 ? '/' : '*';
  let sql = `${whole}.0`;
  for (let left = Math.abs(exponent); left > 0; left -= 62) {
    sql += `${sign}(1<<${Math.min(left, 62)})`;
  }
  return sql;
}
