import type { ForeignKey } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Generator } from '@hot-fixture/generator';
import type { Recycled } from '../define/definition.js';
import type { TableFacts } from '../table/facts.js';
import { type Node, nameOfKey, pairsOf, type Values } from './node.js';
import type { World } from './world.js';

/** Rows that are there to be pointed to, and which of them were paired already. */
export class Pools {
  readonly #used = new Map<string, Set<string>>();
  readonly #counts = new Map<string, number>();
  readonly #ids = new WeakMap<object, number>();
  #lastId = 0;

  /** The rows of a table that may be pointed to; null where it was given none. */
  rowsOf({ name }: TableFacts, recycled: readonly Recycled[]): readonly Values[] | null {
    const rows = recycled.filter(({ table }) => table === name).map((it) => it.rows);
    if (rows.length === 0) return null;
    return (rows.length === 1 ? rows[0] : rows.flat()) as readonly Values[];
  }

  /** One of the rows that agrees with what is decided. */
  pick(
    { facts, values }: Node,
    key: ForeignKey,
    index: number,
    target: TableFacts,
    recycled: readonly Recycled[],
    generator: Generator,
  ): Values | null {
    const rows = this.rowsOf(target, recycled);
    if (!rows) return null;
    const known = pairsOf(key).filter(([own]) => values[own] !== undefined);
    const fitting =
      known.length === 0
        ? rows
        : rows.filter((row) => known.every(([own, theirs]) => same(row[theirs], values[own])));
    if (fitting.length === 0) return null;
    return generator.draws(facts.name, key.columns.join(' '))(index).pick(fitting);
  }

  /**
   * Points by several keys at once, where these are unique together: no pair comes twice.
   * @throws HFIT_FACTORY_EXHAUSTED
   */
  pair(node: Node, keys: readonly ForeignKey[], recycled: readonly Recycled[], world: World): void {
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
      this.#choose(node, names, open, pools as (readonly Values[])[], decided.join(), world);
    }
  }

  #choose(
    node: Node,
    names: readonly string[],
    keys: readonly ForeignKey[],
    pools: readonly (readonly Values[])[],
    decided: string,
    { generator }: World,
  ): void {
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
      return;
    }
    const key = names.join(', ');
    throw new HfitError('HFIT_FACTORY_EXHAUSTED', { table: facts.name, key, size });
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
