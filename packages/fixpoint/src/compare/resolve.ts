import { identity } from '@hot-fixture/changes';
import {
  findColumn,
  qualified,
  resolveTable,
  type Schema,
  type Table,
  type TableName,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { CompareRules, Volatile } from './rules.js';

/** What the rules say of one table. */
export interface TableRules {
  readonly ignored: ReadonlySet<string>;
  readonly volatile: ReadonlyMap<string, Volatile>;
  /** By the identity of the row's key, and then by column. */
  readonly tags: ReadonlyMap<string, ReadonlyMap<string, Volatile>>;
}

/** The rules of a comparison, with the tables and columns that they name found in the schema. */
export class ResolvedRules {
  readonly #tables = new Map<string, TableRules>();
  readonly #excluded: ReadonlySet<string>;
  /** Null for all, also those that the schema does not hold. */
  readonly #wanted: ReadonlySet<string> | null;

  /** @throws HFIT_FIXPOINT_RULES, HFIT_TABLE_UNKNOWN, HFIT_TABLE_AMBIGUOUS, HFIT_COLUMN_UNKNOWN */
  constructor(schema: Schema, rules: CompareRules) {
    const named = (names: readonly string[]) =>
      names.map((name) => qualified(resolveTable(schema, name)));
    this.#excluded = new Set(named(rules.excludeTables ?? []));
    if (rules.tables?.length === 0) {
      throw new HfitError('HFIT_FIXPOINT_RULES', { reason: 'its list of tables is empty' });
    }
    this.#wanted = rules.tables ? new Set(named(rules.tables)) : null;
    const ignored = ignoredColumns(schema, rules);
    const volatile = volatileColumns(schema, rules);
    const tags = tagsByTable(rules);
    for (const table of schema.tables) {
      const name = qualified(table);
      this.#tables.set(name, {
        ignored: ignored(table),
        volatile: volatile(table),
        tags: tags.get(name) ?? new Map(),
      });
    }
  }

  isCompared(table: TableName): boolean {
    const name = qualified(table);
    return !this.#excluded.has(name) && (this.#wanted?.has(name) ?? true);
  }

  of(table: TableName): TableRules {
    return this.#tables.get(qualified(table)) ?? nothing;
  }
}

const nothing: TableRules = { ignored: new Set(), volatile: new Map(), tags: new Map() };

function ignoredColumns(schema: Schema, { ignore = [] }: CompareRules) {
  const everywhere = new Set<string>();
  const byTable = new Map<Table, string[]>();
  const add = (name: string, columns: readonly string[]) => {
    const table = resolveTable(schema, name);
    const found = columns.map((column) => findColumn(table, column).name);
    byTable.set(table, [...(byTable.get(table) ?? []), ...found]);
  };
  for (const it of ignore) {
    const place = typeof it === 'string' ? placeOf(schema, it) : null;
    if (place) add(place.table, [place.column]);
    else if (typeof it === 'string') everywhere.add(it);
    else for (const [name, columns] of Object.entries(it)) add(name, columns);
  }
  return (table: Table) => new Set([...everywhere, ...(byTable.get(table) ?? [])]);
}

function volatileColumns(schema: Schema, { volatile = {} }: CompareRules) {
  const everywhere = new Map<string, Volatile>();
  const byTable = new Map<Table, [string, Volatile][]>();
  for (const [name, it] of Object.entries(volatile)) {
    const place = isRule(it) ? placeOf(schema, name) : null;
    if (isRule(it) && !place) {
      everywhere.set(name, it);
      continue;
    }
    const table = resolveTable(schema, place?.table ?? name);
    const rules = isRule(it) ? [[place?.column ?? '', it] as const] : Object.entries(it);
    byTable.set(table, [
      ...(byTable.get(table) ?? []),
      ...rules.map(([column, rule]): [string, Volatile] => [findColumn(table, column).name, rule]),
    ]);
  }
  return (table: Table) => new Map([...everywhere, ...(byTable.get(table) ?? [])]);
}

/** `table.column`, which no column is named; null where it means a column of all tables. */
function placeOf({ tables }: Schema, name: string): { table: string; column: string } | null {
  const at = name.lastIndexOf('.');
  if (at === -1 || tables.some(({ columns }) => columns.some((it) => it.name === name)))
    return null;
  return { table: name.slice(0, at), column: name.slice(at + 1) };
}

/** A column may be named `rule`, but then an object stands there. */
function isRule(it: Volatile | Readonly<Record<string, Volatile>>): it is Volatile {
  return typeof it.rule === 'string';
}

function tagsByTable({ tags = [] }: CompareRules) {
  const found = new Map<string, Map<string, Map<string, Volatile>>>();
  for (const { table, row, column, rule } of tags) {
    const rows = found.get(qualified(table)) ?? new Map<string, Map<string, Volatile>>();
    const id = identity(row);
    rows.set(id, (rows.get(id) ?? new Map<string, Volatile>()).set(column, rule));
    found.set(qualified(table), rows);
  }
  return found;
}
