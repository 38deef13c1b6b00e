import type { ForeignKey } from '@hot-fixture/database';
import { isSoft } from '../database/node.js';
import type { World } from '../database/world.js';
import type { TableFacts } from '../table/facts.js';

/**
 * Tables behind those that they point to. Those that need each other, by keys that may not be null,
 * stand together (strongly connected components, Tarjan 1972).
 */
export function seedingOrder(world: World, tables: readonly TableFacts[]): TableFacts[][] {
  const wanted = new Set(tables);
  const groups: TableFacts[][] = [];
  const numbers = new Map<TableFacts, number>();
  const lows = new Map<TableFacts, number>();
  const stack: TableFacts[] = [];
  const visit = (facts: TableFacts): number => {
    const number = numbers.size;
    numbers.set(facts, number);
    stack.push(facts);
    let low = number;
    for (const target of targets(world, facts)) {
      if (!wanted.has(target)) continue;
      if (!numbers.has(target)) low = Math.min(low, visit(target));
      else if (stack.includes(target)) low = Math.min(low, numbers.get(target) as number);
    }
    lows.set(facts, low);
    if (low === number) groups.push(stack.splice(stack.indexOf(facts)));
    return low;
  };
  for (const facts of tables) if (!numbers.has(facts)) visit(facts);
  return softLast(world, groups);
}

/** Keys that may be null do not hold a table back; but where they can be filled, they shall be. */
function softLast(world: World, groups: readonly TableFacts[][]): TableFacts[][] {
  const left = [...groups];
  const placed: TableFacts[][] = [];
  while (left.length > 0) {
    const waits = (group: TableFacts[], all: boolean) =>
      group.some((facts) =>
        facts.table.foreignKeys.some((key) => {
          if (!all && isSoft(facts, key)) return false;
          const target = world.targetOf(key);
          return !group.includes(target) && left.some((it) => it.includes(target));
        }),
      );
    const free = left.findIndex((group) => !waits(group, true));
    const next = free === -1 ? left.findIndex((group) => !waits(group, false)) : free;
    placed.push(...left.splice(Math.max(0, next), 1));
  }
  return placed;
}

/** The tables whose rows a row cannot do without. */
export function targets(world: World, facts: TableFacts): TableFacts[] {
  return hardKeys(facts).map((key) => world.targetOf(key));
}

export function hardKeys(facts: TableFacts): ForeignKey[] {
  return facts.table.foreignKeys.filter((key) => !isSoft(facts, key));
}
