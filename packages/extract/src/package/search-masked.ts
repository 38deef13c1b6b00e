import { type Column, qualified, type Table, type Value } from '@hot-fixture/database';
import { counted } from './counted.js';
import type { Check, PackagedExport } from './manifest.js';
import type { MaskedValues } from './masked-values.js';
import { isMoment } from './originals.js';
import { readRows } from './row-file.js';
import { type SearchedColumn, searchedColumns } from './searched.js';

const searched: ReadonlySet<Column['kind']> = new Set([
  ...(['text', 'json', 'uuid', 'integer', 'decimal', 'float', 'other'] as const),
  ...(['date', 'timestamp', 'time', 'array', 'binary'] as const),
]);
/** Of a moment to its second. Days alone agree by chance, from one column of dates to another. */
const wordsOfMoment = 6;
const mostTold = 100;

/** Looks in the columns that were kept, and what maskers left of others, for values that were masked elsewhere in the slice. */
export async function searchMaskedValues(
  folder: string,
  exports: readonly PackagedExport[],
  masked: MaskedValues,
): Promise<Check> {
  const found = new Map<string, { first: string; rows: number }>();
  for (const { tables, rows, source } of masked.size === 0 ? [] : exports) {
    for (const part of rows) {
      const table = tables[part.table] as Table;
      const places = searchedColumns(table, part, searched);
      if (places.length === 0) continue;
      let number = 0;
      for await (const batch of readRows(folder, part)) {
        for (const row of batch) {
          number += 1;
          for (const it of places) {
            const stayed = it.stayed(row);
            const column = masked.findIn(stayed, it.isPart, fewestIn(it, stayed));
            if (column === null) continue;
            const name = `${source}: ${qualified(table)}.${it.name}`;
            const pair = `${name}\0${column}`;
            const before = found.get(pair) ?? { first: `${name}, row ${number}`, rows: 0 };
            found.set(pair, { ...before, rows: before.rows + 1 });
          }
        }
      }
    }
  }
  const failures = [...found].slice(0, mostTold).map(([pair, { first, rows }]) => ({
    place: first,
    reason: `${counted(rows, 'row')} with values of ${pair.split('\0')[1]}, which was masked`,
  }));
  const all = masked.forgotten > 0 ? `, of ${masked.size + masked.forgotten}` : '';
  const { notSearched } = masked;
  return {
    name: 'masked values',
    passed: failures.length === 0,
    detail: `searched what was kept, whole or in part, for ${counted(masked.size, 'masked value')}${all}`,
    failures,
    ...(notSearched.length > 0 && { notSearched }),
  };
}

function fewestIn({ kind }: SearchedColumn, value: Value): number {
  const isDated = kind === 'date' || kind === 'timestamp';
  return isDated && typeof value === 'string' && isMoment(value) ? wordsOfMoment : 1;
}
