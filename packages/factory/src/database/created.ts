import type { Node, Values } from './node.js';

/** A row that was created, and its table. */
export interface Created {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

interface Part {
  readonly table: string;
  readonly rows: Values[];
}

/** Rows in the order in which they were written; those of a table that stand together in one list. */
export class CreatedRows {
  #parts: Part[] = [];
  #listed: Created[] | null = null;

  add({ facts: { name }, result }: Node): void {
    const last = this.#parts.at(-1);
    if (last?.table === name) last.rows.push(result as Values);
    else this.#parts.push({ table: name, rows: [result as Values] });
    this.#listed = null;
  }

  addAll(others: CreatedRows): void {
    for (const part of others.#parts) this.#parts.push(part);
    this.#listed = null;
  }

  /** One by one, for those who ask. */
  get list(): readonly Created[] {
    this.#listed ??= this.#parts.flatMap(({ table, rows }) => rows.map((row) => ({ table, row })));
    return this.#listed;
  }
}
