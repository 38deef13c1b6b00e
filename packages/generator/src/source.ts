import { HfitError } from '@hot-fixture/errors';
import type { Draws } from './draws.js';
import { mostNumbers } from './numbering.js';
import { permutation } from './permutation.js';
import type { Place } from './place.js';
import { RowDraws } from './row-draws.js';
import type { Space } from './space.js';

/** Draws a value; nothing is known of how many there are. */
export interface Drawn<T> {
  draw(draws: Draws): T;
}

/** Makes the value of a row; those of the first `size` rows are different. */
export interface Numbered<T> {
  readonly size: number;
  ofRow(row: number): T;
}

/** Where the values of one attribute come from. */
export type Source<T> = Space<T> | Drawn<T> | Numbered<T>;

/** Gives the value of a row, and the same one each time. Rows are counted from 0. */
export type ValueAt<T> = (row: number) => T;

/**
 * The values of a source at a place. A unique value is the row's place in a permutation, so two
 * rows cannot meet, nothing is remembered and nothing is tried twice.
 * @throws HFIT_GENERATOR_NOT_UNIQUE, and later HFIT_GENERATOR_EXHAUSTED, HFIT_GENERATOR_ROW
 */
export function valuesOf<T>(
  source: Source<T>,
  place: Place,
  { type, unique = false }: { readonly type: string; readonly unique?: boolean },
): ValueAt<T> {
  if ('ofRow' in source) {
    return unique
      ? limited(source.size, place, (row) => source.ofRow(row))
      : checked((row) => source.ofRow(row));
  }
  const draws = new RowDraws(place.key('draws'));
  if (!('at' in source)) {
    if (!unique) return checked((row) => source.draw(draws.at(row)));
    const reason = 'its provider does not tell them apart';
    throw new HfitError('HFIT_GENERATOR_NOT_UNIQUE', { type, reason }, { where: whereOf(place) });
  }
  if (!unique) {
    if (source.draw) return checked((row) => source.draw!(draws.at(row)));
    return checked((row) => source.at(draws.at(row).below(source.size), draws));
  }
  const shuffle = permutation(source.size, place.key('order'));
  return limited(source.size, place, (row) => source.at(shuffle(row), draws.at(row)));
}

export function whereOf({ factory, attribute }: Place): string {
  return factory === '' ? attribute : `${factory}.${attribute}`;
}

function limited<T>(size: number, place: Place, valueAt: ValueAt<T>): ValueAt<T> {
  return checked((row) => {
    if (row < size) return valueAt(row);
    const where = whereOf(place);
    throw new HfitError('HFIT_GENERATOR_EXHAUSTED', { size, row }, { where });
  });
}

function checked<T>(valueAt: ValueAt<T>): ValueAt<T> {
  return (row) => {
    if (Number.isInteger(row) && row >= 0 && row < mostNumbers) return valueAt(row);
    throw new HfitError('HFIT_GENERATOR_ROW', { row });
  };
}
