import type { ForeignKey, OwnedReference, Owner, Table } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { TableFacts } from '../table/facts.js';
import type { Tables } from './tables.js';

export interface TenancyOptions {
  /** The table of tenants; by default the one that its name or the column gives away. */
  readonly table?: string;
  /** The column that carries the tenant; by default the one that most tables point to it with. */
  readonly column?: string;
  /** Keys that may leave their tenant, as `table.column`. */
  readonly except?: readonly string[];
}

const usualTable = /(^|\.)(tenants?|organi[sz]ations?|workspaces?|accounts?|compan(y|ies))$/i;
const usualColumn = /^tenant_?id$/i;

/** Which tenant a row belongs to: by a column of its own, or over the foreign keys to one. */
export class Tenancy {
  readonly table: TableFacts | null;
  /** The column of the table of tenants that others point to. */
  readonly key: string | null;
  readonly column: string;
  readonly #tables: Tables;
  readonly #except: ReadonlySet<string>;
  readonly #owners = new Map<TableFacts, Owner | null>();

  /** @throws HFIT_TENANT_UNKNOWN, HFIT_FACTORY_TABLE */
  constructor(tables: Tables, { table, column, except = [] }: TenancyOptions = {}) {
    this.#tables = tables;
    this.#except = new Set(except);
    this.table = table === undefined ? guessTable(tables, column) : tables.tableNamed(table);
    const keys = this.table ? keysTo(tables, this.table) : [];
    this.column = column ?? mostOften(keys.map((key) => key.columns[0] as string));
    const own = keys.find((key) => key.columns[0] === this.column) ?? keys[0];
    this.key = own?.targetColumns[0] ?? this.table?.table.primaryKey?.columns[0] ?? null;
  }

  /** How the tenant of the rows of a table is found; null where they belong to none. */
  ownerOf(facts: TableFacts): Owner | null {
    const known = this.#owners.get(facts);
    if (known !== undefined) return known;
    const found = this.#search(facts);
    this.#owners.set(facts, found);
    return found;
  }

  /** The column of a table that holds the tenant itself. */
  ownColumn(facts: TableFacts): string | null {
    if (facts === this.table) return this.key;
    if (facts.columns.has(this.column)) return this.column;
    const direct = facts.table.foreignKeys.filter((key) => this.#isDirect(key));
    return direct.length === 1 ? (direct[0]?.columns[0] as string) : null;
  }

  /** The foreign keys of a table whose rows have to be of the same tenant. */
  referencesOf(facts: TableFacts): OwnedReference[] {
    const owner = this.ownerOf(facts);
    if (!owner || facts === this.table) return [];
    return facts.table.foreignKeys.flatMap((foreignKey) => {
      const target = this.#tables.targetOf(foreignKey);
      const targetOwner = this.ownerOf(target);
      const carries = target === this.table && foreignKey.columns.includes(owner.column);
      const isOwn = owner.hops.length === 0 ? carries : owner.hops[0] === foreignKey;
      if (!targetOwner || isOwn || this.isExcepted(facts, foreignKey)) return [];
      return [{ table: facts.table, foreignKey, owner, targetOwner }];
    });
  }

  isExcepted({ name }: TableFacts, { columns }: ForeignKey): boolean {
    return columns.some((column) => this.#except.has(`${name}.${column}`));
  }

  /** `orders.customer_id → customers.tenant_id`: how a row comes to a tenant. */
  pathOf(facts: TableFacts, key: ForeignKey): string {
    const target = this.#tables.targetOf(key);
    const owner = this.ownerOf(target);
    let at = target;
    const hops = (owner?.hops ?? []).map((hop) => {
      const step = `${at.name}.${hop.columns.join(', ')}`;
      at = this.#tables.targetOf(hop);
      return step;
    });
    const last = owner ? [`${at.name}.${owner.column}`] : [];
    return [`${facts.name}.${key.columns.join(', ')}`, ...hops, ...last].join(' → ');
  }

  /** The shortest way; of several the one over keys that may not be null. */
  #search(facts: TableFacts): Owner | null {
    let ways: { facts: TableFacts; hops: ForeignKey[] }[] = [{ facts, hops: [] }];
    const seen = new Set<TableFacts>([facts]);
    while (ways.length > 0) {
      for (const way of ways) {
        const column = this.ownColumn(way.facts);
        if (column !== null) return { hops: way.hops, column };
      }
      ways = ways.flatMap(({ facts: at, hops }) =>
        requiredFirst(at).flatMap((key) => {
          const target = this.#tables.targetOf(key);
          if (seen.has(target) || this.isExcepted(at, key)) return [];
          seen.add(target);
          return [{ facts: target, hops: [...hops, key] }];
        }),
      );
    }
    return null;
  }

  #isDirect(key: ForeignKey): boolean {
    return key.columns.length === 1 && this.#tables.targetOf(key) === this.table;
  }
}

/** How rows belong to tenants; null where nothing says so, and it was not asked for. */
export function tenancyOf(tables: Tables, options?: TenancyOptions | false): Tenancy | null {
  if (options === false) return null;
  if (options) return new Tenancy(tables, options);
  const targets = new Set(
    [...tables.tables.values()].flatMap(({ table }) =>
      table.foreignKeys
        .filter(({ columns }) => columns.length === 1 && usualColumn.test(columns[0] as string))
        .map((key) => tables.targetOf(key)),
    ),
  );
  return targets.size === 1 ? new Tenancy(tables) : null;
}

function requiredFirst({ table, columns }: TableFacts): ForeignKey[] {
  const soft = (key: ForeignKey) =>
    Number(key.columns.some((name) => columns.get(name)?.column.nullable));
  return [...table.foreignKeys].sort((a, b) => soft(a) - soft(b));
}

function guessTable(tables: Tables, column: string | undefined): TableFacts | null {
  const isMeant = (name: string) =>
    column === undefined ? usualColumn.test(name) : name === column;
  const pointed = new Set(
    [...tables.tables.values()].flatMap(({ table }: { table: Table }) =>
      table.foreignKeys
        .filter((key) => key.columns.length === 1 && isMeant(key.columns[0] as string))
        .map((key) => tables.targetOf(key)),
    ),
  );
  if (pointed.size === 0 && column === undefined) {
    for (const facts of tables.tables.values()) {
      if (usualTable.test(facts.name) && keysTo(tables, facts).length > 0) pointed.add(facts);
    }
  }
  const [only, ...others] = pointed;
  if (only && others.length === 0) return only;
  const isCarried = [...tables.tables.values()].some(
    ({ columns }) => column !== undefined && columns.has(column),
  );
  if (!only && isCarried) return null;
  const several = `it may be ${[...pointed].map(({ name }) => name).join(' or ')}`;
  const reason = only ? several : 'no foreign key points to a table of tenants';
  throw new HfitError('HFIT_TENANT_UNKNOWN', { reason });
}

function keysTo(tables: Tables, target: TableFacts): ForeignKey[] {
  return [...tables.tables.values()].flatMap(({ table }) =>
    table.foreignKeys.filter((key) => key.columns.length === 1 && tables.targetOf(key) === target),
  );
}

function mostOften(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? 'tenant_id';
}
