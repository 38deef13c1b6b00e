import { qualified, type Table } from '@hot-fixture/database';
import type { PlannedExport } from '../plan.js';
import { weightOfRows } from './bytes.js';
import type { Relation } from './relation.js';
import type { SharedClosure } from './shared.js';

/** About how many rows of a table will come, and how many bytes. */
export interface Estimate {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  /** How many the table has. */
  readonly of: number;
}

/** How many rows of a table are weighed. */
const weighed = 100;
/** Rounds after which a cycle of references has told what it can. */
const rounds = 20;

/**
 * Estimates a run before a row is searched for: the start rows are counted; children come as many
 * as a row has on average; of N rows, k references that fall as they may reach N·(1 − (1 − 1/N)^k),
 * as in "Approximating block accesses in database organizations", S. Yao (1977).
 */
async function estimateSubsets(all: readonly SharedClosure[]): Promise<Map<Table, number>> {
  const found = new Map<Table, number>();
  for (const shared of all) {
    const sizes = await sizesOf(shared);
    const down = await startsAndChildren(shared, sizes);
    for (const [table, rows] of withParents(shared, sizes, down)) found.set(table, rows);
  }
  return found;
}

/** The same for all tables of a run, with what their rows weigh: by the first ones of each. */
export async function estimate(
  all: readonly SharedClosure[],
  exports: readonly PlannedExport[],
): Promise<Estimate[]> {
  const subsets = await estimateSubsets(all);
  const found = new Map<Table, Estimate>();
  for (const { tables, isSubset } of exports) {
    for (const { classified, count } of tables) {
      const { table, source, columns } = classified;
      if (found.has(table)) continue;
      const rows = isSubset ? (subsets.get(table) ?? 0) : await count(true);
      const of = await source.snapshot.about(table);
      let bytes = 0;
      if (rows > 0) {
        const limit = { pieces: [String(weighed)] };
        const filter = { where: null, orderBy: [], limit };
        const first = await source.snapshot.list({ table, columns, filter, inKeyOrder: false });
        bytes = Math.round((weightOfRows(first) / Math.max(1, first.length)) * rows);
      }
      found.set(table, { table: qualified(table), rows, bytes, of });
    }
  }
  return [...found.values()];
}

type Sizes = ReadonlyMap<Table, number>;

async function sizesOf({ source, relations, members }: SharedClosure): Promise<Sizes> {
  const tables = new Set(members.flatMap(({ tables }) => tables));
  for (const it of relations) if (tables.has(it.target)) tables.add(it.table);
  const sizes = new Map<Table, number>();
  for (const table of tables) sizes.set(table, await source.snapshot.about(table));
  return sizes;
}

/** What comes from the start rows downwards. */
interface Down {
  readonly rows: ReadonlyMap<Table, number>;
  /** How many rows came by a reference, and so point to rows that are there. */
  readonly by: ReadonlyMap<Relation, number>;
}

async function startsAndChildren(shared: SharedClosure, sizes: Sizes): Promise<Down> {
  const found = new Map<Table, number>();
  const by = new Map<Relation, number>();
  const add = (table: Table, rows: number) => {
    const most = sizes.get(table) ?? 0;
    const before = found.get(table) ?? 0;
    // Those that are there already are met as often as any.
    const more = most === 0 ? 0 : rows * (1 - before / most);
    found.set(table, Math.min(most, before + more));
    return Math.min(more, most - before);
  };
  for (const { wanted } of shared.members) {
    let level = new Map<Table, number>();
    for (const { table, count } of wanted.starts) {
      level.set(table, (level.get(table) ?? 0) + add(table, await count()));
    }
    const deepest = Math.min(wanted.children?.depth ?? rounds, rounds);
    for (let depth = 0; depth < deepest; depth++) {
      const next = new Map<Table, number>();
      for (const child of wanted.children?.relations ?? []) {
        const { table, target } = child.relation;
        const parents = level.get(target) ?? 0;
        if (parents < 0.5) continue;
        const { snapshot } = shared.source;
        const all = child.filter
          ? await snapshot.count(table, child.filter, child.variables)
          : (sizes.get(table) ?? 0);
        const perParent = all / Math.max(1, sizes.get(target) ?? 1);
        const rows = parents * Math.min(perParent, child.limit ?? perParent);
        const more = add(table, rows);
        by.set(child.relation, (by.get(child.relation) ?? 0) + more);
        next.set(table, (next.get(table) ?? 0) + more);
      }
      level = next;
    }
    for (const { table, count } of wanted.lookups) add(table, await count());
  }
  return { rows: found, by };
}

function withParents(
  { relations, isOptional, members }: SharedClosure,
  sizes: Sizes,
  down: Down,
): Map<Table, number> {
  const tables = new Set(members.flatMap((it) => it.tables));
  const followed = relations.filter((it) => tables.has(it.table) && !isOptional(it));
  let found = new Map([...tables].map((table) => [table, down.rows.get(table) ?? 0]));
  for (let round = 0; round < rounds; round++) {
    const next = new Map<Table, number>();
    for (const table of tables) {
      const most = sizes.get(table) ?? 0;
      const pointing = followed.filter((it) => it.target === table);
      const references = pointing.reduce((sum, it) => sum + referencesOf(it, found, down), 0);
      const out = most - (down.rows.get(table) ?? 0);
      next.set(table, most === 0 ? 0 : most - out * (1 - 1 / most) ** references);
    }
    found = next;
  }
  return new Map([...found].map(([table, rows]) => [table, Math.round(rows)]));
}

/** Half of the rows of a reference that may be null are taken to point somewhere. */
function referencesOf(relation: Relation, found: Sizes, { by }: Down): number {
  const { table, columns, path, only } = relation;
  const rows = (found.get(table) ?? 0) - (by.get(relation) ?? 0);
  return path || only || columns.some(({ nullable }) => nullable) ? rows / 2 : rows;
}
