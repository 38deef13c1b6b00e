import type { Reference } from './dialect.js';
import { qualified, type Table } from './model.js';

export interface LoadOrder {
  /** Targets of foreign keys before the tables that point to them. */
  readonly tables: readonly Table[];
  /** The keys that no order can serve: those within a cycle, and a table's to itself. */
  readonly cyclic: readonly Reference[];
}

/**
 * Orders tables by their foreign keys; keys to tables that are not among them do not count.
 * Components by R. Tarjan, "Depth-first search and linear graph algorithms" (1972): they come out
 * with the targets first.
 */
export function orderByForeignKeys(tables: readonly Table[]): LoadOrder {
  const byName = new Map(tables.map((table) => [qualified(table), table]));
  const targets = (table: Table) =>
    table.foreignKeys.flatMap((key) => byName.get(qualified(key.target)) ?? []);

  const order: Table[] = [];
  const component = new Map<Table, number>();
  const index = new Map<Table, number>();
  const low = new Map<Table, number>();
  const stack: Table[] = [];
  let components = 0;

  const visit = (table: Table): void => {
    index.set(table, index.size);
    low.set(table, index.get(table) as number);
    stack.push(table);
    for (const target of targets(table)) {
      if (!index.has(target)) {
        visit(target);
        low.set(table, Math.min(low.get(table) as number, low.get(target) as number));
      } else if (!component.has(target)) {
        low.set(table, Math.min(low.get(table) as number, index.get(target) as number));
      }
    }
    if (low.get(table) !== index.get(table)) return;
    const members = stack.splice(stack.indexOf(table)).reverse();
    for (const member of members) component.set(member, components);
    order.push(...byNeededKeys(members));
    components += 1;
  };
  for (const table of tables) if (!index.has(table)) visit(table);

  const cyclic = order.flatMap((table) =>
    table.foreignKeys
      .filter((key) => {
        const target = byName.get(qualified(key.target));
        return target !== undefined && component.get(target) === component.get(table);
      })
      .map((foreignKey) => ({ table, foreignKey })),
  );
  return { tables: order, cyclic };
}

/** Within a cycle, tables that a row cannot do without come first; a key may be null instead. */
function byNeededKeys(members: readonly Table[]): Table[] {
  const byName = new Map(members.map((table) => [qualified(table), table]));
  const ordered = new Set<Table>();
  const begun = new Set<Table>();
  const visit = (table: Table): void => {
    if (begun.has(table)) return;
    begun.add(table);
    const nullable = new Set(table.columns.filter((it) => it.nullable).map(({ name }) => name));
    for (const { columns, target } of table.foreignKeys) {
      const found = byName.get(qualified(target));
      if (found && !columns.some((name) => nullable.has(name))) visit(found);
    }
    ordered.add(table);
  };
  for (const table of members) visit(table);
  return [...ordered];
}
