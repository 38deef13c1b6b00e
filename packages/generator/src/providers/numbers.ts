import { HfitError } from '@hot-fixture/errors';
import { type Distribution, normalWithin, weighted, zipf } from '../distribution.js';
import { mostChoices } from '../draws.js';
import { badOption } from '../options.js';
import type { Drawn, Source } from '../source.js';
import { listed, type Space } from '../space.js';
import type { Spec } from '../types.js';

/** 0 to 2^31 - 1 where nothing is said: it fits into the integers of every database. */
export function integer({ unique, distribution, ...range }: Spec<'integer'>): Source<number> {
  const { min = Math.min(0, range.max ?? 0), max = Math.max(2 ** 31 - 1, min) } = range;
  return spread(whole(min, max), 'integer', unique, distribution, (mean) => mean - min);
}

/** 0 to 9999.99 where nothing is said. */
export function decimal({ unique, distribution, ...given }: Spec<'decimal'>): Source<string> {
  const { scale = 2, min = Math.min(0, given.max ?? 0), max = Math.max(9999.99, min) } = given;
  const unit = 10 ** scale;
  const least = Math.ceil(Number((min * unit).toPrecision(15)));
  const most = Math.floor(Number((max * unit).toPrecision(15)));
  const steps = whole(least, most);
  const space = { size: steps.size, at: (i: number) => ((least + i) / unit).toFixed(scale) };
  return spread(space, 'decimal', unique, distribution, (mean) => mean * unit - least, unit);
}

/** 0 to 1 where nothing is said. */
export function float({ distribution, ...given }: Spec<'float'>): Source<number> {
  const { min = Math.min(0, given.max ?? 0), max = Math.max(1, min) } = given;
  if (max < min) throw emptyRange(min, max);
  if (distribution?.kind === 'zipf')
    throw badOption('float', 'distribution', 'normal: there is no first float');
  if (!distribution) return { draw: (draws) => Math.min(max, min + (max - min) * draws.unit()) };
  checkMean('float', distribution.mean, min, max);
  return { draw: normalWithin(distribution, min, max) };
}

/** True as often as not, or with the probability that is given. */
export function boolean({ probability, unique }: Spec<'boolean'>): Source<boolean> {
  if (probability === undefined) return listed([false, true]);
  refuseUnique('boolean', unique, 'a probability');
  return { draw: (draws) => draws.unit() < probability };
}

export function oneOf({ values, weights, distribution, unique }: Spec<'oneOf'>): Source<unknown> {
  if (weights) {
    if (weights.length !== values.length)
      throw badOption('oneOf', 'weights', 'as many as the values');
    refuseUnique('oneOf', unique, 'weights');
    const pick = weighted(weights);
    return { draw: (draws) => values[pick(draws)] };
  }
  return spread(listed(values), 'oneOf', unique, distribution, () => 0);
}

function whole(min: number, max: number): Space<number> {
  if (!(min <= max) || max - min >= mostChoices) throw emptyRange(min, max);
  return { size: max - min + 1, at: (index) => min + index };
}

/** A space under a distribution; `indexOf` a mean, and how many indexes are one unit of it. */
function spread<T>(
  space: Space<T>,
  type: string,
  unique: boolean | undefined,
  distribution: Distribution | undefined,
  indexOf: (mean: number) => number,
  unit = 1,
): Source<T> {
  if (!distribution) return space;
  refuseUnique(type, unique, 'a distribution');
  const pick = picker(space.size, type, distribution, indexOf, unit);
  return { draw: (draws) => space.at(pick(draws), draws) } satisfies Drawn<T>;
}

function picker(
  size: number,
  type: string,
  distribution: Distribution,
  indexOf: (mean: number) => number,
  unit: number,
) {
  if (distribution.kind === 'zipf') return zipf(size, distribution.exponent ?? 1);
  const mean = indexOf(distribution.mean);
  checkMean(type, mean, 0, size - 1);
  const deviation = distribution.deviation * unit;
  const draw = normalWithin({ kind: 'normal', mean, deviation }, -0.5, size - 0.5);
  return (draws: Parameters<typeof draw>[0]) =>
    Math.min(size - 1, Math.max(0, Math.round(draw(draws))));
}

function checkMean(type: string, mean: number, min: number, max: number): void {
  if (mean < min || mean > max)
    throw badOption(type, 'distribution', 'one with a mean between min and max');
}

function refuseUnique(type: string, unique: boolean | undefined, what: string): void {
  if (!unique) return;
  const reason = `${what} says how often values come again`;
  throw new HfitError('HFIT_GENERATOR_NOT_UNIQUE', { type, reason });
}

function emptyRange(min: number, max: number): HfitError {
  const what = `a number from ${min} to ${max}`;
  return new HfitError('HFIT_GENERATOR_RANGE', {
    what,
    range: 'min, then max, at most 2^48 values',
  });
}
