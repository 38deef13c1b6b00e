import { HfitError } from '@hot-fixture/errors';
import type { Column, Row, Value } from '../model.js';
import { hexLiteral, literal, quote } from './quote.js';

/**
 * A bound text is compared as what its column holds: MySQL would compare a decimal with a text as
 * doubles, which rounds, and 0.1 with a `float` of 0.1 as doubles, which differ.
 */
export function placeholder(_n: number, column?: Column): string {
  if (column?.kind === 'integer') return 'CAST(? AS DECIMAL(65,30))';
  if (column?.kind === 'decimal') return `CAST(? AS DECIMAL(65,${scaleBeyond(column.type)}))`;
  if (column?.kind === 'float') {
    return /^float/i.test(column.type) ? 'CAST(? AS FLOAT)' : 'CAST(? AS DOUBLE)';
  }
  return '?';
}

/** Room for one digit more than the column has before the point, and up to 30 behind it. */
function scaleBeyond(type: string): number {
  const [, precision, scale] = /\((\d+),(\d+)\)/.exec(type) ?? [];
  return Math.min(30, 64 - (Number(precision ?? 10) - Number(scale ?? 0)));
}

export function bind(column: Column, text: string): Value {
  if (column.kind === 'date' || column.kind === 'timestamp') return moment(column, text);
  if (column.kind === 'time') return text.replace(/(:\d\d(?:\.\d+)?)[+-]\d\d(:?\d\d)?$/, '$1');
  return text;
}

const parts =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?\s*(?:Z|([+-])(\d\d)(?::?(\d\d))?)?)?$/;

/** A date or a timestamp as the server writes it, moved to UTC where it has an offset. */
function moment(column: Column, text: string): string {
  const match = parts.exec(text);
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] =
    match ?? [];
  const [sign, hours, minutes = '0'] = match?.slice(8) ?? [];
  const inRange =
    Number(month) <= 12 && Number(day) <= 31 && Number(hour) < 24 && Number(minute) < 60;
  if (!match || !inRange || Number(second) > 59) {
    throw new HfitError('HFIT_FILTER_TYPE', {
      column: column.name,
      type: column.type,
      value: JSON.stringify(text),
    });
  }
  const date = `${year}-${month}-${day}`;
  if (column.kind === 'date') return date;
  const time = `${hour}:${minute}:${second}`;
  if (!sign) return `${date} ${time}${fraction}`;
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const utc = new Date(Date.parse(`${date}T${time}Z`) - offset * 60_000);
  return `${utc.toISOString().slice(0, 19).replace('T', ' ')}${fraction}`;
}

/**
 * Keys are written as literals, because a thousand of them come at a time. They come from the
 * database, and are still trusted with nothing: what is not plainly a number goes as hex digits.
 */
export function keyedBy(columns: readonly Column[], keys: readonly Row[]) {
  if (keys.length === 0) return { sql: 'FALSE', parameters: [] };
  const tuple = (items: string[]) => (items.length === 1 ? items[0] : `(${items.join(', ')})`);
  const values = keys.map((key) =>
    tuple(columns.map((column, i) => keyLiteral(column, key[i] ?? null))),
  );
  const sql = `${tuple(columns.map(({ name }) => quote(name)))} IN (${values.join(', ')})`;
  return { sql, parameters: [] };
}

function keyLiteral(column: Column, value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) {
    // Bits are a number to the server, and so is what they are compared with.
    if (/^bit/i.test(column.type))
      return BigInt(`0x0${Buffer.from(value).toString('hex')}`).toString();
    return hexLiteral(value);
  }
  const text = String(value);
  const isNumber = column.kind === 'integer' || column.kind === 'decimal';
  if (isNumber && /^-?\d+(\.\d+)?$/.test(text)) return text;
  if (column.kind === 'float' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) {
    return /e/i.test(text) ? text : `${text}e0`;
  }
  if (/^[\d :.-]*$/.test(text)) return literal(text);
  return `_utf8mb4 ${hexLiteral(Buffer.from(text))}`;
}
