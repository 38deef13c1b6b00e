import {
  type Database,
  type ForeignKey,
  findOtherOwner,
  type Guard,
  type Row,
  type Session,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { type Generator, literal } from '@hot-fixture/generator';
import type { AnyTables, Factories } from '../database/factories.js';
import type { Node, Values } from '../database/node.js';
import type { Scope } from '../database/scope.js';
import type { World } from '../database/world.js';
import type { Creator } from '../define/creator.js';
import type { Definition } from '../define/definition.js';
import type { AnyFactory, Factory } from '../define/factory.js';
import type { Recipe } from '../define/recipe.js';
import type { Traits } from '../define/types.js';
import type { TableFacts } from '../table/facts.js';
import { Tenancy, type TenancyOptions } from './tenancy.js';

/** The factories of one tenant: all that they make is of it. Made by {@link forTenant}. */
export class TenantFactories<Tables extends object = AnyTables> implements Creator {
  /** The row of the tenant; null where there is no table of them. */
  readonly tenant: Values | null;
  /** What tells it: the value that other rows carry. */
  readonly id: unknown;
  readonly tenancy: Tenancy;
  readonly #factories: Factories<Tables>;
  readonly #scope: Scope;
  readonly #placed = new WeakMap<Definition, Definition>();
  readonly #built = new WeakMap<Definition, Definition>();

  constructor(factories: Factories<Tables>, tenant: unknown, options: TenancyOptions) {
    this.#factories = factories;
    this.tenancy = new Tenancy(factories.world, options);
    const { table, key } = this.tenancy;
    const isRow = typeof tenant === 'object' && tenant !== null;
    this.id = isRow ? (tenant as Values)[key ?? 'id'] : tenant;
    if (this.id === undefined || this.id === null) {
      const reason = `the row that was given for it has no "${key ?? 'id'}"`;
      throw new HfitError('HFIT_TENANT_UNKNOWN', { reason });
    }
    this.tenant = isRow ? (tenant as Values) : null;
    const row = this.tenant ?? (key === null ? {} : { [key]: this.id });
    this.#scope = {
      tenancy: this.tenancy,
      tenant: this.id,
      definition: (definition) => this.#place(definition),
      recycled: table ? [{ table: table.name, rows: [row] }] : [],
      check: (nodes, session) => this.#check(nodes, session),
    };
  }

  get world(): World {
    return this.#factories.world;
  }

  get database(): Database {
    return this.#factories.database;
  }

  get guard(): Guard {
    return this.#factories.guard;
  }

  get generator(): Generator {
    return this.#factories.generator;
  }

  /** As `Factories.of`: a factory that creates its rows in this tenant. */
  of<N extends keyof Tables & string>(factory: N): Factory<Tables[N] & object>;
  of<T extends object, P extends object, R extends Traits>(
    factory: Factory<T, P, R>,
  ): Factory<T, P, R>;
  of(factory: string | AnyFactory): AnyFactory {
    return this.#factories.of(factory as never).with({ creator: this }) as AnyFactory;
  }

  recipeOf(definition: Definition): Recipe {
    const facts = this.world.tableOf(definition);
    const known = this.#built.get(definition) ?? this.#given(definition, facts);
    this.#built.set(definition, known);
    return this.#factories.recipeOf(known);
  }

  /** @throws HFIT_TENANT_CROSSED, and what `Factory.create` throws */
  create(
    definition: Definition,
    count: number,
    overrides: object | undefined,
    params: object | undefined,
  ): Promise<object[]> {
    const order = { definition, count, overrides: overrides as Values, params };
    return this.#factories.createAll([order], this.#scope);
  }

  /** A column that is no foreign key gets the tenant as its value; foreign keys get the row. */
  #place(definition: Definition): Definition {
    const known = this.#placed.get(definition);
    if (known) return known;
    const facts = this.world.tableOf(definition);
    const column = this.tenancy.ownColumn(facts);
    const isPlain = column !== null && !facts.columns.get(column)?.points;
    const placed =
      isPlain && facts !== this.tenancy.table ? this.#given(definition, facts) : definition;
    this.#placed.set(definition, placed);
    return placed;
  }

  #given(definition: Definition, facts: TableFacts): Definition {
    const column = this.tenancy.ownColumn(facts);
    if (column === null || facts === this.tenancy.table) return definition;
    const attributes = { ...definition.attributes, [column]: literal(this.id) };
    return { ...definition, attributes };
  }

  async #check(nodes: readonly Node[], session: Session): Promise<void> {
    const outside = new Map<ForeignKey, { facts: TableFacts; keys: Map<string, Row> }>();
    for (const node of nodes) {
      const { facts } = node;
      if (facts === this.tenancy.table) continue;
      this.#checkOwn(node);
      for (const key of facts.table.foreignKeys) this.#collect(node, key, outside);
    }
    for (const [key, { facts, keys }] of outside) await this.#ask(session, facts, key, keys);
  }

  #checkOwn({ facts, values, edges }: Node): void {
    const column = this.tenancy.ownColumn(facts);
    if (column === null) return;
    const value = values[column];
    const isOther = value != null && String(value) !== String(this.id);
    if (isOther) throw this.#crossed(facts, `${facts.name}.${column}`, value);
    const edge = edges.find(
      ({ target, pairs }) =>
        target.facts === this.tenancy.table && pairs.some(([own]) => own === column),
    );
    if (edge) throw this.#crossed(facts, `${facts.name}.${column}`, 'a new one');
  }

  /** Notes the rows that are there already, and that a key points to. */
  #collect(
    { facts, values, edges }: Node,
    key: ForeignKey,
    outside: Map<ForeignKey, { facts: TableFacts; keys: Map<string, Row> }>,
  ): void {
    const target = this.world.targetOf(key);
    const { tenancy } = this;
    if (!tenancy.ownerOf(target) || tenancy.isExcepted(facts, key)) return;
    if (edges.some((edge) => edge.key === key)) return;
    if (target === tenancy.table && key.columns[0] === tenancy.ownColumn(facts)) return;
    if (key.columns.some((column) => values[column] == null)) return;
    const { dialect } = this.#factories.database;
    const row = key.columns.map((name, i) => {
      const column = target.columns.get(key.targetColumns[i] as string)?.column;
      return column ? dialect.encode(column, values[name]) : null;
    });
    const found = outside.get(key) ?? { facts, keys: new Map() };
    outside.set(key, found);
    found.keys.set(row.join('\0'), row);
  }

  async #ask(session: Session, facts: TableFacts, key: ForeignKey, keys: Map<string, Row>) {
    const target = this.world.targetOf(key);
    const owner = this.tenancy.ownerOf(target);
    const { dialect } = this.#factories.database;
    const holder = owner && this.#holder(target, owner.hops, owner.column);
    if (!owner || !holder) return;
    const columns = key.targetColumns.flatMap((name) => target.columns.get(name)?.column ?? []);
    const tables = [...this.world.tables.values()].map(({ table }) => table);
    const all = [...keys.values()];
    for (let i = 0; i < all.length; i += 500) {
      const other = await findOtherOwner(
        dialect,
        session,
        tables,
        { table: target.table, columns, owner },
        all.slice(i, i + 500),
        dialect.encode(holder, this.id),
      );
      if (other !== null) throw this.#crossed(facts, this.tenancy.pathOf(facts, key), other);
    }
  }

  #holder(start: TableFacts, hops: readonly ForeignKey[], column: string) {
    const end = hops.reduce((_, hop) => this.world.targetOf(hop), start);
    return end.columns.get(column)?.column;
  }

  #crossed({ name }: TableFacts, path: string, other: unknown): HfitError {
    const [tenant, wrong] = [String(this.id), String(other)];
    return new HfitError('HFIT_TENANT_CROSSED', { table: name, path, tenant, other: wrong });
  }
}

/**
 * The factories of one tenant. Every row that they make is given to it, through every foreign key;
 * one that would point into another tenant is refused, and nothing is written.
 * @param tenant its row, or what tells it
 * @throws HFIT_TENANT_UNKNOWN
 */
export function forTenant<Tables extends object>(
  factories: Factories<Tables>,
  tenant: unknown,
  options: TenancyOptions = {},
): TenantFactories<Tables> {
  return new TenantFactories(factories, tenant, options);
}
