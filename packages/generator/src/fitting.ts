import { HfitError } from '@hot-fixture/errors';
import { mostNumbers, numbering } from './numbering.js';
import type { Place } from './place.js';
import type { Numbered } from './source.js';

interface Asked {
  readonly type: string;
  readonly unique?: boolean;
  readonly maxLength?: number;
}

/**
 * Cuts texts to the length that is asked for. Where that could make two of them the same and they
 * must be unique, each ends with a number of its own instead.
 * @param longest what no text is longer than
 */
export function fitted(
  texts: Numbered<string>,
  longest: number,
  place: Place,
  { unique = false, maxLength = Number.POSITIVE_INFINITY }: Asked,
): Numbered<string> {
  if (longest <= maxLength) return texts;
  if (unique) return numbered(texts.ofRow, place, maxLength);
  return { ...texts, ofRow: (row) => cut(texts.ofRow(row), maxLength) };
}

/** Texts that end with a number of their own. */
export function numbered(
  textOf: (row: number) => string,
  place: Place,
  maxLength: number,
): Numbered<string> {
  const number = numbering(place.key('number'));
  return {
    size: numbersWithin(maxLength),
    ofRow(row) {
      const tail = `${number(row)}`;
      const head = cut(textOf(row), maxLength - tail.length - 1);
      return head === '' ? tail : `${head} ${tail}`;
    },
  };
}

/** How many rows have a number of at most so many digits. */
export function numbersWithin(digits: number): number {
  return Math.min(mostNumbers, 10 ** digits);
}

/** By whole characters, as databases count them. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return [...text].slice(0, Math.max(0, maxLength)).join('').trimEnd();
}

export function tooShort({ type, maxLength = 0 }: Asked, needed: number): HfitError {
  return new HfitError('HFIT_GENERATOR_TOO_SHORT', { type, maxLength, needed });
}
