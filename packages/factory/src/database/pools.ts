import type { ForeignKey } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Generator } from '@hot-fixture/generator';
import type { Recycled } from '../define/definition.js';
import type { TableFacts } from '../table/facts.js';
import type { Tenancy } from '../tenants/tenancy.js';
import { TenantRows } from '../tenants/tenant-rows.js';
import { type Node, nameOfKey, pairsOf, type Values } from './node.js';
import type { World } from './world.js';

/** Rows that are there to be pointed to, and which of them were paired already. */
export class Pools {
  readonly #used = new Map<string, Set<string>>();
  readonly #counts = new Map<string, number>();
  readonly #tenants = new WeakMap<Tenancy, TenantRows>();
  readonly #ids = new WeakMap<object, number>();
  #lastId = 0;

  /** The rows of tenants, told apart; null where there are none. */
  tenants(tenancy: Tenancy | null | undefined, world: World, only: unknown): TenantRows | null {
    if (!tenancy) return null;
    const known = this.#tenants.get(tenancy) ?? new TenantRows(tenancy, world, only);
    this.#tenants.set(tenancy, known);
    return known;
  }

  /** The rows of a table that may be pointed to; null where it was given none. */
  rowsOf({ name }: TableFacts, recycled: readonly Recycled[]): readonly Values[] | null {
    const rows = recycled.filter(({ table }) => table === name).map((it) => it.rows);
    if (rows.length === 0) return null;
    return (rows.length === 1 ? rows[0] : rows.flat()) as readonly Values[];
  }

  /** One of the rows that agrees with what is decided, and is of the tenant of the row. */
  pick(
    node: Node,
    key: ForeignKey,
    index: number,
    target: TableFacts,
    recycled: readonly Recycled[],
    generator: Generator,
    tenants: TenantRows | null,
  ): Values | null {
    const { facts, values } = node;
    const all = this.rowsOf(target, recycled);
    if (!all) return null;
    const rows = tenants?.fitting(facts, key, all, tenants.decided(node), recycled) ?? all;
    const known = pairsOf(key).filter(([own]) => values[own] !== undefined);
    const fitting =
      known.length === 0
        ? rows
        : rows.filter((row) => known.every(([own, theirs]) => same(row[theirs], values[own])));
    if (fitting.length === 0) return null;
    return generator.draws(facts.name, key.columns.join(' '))(index).pick(fitting);
  }

  /**
   * Points by several keys at once, where these are unique together: no pair comes twice, and each
   * is of one tenant.
   * @throws HFIT_FACTORY_EXHAUSTED
   */
  pair(
    node: Node,
    index: number,
    keys: readonly ForeignKey[],
    recycled: readonly Recycled[],
    world: World,
    tenants: TenantRows | null,
  ): void {
    for (const names of node.facts.uniques) {
      const open = keys.filter(
        (key) =>
          key.columns.every((it) => names.includes(it)) &&
          key.columns.some((it) => node.values[it] === undefined) &&
          !node.edges.some((edge) => edge.key === key),
      );
      const rest = names.filter((name) => !open.some((key) => key.columns.includes(name)));
      const pools = open.map((key) => this.rowsOf(world.targetOf(key), recycled));
      const decided = rest.map((name) => this.#decided(node, name));
      if (open.length === 0 || pools.includes(null) || decided.includes(undefined)) continue;
      const full = pools as (readonly Values[])[];
      const tenant = tenants?.decided(node) ?? null;
      const offered =
        tenant === null ? (tenants?.common(node.facts, open, full, recycled) ?? null) : null;
      const start = offered && offered.length > 1 ? this.#draw(node, index, names, world) : 0;
      let isExhausted = false;
      for (let i = 0; i < (offered?.length ?? 1); i += 1) {
        const its = offered ? offered[(start + i) % offered.length] : tenant;
        const rows = open.map((key, at) => {
          const pool = full[at] as readonly Values[];
          return tenants?.fitting(node.facts, key, pool, its, recycled) ?? pool;
        });
        // Of a tenant that has no such rows, they are made.
        if (its !== null && rows.some(({ length }) => length === 0)) continue;
        const chosen = this.#choose(node, names, open, rows, decided.join(), world);
        isExhausted = chosen === null;
        if (!chosen) continue;
        open.forEach((key, at) => {
          tenants?.note(node, key, chosen[at] as Values, recycled);
        });
        break;
      }
      if (!isExhausted) continue;
      const size = full.reduce((product, pool) => product * pool.length, 1);
      const key = names.join(', ');
      throw new HfitError('HFIT_FACTORY_EXHAUSTED', { table: node.facts.name, key, size });
    }
  }

  #draw({ facts }: Node, index: number, names: readonly string[], { generator }: World): number {
    return generator
      .draws(
        facts.name,
        `${names.join(' ')} tenant`,
      )(index)
      .below(2 ** 31);
  }

  /** Null where all pairs are used up. */
  #choose(
    node: Node,
    names: readonly string[],
    keys: readonly ForeignKey[],
    pools: readonly (readonly Values[])[],
    decided: string,
    { generator }: World,
  ): readonly Values[] | null {
    const { facts } = node;
    const unique = `${facts.name} ${names.join(' ')}`;
    const used = this.#used.get(unique) ?? new Set();
    this.#used.set(unique, used);
    const from = `${unique} ${decided} ${pools.map((it) => this.#idOf(it)).join()}`;
    const size = pools.reduce((product, pool) => product * pool.length, 1);
    const sizes = pools.map((it) => Math.max(1, it.length));
    const at = generator.combinations(facts.name, names.join(' '), sizes);
    let count = this.#counts.get(from) ?? 0;
    for (; count < size; count += 1) {
      const rows = at(count).map((place, i) => pools[i]?.[place] as Values);
      const pairs = keys.flatMap((key, i) =>
        pairsOf(key).map(([own, theirs]) => [own, rows[i]?.[theirs]] as const),
      );
      const text = `${decided} ${pairs.map(([own, value]) => `${own}=${value}`).join()}`;
      if (used.has(text)) continue;
      used.add(text);
      for (const [own, value] of pairs) node.values[own] = value;
      this.#counts.set(from, count + 1);
      return rows;
    }
    this.#counts.set(from, count);
    return null;
  }

  /**
   * So many of the rows, no two of them the same.
   * @throws HFIT_FACTORY_EXHAUSTED
   */
  several(
    rows: readonly Values[],
    count: number,
    facts: TableFacts,
    key: ForeignKey,
  ): readonly Values[] {
    const seen = new Map(
      rows.map((row) => [
        pairsOf(key)
          .map(([, theirs]) => `${row[theirs]}`)
          .join(),
        row,
      ]),
    );
    if (seen.size >= count) return [...seen.values()].slice(0, count);
    const size = seen.size;
    throw new HfitError('HFIT_FACTORY_EXHAUSTED', {
      table: facts.name,
      key: nameOfKey(facts, key),
      size,
    });
  }

  /** What tells a decided column apart: its value, or the row that it is taken from. */
  #decided({ values, edges }: Node, name: string): string | undefined {
    if (values[name] !== undefined) return `${name}=${values[name]}`;
    const edge = edges.find(({ pairs }) => pairs.some(([own]) => own === name));
    return edge && `${name}#${this.#idOf(edge.target)}`;
  }

  #idOf(it: object): number {
    const known = this.#ids.get(it);
    if (known !== undefined) return known;
    this.#lastId += 1;
    this.#ids.set(it, this.#lastId);
    return this.#lastId;
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || String(a) === String(b);
}
