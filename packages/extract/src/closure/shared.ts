import { type Column, qualified, type Table } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { decidedAt, type MaskingKey, Permutations, type Policy } from '@hot-fixture/masking';
import { type ClassifiedTable, classify, orderIsKept } from '../classify.js';
import type { Source } from '../source.js';
import type { SubsetExport } from '../template/model.js';
import { Closure, type Wanted } from './closure.js';
import type { Meter } from './meter.js';
import { columnsOfRelation, type Relation, relationsNamed } from './relation.js';

/**
 * The closures of a run, one for each source: the subsets of a template share it, so that a row
 * that several of them need comes once, with the first.
 */
export class Closures {
  readonly meter: Meter;
  readonly #policy: Policy;
  readonly #key: MaskingKey;
  readonly #signal: AbortSignal | undefined;
  readonly #bySource = new Map<Source, SharedClosure>();
  #collected: Promise<void> | null = null;

  /** @param key gives rows whose order would tell hidden keys another one, the same in each run */
  constructor(policy: Policy, meter: Meter, key: MaskingKey, signal?: AbortSignal) {
    this.#policy = policy;
    this.#key = key;
    this.meter = meter;
    this.#signal = signal;
  }

  of(source: Source): SharedClosure {
    let shared = this.#bySource.get(source);
    if (!shared) {
      shared = new SharedClosure(source, this.#policy, this.meter, this.#key, this.#signal);
      this.#bySource.set(source, shared);
    }
    return shared;
  }

  /**
   * Finds the rows of all subsets, once: whether a row comes is known before the first is read.
   * @param after what is still to be counted
   */
  collect(after: () => Promise<void>): Promise<void> {
    this.#collected ??= (async () => {
      for (const shared of this.#bySource.values()) await shared.collect();
      await after();
    })();
    return this.#collected;
  }

  get all(): readonly SharedClosure[] {
    return [...this.#bySource.values()];
  }

  close(): void {
    for (const shared of this.#bySource.values()) shared.close();
  }
}

/** What one subset asks of it. */
export interface Member {
  readonly name: string;
  readonly where: string;
  readonly allowEmpty: boolean;
  readonly wanted: Wanted;
  /** Those that it may bring rows of. */
  readonly tables: readonly Table[];
  /** Called before its rows are searched for, and after. */
  readonly begin: () => void;
  readonly end: () => void;
}

export class SharedClosure {
  readonly source: Source;
  /** Those that are followed: of those whose column stays behind nobody may learn. */
  readonly relations: readonly Relation[];
  readonly #policy: Policy;
  readonly #meter: Meter;
  readonly #key: MaskingKey;
  readonly #signal: AbortSignal | undefined;
  readonly #known = new Map<Table, ClassifiedTable>();
  readonly #members: Member[] = [];
  #optional: Set<Relation> | null = null;
  #closure: Closure | null = null;

  constructor(
    source: Source,
    policy: Policy,
    meter: Meter,
    key: MaskingKey,
    signal: AbortSignal | undefined,
  ) {
    this.source = source;
    this.#policy = policy;
    this.#meter = meter;
    this.#key = key;
    this.#signal = signal;
    this.relations = source.relations.filter((it) => this.#mayLeave(it));
  }

  classified(table: Table): ClassifiedTable {
    const it = this.#known.get(table) ?? classify(this.source, table, this.#policy);
    this.#known.set(table, it);
    return it;
  }

  /**
   * Notes the references that a subset can do without; those count that all subsets can.
   * @throws HFIT_RELATION_UNKNOWN, HFIT_RELATION_REQUIRED
   */
  allowNulls({ optional }: SubsetExport): void {
    const named =
      optional === 'all'
        ? this.relations.filter(mayBeNull)
        : optional.flatMap(({ name, where }) => this.#nullable(name, where));
    const before = this.#optional;
    this.#optional = new Set(before ? named.filter((it) => before.has(it)) : named);
  }

  /** Whether the order of its rows tells nothing that the policy hides. */
  isOrderKept = (table: Table): boolean => orderIsKept(this.classified(table));

  isOptional = (relation: Relation): boolean => this.#optional?.has(relation) ?? false;

  /** @throws HFIT_RELATION_UNKNOWN */
  named(name: string, where: string): Relation[] {
    const found = relationsNamed(name, this.relations, this.source.schema);
    if (found) return found;
    const known = [...new Set(this.relations.map((it) => it.name))];
    const shown = `${known.slice(0, 20).join(', ') || 'none'}${known.length > 20 ? ', …' : ''}`;
    const values = { relation: name, known: shown };
    throw new HfitError('HFIT_RELATION_UNKNOWN', values, { where });
  }

  add(member: Member): void {
    this.#members.push(member);
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** @throws HFIT_SUBSET_EMPTY, HFIT_BUDGET_ROWS, and what reading throws */
  async collect(): Promise<void> {
    if (this.#members.length === 0) return;
    for (const { name, where, allowEmpty, wanted, begin, end } of this.#members) {
      begin();
      const starts = await this.closure.collect(wanted).catch((error) => {
        throw isKeyless(error) ? error.at(where) : error;
      });
      if (starts === 0 && !allowEmpty) {
        throw new HfitError('HFIT_SUBSET_EMPTY', { subset: name }, { where });
      }
      end();
    }
    await this.closure.finish();
  }

  /** What was collected, or is to be. */
  get closure(): Closure {
    const { snapshot, database } = this.source;
    this.#closure ??= new Closure({
      snapshot,
      dialect: database.dialect,
      relations: this.relations,
      isOptional: this.isOptional,
      isHidden: (table, { name }) => this.classified(table).decisions.get(name)?.kind !== 'keep',
      isOrderKept: this.isOrderKept,
      mixed: (table, size) =>
        new Permutations(this.#key, `order of ${qualified(table)}`).small(size),
      meter: this.#meter,
      signal: this.#signal,
    });
    return this.#closure;
  }

  close(): void {
    this.#closure?.close();
    this.#closure = null;
  }

  /** What becomes of a column of a relation: of a document, where the relation finds its keys. */
  fateOf({ table, path }: Relation, { name }: Column): 'keep' | 'deny' | 'change' {
    const decision = this.classified(table).decisions.get(name);
    if (decision?.kind !== 'mask') return decision?.kind ?? 'deny';
    return path ? decidedAt(decision, path) : 'change';
  }

  /** A key whose columns stay behind is null in the slice, so it needs no row. */
  #mayLeave(relation: Relation): boolean {
    return columnsOfRelation(relation).every((it) => this.fateOf(relation, it) !== 'deny');
  }

  #nullable(name: string, where: string): Relation[] {
    const found = this.named(name, where);
    const nullable = found.filter(mayBeNull);
    if (nullable.length > 0) return nullable;
    const relation = found[0]?.name as string;
    throw new HfitError('HFIT_RELATION_REQUIRED', { relation }, { where });
  }
}

/** That is met where a row of the table comes, which may be far from what the subset names. */
function isKeyless(error: unknown): error is HfitError {
  return error instanceof HfitError && error.code === 'HFIT_SUBSET_KEY';
}

/** Inside a document there is nothing to set to null. */
function mayBeNull({ columns, path }: Relation): boolean {
  return path === null && columns.some(({ nullable }) => nullable);
}
