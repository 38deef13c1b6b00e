import { HfitError } from '@hot-fixture/errors';
import type { Source } from '../source.js';
import type { Space } from '../space.js';
import type { Spec } from '../types.js';

const day = 86_400_000;
const second = 1000;

/** The years of moments where nothing is said. Not until now: a test of tomorrow is one of today. */
const from = '2020-01-01';
const to = '2025-12-31';

/** A day from `from` to `to`, both among them. */
export function date(spec: Spec<'date'>): Source<string> {
  return steps(spec, day, (moment) => new Date(moment).toISOString().slice(0, 10));
}

/** A second from `from` to `to`; a `to` without a time means the end of that day. */
export function datetime(spec: Spec<'datetime'>): Source<Date> {
  return steps(spec, second, (moment) => new Date(moment));
}

export function time(): Source<string> {
  return {
    size: day / second,
    at: (index) => new Date(index * second).toISOString().slice(11, 19),
  };
}

function steps<T>(
  given: { readonly from?: string; readonly to?: string },
  step: number,
  value: (moment: number) => T,
): Space<T> {
  const first = given.from ?? (given.to !== undefined && given.to < from ? given.to : from);
  const last = given.to ?? (first > to ? first : to);
  const least = Math.ceil(Date.parse(first) / step);
  const most = Math.floor((Date.parse(last) + (/T/.test(last) ? 0 : day - 1)) / step);
  if (most < least) {
    const what = `a moment from ${first} to ${last}`;
    throw new HfitError('HFIT_GENERATOR_RANGE', { what, range: 'from, then to' });
  }
  return { size: most - least + 1, at: (index) => value((least + index) * step) };
}
