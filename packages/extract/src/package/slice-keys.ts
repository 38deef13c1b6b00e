import { randomBytes } from 'node:crypto';
import {
  type ForeignKey,
  qualified,
  type Row,
  sameTable,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { counted } from './counted.js';
import { DigestSet } from './digest-set.js';
import type { Check, PackagedExport, PackagedRows } from './manifest.js';
import { readRows } from './row-file.js';

/** Rows of one table, wherever they stand in the package. */
interface Part {
  readonly source: string;
  readonly table: Table;
  readonly rows: PackagedRows;
}

/** In memory at once: 84 MB of digests. A table with more keys is read several times. */
const mostKeys = 4_000_000;

/**
 * Looks for rows of the slice whose foreign key points to nothing in it.
 * @param most how many keys it may hold at once
 */
export async function checkForeignKeys(
  folder: string,
  exports: readonly PackagedExport[],
  most = mostKeys,
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
      const { rows, first } = await countOrphans(folder, part, key, targets, most);
      if (rows === 0) continue;
      const place = `${part.source}: ${qualified(part.table)}, row ${first}`;
      const reason = `${counted(rows, 'row')} with a foreign key ${key.name} to no row of ${qualified(key.target)}`;
      failures.push({ place, reason });
    }
  }
  const more = outside > 0 ? `; ${outside} to tables that are not in it` : '';
  const keys = counted(checked, 'foreign key');
  const detail = `${keys} looked at in all rows${more}`;
  return { name: 'foreign keys', passed: failures.length === 0, detail, failures };
}

interface Orphans {
  readonly rows: number;
  /** The number of the first of them. */
  readonly first: number;
}

/** Goes through all rows for each part of the keys, in as many parts as memory asks for. */
async function countOrphans(
  folder: string,
  part: Part,
  key: ForeignKey,
  targets: readonly Part[],
  most: number,
): Promise<Orphans> {
  const expected = targets.reduce((sum, { rows }) => sum + rows.rows, 0);
  // Parts are not all alike.
  const begin = expected <= most ? 1 : Math.ceil((expected * 1.1) / most);
  for (let parts = begin; ; parts *= 2) {
    const found = await countInParts(folder, part, key, targets, parts, most);
    if (found) return found;
  }
}

/** Null where a part has more keys than may be held: the package says of itself how many come. */
async function countInParts(
  folder: string,
  { table, rows: own }: Part,
  key: ForeignKey,
  targets: readonly Part[],
  parts: number,
  most: number,
): Promise<Orphans | null> {
  let [rows, first] = [0, 0];
  const seed = randomBytes(8);
  for (let part = 0; part < parts; part += 1) {
    const there = new DigestSet(1024, seed);
    for (const target of targets) {
      const read = reader(target.table, target.rows.columns, key.targetColumns);
      for await (const batch of readRows(folder, target.rows)) {
        for (const row of batch) {
          const text = read(row);
          if (text !== null && there.isOfPart(text, part, parts)) there.add(text);
        }
        if (there.size > most) return null;
      }
    }
    const read = reader(table, own.columns, key.columns);
    let number = 0;
    for await (const batch of readRows(folder, own)) {
      for (const row of batch) {
        number += 1;
        const text = read(row);
        if (text === null || !there.isOfPart(text, part, parts) || there.has(text)) continue;
        rows += 1;
        first = first === 0 ? number : Math.min(first, number);
      }
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
