import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { type Factories, type FactoriesOptions, openFactories } from '../database/factories.js';
import type { Values } from '../database/node.js';
import type { TableFacts } from '../table/facts.js';
import { seedTogether } from './cycle.js';
import { seedingOrder, targets } from './order.js';
import { rowsThere } from './pool.js';

export interface SeedOptions extends FactoriesOptions {
  /** How many rows of which table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Told of each table when its rows are there. */
  readonly onTable?: (table: string, rows: number) => void;
}

export interface SeedReport {
  /** The same seed makes the same rows. */
  readonly seed: string;
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    /** False where others could not do without it. */
    readonly asked: boolean;
  }[];
}

/** Rows that are written in one step. */
const batchSize = 5000;

/**
 * Fills a database with rows that are valid and related: they point to rows that were made before
 * them, or were there. A table that others cannot do without, and that is empty, gets a tenth of
 * their rows.
 * @throws HFIT_NOT_A_TEST_DATABASE, HFIT_FACTORY_TABLE, HFIT_FACTORY_COUNT, HFIT_FACTORY_EXHAUSTED,
 *   HFIT_FACTORY_REFUSED, HFIT_SEED_CYCLE
 */
export async function seedDatabase(database: Database, options: SeedOptions): Promise<SeedReport> {
  const factories = await openFactories(database, options);
  return new Seeding(factories, options).run();
}

class Seeding {
  readonly #factories: Factories;
  readonly #options: SeedOptions;
  readonly #counts = new Map<TableFacts, number>();
  readonly #pools = new Map<TableFacts, Values[]>();
  readonly #there = new Map<TableFacts, number>();

  constructor(factories: Factories, options: SeedOptions) {
    this.#factories = factories;
    this.#options = options;
  }

  async run(): Promise<SeedReport> {
    const { world, generator } = this.#factories;
    const asked = new Set<TableFacts>();
    for (const [name, count] of Object.entries(this.#options.rows)) {
      if (!Number.isSafeInteger(count) || count < 0)
        throw new HfitError('HFIT_FACTORY_COUNT', { count });
      const facts = world.tableNamed(name);
      asked.add(facts);
      this.#counts.set(facts, count);
    }
    for (const facts of [...asked]) await this.#need(facts);
    for (const facts of asked) await this.#look(facts);
    const order = seedingOrder(world, [...this.#counts.keys()]);
    for (const group of order) await this.#fill(group);
    const tables = order.flat().map((facts) => ({
      ...{ table: facts.name, rows: this.#counts.get(facts) as number, asked: asked.has(facts) },
    }));
    return { seed: generator.seed, tables: tables.filter(({ rows }) => rows > 0) };
  }

  /** Asks for rows of what a table cannot do without, where there are none. */
  async #need(facts: TableFacts): Promise<void> {
    const { world } = this.#factories;
    const count = this.#counts.get(facts) as number;
    if (count === 0) return;
    for (const target of targets(world, facts)) {
      const known = this.#counts.get(target);
      if (known !== undefined && known > 0) continue;
      if ((await this.#look(target)) > 0) continue;
      this.#counts.set(target, Math.ceil(count / 10));
      await this.#need(target);
    }
    for (const key of facts.table.foreignKeys) await this.#look(world.targetOf(key));
  }

  async #look(facts: TableFacts): Promise<number> {
    const known = this.#there.get(facts);
    if (known !== undefined) return known;
    const { rows, count } = await rowsThere(this.#factories.database, facts);
    this.#there.set(facts, count);
    this.#pools.set(facts, rows);
    // Values that are unique go on behind those of an earlier run.
    for (let i = 0; i < count; i += 1) this.#factories.generator.rows.next(facts.name);
    return count;
  }

  async #fill(group: readonly TableFacts[]): Promise<void> {
    const [only, ...others] = group;
    if (!only) return;
    const isOwnParent = targets(this.#factories.world, only).includes(only);
    if (others.length > 0 || isOwnParent) {
      const tables = group.map((facts) => ({
        ...{ facts, count: this.#counts.get(facts) as number, there: this.#there.get(facts) ?? 0 },
      }));
      const made = await seedTogether(this.#factories, tables, this.#recycled(group));
      for (const [facts, rows] of made) this.#note(facts, rows);
      return;
    }
    await this.#fillOne(only, this.#counts.get(only) as number);
  }

  async #fillOne(facts: TableFacts, count: number): Promise<void> {
    const { definition } = this.#factories.world.factoryOf(facts);
    const { world } = this.#factories;
    const pointsToItself = facts.table.foreignKeys.some((key) => world.targetOf(key) === facts);
    let left = count;
    const made: Values[] = [];
    while (left > 0) {
      // The first tenth has no parent of its own table; the others may point to it.
      const isFirst = pointsToItself && left === count;
      const size = Math.min(left, isFirst ? Math.ceil(count / 10) : batchSize);
      const rows = await this.#factories.createAll([{ definition, count: size }], {
        recycled: this.#recycled([facts]),
      });
      made.push(...(rows as Values[]));
      if (isFirst) this.#pools.set(facts, [...(this.#pools.get(facts) ?? []), ...made]);
      left -= size;
    }
    this.#note(facts, made);
  }

  #note(facts: TableFacts, rows: Values[]): void {
    const own = new Set(rows);
    const before = (this.#pools.get(facts) ?? []).filter((row) => !own.has(row));
    this.#pools.set(facts, [...before, ...rows]);
    this.#options.onTable?.(facts.name, rows.length);
  }

  /** All rows that the tables may point to. */
  #recycled(group: readonly TableFacts[]) {
    const { world, tenancy } = this.#factories;
    const targets = group.flatMap((facts) =>
      facts.table.foreignKeys.map((key) => world.targetOf(key)),
    );
    // The rows that tell of which tenant those are, too.
    const owners = targets.flatMap((facts) =>
      (tenancy?.ownerOf(facts)?.hops ?? []).map((hop) => world.targetOf(hop)),
    );
    const around = new Set([...targets, ...owners]);
    return [...around].flatMap((facts) => {
      const rows = this.#pools.get(facts) ?? [];
      return rows.length > 0 ? [{ table: facts.name, rows }] : [];
    });
  }
}
