import { HfitError } from '@hot-fixture/errors';
import { Generator } from '@hot-fixture/generator';
import { type Definition, type Hook, type Hooks, noHooks, type Trait } from './definition.js';
import { Recipe } from './recipe.js';
import type { Relation } from './relation.js';
import type {
  Arguments,
  Attributes,
  Context,
  Merged,
  None,
  Overrides,
  Traits,
  Without,
} from './types.js';

// biome-ignore lint/suspicious/noExplicitAny: any factory is taken, whatever its rows are.
export type AnyFactory = Factory<any, any, any>;

/** The row type of a factory. */
export type RowOf<F> = F extends Factory<infer T, infer _P, infer _R> ? T : never;

let shared: Generator | undefined;

/** Of factories that were given none: one for the process. */
export function sharedGenerator(): Generator {
  shared ??= new Generator();
  return shared;
}

/**
 * Makes rows of type `T`. It never changes: every chained call gives another factory, so one that
 * is used by many tests is the same for all of them.
 *
 * `P` are its parameters, `R` its traits with their arguments.
 */
export class Factory<T extends object, P extends object = None, R extends Traits = None> {
  /** All that it is, for those who build on it. */
  readonly definition: Definition;
  #recipe: Recipe | undefined;
  readonly #named = new Map<string, unknown>();

  constructor(definition: Definition) {
    this.definition = definition;
  }

  get name(): string {
    return this.definition.name;
  }

  /**
   * Makes a row in memory.
   * @param args values that win over what is defined, and the parameters
   * @throws HFIT_FACTORY_ATTRIBUTE_CYCLE, HFIT_FACTORY_CYCLE, and what the generator throws
   */
  build(...args: Arguments<T, P>): T {
    const recipe = this.#compiled();
    return this.#built(recipe, args[0], args[1]);
  }

  /** Makes rows in memory. */
  buildMany(count: number, ...args: Arguments<T, P>): T[] {
    assertCount(count);
    const recipe = this.#compiled();
    const rows: T[] = new Array(count);
    for (let i = 0; i < count; i += 1) rows[i] = this.#built(recipe, args[0], args[1]);
    return rows;
  }

  /** The attributes alone, as a form or an API would be sent them: no hooks, no relations. */
  attributesFor(...args: Arguments<T, P>): T {
    const recipe = this.#compiled();
    return recipe.make(recipe.next(), args[0] as never, args[1]) as T;
  }

  /**
   * Makes a row in the database, and all that it needs.
   * @returns the row as the database has it
   * @throws HFIT_FACTORY_UNBOUND, HFIT_FACTORY_VALUE, HFIT_FACTORY_COLUMN, HFIT_FACTORY_RELATION,
   *   HFIT_FACTORY_CYCLE, HFIT_FACTORY_REFUSED
   */
  async create(...args: Arguments<T, P>): Promise<T> {
    const rows = await this.createMany(1, ...args);
    return rows[0] as T;
  }

  /** The same for many rows, which are written in bulk. */
  async createMany(count: number, ...args: Arguments<T, P>): Promise<T[]> {
    assertCount(count);
    const { creator, name } = this.definition;
    if (!creator) throw new HfitError('HFIT_FACTORY_UNBOUND', { factory: name });
    return (await creator.create(this.definition, count, args[0], args[1])) as T[];
  }

  /** With other ways to make some attributes. */
  set(attributes: Partial<Attributes<T, P>>): Factory<T, P, R> {
    return this.#with({ attributes: { ...this.definition.attributes, ...defined(attributes) } });
  }

  /**
   * With a trait, to be asked for by `as(name)`: attributes, or a function that gives the factory
   * with whatever the trait brings, hooks and relations among it.
   */
  trait<N extends string>(
    name: N,
    attributes: Partial<Attributes<T, P>>,
  ): Factory<T, P, R & Record<N, []>>;
  trait<N extends string, A extends readonly unknown[]>(
    name: N,
    apply: (factory: Factory<T, P, R>, ...args: A) => Factory<T, P, Traits>,
  ): Factory<T, P, R & Record<N, A>>;
  trait(name: string, given: object | ((factory: never, ...args: never[]) => unknown)): unknown {
    const apply = typeof given === 'function' ? given : (factory: AnyFactory) => factory.set(given);
    const traits = new Map(this.definition.traits).set(name, apply as unknown as Trait);
    return this.#with({ traits });
  }

  /**
   * With one of its traits.
   * @throws HFIT_FACTORY_TRAIT
   */
  as<N extends keyof R & string>(name: N, ...args: R[N]): Factory<T, P, R> {
    if (args.length > 0) return this.#apply(name, args);
    // Asked for in each test; made once.
    const made = this.#named.get(name) ?? this.#apply(name, args);
    this.#named.set(name, made);
    return made as Factory<T, P, R>;
  }

  /** With some of its parameters given. */
  given<const G extends Partial<P>>(params: G): Factory<T, Without<P, keyof G>, R> {
    return this.#with({ params: { ...this.definition.params, ...params } }) as never;
  }

  /** With a hook that runs when a row was built; also before it is created. */
  afterBuild(hook: (row: T, context: Context<T, P>) => void): Factory<T, P, R> {
    return this.#hooked('afterBuild', hook);
  }

  /** With a hook that runs before a row is written, and may change it. */
  beforeCreate(hook: (row: T, context: Context<T, P>) => void | Promise<void>): Factory<T, P, R> {
    return this.#hooked('beforeCreate', hook);
  }

  /** With a hook that runs when a row is in the database; it gets what the database has. */
  afterCreate(hook: (row: T, context: Context<T, P>) => void | Promise<void>): Factory<T, P, R> {
    return this.#hooked('afterCreate', hook);
  }

  /**
   * Another factory with all that this one has, traits among it. `X` are attributes that it has
   * beyond `T`, or of another type. Its rows are counted together with those of this one.
   */
  extend<X extends object = None>(
    name: string,
    attributes: Attributes<X, P, Merged<T, X>> & Partial<Attributes<Merged<T, X>, P>>,
  ): Factory<Merged<T, X>, P, R> {
    const all = { ...this.definition.attributes, ...defined(attributes) };
    return this.#with({ name, attributes: all }) as never;
  }

  /** With rows of another table that it points to, where nobody says otherwise. */
  belongsTo(name: string, source: AnyFactory | object | null = null): Factory<T, P, R> {
    return this.#related({ kind: 'belongsTo', name, source, count: 1 });
  }

  /** With so many rows of another table that point to it. */
  hasMany(name: string, count: number, source: AnyFactory | null = null): Factory<T, P, R> {
    assertCount(count);
    return this.#related({ kind: 'hasMany', name, source, count });
  }

  /** With one row of another table that points to it. */
  hasOne(name: string, source: AnyFactory | null = null): Factory<T, P, R> {
    return this.#related({ kind: 'hasOne', name, source, count: 1 });
  }

  /** With rows of another table, tied to it by rows of a junction table: so many, or those given. */
  manyToMany(
    name: string,
    rows: number | readonly object[],
    source: AnyFactory | null = null,
  ): Factory<T, P, R> {
    const count = typeof rows === 'number' ? rows : rows.length;
    assertCount(count);
    const from = typeof rows === 'number' ? source : rows;
    return this.#related({ kind: 'manyToMany', name, source: from, count });
  }

  /** Lets everything that is made here point to these rows of a table, in place of new ones. */
  recycle(table: string | AnyFactory, rows: object | readonly object[]): Factory<T, P, R> {
    const list = (Array.isArray(rows) ? rows : [rows]) as readonly object[];
    const name = typeof table === 'string' ? table : (table.definition.table ?? table.name);
    return this.#with({ recycled: [...this.definition.recycled, { table: name, rows: list }] });
  }

  /** Making its values by this generator. */
  using(generator: Generator): Factory<T, P, R> {
    return this.#with({ generator });
  }

  /** For those who build on it: with another definition. */
  with(changes: Partial<Definition>): Factory<T, P, R> {
    return this.#with(changes);
  }

  #built(recipe: Recipe, overrides: object | undefined, params: object | undefined): T {
    const row = recipe.next();
    const made = recipe.make(row, overrides as never, params) as T;
    const { afterBuild } = this.definition.hooks;
    if (afterBuild.length > 0) {
      const context = recipe.contextOf(row, made, params);
      for (const hook of afterBuild) hook(made as never, context as never);
    }
    return made;
  }

  #compiled(): Recipe {
    if (this.#recipe) return this.#recipe;
    const { definition } = this;
    this.#recipe = definition.creator
      ? definition.creator.recipeOf(definition)
      : new Recipe(definition, definition.attributes, definition.generator ?? sharedGenerator());
    return this.#recipe;
  }

  #apply(name: string, args: readonly unknown[]): Factory<T, P, R> {
    const trait = this.definition.traits.get(name);
    if (trait) return trait(this, ...(args as never[])) as Factory<T, P, R>;
    const known = [...this.definition.traits.keys()].join(', ') || 'none';
    throw new HfitError('HFIT_FACTORY_TRAIT', { factory: this.name, trait: name, known });
  }

  #hooked(when: keyof Hooks, hook: Hook): Factory<T, P, R> {
    const { hooks } = this.definition;
    return this.#with({ hooks: { ...hooks, [when]: [...hooks[when], hook] } });
  }

  #related(relation: Relation): Factory<T, P, R> {
    return this.#with({ relations: [...this.definition.relations, relation] });
  }

  #with(changes: Partial<Definition>): Factory<T, P, R> {
    return new Factory({ ...this.definition, ...changes });
  }
}

/**
 * Defines a factory of objects: `defineFactory<User>('user', { … })` tells how each attribute of a
 * `User` is made. `P` are parameters: they are no attributes, and attributes may depend on them.
 */
export function defineFactory<T extends object, P extends object = None>(
  name: string,
  attributes: Attributes<T, P>,
): Factory<T, P> {
  return new Factory({ ...blank, name, place: name, table: null, attributes: defined(attributes) });
}

/**
 * Defines a factory of rows of a table. What it leaves out is made as the table asks for it, when
 * it is used with a database.
 */
export function tableFactory<T extends object = Record<string, unknown>, P extends object = None>(
  table: string,
  attributes: Partial<Attributes<T, P>> = {},
): Factory<T, P> {
  const known = defined(attributes);
  return new Factory({ ...blank, name: table, place: table, table, attributes: known });
}

const blank = {
  traits: new Map(),
  params: {},
  hooks: noHooks,
  relations: [],
  recycled: [],
  generator: null,
  creator: null,
} satisfies Partial<Definition>;

/** An attribute that is `undefined` is none. */
function defined(attributes: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([, it]) => it !== undefined));
}

function assertCount(count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new HfitError('HFIT_FACTORY_COUNT', { count });
}

export type { Overrides };
