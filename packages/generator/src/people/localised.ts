import { HfitError } from '@hot-fixture/errors';
import { type LocaleName, localeNames, locales } from '../locale.js';
import { permutation } from '../permutation.js';
import type { Place } from '../place.js';
import { RowDraws } from '../row-draws.js';
import type { Space } from '../space.js';

/** What each row has of its own, in the locale of that row. */
export interface Localised<T> {
  /** So many rows have different ones; after them they come again. */
  readonly size: number;
  at(row: number): T;
  localeAt(row: number): LocaleName;
}

/** What a locale has to give, besides what is left to the locales before it. */
export type SpaceOf<T> = (locale: LocaleName, others: readonly LocaleName[]) => Space<T>;

const remembered = new WeakMap<SpaceOf<unknown>, Map<string, Space<unknown>>>();

/** Lists of thousands of names are put together once, not for each attribute. */
function remember<T>(spaceOf: SpaceOf<T>, locales: readonly LocaleName[]): Space<T> {
  const known = remembered.get(spaceOf) ?? new Map<string, Space<unknown>>();
  remembered.set(spaceOf, known);
  const name = locales.join();
  const space = known.get(name) ?? spaceOf(locales.at(-1)!, locales.slice(0, -1));
  known.set(name, space);
  return space as Space<T>;
}

/**
 * Gives each row of a factory one of `spaceOf` its locale; that must be a function that stays. All that is asked about one `subject`
 * has the same locale, in whichever attribute it stands.
 */
export function localised<T>(
  place: Place,
  subject: string,
  about: string,
  spaceOf: SpaceOf<T>,
): Localised<T> {
  const turn = turns(place, subject);
  const draws = new RowDraws(place.sharedKey(subject, about, 'draws'));
  const each = new Map(
    place.locales.map((locale, i) => {
      const space = remember(spaceOf, place.locales.slice(0, i + 1));
      const key = place.sharedKey(subject, about, locale);
      return [locale, { space, shuffle: permutation(space.size, key) }] as const;
    }),
  );
  const least = Math.min(...[...each.values()].map(({ space }) => space.size));
  const localeAt = (row: number) => turn(row)[0];
  const at = (row: number) => {
    const [locale, index] = turn(row);
    const { space, shuffle } = each.get(locale)!;
    return space.at(shuffle(index % space.size), draws.at(row));
  };
  return { size: least * place.locales.length, at, localeAt };
}

/**
 * The locale of a row, and how many rows before it had the same. Of each so many rows as there are
 * locales, each has one, in an order that is drawn.
 */
function turns(place: Place, subject: string): (row: number) => readonly [LocaleName, number] {
  const { locales } = place;
  const [only] = locales as readonly [LocaleName];
  if (locales.length === 1) return (row) => [only, row];
  const draws = new RowDraws(place.sharedKey(subject, 'locale'));
  return (row) => {
    const block = Math.floor(row / locales.length);
    const left = [...locales];
    draws.at(block);
    for (let i = row % locales.length; i > 0; i--) left.splice(draws.below(left.length), 1);
    return [draws.pick(left), block];
  };
}

/** @throws HFIT_GENERATOR_LOCALE */
export function localesFrom(given: LocaleName | readonly LocaleName[]): readonly LocaleName[] {
  const names = typeof given === 'string' ? [given] : [...new Set(given)];
  if (names.length === 0) names.push('' as LocaleName);
  for (const name of names) {
    if (Object.hasOwn(locales, name)) continue;
    throw new HfitError('HFIT_GENERATOR_LOCALE', { locale: name, known: localeNames.join(', ') });
  }
  return names;
}
