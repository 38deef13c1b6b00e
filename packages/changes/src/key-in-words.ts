import type { Row, TableName, Value } from '@hot-fixture/database';

/** How a message names a row: by its key, or by what it begins with where there is none. */
export function keyInWords(
  { columns, key }: TableName & { columns: readonly string[]; key: readonly string[] | null },
  row: Row,
): string {
  const names = key ?? columns;
  const parts = names.map((name) => `${name} ${inWords(row[columns.indexOf(name)] as Value)}`);
  return shortened(`row ${parts.join(', ')}`, 120);
}

function inWords(value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) {
    return shortened(`0x${Buffer.from(value).toString('hex')}`, 40);
  }
  if (typeof value !== 'string') return String(value);
  return shortened(/^[\w.:-]+$/.test(value) ? value : JSON.stringify(value), 60);
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
