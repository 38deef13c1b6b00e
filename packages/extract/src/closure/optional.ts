import type { Column, Row, Snapshot, Table } from '@hot-fixture/database';
import { chunkSize, type KeySet } from './key-store.js';
import { BySpelling, type Noted, type Visited } from './visited.js';

/** References that are not followed: they become null where what they point to does not come. */
export class Optional {
  /** The values that were met, by what they point to. */
  readonly noted = new Map<string, Noted>();
  readonly #snapshot: Snapshot;
  readonly #newSet: (values: Noted) => KeySet;
  readonly #inside = new Map<Noted, KeySet>();

  constructor(snapshot: Snapshot, newSet: (values: Noted) => KeySet) {
    this.#snapshot = snapshot;
    this.#newSet = newSet;
  }

  /** Finds out which of the values point to rows that come, as the database compares them. */
  async settle(visitedOf: (table: Table) => Visited | undefined): Promise<void> {
    for (const noted of this.noted.values()) {
      const { target, columns, values } = noted;
      const visited = visitedOf(target);
      const inside = this.#newSet(noted);
      this.#inside.set(noted, inside);
      if (!visited) continue;
      for (const entries of values.chunks(0, values.size, chunkSize)) {
        const keys = entries.map(({ key }) => key);
        const read = [...columns, ...visited.key];
        const rows = await this.#snapshot.byKeys(target, read, columns, keys);
        const coming = new BySpelling<true>();
        for (const row of rows) {
          if (!visited.rows.find(row.slice(columns.length))) continue;
          const values = row.slice(0, columns.length);
          coming.add(values, true);
          inside.add(values);
        }
        for (const key of keys) if (coming.find(key)) inside.add(key);
      }
    }
  }

  /** The rows as they load: what points outside is null. */
  without({ references }: Visited, columns: readonly Column[], rows: Row[]): Row[] {
    const optional = references.filter(({ isOptional }) => isOptional);
    if (optional.length === 0) return rows;
    const at = (column: Column) => columns.findIndex(({ name }) => name === column.name);
    const places = optional.map(({ relation, noted }) => ({
      looked: relation.columns.map(at),
      nulled: relation.columns.filter(({ nullable }) => nullable).map(at),
      inside: this.#inside.get(noted) as KeySet,
    }));
    return rows.map((row) => {
      const out = places.filter(({ looked, inside }) => {
        const values = looked.map((i) => row[i] ?? null);
        return !values.includes(null) && !inside.find(values);
      });
      if (out.length === 0) return row;
      const nulled = new Set(out.flatMap((it) => it.nulled));
      return row.map((value, i) => (nulled.has(i) ? null : value));
    });
  }
}
