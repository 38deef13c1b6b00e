import { HfitError } from '@hot-fixture/errors';
import type { Nested } from './nested.js';
import type { Make } from './recipe.js';

/** What can stand for a factory here: it is told by what it can do. */
interface Builds {
  readonly name: string;
  build(overrides?: object): object;
  buildMany(count: number, overrides?: object): object[];
}

/** So deep nobody nests on purpose. */
const mostDepth = 100;

/** What is being made, from the outermost. Building is synchronous. */
const open: string[] = [];

export function nestedMaker(factory: string, attribute: string, nested: Nested): Make {
  const name = `${factory}.${attribute}`;
  let builds: Builds | undefined;
  return (_, context) => {
    builds ??= factoryOf(nested, name);
    const { count } = nested;
    const overrides = nested.overrides?.((context as { row: object }).row);
    if (open.includes(name)) throw cycle(open.slice(open.indexOf(name)), name);
    return within(name, () =>
      count === null
        ? (builds as Builds).build(overrides)
        : (builds as Builds).buildMany(count, overrides),
    );
  };
}

/** Runs work that may make rows of other factories, and tells where that has no end. */
export function within<T>(name: string, work: () => T): T {
  if (open.length >= mostDepth) throw cycle(open.slice(open.lastIndexOf(name)), name);
  open.push(name);
  try {
    return work();
  } finally {
    open.pop();
  }
}

function cycle(path: readonly string[], name: string): HfitError {
  const all = [...path, name];
  // An attribute says it better than the factory that it is of.
  const attributes = all.filter((it) => it.includes('.'));
  return new HfitError('HFIT_FACTORY_CYCLE', {
    path: (attributes.length > 1 ? attributes : all).join(' → '),
  });
}

function factoryOf({ factory }: Nested, attribute: string): Builds {
  const found = typeof factory === 'function' && !('build' in factory) ? factory() : factory;
  if (typeof found?.build === 'function') return found as Builds;
  throw new HfitError('HFIT_FACTORY_NESTED', { attribute });
}
