import type { RowSource } from '../builders/source.js';
import type { AnyFactory, Factory } from '../define/factory.js';
import type { None, Overrides, Traits } from '../define/types.js';
import { type AnyStep, runSteps, type ScenarioContext, type ScenarioPlan } from './run.js';

/** What a step may look at besides the rows of earlier ones. */
export interface StepContext<V> {
  readonly variables: Readonly<V>;
}

export interface StepOptions<E, T> {
  /** Steps that have to be there before, also those that stand behind it. */
  readonly dependsOn?: readonly string[];
  readonly before?: (entities: Readonly<E>) => void | Promise<void>;
  readonly after?: (row: T, entities: Readonly<E>) => void | Promise<void>;
}

/** The attributes of a step: values, or what earlier steps say. */
export type StepAttributes<E, V, T> =
  | Overrides<T>
  | ((entities: Readonly<E>, context: StepContext<V>) => Overrides<T>);

type Build<G, V> = { readonly variables?: Partial<V> } & (None extends G
  ? { readonly given?: G }
  : { readonly given: G });
type BuildArguments<G, V> = None extends G ? [options?: Build<G, V>] : [options: Build<G, V>];

/**
 * Rows of several factories that belong together, made step by step. It never changes: each call
 * gives another one. `E` are the rows of its steps by name, `G` those that it has to be given, `V`
 * its variables.
 */
export class Scenario<E extends object = None, G extends object = None, V extends object = None> {
  readonly plan: ScenarioPlan;

  constructor(plan: ScenarioPlan) {
    this.plan = plan;
  }

  describe(text: string): Scenario<E, G, V> {
    return new Scenario({ ...this.plan, description: text });
  }

  /** Rows that have to be given when it is built, as the factory would make them. */
  requires<N extends string, T extends object, P extends object, R extends Traits>(
    _factory: Factory<T, P, R>,
    name: N,
  ): Scenario<E & Record<N, T>, Joined<G, N, T>, V> {
    return new Scenario({ ...this.plan, required: [...this.plan.required, name] });
  }

  /** Values that steps may look at, and that may be others when it is built. */
  variables<X extends object>(values: X): Scenario<E, G, V & X> {
    return new Scenario({ ...this.plan, variables: { ...this.plan.variables, ...values } });
  }

  /**
   * A row of a factory. The compiler knows the rows of the steps before it.
   * @throws HFIT_SCENARIO_STEP where there is a step of this name already
   */
  step<N extends string, T extends object, P extends object, R extends Traits>(
    name: N,
    factory: Factory<T, P, R>,
    attributes: StepAttributes<E, V, T> = {},
    options: StepOptions<E, T> = {},
  ): Scenario<E & Record<N, T>, G, V> {
    return this.#with({ name, factory, attributes, options, condition: null });
  }

  /** A step that is left out unless the condition holds; later ones have to expect that. */
  stepIf<N extends string, T extends object, P extends object, R extends Traits>(
    name: N,
    condition: (entities: Readonly<E>, context: StepContext<V>) => boolean | Promise<boolean>,
    factory: Factory<T, P, R>,
    attributes: StepAttributes<E, V, T> = {},
    options: StepOptions<E, T> = {},
  ): Scenario<E & Record<N, T | undefined>, G, V> {
    return this.#with({ name, factory, attributes, options, condition });
  }

  /** What holds when all steps are done; where it does not, building fails. */
  ensures(
    promise: string,
    holds: (entities: Readonly<E>, context: StepContext<V>) => boolean | Promise<boolean>,
  ): Scenario<E, G, V> {
    const promises = [...this.plan.promises, { promise, holds: holds as never }];
    return new Scenario({ ...this.plan, promises });
  }

  /**
   * Makes all rows: in a database by its factories, in memory without.
   * @throws HFIT_SCENARIO_STEP, HFIT_SCENARIO_CYCLE, HFIT_SCENARIO_REQUIRES, HFIT_SCENARIO_ENSURES,
   *   and what `Factory.create` throws
   */
  build(source: RowSource | null, ...args: BuildArguments<G, V>): Promise<ScenarioContext<E, V>> {
    const { given = {}, variables = {} } = (args[0] ?? {}) as {
      given?: object;
      variables?: object;
    };
    return runSteps(this.plan, source, given, variables) as never;
  }

  #with(step: Omit<AnyStep, 'factory'> & { factory: unknown }): never {
    const steps = [...this.plan.steps, step as AnyStep & { factory: AnyFactory }];
    return new Scenario({ ...this.plan, steps }) as never;
  }
}

type Joined<G, N extends string, T> = None extends G
  ? keyof G extends never
    ? Record<N, T>
    : G & Record<N, T>
  : G & Record<N, T>;

/** Begins a scenario. */
export function scenario(name: string): Scenario {
  return new Scenario({
    ...{ name, description: '', required: [], variables: {}, steps: [], promises: [] },
  });
}
