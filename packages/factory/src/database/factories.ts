import type { Database, Guard, Session } from '@hot-fixture/database';
import { Generator, type GeneratorOptions } from '@hot-fixture/generator';
import type { Creator } from '../define/creator.js';
import type { Definition, Hook } from '../define/definition.js';
import type { AnyFactory, Factory } from '../define/factory.js';
import type { Recipe } from '../define/recipe.js';
import type { Traits } from '../define/types.js';
import type { Fill } from '../table/defaults.js';
import { askTenantsOf } from '../tenants/given.js';
import { type Tenancy, type TenancyOptions, tenancyOf } from '../tenants/tenancy.js';
import { arrange } from './arrange.js';
import { batchSize, createInBatches } from './batches.js';
import { type Created, CreatedRows } from './created.js';
import type { Node, Values } from './node.js';
import { Plan } from './plan.js';
import { Pools } from './pools.js';
import type { Call, Order, Scope } from './scope.js';
import { World } from './world.js';
import { assertTaken, writeRows } from './write.js';

export interface FactoriesOptions extends GeneratorOptions, Guard {
  /** Makes the values; without it one by the other options. */
  readonly generator?: Generator;
  /** Those of the project: each makes the rows of its table wherever one is needed. */
  readonly factories?: readonly AnyFactory[];
  /** By default only what a row cannot do without is made. */
  readonly fill?: Fill;
  /**
   * How rows belong to tenants; found by the column `tenant_id` if left out. What one call makes is
   * of one tenant.
   */
  readonly tenants?: TenancyOptions | false;
  /** Only the tables of these schemas. */
  readonly schemas?: readonly string[];
}

/** Row types by the names of their tables, as `hfit types` writes them. */
export type AnyTables = Record<string, Record<string, unknown>>;

/**
 * Opens the factories of a database: it is introspected once, and the factories know its tables.
 * @throws HFIT_DATABASE_UNREACHABLE, HFIT_NOT_A_TEST_DATABASE, HFIT_FACTORY_TABLE
 */
export async function openFactories<Tables extends object = AnyTables>(
  database: Database,
  options: FactoriesOptions = {},
): Promise<Factories<Tables>> {
  database.assertTestDatabase(options);
  const schema = await database.introspect(options.schemas);
  const generator = options.generator ?? new Generator(options);
  const world = new World(schema, generator, options.factories ?? [], options.fill ?? 'required');
  return new Factories(database, world, options, tenancyOf(world, options.tenants));
}

/** The factories of one database. Made by {@link openFactories}. */
export class Factories<Tables extends object = AnyTables> implements Creator {
  readonly world: World;
  /** Told of each call when it is done. */
  readonly watchers = new Set<(call: Call) => void>();
  /** Null where no table is of a tenant. */
  readonly tenancy: Tenancy | null;
  readonly #database: Database;
  readonly guard: Guard;
  readonly #pools = new Pools();
  readonly #created = new CreatedRows();

  constructor(database: Database, world: World, guard: Guard, tenancy: Tenancy | null = null) {
    this.tenancy = tenancy;
    this.#database = database;
    this.guard = guard;
    this.world = world;
  }

  get database(): Database {
    return this.#database;
  }

  get generator(): Generator {
    return this.world.generator;
  }

  /** All rows that were created here, in the order in which they were written. */
  get created(): readonly Created[] {
    return this.#created.list;
  }

  /**
   * A factory that creates its rows here.
   * @param factory one that was defined, or a table: that of the project, or one that needs none
   * @throws HFIT_FACTORY_TABLE
   */
  of<N extends keyof Tables & string>(factory: N): Factory<Tables[N] & object>;
  of<T extends object, P extends object, R extends Traits>(
    factory: Factory<T, P, R>,
  ): Factory<T, P, R>;
  of(factory: string | AnyFactory): AnyFactory {
    const found =
      typeof factory === 'string' ? this.world.factoryOf(this.world.tableNamed(factory)) : factory;
    this.world.tableOf(found.definition);
    return found.with({ creator: this });
  }

  recipeOf(definition: Definition): Recipe {
    return this.world.recipeOf(definition);
  }

  create(
    definition: Definition,
    count: number,
    overrides: object | undefined,
    params: object | undefined,
  ): Promise<object[]> {
    const { beforeCreate } = definition.hooks;
    if (count > batchSize && beforeCreate.length === 0) {
      return this.#createMany(definition, count, overrides as Values | undefined, params);
    }
    return this.createAll([{ definition, count, overrides: overrides as Values, params }]);
  }

  async #createMany(
    definition: Definition,
    count: number,
    overrides: Values | undefined,
    params: object | undefined,
  ): Promise<object[]> {
    const begin = performance.now();
    await this.#askTenants(definition, overrides);
    const rows: object[] = [];
    const created = new CreatedRows();
    const nodes: Node[] = [];
    // A row that nobody looks at again is kept without all that it was made from.
    const isKept = ({ definition: { hooks } }: Node) =>
      this.watchers.size > 0 || hooks.afterCreate.length > 0;
    await createInBatches(this.#database, this.guard, count, {
      begin: () => new Plan(this.world, this.#pools, this),
      add: (plan) => plan.add(definition, overrides, params),
      before: (added) => runHooks(added, 'beforeCreate', ({ values }) => values),
      done({ plan, tops }) {
        for (const { result } of tops) rows.push(result as object);
        for (const node of plan.nodes) {
          created.add(node);
          if (isKept(node)) nodes.push(node);
        }
      },
    });
    this.#created.addAll(created);
    await runHooks(nodes, 'afterCreate', ({ result }) => result as Values);
    const milliseconds = performance.now() - begin;
    for (const watch of this.watchers) watch({ nodes, milliseconds });
    return rows;
  }

  /** For those who build on it: rows of several factories, in one transaction. */
  async createAll(orders: readonly Order[], scope: Scope = {}): Promise<object[]> {
    const begin = performance.now();
    for (const { definition, overrides } of scope.tenant === undefined ? orders : []) {
      if (typeof overrides !== 'function') await this.#askTenants(definition, overrides);
    }
    const plan = new Plan(this.world, this.#pools, { tenancy: this.tenancy, ...scope });
    const tops: Node[] = [];
    for (const { definition, count, overrides, params } of orders) {
      for (let i = 0; i < count; i += 1) {
        const given = typeof overrides === 'function' ? overrides(i) : overrides;
        tops.push(plan.add(definition, given, params));
      }
    }
    await runHooks(plan.nodes, 'beforeCreate', ({ values }) => values);
    for (const node of plan.nodes) assertTaken(node);
    const arranged = arrange(plan.nodes);
    const write = async (session: Session) => {
      if (scope.withoutKeys) {
        for (const it of this.#database.dialect.forFunctions ?? []) await session.run(it);
      }
      await scope.check?.(plan.nodes, session);
      await writeRows(this.#database, session, arranged);
      await scope.withoutKeys?.(session);
    };
    await (scope.withoutKeys
      ? this.#database.transactionWithoutKeys(write, this.guard)
      : this.#database.transaction(write, this.guard, true));
    for (const step of arranged.steps) {
      for (const node of step) this.#created.add(node);
    }
    await runHooks(plan.nodes, 'afterCreate', ({ result }) => result as Values);
    const milliseconds = performance.now() - begin;
    for (const watch of this.watchers) watch({ nodes: plan.nodes, milliseconds });
    return tops.map(({ result }) => result as object);
  }

  async #askTenants(definition: Definition, overrides: Values | undefined): Promise<void> {
    const tenants = this.#pools.tenants(this.tenancy, this.world, null);
    if (!this.tenancy || !tenants) return;
    await askTenantsOf(this.#database, this.world, this.tenancy, tenants, definition, overrides);
  }
}

async function runHooks(
  nodes: readonly Node[],
  when: 'beforeCreate' | 'afterCreate',
  rowOf: (node: Node) => Values,
): Promise<void> {
  for (const node of nodes) {
    const hooks: readonly Hook[] = node.definition.hooks[when];
    for (const hook of hooks) await hook(rowOf(node) as never, node.context as never);
  }
}
