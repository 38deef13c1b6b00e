import { HfitError } from '@hot-fixture/errors';
import type { Exact, Generator, Spec, TypeName, ValueOf } from '@hot-fixture/generator';
import type { AnyFactory, RowOf } from '../define/factory.js';
import type { None, Overrides } from '../define/types.js';
import type { FactoryMap, Registry } from '../registry/registry.js';

interface Asked {
  readonly name: string;
  readonly count: number;
}

interface Parts<T> {
  readonly attributes: object;
  readonly relationships: readonly Asked[];
  readonly hooks: readonly ((row: T) => unknown)[];
  readonly validators: readonly ((row: T) => boolean | string)[];
}

/**
 * Builds one row step by step. It never changes: each call gives another one. `X` are the lists that
 * its relationships add.
 */
export class EntityBuilder<
  F extends FactoryMap,
  N extends keyof F & string,
  X extends object = None,
> {
  readonly #registry: Registry<F>;
  readonly #generator: Generator;
  readonly #name: N;
  readonly #parts: Parts<RowOf<F[N]>>;

  constructor(
    registry: Registry<F>,
    generator: Generator,
    name: N,
    parts: Parts<RowOf<F[N]>> = { attributes: {}, relationships: [], hooks: [], validators: [] },
  ) {
    this.#registry = registry;
    this.#generator = generator;
    this.#name = name;
    this.#parts = parts;
  }

  withAttribute<K extends keyof RowOf<F[N]> & string>(
    name: K,
    value: RowOf<F[N]>[K],
  ): EntityBuilder<F, N, X> {
    return this.#with({ attributes: { ...this.#parts.attributes, [name]: value } });
  }

  withAttributes(values: Overrides<RowOf<F[N]>>): EntityBuilder<F, N, X> {
    return this.#with({ attributes: { ...this.#parts.attributes, ...values } });
  }

  /** A value of the generator: `withGeneratedAttribute('email', DataType.email)`. */
  withGeneratedAttribute<K extends keyof RowOf<F[N]> & string, const S extends TypeName | Spec>(
    name: K,
    spec: S & Exact<S> & (ValueOf<S> extends RowOf<F[N]>[K] ? unknown : never),
  ): EntityBuilder<F, N, X> {
    const value: unknown = this.#generator.generate(spec as never);
    return this.#with({ attributes: { ...this.#parts.attributes, [name]: value } });
  }

  /** With rows of the other end of a relationship of the registry; it is the source of it. */
  withRelationship<L extends string>(
    name: L,
    count = 1,
  ): EntityBuilder<F, N, X & Record<L, readonly object[]>> {
    const relationships = [...this.#parts.relationships, { name, count }];
    return this.#with({ relationships }) as never;
  }

  /** Runs when the row and its relationships are there. */
  withHook(hook: (row: RowOf<F[N]>) => unknown): EntityBuilder<F, N, X> {
    return this.#with({ hooks: [...this.#parts.hooks, hook] });
  }

  /** Says whether a row is valid, or why not, before it is written. */
  withValidator(validator: (row: RowOf<F[N]>) => boolean | string): EntityBuilder<F, N, X> {
    return this.#with({ validators: [...this.#parts.validators, validator] });
  }

  /**
   * Creates the row, and the rows of its relationships as lists in it.
   * @throws HFIT_BUILDER_INVALID before anything is written; and what `Factory.create` throws
   */
  async build(): Promise<RowOf<F[N]> & X> {
    const { attributes, relationships, hooks, validators } = this.#parts;
    const factory = this.#registry
      .get(this.#name)
      .beforeCreate((row: RowOf<F[N]>) => this.#assertValid(row, validators)) as AnyFactory;
    const row = await factory.create(attributes);
    const lists: Record<string, object[]> = {};
    for (const { name, count } of relationships) {
      const { relationship, bond } = this.#registry.relationship(name);
      if (relationship.source !== this.#name) {
        const known = `those of which ${this.#name} is the source`;
        throw new HfitError('HFIT_REGISTRY_NAME', { what: 'relationship', name, known });
      }
      const target = this.#registry.get(relationship.target);
      if (bond.other) {
        lists[name] = await target.createMany(count);
        for (const it of lists[name]) await this.#registry.establish(name, row, it);
      } else
        lists[name] = await target.belongsTo(bond.key.columns[0] as string, row).createMany(count);
      const { backReference } = relationship;
      if (backReference !== undefined) lists[backReference] = lists[name];
    }
    const whole = Object.assign(row, lists);
    for (const hook of hooks) await hook(whole);
    return whole;
  }

  #assertValid(row: RowOf<F[N]>, validators: Parts<RowOf<F[N]>>['validators']): void {
    for (const validator of validators) {
      const found = validator(row);
      if (found === true) continue;
      const reason = found === false ? 'a validator refuses it' : found;
      throw new HfitError('HFIT_BUILDER_INVALID', { name: this.#name, reason });
    }
  }

  #with(changes: Partial<Parts<RowOf<F[N]>>>): EntityBuilder<F, N, X> {
    const parts = { ...this.#parts, ...changes };
    return new EntityBuilder(this.#registry, this.#generator, this.#name, parts);
  }
}
