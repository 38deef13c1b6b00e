import { type Column, qualified, type Table, type Value } from '@hot-fixture/database';
import { findPersonal } from '@hot-fixture/masking';
import type { Check, PackagedExport, PackagedRows } from './manifest.js';
import { readRows } from './row-file.js';
import { type SearchedColumn, searchedColumns } from './searched.js';

const searched: ReadonlySet<Column['kind']> = new Set(['text', 'json', 'array', 'other']);

/** What many words look like: it takes a tenth of the values to say that a column holds it. */
const weak: ReadonlySet<string> = new Set(['person-name', 'geo', 'birth-date']);

interface Found {
  rows: number;
  readonly first: number;
  readonly evidence: string;
}

/**
 * Searches the columns that were kept, and what maskers left of others, for personal data and secrets.
 * @param accept columns, as `table.column`, in which they may stand
 */
export async function checkPersonal(
  folder: string,
  exports: readonly PackagedExport[],
  accept: readonly string[],
): Promise<Check> {
  const failures: Check['failures'][number][] = [];
  const counts = { kept: 0, partly: 0 };
  let accepted = 0;
  for (const { source, tables, rows } of exports) {
    for (const part of rows) {
      const table = tables[part.table] as Table;
      for (const [{ name, isPart }, found] of await scan(folder, table, part)) {
        counts[isPart ? 'partly' : 'kept'] += 1;
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
  const kept = `${counted(counts.kept)} kept`;
  const partly = counts.partly > 0 ? ` and ${counted(counts.partly)} masked in part` : '';
  const detail = `searched ${kept}${partly}${more}`;
  return { name: 'personal data', passed: failures.length === 0, detail, failures };
}

function counted(columns: number): string {
  return columns === 1 ? '1 column that was' : `${columns} columns that were`;
}

/** What was found by column and kind. */
async function scan(folder: string, table: Table, part: PackagedRows) {
  const found = new Map<SearchedColumn, Map<string, Found>>(
    searchedColumns(table, part, searched).map((it) => [it, new Map()]),
  );
  if (found.size === 0) return found;
  let number = 0;
  for await (const batch of readRows(folder, part)) {
    for (const row of batch) {
      number += 1;
      for (const [it, kinds] of found) note(kinds, it.stayed(row), number);
    }
  }
  return found;
}

function note(found: Map<string, Found>, value: Value, number: number): void {
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
