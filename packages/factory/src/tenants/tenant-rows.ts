import type { ForeignKey } from '@hot-fixture/database';
import type { Node, Values } from '../database/node.js';
import type { Recycled } from '../define/definition.js';
import type { TableFacts } from '../table/facts.js';
import type { Tables } from './tables.js';
import type { Tenancy } from './tenancy.js';

/** A tenant that is about to be made. */
class Made {
  readonly node: Node;

  constructor(node: Node) {
    this.node = node;
  }
}

/** Rows that may be pointed to, by the tenant that they belong to. */
interface Split {
  readonly length: number;
  readonly byTenant: Map<string, Values[]>;
  /** Those of no tenant, or of one that cannot be told: they fit every tenant. */
  readonly free: readonly Values[];
}

/** Tells the rows of tenants apart, so that what is picked for one row is all of one tenant. */
export class TenantRows {
  readonly #tenancy: Tenancy;
  readonly #tables: Tables;
  readonly #only: unknown;
  readonly #splits = new WeakMap<readonly Values[], Split>();
  readonly #keyed = new WeakMap<readonly object[], Map<string, Map<string, Values>>>();
  readonly #noted = new WeakMap<Node, unknown>();
  readonly #known = new Map<TableFacts, Map<string, unknown>>();

  /** @param only the tenant that all is of; null where each row may be of another one */
  constructor(tenancy: Tenancy, tables: Tables, only: unknown = null) {
    this.#tenancy = tenancy;
    this.#tables = tables;
    this.#only = only;
  }

  /** The rows that a row of a tenant may point to; null stands for none that is decided. */
  fitting(
    facts: TableFacts,
    key: ForeignKey,
    rows: readonly Values[],
    tenant: unknown,
    recycled: readonly Recycled[],
  ): readonly Values[] {
    if (tenant === null || !this.binds(facts, key)) return rows;
    const { byTenant, free } = this.#split(this.#tables.targetOf(key), rows, recycled);
    const found = tenant instanceof Made ? free : (byTenant.get(String(tenant)) ?? free);
    // What is left would be of another tenant than the one that was asked for: that is refused.
    return found.length === 0 && this.#only !== null ? rows : found;
  }

  /** The tenants that rows of all these pools belong to; null where none of them is of one. */
  common(
    facts: TableFacts,
    keys: readonly ForeignKey[],
    pools: readonly (readonly Values[])[],
    recycled: readonly Recycled[],
  ): readonly string[] | null {
    const splits = keys.flatMap((key, i) =>
      this.binds(facts, key)
        ? [this.#split(this.#tables.targetOf(key), pools[i] as readonly Values[], recycled)]
        : [],
    );
    const [first, ...others] = splits.filter(({ byTenant }) => byTenant.size > 0);
    if (!first) return null;
    return [...first.byTenant.keys()].filter((it) =>
      others.every(({ byTenant, free }) => byTenant.has(it) || free.length > 0),
    );
  }

  /** The tenant of a row that is about to be made; null as long as nothing decides it. */
  decided(node: Node): unknown {
    const { facts, values, edges } = node;
    const tenancy = this.#tenancy;
    if (this.#only !== null) return this.#only;
    if (facts === tenancy.table) return new Made(node);
    const column = tenancy.ownColumn(facts);
    if (column !== null && values[column] != null) return values[column];
    const noted = this.#noted.get(node);
    if (noted !== undefined) return noted;
    for (const key of this.#known.size > 0 ? facts.table.foreignKeys : []) {
      const found = this.binds(facts, key) ? this.#knownAt(key, values) : undefined;
      if (found !== undefined) return found;
    }
    for (const { key, target } of edges) {
      if (target === node || (key && !this.binds(facts, key))) continue;
      const found = target.result
        ? this.#of(target.facts, target.result, [])
        : this.decided(target);
      if (found !== null) return found;
    }
    return null;
  }

  /** Lets a row point to the tenant that is decided for it, where it does not yet. */
  settle(node: Node, key: ForeignKey, recycled: readonly Recycled[]): boolean {
    const column = this.#tenancy.ownColumn(node.facts);
    if (this.#tables.targetOf(key) !== this.#tenancy.table || key.columns[0] !== column)
      return false;
    const tenant = this.decided(node) ?? this.#onlyOf(recycled);
    if (tenant === null) return false;
    if (tenant instanceof Made) {
      const pairs = key.columns.map((own, i) => [own, key.targetColumns[i] as string] as const);
      node.edges.push({ key, pairs, target: tenant.node, soft: false });
    } else node.values[column] = tenant;
    return true;
  }

  /**
   * Lets a row that is made for another one be of its tenant.
   * @param isGiven whether a column was given or defined
   * @returns what was made for a tenant that is no foreign key, to be used where none is decided
   */
  adopt(node: Node, tenant: unknown, isGiven: (column: string) => boolean): unknown {
    const { facts, values } = node;
    if (facts === this.#tenancy.table) return undefined;
    if (tenant !== null) this.#noted.set(node, tenant);
    const column = this.#tenancy.ownColumn(facts);
    if (column === null || facts.columns.get(column)?.points || isGiven(column)) return undefined;
    const made = values[column];
    delete values[column];
    return made;
  }

  /** Gives its tenant to a row that holds it in a column that is no foreign key. */
  fill(node: Node, made: unknown): void {
    const column = this.#tenancy.ownColumn(node.facts) as string;
    const tenant = this.decided(node);
    if (tenant instanceof Made) {
      const pairs = [[column, this.#tenancy.key as string]] as const;
      node.edges.push({ key: null, pairs, target: tenant.node, soft: false });
    } else node.values[column] = tenant ?? made;
  }

  /** Notes that a row points to one that is there, and so belongs to its tenant. */
  note(node: Node, key: ForeignKey, row: Values, recycled: readonly Recycled[]): void {
    if (this.#noted.has(node) || !this.binds(node.facts, key)) return;
    const tenant = this.#of(this.#tables.targetOf(key), row, recycled);
    if (tenant !== null) this.#noted.set(node, tenant);
  }

  /** Remembers which tenant a row of the database is of. */
  know(facts: TableFacts, columns: readonly string[], row: Values, tenant: unknown): void {
    const known = this.#known.get(facts) ?? new Map<string, unknown>();
    this.#known.set(facts, known.set(`${columns.join('\0')}\0${textOf(row, columns)}`, tenant));
  }

  /** Whether both ends of a key have to be of one tenant. */
  binds(facts: TableFacts, key: ForeignKey): boolean {
    const tenancy = this.#tenancy;
    return !tenancy.isExcepted(facts, key) && tenancy.ownerOf(this.#tables.targetOf(key)) !== null;
  }

  #knownAt(key: ForeignKey, values: Values): unknown {
    const known = this.#known.get(this.#tables.targetOf(key));
    return known?.get(`${key.targetColumns.join('\0')}\0${textOf(values, key.columns)}`);
  }

  /** The tenant of all rows that may be pointed to, where they are of one. */
  #onlyOf(recycled: readonly Recycled[]): unknown {
    let found: unknown = null;
    for (const { table, rows } of recycled) {
      const facts = this.#tables.tableNamed(table);
      if (!this.#tenancy.ownerOf(facts)) continue;
      const { byTenant } = this.#split(facts, rows as readonly Values[], recycled);
      for (const [, [row]] of byTenant) {
        const tenant = this.#of(facts, row as Values, recycled);
        if (found !== null && String(found) !== String(tenant)) return null;
        found = tenant;
      }
    }
    return found;
  }

  #split(target: TableFacts, rows: readonly Values[], recycled: readonly Recycled[]): Split {
    const known = this.#splits.get(rows);
    if (known?.length === rows.length) return known;
    const byTenant = new Map<string, Values[]>();
    const free: Values[] = [];
    for (const row of rows) {
      const tenant = this.#of(target, row, recycled);
      const same = tenant === null ? free : byTenant.get(String(tenant));
      if (same) same.push(row);
      else byTenant.set(String(tenant), [row]);
    }
    for (const list of byTenant.values()) list.push(...free);
    const split = { length: rows.length, byTenant, free };
    this.#splits.set(rows, split);
    return split;
  }

  /** By its own column, or over the rows that it points to, as far as these are known. */
  #of(facts: TableFacts, row: Values, recycled: readonly Recycled[]): unknown {
    const owner = this.#tenancy.ownerOf(facts);
    let found: Values | undefined = row;
    for (const hop of owner?.hops ?? []) {
      found = this.#rowAt(hop, found, recycled);
      if (!found) return null;
    }
    return (owner && found[owner.column]) ?? null;
  }

  #rowAt(hop: ForeignKey, row: Values, recycled: readonly Recycled[]): Values | undefined {
    const { name } = this.#tables.targetOf(hop);
    const text = textOf(row, hop.columns);
    for (const { table, rows } of recycled) {
      const found = table === name ? this.#byKey(rows, hop.targetColumns).get(text) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  #byKey(rows: readonly object[], columns: readonly string[]): Map<string, Values> {
    const all = this.#keyed.get(rows) ?? new Map<string, Map<string, Values>>();
    this.#keyed.set(rows, all);
    const name = `${columns.join(' ')} ${rows.length}`;
    const known = all.get(name);
    if (known) return known;
    const made = new Map((rows as readonly Values[]).map((row) => [textOf(row, columns), row]));
    all.set(name, made);
    return made;
  }
}

const textOf = (row: Values, columns: readonly string[]) =>
  columns.map((name) => String(row[name])).join('\0');
