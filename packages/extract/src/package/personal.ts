import { qualified, type Row, type Table } from '@hot-fixture/database';
import { findPersonal } from '@hot-fixture/masking';
import type { Check, PackagedExport, PackagedRows } from './manifest.js';
import { readRows } from './row-file.js';

const searched: ReadonlySet<string> = new Set(['text', 'json', 'array', 'other']);

/** What many words look like: it takes a tenth of the values to say that a column holds it. */
const weak: ReadonlySet<string> = new Set(['person-name', 'geo', 'birth-date']);

interface Found {
  rows: number;
  readonly first: number;
  readonly evidence: string;
}

/**
 * Searches the columns that were kept for personal data and secrets.
 * @param accept columns, as `table.column`, in which they may stand
 */
export async function checkPersonal(
  folder: string,
  exports: readonly PackagedExport[],
  accept: readonly string[],
): Promise<Check> {
  const failures: Check['failures'][number][] = [];
  let columns = 0;
  let accepted = 0;
  for (const { source, tables, rows } of exports) {
    for (const part of rows) {
      const table = tables[part.table] as Table;
      for (const [name, found] of await scan(folder, table, part)) {
        columns += 1;
        const isAccepted = [`${table.name}.${name}`, `${qualified(table)}.${name}`].some((it) =>
          accept.includes(it),
        );
        const told = [...found].filter(
          ([kind, { rows }]) => !weak.has(kind) || rows * 10 >= part.rows,
        );
        if (isAccepted) accepted += told.length > 0 ? 1 : 0;
        for (const [kind, { rows, first, evidence }] of isAccepted ? [] : told) {
          const place = `${source}: ${qualified(table)}.${name}, row ${first}`;
          failures.push({ place, reason: `${kind} in ${rows} of ${part.rows} rows: ${evidence}` });
        }
      }
    }
  }
  const more = accepted > 0 ? `; what is in ${accepted} of them was accepted` : '';
  const kept = columns === 1 ? '1 column that was kept' : `${columns} columns that were kept`;
  const detail = `searched ${kept}${more}`;
  return { name: 'personal data', passed: failures.length === 0, detail, failures };
}

/** What was found by column and kind. */
async function scan(folder: string, table: Table, part: PackagedRows) {
  const found = new Map<string, Map<string, Found>>();
  const places = part.columns.flatMap((name, at) => {
    const kind = table.columns.find((column) => column.name === name)?.kind ?? 'other';
    if (!part.kept.includes(name) || !searched.has(kind)) return [];
    found.set(name, new Map());
    return [{ name, at }];
  });
  if (places.length === 0) return found;
  let number = 0;
  for await (const batch of readRows(folder, part)) {
    for (const row of batch) {
      number += 1;
      for (const { name, at } of places)
        note(found.get(name) as Map<string, Found>, row, at, number);
    }
  }
  return found;
}

function note(found: Map<string, Found>, row: Row, at: number, number: number): void {
  const value = row[at];
  if (typeof value !== 'string') return;
  const kinds = new Set<string>();
  for (const { kind, evidence } of findPersonal(value)) {
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    const before = found.get(kind);
    if (before) before.rows += 1;
    else found.set(kind, { rows: 1, first: number, evidence });
  }
}
