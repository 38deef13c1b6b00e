import type { Check, Table } from '@hot-fixture/database';
import { type Branch, both, factsOf, type Limits, type Order } from '../check/limits.js';
import { parseCondition } from '../check/parse.js';

/** What the checks of a table, and of the domains of its columns, say together. */
export interface Checks {
  readonly limits: Branch;
  /** One of the ways to keep those that may be kept in several. */
  readonly wishes: Branch;
  readonly orders: readonly Order[];
  readonly choices: readonly (readonly Branch[])[];
  readonly unclear: readonly Check[];
}

export function checksOf(table: Table, columnOf: (name: string) => string | undefined): Checks {
  const limits = new Map<string, Limits>();
  const wishes = new Map<string, Limits>();
  const orders: Order[] = [];
  const choices: (readonly Branch[])[] = [];
  const unclear: Check[] = [];
  const add = (to: Map<string, Limits>, found: Branch) => {
    for (const [column, limit] of found) to.set(column, both(to.get(column) ?? {}, limit));
  };
  const read = (check: Check, meant: typeof columnOf) => {
    const condition = parseCondition(check.condition);
    const found = condition && factsOf(condition, meant);
    if (!found?.complete) unclear.push(check);
    if (!found) return;
    orders.push(...found.orders);
    choices.push(...found.choices);
    add(limits, found.limits);
    for (const [first] of found.choices) if (first) add(wishes, first);
  };
  for (const check of table.checks) read(check, columnOf);
  for (const { name, domain } of table.columns) {
    for (const condition of domain?.checks ?? []) {
      read({ name, condition }, (it) => (/^value$/i.test(it) ? name : undefined));
    }
  }
  return { limits, wishes, orders, choices, unclear };
}
