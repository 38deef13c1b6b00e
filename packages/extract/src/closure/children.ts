import type { Filter, Row, Variables } from '@hot-fixture/database';
import type { Closure } from './closure.js';
import { Positions } from './positions.js';
import type { Relation } from './relation.js';
import { BySpelling, type Visited } from './visited.js';

/** How far rows bring those that point to them, and which. */
export interface ChildrenRules {
  /** How many references away from a start row; null for as far as they go. */
  readonly depth: number | null;
  readonly relations: readonly ChildRelation[];
}

export interface ChildRelation {
  readonly relation: Relation;
  readonly filter: Filter | null;
  readonly variables: Variables;
  /** How many for each row; null for all. */
  readonly limit: number | null;
}

/**
 * Adds the children of start rows, then theirs, level by level: a row counts with its least
 * distance. Rows that came because others need them bring nobody.
 * @param begun the positions of the start rows
 */
export async function bringChildren(
  closure: Closure,
  { depth, relations }: ChildrenRules,
  begun: Map<Visited, Positions>,
): Promise<void> {
  for (let level = 0; depth === null || level < depth; level++) {
    const frontier = [...begun].map(([visited, set]) => [visited, set.take()] as const);
    if (frontier.every(([, { size }]) => size === 0)) return;
    for (const [visited, { parts }] of frontier) {
      for (const child of relations) {
        if (child.relation.target !== visited.table) continue;
        const table = closure.visit(child.relation.table);
        const set = begun.get(table) ?? new Positions();
        begun.set(table, set);
        for (const positions of parts()) await bringOf(closure, visited, positions, child, set);
      }
    }
  }
}

async function bringOf(
  closure: Closure,
  parent: Visited,
  positions: readonly number[],
  { relation, filter, variables, limit }: ChildRelation,
  set: Positions,
): Promise<void> {
  const { snapshot, signal } = closure.ground;
  signal?.throwIfAborted();
  const parents = await valuesOf(closure, parent, positions, relation);
  const { only, columns } = relation;
  const keyColumns = only ? [only.column, ...columns] : columns;
  const pointed = new BySpelling<number>();
  const keys: Row[] = [];
  for (const { values, position } of parents) {
    // Who has a null in what is pointed to has no children.
    if (values.includes(null)) continue;
    pointed.add(values, position);
    keys.push(only ? [only.value, ...values] : values);
  }
  if (keys.length === 0) return;
  const child = closure.visit(relation.table);
  const reason = closure.numberOf(relation, 'child');
  const read = [...child.read, ...columns];
  const asked = {
    ...{ table: relation.table, columns: read, keyColumns, keys, variables },
    ...(filter && { filter }),
    ...(limit !== null && { limit }),
  };
  for await (const rows of snapshot.children(asked)) {
    signal?.throwIfAborted();
    const origin = (row: Row) => pointed.find(row.slice(child.read.length)) ?? positions[0];
    const taken = closure.take(child, rows, (row) => ({ reason, origin: origin(row) as number }));
    for (const position of taken) set.add(position);
  }
}

/** What children of these rows point to: mostly the key, which is known. */
async function valuesOf(
  closure: Closure,
  parent: Visited,
  positions: readonly number[],
  { targetColumns }: Relation,
): Promise<{ values: Row; position: number }[]> {
  const known = positions.map((position) => ({
    position,
    key: parent.rows.at(position)?.key as Row,
  }));
  const at = targetColumns.map((column) =>
    parent.key.findIndex(({ name }) => name === column.name),
  );
  if (!at.includes(-1)) {
    return known.map(({ key, position }) => ({ values: at.map((i) => key[i] ?? null), position }));
  }
  const byKey = new BySpelling<number>();
  for (const { key, position } of known) byKey.add(key, position);
  const rows = await closure.ground.snapshot.byKeys(
    parent.table,
    [...parent.key, ...targetColumns],
    parent.key,
    known.map(({ key }) => key),
  );
  const { length } = parent.key;
  return rows.map((row) => ({
    values: row.slice(length),
    position: byKey.find(row.slice(0, length)) as number,
  }));
}
