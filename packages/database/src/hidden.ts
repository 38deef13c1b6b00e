import type { Column, Table } from './model.js';

/** Columns of a table that do not leave as they are. */
export interface HiddenColumns {
  readonly table: Table;
  readonly columns: readonly Column[];
}

/** Whether an expression may tell a value: as a default, or as a check. */
export interface Telling {
  default(sql: string): boolean;
  rule(sql: string): boolean;
}

/** Columns as they are once the definition has lost what generates these. */
export function asPlain(columns: readonly Column[], generated: ReadonlySet<string>): Column[] {
  return columns.map((it) =>
    generated.has(it.name) ? { ...it, generated: null, default: null, nullable: true } : it,
  );
}
