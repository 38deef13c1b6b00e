import { HfitError } from '@hot-fixture/errors';
import { checkChoices, type Draws } from './draws.js';
import { hmacSha256 } from './hmac.js';
import type { LocaleName } from './locale.js';
import { typeNames } from './options.js';
import { localesFrom } from './people/localised.js';
import { Place } from './place.js';
import type { AnySpec, Provider } from './provider.js';
import { builtInProvider } from './providers/built-in.js';
import { objectOf } from './providers/documents.js';
import { ispProvider } from './providers/isp.js';
import { RowDraws } from './row-draws.js';
import { describeSeed, type Seed, seedFrom } from './seed.js';
import { Sequences, type SequencesOptions } from './sequences.js';
import { type ValueAt, valuesOf, whereOf } from './source.js';
import { composed } from './space.js';
import type { Exact, ObjectOf, ObjectSchema, Spec, TypeName, ValueOf } from './types.js';
import { written } from './written.js';

export interface GeneratorOptions extends SequencesOptions {
  /** If left out, that of `HFIT_SEED`, or one that is drawn: see {@link Generator.seed}. */
  readonly seed?: Seed;
  /** Of all rows, or several of which each row has one; `en` if left out. */
  readonly locale?: LocaleName | readonly LocaleName[];
  /** Asked before those that are built in, the last one first. */
  readonly providers?: readonly Provider[];
}

/**
 * Makes values. Each depends on the seed, the factory, the row and the attribute, and on nothing
 * else: not on what was made before it, beside it, or by another worker.
 */
export class Generator {
  /** What all values depend on: the same seed gives them again. */
  readonly seed: string;
  /** Numbers by name: of invoices, of customers. */
  readonly sequences: Sequences;
  /** The next row of each factory, counted from 0. */
  readonly rows: Sequences;
  readonly #root: Place;
  readonly #providers: Provider[];
  readonly #single = new Map<string, ValueAt<unknown>>();
  #objects = new WeakMap<ObjectSchema, Map<string, ValueAt<unknown>>>();

  /** @throws HFIT_GENERATOR_SEED, HFIT_GENERATOR_LOCALE, HFIT_GENERATOR_RANGE */
  constructor({ seed, locale = 'en', providers = [], ...counting }: GeneratorOptions = {}) {
    this.seed = seedFrom(seed);
    this.sequences = new Sequences(counting);
    this.rows = new Sequences({ ...counting, start: 0 });
    const hmac = hmacSha256(Buffer.from(this.seed, 'utf8'));
    this.#root = new Place(hmac, '', '', localesFrom(locale));
    this.#providers = [builtInProvider((it, place) => this.#bind(it, place)), ispProvider];
    this.#providers.push(...providers);
  }

  /**
   * The values of an attribute of a factory, by row. Prepare it once and ask it for many rows.
   * @throws HFIT_GENERATOR_TYPE, HFIT_GENERATOR_OPTION, HFIT_GENERATOR_OPTION_VALUE,
   * HFIT_GENERATOR_RANGE, HFIT_GENERATOR_NOT_UNIQUE, HFIT_GENERATOR_TOO_SHORT; for a row
   * HFIT_GENERATOR_EXHAUSTED, HFIT_GENERATOR_ROW
   */
  attribute<const S extends TypeName | Spec>(
    factory: string,
    attribute: string,
    spec: S & Exact<S>,
  ): ValueAt<ValueOf<S>> {
    const bound = this.#bind(specOf(spec), this.#root.at(factory, attribute));
    return bound as ValueAt<ValueOf<S>>;
  }

  /** Chance for what is no spec: a stream for each row, to be drawn from before the next is asked. */
  draws(factory: string, attribute: string): ValueAt<Draws> {
    const draws = new RowDraws(this.#root.at(factory, attribute).key('free'));
    return (row) => draws.at(row);
  }

  /**
   * For each row another combination of indexes, one below each of `sizes`: pairs of a junction
   * table, or a key of several columns. Which indexes come together does not show an order.
   * @throws HFIT_GENERATOR_RANGE where a size is below 1; for a row HFIT_GENERATOR_EXHAUSTED
   */
  combinations(
    factory: string,
    attribute: string,
    sizes: readonly number[],
  ): ValueAt<readonly number[]> {
    for (const size of sizes) checkChoices(size);
    const space = composed((draws) => sizes.map((size) => draws.below(size)));
    return valuesOf(space, this.#root.at(factory, attribute), { type: 'index', unique: true });
  }

  /**
   * One value; the next time it is asked for the same spec, the next one.
   * @throws as {@link Generator.attribute}
   */
  generate<const S extends TypeName | Spec>(spec: S & Exact<S>): ValueOf<S> {
    const name = typeof spec === 'string' ? spec : written(spec);
    let bound = this.#single.get(name);
    if (bound === undefined) {
      // Chance must not depend on what other instances were seen before.
      const place = name.replace(/"instance":\d+/g, '"instance":0');
      bound = this.#bind(specOf(spec), this.#root.at(`generate ${place}`, 'value'));
      this.#single.set(name, bound);
    }
    return bound(this.rows.next(`generate ${name}`)) as ValueOf<S>;
  }

  /**
   * An object of a schema, as the next row of the factory: its members agree with each other.
   * @throws as {@link Generator.attribute}
   */
  object<const S extends ObjectSchema>(schema: S, factory = 'object'): ObjectOf<S> {
    const valueAt = this.objects(factory, schema);
    return valueAt(this.rows.next(factory));
  }

  /** The objects of a schema, by row. */
  objects<const S extends ObjectSchema>(factory: string, schema: S): ValueAt<ObjectOf<S>> {
    const known = this.#objects.get(schema)?.get(factory);
    if (known) return known as ValueAt<ObjectOf<S>>;
    const placeOf = (name: string) => this.#root.at(factory, name);
    const valueAt = objectOf(schema, placeOf, (spec, place) => this.#bind(spec, place));
    const ofSchema = this.#objects.get(schema) ?? new Map();
    this.#objects.set(schema, ofSchema.set(factory, valueAt));
    return valueAt as ValueAt<ObjectOf<S>>;
  }

  /** The next number of the named sequence. */
  nextSequence(name: string): number {
    return this.sequences.next(name);
  }

  /** From now on it is asked before all others. */
  addProvider(provider: Provider): void {
    this.#providers.push(provider);
    this.#single.clear();
    this.#objects = new WeakMap();
  }

  /**
   * The name of the provider that makes the values of a spec.
   * @throws HFIT_GENERATOR_TYPE
   */
  providerOf(spec: TypeName | AnySpec): string {
    return this.#providerOf(specOf(spec)).name;
  }

  /** Lets every sequence and every factory begin anew. */
  reset(): void {
    this.sequences.resetAll();
    this.rows.resetAll();
  }

  /** One line to print when a test fails. */
  describeSeed(): string {
    return describeSeed(this.seed);
  }

  #providerOf(spec: AnySpec): Provider {
    const provider = this.#providers.findLast((it) => it.supports(spec));
    if (provider) return provider;
    throw new HfitError('HFIT_GENERATOR_TYPE', { type: spec.type, known: typeNames.join(', ') });
  }

  #bind(spec: AnySpec, place: Place): ValueAt<unknown> {
    try {
      return valuesOf(this.#providerOf(spec).source(spec, place), place, spec);
    } catch (error) {
      if (error instanceof HfitError && error.where === undefined) error.at(whereOf(place));
      throw error;
    }
  }
}

const specOf = (spec: unknown): AnySpec =>
  typeof spec === 'string' ? { type: spec } : (spec as AnySpec);
