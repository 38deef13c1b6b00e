import type { Column, Dialect, Row, Value } from '@hot-fixture/database';

/** Writes one value as JSON text. */
type Write = (value: Value) => string;

/**
 * Writes rows as JSON objects, without a line break in them. What JSON has no form for is a text:
 * whole numbers beyond 2^53, decimals, numbers that are none, moments as the database writes them;
 * bytes are base64.
 */
export function rowWriter(dialect: Dialect, columns: readonly Column[]): (row: Row) => string {
  // Written by hand: a column may be called __proto__.
  const starts = columns.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const writes = columns.map((column) => writerOf(dialect, column));
  if (columns.length === 0) return () => '{}';
  return (row) => {
    let text = '';
    for (let i = 0; i < writes.length; i += 1) {
      const value = row[i] ?? null;
      text += starts[i] as string;
      text += value === null ? 'null' : (writes[i] as Write)(value);
    }
    return `${text}}`;
  };
}

function writerOf(dialect: Dialect, column: Column): Write {
  switch (column.kind) {
    case 'integer':
      return (value) => (typeof value === 'string' ? wholeNumber(value) : plain(value));
    case 'float':
      return (value) => plain(typeof value === 'string' ? dialect.decode(column, value) : value);
    case 'decimal':
    case 'boolean':
    case 'binary':
      return (value) => plain(dialect.decode(column, value));
    case 'json':
      return (value) => (typeof value === 'string' ? document(value) : plain(value));
    default:
      return (value) => (typeof value === 'string' ? JSON.stringify(value) : plain(value));
  }
}

function wholeNumber(text: string): string {
  const isPlain = /^-?(?:0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
  return isPlain ? text : JSON.stringify(text);
}

function plain(value: unknown): string {
  if (value instanceof Uint8Array) {
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}"`;
  }
  if (typeof value === 'bigint') return wholeNumber(String(value));
  if (typeof value === 'number' && !Number.isFinite(value)) return `"${value}"`;
  return JSON.stringify(value);
}

/** As it is, to the digit; between its values a line break is a space like any other. */
function document(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return JSON.stringify(text);
  }
  return text.replace(/[\r\n]/g, ' ');
}
