import {
  type ForeignKey,
  qualified,
  type Row,
  sameTable,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { DigestSet } from './digest-set.js';
import type { Check, PackagedExport, PackagedRows } from './manifest.js';
import { readRows } from './row-file.js';

/** Rows of one table, wherever they stand in the package. */
interface Part {
  readonly source: string;
  readonly table: Table;
  readonly rows: PackagedRows;
}

/** Looks for rows of the slice whose foreign key points to nothing in it. */
export async function checkForeignKeys(
  folder: string,
  exports: readonly PackagedExport[],
): Promise<Check> {
  const parts = exports.flatMap(({ source, tables, rows }) =>
    rows.map((it) => ({ source, table: tables[it.table] as Table, rows: it })),
  );
  const failures: Check['failures'][number][] = [];
  let checked = 0;
  let outside = 0;
  for (const part of parts) {
    for (const key of part.table.foreignKeys) {
      const targets = parts.filter(
        (it) => it.source === part.source && sameTable(it.table, key.target),
      );
      // A part of the key that stayed behind is null where the rows are loaded.
      if (!key.columns.every((name) => part.rows.columns.includes(name))) continue;
      if (targets.length === 0) {
        outside += 1;
        continue;
      }
      checked += 1;
      const { rows, first } = await countOrphans(folder, part, key, targets);
      if (rows === 0) continue;
      const place = `${part.source}: ${qualified(part.table)}, row ${first}`;
      const reason = `${rows} with a foreign key ${key.name} to no row of ${qualified(key.target)}`;
      failures.push({ place, reason });
    }
  }
  const more = outside > 0 ? `; ${outside} to tables that are not in it` : '';
  const detail = `${checked} foreign keys looked at in all rows${more}`;
  return { name: 'foreign keys', passed: failures.length === 0, detail, failures };
}

async function countOrphans(
  folder: string,
  { table, rows: own }: Part,
  key: ForeignKey,
  targets: readonly Part[],
): Promise<{ rows: number; first: number }> {
  const there = new DigestSet();
  for (const target of targets) {
    const read = reader(target.table, target.rows.columns, key.targetColumns);
    for await (const batch of readRows(folder, target.rows)) {
      for (const row of batch) there.add(read(row) ?? '');
    }
  }
  const read = reader(table, own.columns, key.columns);
  let [number, rows, first] = [0, 0, 0];
  for await (const batch of readRows(folder, own)) {
    for (const row of batch) {
      number += 1;
      const text = read(row);
      if (text === null || there.has(text)) continue;
      rows += 1;
      first ||= number;
    }
  }
  return { rows, first };
}

/** The values of a key as one text; null where one of them is. */
function reader(table: Table, columns: readonly string[], names: readonly string[]) {
  const places = names.map((name) => columns.indexOf(name));
  const isText = names.map((name) => {
    return table.columns.find((column) => column.name === name)?.kind === 'text';
  });
  return (row: Row): string | null => {
    const values = places.map((at) => row[at] ?? null);
    if (values.includes(null)) return null;
    return values.map((value, i) => textOf(value, isText[i] as boolean)).join('\0');
  };
}

/** Collations may take texts for the same that differ in case: the database has the last word. */
function textOf(value: Value, isText: boolean): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const text = String(value);
  return isText ? text.normalize('NFC').toLowerCase().trimEnd() : text;
}
