import { identity, pick, type TableChanges } from '@hot-fixture/changes';
import type { Row, TableName } from '@hot-fixture/database';
import type { Domains } from './domains.js';
import type { ResolvedRules, TableRules } from './resolve.js';
import type { Volatile } from './rules.js';

/** How the values of a column are compared: a number names the domain of a generated key. */
export type Role = 'exact' | 'ignored' | 'volatile' | number;

/** The rows of one table that differ, on both sides; those of an update are on each. */
export interface Sides extends TableName {
  readonly columns: readonly string[];
  readonly key: readonly string[] | null;
  readonly keyPlaces: readonly number[];
  readonly roles: readonly Role[];
  readonly rules: TableRules;
  readonly expected: readonly Row[];
  readonly found: readonly Row[];
}

export function sidesOf(table: TableChanges, resolved: ResolvedRules, domains: Domains): Sides {
  const { schema, name, columns, key, inserted, updated, deleted } = table;
  const rules = resolved.of(table);
  const tagged = new Set([...rules.tags.values()].flatMap((it) => [...it.keys()]));
  return {
    schema,
    name,
    columns,
    key,
    keyPlaces: (key ?? []).map((column) => columns.indexOf(column)),
    roles: columns.map((column) => {
      if (rules.ignored.has(column)) return 'ignored';
      if (rules.volatile.has(column) || tagged.has(column)) return 'volatile';
      return domains.of(table, column) ?? 'exact';
    }),
    rules,
    expected: [...deleted, ...updated.map(({ before }) => before)],
    found: [...inserted, ...updated.map(({ after }) => after)],
  };
}

/** The rule for one value of the expected state: what its file says counts before all else. */
export function ruleFor(sides: Sides, row: Row, place: number): Volatile | undefined {
  const { rules, key, keyPlaces, columns } = sides;
  const column = columns[place] as string;
  if (rules.tags.size > 0) {
    const id = identity(key === null ? row : pick(row, keyPlaces));
    const tag = rules.tags.get(id)?.get(column);
    if (tag) return tag;
  }
  return rules.volatile.get(column);
}
