import { HfitError } from '@hot-fixture/errors';
import type { RowSource } from '../builders/source.js';
import type { AnyFactory } from '../define/factory.js';

type Entities = Record<string, unknown>;
type Looks<T> = (entities: Entities, context: { variables: object }) => T;

export interface AnyStep {
  readonly name: string;
  readonly factory: AnyFactory;
  readonly attributes: object | Looks<object>;
  readonly condition: unknown;
  readonly options: {
    readonly dependsOn?: readonly string[];
    readonly before?: unknown;
    readonly after?: unknown;
  };
}

/** All that a scenario is. */
export interface ScenarioPlan {
  readonly name: string;
  readonly description: string;
  readonly required: readonly string[];
  readonly variables: object;
  readonly steps: readonly AnyStep[];
  readonly promises: readonly { readonly promise: string; readonly holds: Looks<boolean> }[];
}

/** What a scenario made. */
export interface ScenarioContext<E, V = object> {
  readonly name: string;
  readonly description: string;
  /** The rows by the names of their steps, and those that were given. */
  readonly entities: E;
  readonly variables: V;
}

/** Makes the rows of all steps, each behind those that it depends on. */
export async function runSteps(
  plan: ScenarioPlan,
  source: RowSource | null,
  given: object,
  others: object,
): Promise<ScenarioContext<Entities>> {
  const scenario = plan.name;
  const missing = plan.required.filter((name) => (given as Entities)[name] === undefined);
  if (missing.length > 0) {
    throw new HfitError('HFIT_SCENARIO_REQUIRES', { scenario, missing: missing.join(', ') });
  }
  const variables = { ...plan.variables, ...others };
  const entities: Entities = { ...given };
  const context = { variables };
  const done = new Set(Object.keys(given));
  for (const step of ordered(plan)) {
    const { name, factory, attributes, condition, options } = step;
    const seen = guarded(plan, name, entities, done);
    done.add(name);
    if (condition && !(await (condition as Looks<boolean>)(seen, context))) continue;
    await (options.before as Looks<unknown> | undefined)?.(seen, context);
    const values =
      typeof attributes === 'function' ? (attributes as Looks<object>)(seen, context) : attributes;
    const row = source ? await source.of(factory).create(values) : factory.build(values);
    entities[name] = row;
    await (options.after as ((row: object, all: Entities) => unknown) | undefined)?.(row, entities);
  }
  for (const { promise, holds } of plan.promises) {
    if (!(await holds(entities, context))) {
      throw new HfitError('HFIT_SCENARIO_ENSURES', { scenario, promise });
    }
  }
  return { name: scenario, description: plan.description, entities, variables };
}

/** A step that looks at one that comes later is told so, and not that something is undefined. */
function guarded(
  plan: ScenarioPlan,
  step: string,
  entities: Entities,
  done: Set<string>,
): Entities {
  const names = new Set(plan.steps.map(({ name }) => name));
  return new Proxy(entities, {
    get(target, name) {
      if (typeof name === 'string' && names.has(name) && !done.has(name)) {
        throw wrong(plan, step, `looks at "${name}", which comes later: name it in dependsOn`);
      }
      return target[name as string];
    },
  });
}

function ordered(plan: ScenarioPlan): AnyStep[] {
  const byName = new Map<string, AnyStep>();
  for (const step of plan.steps) {
    const isTaken = byName.has(step.name) || plan.required.includes(step.name);
    if (isTaken) throw wrong(plan, step.name, 'is there twice');
    byName.set(step.name, step);
  }
  const placed = new Set<AnyStep>();
  const path: string[] = [];
  const place = (step: AnyStep) => {
    if (placed.has(step)) return;
    if (path.includes(step.name)) {
      const circle = [...path.slice(path.indexOf(step.name)), step.name].join(' → ');
      throw new HfitError('HFIT_SCENARIO_CYCLE', { scenario: plan.name, path: circle });
    }
    path.push(step.name);
    for (const name of step.options.dependsOn ?? []) {
      const other = byName.get(name);
      if (other) place(other);
      else if (!plan.required.includes(name)) {
        throw wrong(plan, step.name, `depends on "${name}", which is no step`);
      }
    }
    path.pop();
    placed.add(step);
  };
  for (const step of plan.steps) place(step);
  return [...placed];
}

function wrong(plan: ScenarioPlan, step: string, reason: string): HfitError {
  const known = plan.steps.map(({ name }) => name).join(', ');
  return new HfitError('HFIT_SCENARIO_STEP', { scenario: plan.name, step, reason, known });
}
