import type { ForeignKey } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Definition, Recycled } from '../define/definition.js';
import { type AnyFactory, Factory } from '../define/factory.js';
import type { Relation } from '../define/relation.js';
import { settleChoices } from '../table/choices.js';
import type { TableFacts } from '../table/facts.js';
import { settleOrders } from '../table/orders.js';
import { tenantOf } from '../tenants/agree.js';
import type { TenantRows } from '../tenants/tenant-rows.js';
import { type Edge, isSoft, type Node, nameOfKey, pairsOf, type Values } from './node.js';
import type { Pools } from './pools.js';
import { childKey, junctionKeys, ownKey } from './relations.js';
import type { Scope } from './scope.js';
import { assertColumn, type World } from './world.js';

/** How a row came to be made. */
interface Via {
  /** The rows that wait for this one, from the first, each with the key that made it do so. */
  readonly waiting: readonly { readonly node: Node; readonly key: ForeignKey }[];
  /** Keys that are decided: by the row that has this one as its child. */
  readonly preset: readonly Edge[];
  /** Relations that are being made, to find out where that has no end. */
  readonly having: readonly Relation[];
  /** The path of keys to it; null for what was asked for. */
  readonly by: string | null;
  /** Of the row that it is made for; null where none is decided. */
  readonly tenant: unknown;
}

/** Shared by rows that point to none: nothing is added to it. */
const none: Edge[] = [];

const top: Via = { waiting: [], preset: [], having: [], by: null, tenant: null };

/** The rows of one call, and all that they need, before anything is written. */
export class Plan {
  readonly nodes: Node[] = [];
  readonly #world: World;
  readonly #pools: Pools;
  readonly #scope: Scope;
  readonly #tenants: TenantRows | null;
  readonly #order = new Map<TableFacts, readonly ForeignKey[]>();
  /** The tenant that was made for the row of the call that is being made. */
  #tenant: Node | null = null;

  constructor(world: World, pools: Pools, scope: Scope = {}) {
    this.#world = world;
    this.#pools = pools;
    this.#scope = scope;
    this.#tenants = pools.tenants(scope.tenancy, world, scope.tenant ?? null);
  }

  /** @throws HFIT_FACTORY_CYCLE, HFIT_FACTORY_RELATION, HFIT_FACTORY_COLUMN, HFIT_FACTORY_EXHAUSTED */
  add(definition: Definition, overrides: Values | undefined, params: object | undefined): Node {
    this.#tenant = null;
    return this.#row(definition, overrides, params, top, this.#scope.recycled ?? []);
  }

  #row(
    given: Definition,
    overrides: Values | undefined,
    params: object | undefined,
    via: Via,
    around: readonly Recycled[],
  ): Node {
    const world = this.#world;
    const ownRows = world.recycledOf(given);
    const recycled =
      ownRows.length === 0 ? around : around.length === 0 ? ownRows : [...ownRows, ...around];
    const definition = this.#scope.definition?.(given) ?? given;
    const facts = world.tableOf(definition);
    const recipe = world.recipeOf(definition);
    if (overrides) for (const column in overrides) assertColumn(facts, column);
    const index = recipe.next();
    const values = recipe.make(index, overrides, params);
    if (facts.orders.length + facts.choices.length > 0) {
      const known = { ...definition.attributes, ...overrides };
      const isGiven = (column: string) => known[column] !== undefined;
      settleOrders(facts, values, isGiven);
      settleChoices(facts, values, isGiven, (it) => world.valueFor(facts, it, index));
    }
    const { hooks } = definition;
    const isHooked = hooks.afterBuild.length + hooks.beforeCreate.length + hooks.afterCreate.length;
    const context = isHooked ? recipe.contextOf(index, values, params) : null;
    for (const hook of hooks.afterBuild) hook(values as never, context as never);
    const points = facts.table.foreignKeys.length > 0;
    const isOwn = points || via.preset.length > 0 || this.#tenants !== null;
    const edges = isOwn ? [...via.preset] : none;
    const [by, isParent] = [via.by, via.waiting.length > 0];
    const node: Node = {
      facts,
      definition,
      values,
      edges,
      via: by,
      isParent,
      context,
      result: null,
    };
    const plain = this.#tenants?.adopt(node, via.tenant, (column) => {
      return overrides?.[column] !== undefined || definition.attributes[column] !== undefined;
    });
    if (points) this.#point(node, index, via, recycled);
    if (plain !== undefined) this.#tenants?.fill(node, plain);
    // Written in this order, as far as they need no other one.
    this.nodes.push(node);
    if (via.waiting.length === 0) this.#have(node, via, recycled);
    return node;
  }

  /**
   * Decides all foreign keys: the shorter ones first, for the longer ones may repeat their columns;
   * that to the tenant last, for the others may decide it.
   */
  #point(node: Node, index: number, via: Via, recycled: readonly Recycled[]): void {
    const { facts, definition } = node;
    const asked = new Map(
      definition.relations
        .filter(({ kind }) => kind === 'belongsTo')
        .map((it) => [ownKey(this.#world, facts, it.name), it]),
    );
    const keys = this.#inOrder(facts);
    for (const key of keys) {
      const { source } = asked.get(key) ?? {};
      if (source && !(source instanceof Factory)) {
        this.#copy(node, key, source as Values, recycled);
      }
    }
    this.#pools.pair(
      node,
      index,
      keys.filter((key) => !asked.has(key)),
      recycled,
      this.#world,
      this.#tenants,
    );
    for (const key of keys) {
      const taken = taking(node);
      const open = key.columns.filter((it) => node.values[it] === undefined && !taken.has(it));
      if (open.length === 0 || key.columns.some((it) => node.values[it] === null)) continue;
      const relation = asked.get(key);
      const target = this.#world.targetOf(key);
      if (!relation) {
        if (this.#tenants?.settle(node, key, recycled)) continue;
        const { generator } = this.#world;
        const row = this.#pools.pick(node, key, index, target, recycled, generator, this.#tenants);
        if (row) this.#copy(node, key, row, recycled);
        if (row || isSoft(facts, key)) continue;
      }
      const factory = (relation?.source as AnyFactory | null | undefined) ?? null;
      this.#makeParent(node, key, factory ?? this.#world.factoryOf(target), via, recycled);
    }
  }

  #inOrder(facts: TableFacts): readonly ForeignKey[] {
    const known = this.#order.get(facts);
    if (known) return known;
    const tenants = this.#scope.tenancy?.table;
    const [last, first] = parted(facts.table.foreignKeys, (key) => {
      return tenants != null && this.#world.targetOf(key) === tenants;
    });
    const keys = [...first.sort((a, b) => a.columns.length - b.columns.length), ...last];
    this.#order.set(facts, keys);
    return keys;
  }

  /** Points to a row that is there. */
  #copy(node: Node, key: ForeignKey, row: Values, recycled: readonly Recycled[]): void {
    const { facts, values } = node;
    for (const [own, theirs] of pairsOf(key)) {
      if (row[theirs] === undefined) {
        const reason = `the row that was given for it has no "${theirs}"`;
        throw new HfitError('HFIT_FACTORY_VALUE', { table: facts.name, column: own, reason });
      }
      values[own] ??= row[theirs];
    }
    const tenant = tenantOf(this.#scope.tenancy, facts, key, this.#world.targetOf(key), row);
    if (tenant) values[tenant.column] ??= tenant.value;
    else this.#tenants?.note(node, key, row, recycled);
  }

  #makeParent(
    node: Node,
    key: ForeignKey,
    factory: AnyFactory,
    via: Via,
    recycled: readonly Recycled[],
  ): void {
    const target = this.#world.targetOf(key);
    const definition = factory.definition;
    if (this.#world.tableOf(definition) !== target) {
      throw new HfitError('HFIT_FACTORY_RELATION', {
        table: node.facts.name,
        relation: `points by ${nameOfKey(node.facts, key)} to rows of the factory "${factory.name}"`,
        reason: 'none',
        known: target.name,
      });
    }
    const soft = isSoft(node.facts, key);
    const edgeTo = (it: Node) => node.edges.push({ key, pairs: pairsOf(key), target: it, soft });
    const waiting = [...via.waiting, { node, key }];
    if (target === node.facts) {
      // A row may be its own parent; asked for another one, it gets one, which has none.
      if (!soft) return void edgeTo(node);
      if (via.waiting.some((it) => it.key === key)) return;
    } else {
      const above = via.waiting.find((it) => it.node.facts === target);
      if (above) return void edgeTo(above.node);
      const shared = target === this.#scope.tenancy?.table ? this.#tenant : null;
      if (shared) return void edgeTo(shared);
    }
    const { preset, ...agreed } = agreeing(node, key, target);
    const tenants = this.#tenants;
    const tenant = tenants?.binds(node.facts, key) ? tenants.decided(node) : null;
    const by = pathTo(via, nameOfKey(node.facts, key));
    const made = this.#row(
      definition,
      agreed.values,
      undefined,
      { ...via, waiting, preset, by, tenant },
      recycled,
    );
    if (target === this.#scope.tenancy?.table) this.#tenant ??= made;
    edgeTo(made);
  }

  /** Makes the rows that point to this one, which is no parent that another row needs. */
  #have(node: Node, via: Via, recycled: readonly Recycled[]): void {
    for (const relation of node.definition.relations) {
      if (relation.kind === 'belongsTo') continue;
      if (via.having.includes(relation)) {
        const names = [...via.having, relation].map(({ name }) => name);
        throw new HfitError('HFIT_FACTORY_CYCLE', { path: names.join(' → ') });
      }
      const having = [...via.having, relation];
      const by = pathTo(via, `${node.facts.name}.${relation.name}`);
      if (relation.kind === 'manyToMany')
        this.#tie(node, relation, { ...top, having, by }, recycled);
      else this.#children(node, relation, { ...top, having, by }, recycled);
    }
  }

  #children(node: Node, relation: Relation, via: Via, recycled: readonly Recycled[]): void {
    const { facts, key } = childKey(this.#world, node.facts, relation.name);
    const factory = (relation.source as AnyFactory | null) ?? this.#world.factoryOf(facts);
    const preset = [edgeOf(facts, key, node)];
    for (let i = 0; i < relation.count; i += 1) {
      this.#row(factory.definition, undefined, undefined, { ...via, preset }, recycled);
    }
  }

  /** Makes the rows of a junction table, and those at its other end. */
  #tie(node: Node, relation: Relation, via: Via, recycled: readonly Recycled[]): void {
    const { here, there, right } = junctionKeys(this.#world, node.facts, relation.name);
    const given = Array.isArray(relation.source) ? (relation.source as Values[]) : null;
    const factory = relation.source instanceof Factory ? (relation.source as AnyFactory) : null;
    const known = given ?? (factory ? null : this.#pools.rowsOf(right, recycled));
    const rows = known && this.#pools.several(known, relation.count, here.facts, there);
    const junction = this.#world.factoryOf(here.facts).definition;
    for (let i = 0; i < relation.count; i += 1) {
      const preset = [edgeOf(here.facts, here.key, node)];
      let values: Values | undefined;
      if (rows) {
        values = Object.fromEntries(
          pairsOf(there).map(([own, theirs]) => [own, (rows[i] as Values)[theirs]]),
        );
      } else {
        const { definition } = factory ?? this.#world.factoryOf(right);
        const other = this.#row(definition, undefined, undefined, via, recycled);
        preset.push(edgeOf(here.facts, there, other));
      }
      this.#row(junction, values, undefined, { ...via, preset }, recycled);
    }
  }
}

/** Those for which it holds, and the others. */
function parted<T>(list: readonly T[], holds: (it: T) => boolean): [T[], T[]] {
  return [list.filter(holds), list.filter((it) => !holds(it))];
}

function pathTo({ by }: Via, name: string): string {
  return by === null ? name : `${by} → ${name}`;
}

function edgeOf(facts: TableFacts, key: ForeignKey, target: Node): Edge {
  return { key, pairs: pairsOf(key), target, soft: isSoft(facts, key) };
}

/** The columns that are taken from other rows, and from where. */
function taking({ edges }: Node): Map<string, { target: Node; column: string }> {
  return new Map(
    edges.flatMap(({ pairs, target }) =>
      pairs.map(([own, theirs]) => [own, { target, column: theirs }] as const),
    ),
  );
}

/** What a parent has to agree with: the columns of its key that are decided already. */
function agreeing(node: Node, key: ForeignKey, target: TableFacts) {
  const taken = taking(node);
  const values: Values = {};
  const preset: Edge[] = [];
  for (const [own, theirs] of pairsOf(key)) {
    if (node.values[own] !== undefined) values[theirs] = node.values[own];
    const from = taken.get(own);
    if (!from) continue;
    const pairs = [[theirs, from.column]] as const;
    const same = target.table.foreignKeys.find(
      (it) =>
        it.columns.length === 1 && it.columns[0] === theirs && it.targetColumns[0] === from.column,
    );
    preset.push({ key: same ?? null, pairs, target: from.target, soft: false });
  }
  return { values: Object.keys(values).length > 0 ? values : undefined, preset };
}
