import { createHash } from 'node:crypto';
import type { Column, Row } from '../model.js';
import { quote } from './quote.js';
import { imageBytes, isTranslated, markedText } from './text.js';

/*
 * The image of a row is one hash of all its values, as the bytes in which they travel. It asks no
 * collation for equality, tells NULL from '', and -0 from 0.
 */

/** How a column is read so that its value comes out in full. */
export function selected(of: Column, alias?: string): string {
  const { name, kind, type, characterSet } = of;
  const column = alias === undefined ? quote(name) : `${alias}.${quote(name)}`;
  if (characterSet !== undefined && isTranslated(of)) return markedText(column, characterSet);
  // As text, a float comes rounded to 6 digits, and one with a scale to that.
  return kind === 'float' && /^float|\(/i.test(type) ? `CAST(${column} AS DOUBLE)` : column;
}

/** The image of a row, as an expression of the server. */
export function imageOf(columns: readonly Column[], alias?: string): string {
  const parts = columns.map((column) => {
    const value = selected(column, alias);
    if (column.kind === 'binary') return `IFNULL(MD5(CAST(${value} AS BINARY)), 'N')`;
    if (isGeometry(column)) return `IFNULL(MD5(${value}), 'N')`;
    // Of MD5 and not as it is, because a text may hold what stands between two of them.
    if (isShort(column)) return `IFNULL(CAST(${value} AS CHAR CHARACTER SET utf8mb4), 'N')`;
    return `IFNULL(MD5(CAST(${value} AS CHAR CHARACTER SET utf8mb4)), 'N')`;
  });
  return `MD5(CONCAT_WS(',', ${parts.join(', ') || "''"}))`;
}

/** The same of values that were read. */
export function imageOfRow(columns: readonly Column[], row: Row): string {
  const parts = columns.map((column, i) => {
    const value = row[i] ?? null;
    if (value === null) return 'N';
    if (value instanceof Uint8Array) return md5(imageBytes(column as Column, value));
    return isShort(column) ? String(value) : md5(String(value));
  });
  return md5(parts.join(','));
}

function md5(value: Uint8Array | string): string {
  return createHash('md5').update(value).digest('hex');
}

const short = new Set(['integer', 'decimal', 'float', 'date', 'time', 'timestamp', 'uuid']);
const isShort = ({ kind }: Column) => short.has(kind);

export const isGeometry = ({ type }: Column) =>
  /^(geometry|point|linestring|polygon|multi|geom|geometrycollection)/i.test(type);
