import type { AnyFactory, RowOf } from '../define/factory.js';
import type { None, Overrides } from '../define/types.js';
import type { FactoryMap, Registry } from '../registry/registry.js';
import { bondOf, type Relationship } from '../registry/relationship.js';

type Step = (built: Record<string, unknown>) => Promise<void>;

/** What a relationship of one to others is made of. */
interface Ends<F extends FactoryMap, A extends keyof F, B extends keyof F> {
  readonly parent: A;
  readonly child: B;
  readonly foreignKey?: string;
  readonly parentAttributes?: Overrides<RowOf<F[A]>>;
  readonly childAttributes?: Overrides<RowOf<F[B]>>;
}

/** Builds rows of several factories that point to each other; `Out` is what `build` gives. */
export class RelationshipBuilder<F extends FactoryMap, Out extends object = None> {
  readonly #registry: Registry<F>;
  readonly #steps: readonly Step[];

  constructor(registry: Registry<F>, steps: readonly Step[] = []) {
    this.#registry = registry;
    this.#steps = steps;
  }

  /** A row, and one that points to it. */
  oneToOne<L extends string, A extends keyof F & string, B extends keyof F & string>(
    name: L,
    ends: Ends<F, A, B>,
  ): RelationshipBuilder<F, Out & Record<L, { parent: RowOf<F[A]>; child: RowOf<F[B]> }>> {
    return this.#with(async (built) => {
      const { parent, children } = await this.#family(name, 'oneToOne', ends, 1);
      built[name] = { parent, child: children[0] };
    });
  }

  /** A row, and so many that point to it. */
  oneToMany<L extends string, A extends keyof F & string, B extends keyof F & string>(
    name: L,
    ends: Ends<F, A, B> & { readonly count: number },
  ): RelationshipBuilder<F, Out & Record<L, { parent: RowOf<F[A]>; children: RowOf<F[B]>[] }>> {
    return this.#with(async (built) => {
      built[name] = await this.#family(name, 'oneToMany', ends, ends.count);
    });
  }

  /** Rows of two factories, and those of the junction table that tie each to each. */
  manyToMany<L extends string, A extends keyof F & string, B extends keyof F & string>(
    name: L,
    ends: {
      readonly left: A;
      readonly right: B;
      readonly lefts: number;
      readonly rights: number;
      readonly through?: string;
    },
  ): RelationshipBuilder<F, Out & Record<L, { left: RowOf<F[A]>[]; right: RowOf<F[B]>[] }>> {
    return this.#with(async (built) => {
      const right = await this.#get(ends.right).createMany(ends.rights);
      const table = this.#tableOf(ends.right).name;
      const through = ends.through === undefined ? table : `${ends.through}.${table}`;
      const left = await this.#get(ends.left).manyToMany(through, right).createMany(ends.lefts);
      built[name] = { left, right };
    });
  }

  /** Something else, between the others. */
  step<X extends object>(
    work: (built: Readonly<Out>) => Promise<X> | X,
  ): RelationshipBuilder<F, Out & X> {
    return this.#with(async (built) => {
      Object.assign(built, await work(built as Out));
    });
  }

  /** Creates all rows, in the order of the calls. */
  async build(): Promise<Out> {
    const built: Record<string, unknown> = {};
    for (const step of this.#steps) await step(built);
    return built as Out;
  }

  async #family(
    name: string,
    kind: Relationship['kind'],
    ends: Ends<F, keyof F & string, keyof F & string>,
    count: number,
  ) {
    const { parent: source, child: target, foreignKey } = ends;
    const said = { name, kind, source, target, ...(foreignKey !== undefined && { foreignKey }) };
    const { world } = this.#registry;
    const { key } = bondOf(world, said, this.#tableOf(source), this.#tableOf(target));
    const parent = await this.#get(source).create(ends.parentAttributes ?? {});
    const children = await this.#get(target)
      .belongsTo(key.columns[0] as string, parent)
      .createMany(count, ends.childAttributes ?? {});
    return { parent, children };
  }

  #get(name: keyof F & string): AnyFactory {
    return this.#registry.get(name);
  }

  #tableOf(name: keyof F & string) {
    return this.#registry.world.tableOf(this.#get(name).definition);
  }

  #with(step: Step): never {
    return new RelationshipBuilder(this.#registry, [...this.#steps, step]) as never;
  }
}
