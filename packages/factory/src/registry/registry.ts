import { HfitError } from '@hot-fixture/errors';
import type { Factories } from '../database/factories.js';
import type { Values } from '../database/node.js';
import { pairsOf } from '../database/node.js';
import type { World } from '../database/world.js';
import type { AnyFactory, RowOf } from '../define/factory.js';
import type { None } from '../define/types.js';
import { seedingOrder } from '../seed/order.js';
import type { TableFacts } from '../table/facts.js';
import type { TenantFactories } from '../tenants/tenant-factories.js';
import { type Bond, bondOf, type Relationship } from './relationship.js';
import { removeRows } from './remove.js';
import { repoint } from './repoint.js';
import { Session } from './session.js';

export type FactoryMap = Record<string, AnyFactory>;

/** What a registry knows of a factory. */
export interface Metadata {
  readonly name: string;
  readonly table: string;
  /** The factories whose rows its rows point to. */
  readonly dependencies: readonly string[];
  /** Those whose rows point to its rows. */
  readonly provides: readonly string[];
  /** Whether its rows belong to a tenant. */
  readonly tenantIsolated: boolean;
  /** Rows of a lower one are cleaned up first. */
  readonly cleanupOrder: number;
}

type ArgumentsOf<F> = F extends { build(...args: infer A): unknown } ? A : [];

/** Factories by name, with what the schema and its users know of how their rows belong together. */
export class Registry<F extends FactoryMap = None> {
  readonly source: Factories | TenantFactories;
  readonly #factories = new Map<string, AnyFactory>();
  readonly #relationships = new Map<string, Relationship>();
  readonly #instances = new Map<string, object[]>();
  readonly #handlers = new Map<string, (() => unknown)[]>();

  /** @param source `await openFactories(database)`, or those of one tenant */
  constructor(source: Factories | TenantFactories) {
    this.source = source;
  }

  get world(): World {
    return this.source.world;
  }

  /** @throws HFIT_REGISTRY_TAKEN, HFIT_FACTORY_TABLE */
  register<N extends string, A extends AnyFactory>(
    name: N,
    factory: A,
  ): Registry<F & Record<N, A>> {
    if (this.#factories.has(name)) {
      throw new HfitError('HFIT_REGISTRY_TAKEN', { what: 'factory', name });
    }
    this.world.tableOf(factory.definition);
    const noted = factory.afterCreate((row: object) => this.#note(name, row));
    this.#factories.set(name, noted as AnyFactory);
    return this as never;
  }

  get names(): readonly (keyof F & string)[] {
    return [...this.#factories.keys()];
  }

  /**
   * The factory of a name, bound to the database.
   * @throws HFIT_REGISTRY_NAME
   */
  get<N extends keyof F & string>(name: N): F[N] {
    return this.source.of(this.#named(name)) as F[N];
  }

  /** @throws HFIT_REGISTRY_NAME, and what `Factory.create` throws */
  create<N extends keyof F & string>(name: N, ...args: ArgumentsOf<F[N]>): Promise<RowOf<F[N]>> {
    return this.get(name).create(...(args as unknown as [never])) as Promise<RowOf<F[N]>>;
  }

  createMany<N extends keyof F & string>(
    name: N,
    count: number,
    ...args: ArgumentsOf<F[N]>
  ): Promise<RowOf<F[N]>[]> {
    return this.get(name).createMany(count, ...(args as unknown as [never])) as Promise<
      RowOf<F[N]>[]
    >;
  }

  /** The rows that were made by a factory of this registry, and not cleaned up. */
  instances<N extends keyof F & string>(name: N): readonly RowOf<F[N]>[] {
    this.#named(name);
    return (this.#instances.get(name) ?? []) as RowOf<F[N]>[];
  }

  /** @throws HFIT_REGISTRY_NAME */
  metadata(name: keyof F & string): Metadata {
    const facts = this.#tableOf(name);
    const named = [...this.#factories.keys()].map((it) => [it, this.#tableOf(it)] as const);
    const points = (from: TableFacts, to: TableFacts) =>
      from !== to && from.table.foreignKeys.some((key) => this.world.targetOf(key) === to);
    const tenancy = this.source.tenancy;
    return {
      ...{ name, table: facts.name },
      dependencies: named.filter(([, it]) => points(facts, it)).map(([it]) => it),
      provides: named.filter(([, it]) => points(it, facts)).map(([it]) => it),
      tenantIsolated: facts !== tenancy?.table && tenancy?.ownerOf(facts) != null,
      cleanupOrder: this.cleanupOrder().indexOf(name),
    };
  }

  /** All that a factory needs, each behind what it needs itself, and the factory last. */
  resolveDependencies(name: keyof F & string): (keyof F & string)[] {
    const needed = new Set<string>();
    const visit = (it: string) => {
      if (needed.has(it)) return;
      needed.add(it);
      for (const other of this.metadata(it).dependencies) visit(other);
    };
    visit(name);
    return this.#ordered().filter((it) => needed.has(it));
  }

  /** The factories in the order in which their rows can be deleted: children first. */
  cleanupOrder(): (keyof F & string)[] {
    return this.#ordered().reverse();
  }

  /** @throws HFIT_REGISTRY_TAKEN, HFIT_REGISTRY_NAME, HFIT_REGISTRY_RELATIONSHIP */
  relate(relationship: Relationship<keyof F & string>): this {
    const { name } = relationship;
    if (this.#relationships.has(name)) {
      throw new HfitError('HFIT_REGISTRY_TAKEN', { what: 'relationship', name });
    }
    this.#bond(relationship);
    this.#relationships.set(name, relationship);
    return this;
  }

  /** @throws HFIT_REGISTRY_NAME */
  relationship(name: string): { readonly relationship: Relationship; readonly bond: Bond } {
    const found = this.#relationships.get(name);
    if (found) return { relationship: found, bond: this.#bond(found) };
    const known = [...this.#relationships.keys()].join(', ') || 'none';
    throw new HfitError('HFIT_REGISTRY_NAME', { what: 'relationship', name, known });
  }

  /**
   * Lets a row that is there belong to another one: its foreign key is set, or a row of the junction
   * table is made.
   * @returns the row that holds the key
   * @throws HFIT_REGISTRY_NAME, HFIT_FACTORY_REFUSED
   */
  async establish(name: string, source: object, target: object): Promise<object> {
    const { bond } = this.relationship(name);
    const { facts, key, other } = bond;
    const from = (it: typeof key, row: Values) =>
      Object.fromEntries(pairsOf(it).map(([own, theirs]) => [own, row[theirs]]));
    const values = from(key, source as Values);
    if (other) {
      const pair = { ...values, ...from(other, target as Values) };
      return this.source.of(this.world.factoryOf(facts)).create(pair as never);
    }
    await repoint(this.source.database, this.source.guard, facts, target as Values, key, values);
    return Object.assign(target, values);
  }

  /** Runs before the rows of a factory are deleted by `cleanup`; the last one that was added first. */
  onCleanup(name: keyof F & string, handler: () => unknown): this {
    this.#named(name);
    this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler]);
    return this;
  }

  /**
   * Deletes the rows that one factory made, and no others; a session puts back everything.
   * @throws HFIT_REGISTRY_NAME, HFIT_FACTORY_REFUSED where rows of others point to them, and what a
   *   handler throws; then all of them stay
   */
  async cleanup(name: keyof F & string): Promise<void> {
    const facts = this.#tableOf(name);
    for (const handler of [...(this.#handlers.get(name) ?? [])].reverse()) await handler();
    const { database, guard } = this.source;
    await removeRows(database, guard, facts, this.#instances.get(name) ?? []);
    this.#instances.delete(name);
    this.#handlers.delete(name);
  }

  /** Opens a session: what happens to the database until it is cleaned up is undone then. */
  async session(): Promise<Session> {
    const before = new Map([...this.#instances].map(([name, rows]) => [name, rows.length]));
    return Session.open(this.source, () => {
      for (const [name, rows] of this.#instances) rows.length = before.get(name) ?? 0;
    });
  }

  #note(name: string, row: object): void {
    const rows = this.#instances.get(name) ?? [];
    this.#instances.set(name, rows);
    rows.push(row);
  }

  #ordered(): string[] {
    const names = [...this.#factories.keys()];
    const tables = [...new Set(names.map((it) => this.#tableOf(it)))];
    const order = seedingOrder(this.world, tables).flat();
    return names.sort((a, b) => order.indexOf(this.#tableOf(a)) - order.indexOf(this.#tableOf(b)));
  }

  #bond(it: Relationship): Bond {
    return bondOf(this.world, it, this.#tableOf(it.source), this.#tableOf(it.target));
  }

  #tableOf(name: string): TableFacts {
    return this.world.tableOf(this.#named(name).definition);
  }

  #named(name: string): AnyFactory {
    const found = this.#factories.get(name);
    if (found) return found;
    const known = [...this.#factories.keys()].join(', ') || 'none';
    throw new HfitError('HFIT_REGISTRY_NAME', { what: 'factory', name, known });
  }
}
