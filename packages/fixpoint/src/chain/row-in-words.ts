import { qualified, type Row, type TableName, type Value } from '@hot-fixture/database';

/** A row as a message names it: by its key, or by all of it where it has none. */
export function rowInWords(table: TableName, names: readonly string[], values: Row): string {
  return `${qualified(table)}, row ${names.map((name, i) => `${name} ${shown(values[i])}`).join(', ')}`;
}

function shown(value: Value | undefined): string {
  if (value === null || value === undefined) return 'NULL';
  const text =
    value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
