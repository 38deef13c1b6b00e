import type { Generator } from '@hot-fixture/generator';
import type { ColumnFacts, TableFacts } from './facts.js';
import { choicesOf, isSmall, specFor } from './spec.js';

/** `required` leaves what may be null, and what has a default, to the database. */
export type Fill = 'required' | 'all';

/**
 * How the columns are made that nobody defined, so that the table takes the row: each by its type,
 * its checks and its unique keys. Foreign keys are not among them.
 * @param defined columns that are made in another way
 */
export function defaultsOf(
  facts: TableFacts,
  defined: ReadonlySet<string>,
  fill: Fill,
  generator: Generator,
): Record<string, unknown> {
  const same = sameInAllRows(facts, defined);
  // SQLite lets keys be null that are no row numbers; nobody means that.
  const key = facts.table.primaryKey?.columns ?? [];
  const wanted = [...facts.columns.values()].filter(
    (it) =>
      same.has(it.column.name) ||
      isWanted(it, defined, fill) ||
      (key.includes(it.column.name) && isWanted(it, defined, 'all') && !it.filled),
  );
  const names = new Set(wanted.map(({ column }) => column.name));
  const { single, together } = uniqueColumns(facts, names);
  const made: Record<string, unknown> = {};
  for (const it of wanted) {
    made[it.column.name] = specFor(it, facts.table.name, single.has(it.column.name));
  }
  for (const group of together) Object.assign(made, combined(facts, group, generator));
  return made;
}

function isWanted(it: ColumnFacts, defined: ReadonlySet<string>, fill: Fill): boolean {
  const { column, wish, points, filled } = it;
  if (defined.has(column.name) || points || column.generated || column.identity) return false;
  const isNeeded = !filled && (!column.nullable || wish.required === true);
  return fill === 'all' ? !isCounted(it) && !wish.absent : isNeeded;
}

/** Columns whose default would break a unique key with the second row: nothing else of it differs. */
function sameInAllRows(facts: TableFacts, defined: ReadonlySet<string>): ReadonlySet<string> {
  const same = new Set<string>();
  for (const { columns, nullsDistinct } of facts.table.uniques) {
    const isNull = (name: string) => {
      const it = facts.columns.get(name) as ColumnFacts;
      return it.column.nullable && !it.filled && !it.points;
    };
    const [first] = columns.filter((name) => isNull(name));
    const isSame = !nullsDistinct && columns.every((name) => isNull(name) && !defined.has(name));
    if (first !== undefined && isSame) same.add(first);
  }
  for (const names of facts.uniques) {
    const columns = names.map((name) => facts.columns.get(name) as ColumnFacts);
    const isSame = ({ column, points, filled }: ColumnFacts) =>
      filled &&
      !points &&
      !column.generated &&
      !column.identity &&
      !/\(/.test(column.default ?? '');
    if (columns.every(isSame) && !names.some((name) => defined.has(name))) {
      same.add(names[0] as string);
    }
  }
  return same;
}

/** What a clock says would be another value on each run. */
const clock =
  /^\(*(now|current_timestamp|current_date|current_time|statement_timestamp|clock_timestamp|transaction_timestamp|localtimestamp|datetime|date|strftime)\b/i;

/** A default that gives each row another value is better than any of ours. */
function isCounted({ column }: ColumnFacts): boolean {
  return /\(/.test(column.default ?? '') && !clock.test(column.default ?? '');
}

/**
 * Columns that have to be unique by themselves, one for each unique key; and groups of columns
 * with few values, which are unique together.
 */
function uniqueColumns(facts: TableFacts, made: ReadonlySet<string>) {
  const single = new Set<string>();
  const together: string[][] = [];
  for (const names of facts.uniques) {
    const own = names.filter((name) => made.has(name));
    if (own.some((name) => single.has(name))) continue;
    const large = own.filter((name) => !isSmall(facts.columns.get(name) as ColumnFacts));
    const [best] = large.sort((a, b) => rank(facts, b) - rank(facts, a));
    if (best !== undefined) single.add(best);
    else if (own.length === 1 && names.length === 1) single.add(own[0] as string);
    else if (own.length === names.length && own.length > 1) together.push(own);
  }
  return { single, together };
}

const ranks: Readonly<Record<string, number>> = { uuid: 5, text: 4, integer: 3, decimal: 2 };

function rank(facts: TableFacts, name: string): number {
  return ranks[facts.columns.get(name)?.column.kind ?? ''] ?? 1;
}

function combined(
  facts: TableFacts,
  group: readonly string[],
  generator: Generator,
): Record<string, unknown> {
  const lists = group.map((name) => {
    const { column, wish } = facts.columns.get(name) as ColumnFacts;
    return choicesOf(column.labels, wish, column.kind) ?? [true, false];
  });
  const sizes = lists.map((list) => list.length);
  const at = generator.combinations(facts.name, group.join(' '), sizes);
  return Object.fromEntries(
    group.map((name, i) => [
      name,
      ({ index }: { index: number }) => lists[i]?.[at(index)[i] as number],
    ]),
  );
}
