import type { Column, Row, Table, Value } from '@hot-fixture/database';
import { leavingsOf } from '@hot-fixture/masking';
import type { PackagedRows } from './manifest.js';

/** A column to search: one that was kept, or of whose values a masker leaves something. */
export interface SearchedColumn {
  readonly name: string;
  readonly kind: Column['kind'];
  readonly isPart: boolean;
  /** What of a value may be as it was. */
  stayed(row: Row): Value;
}

/** @param kinds of columns that are worth a search */
export function searchedColumns(
  table: Table,
  { columns, kept, partly = {} }: PackagedRows,
  kinds: ReadonlySet<Column['kind']>,
): SearchedColumn[] {
  return columns.flatMap((name, at) => {
    const kind = table.columns.find((column) => column.name === name)?.kind ?? 'other';
    const choice = Object.hasOwn(partly, name) ? partly[name] : undefined;
    const isKept = kept.includes(name);
    if (!kinds.has(kind) || !(isKept || choice)) return [];
    const leavings = isKept || !choice ? null : leavingsOf(choice);
    const isJson = kind === 'json' || (!isKept && choice?.masker === 'json');
    const stayed = (row: Row): Value => {
      const value = row[at] ?? null;
      if (typeof value !== 'string') return value;
      const left = leavings ? leavings(value) : value;
      return isJson ? left.replace(escapes, written) : left;
    };
    return [{ name, kind, isPart: !isKept, stayed }];
  });
}

/** `\n` before a name would make another word of it. */
const escapes = /\\(?:u[0-9a-f]{4}|.)/gi;

function written(escaped: string): string {
  try {
    return JSON.parse(`"${escaped}"`);
  } catch {
    return escaped;
  }
}
