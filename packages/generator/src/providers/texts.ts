import { HfitError } from '@hot-fixture/errors';
import type { Draws } from '../draws.js';
import { cut, numbered } from '../fitting.js';
import { badOption } from '../options.js';
import type { Place } from '../place.js';
import { RowDraws } from '../row-draws.js';
import type { Source } from '../source.js';
import { composed, joined, type Space } from '../space.js';
import type { Spec } from '../types.js';
import { plainWords } from './plain-words.js';

const lettersAndDigits = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** More than anybody makes rows of. */
const plenty = 2 ** 40;
const letters = 'abcdefghijklmnopqrstuvwxyz';

export function string(spec: Spec<'string'>): Source<string> {
  if (spec.pattern !== undefined) return patterned(spec.pattern);
  const least = spec.length ?? spec.minLength ?? Math.min(12, spec.maxLength ?? 12);
  const most = spec.length ?? spec.maxLength ?? Math.max(12, least);
  if (most < least) {
    const what = `a string of ${least} to ${most} characters`;
    throw new HfitError('HFIT_GENERATOR_RANGE', { what, range: 'minLength, then maxLength' });
  }
  return lettersOf([...new Set(spec.alphabet ?? lettersAndDigits)], least, most);
}

/** Each length equally often; where they are few enough to be counted, all that there are. */
function lettersOf(alphabet: readonly string[], least: number, most: number): Space<string> {
  const within = (shortest: number, longest: number) =>
    composed((draws) => {
      let text = '';
      for (let left = draws.integer(shortest, longest); left > 0; left--)
        text += draws.pick(alphabet);
      return text;
    });
  const any = within(least, most);
  if (least === most || any.size >= plenty) return any;
  const lengths = [within(least, least)];
  for (let at = least + 1; at <= most && joined(lengths).size < plenty; at++) {
    lengths.push(within(at, at));
  }
  return { ...joined(lengths), draw: any.draw! };
}

/**
 * Texts of a pattern: `#` becomes a digit, `!` one of 2 to 9, `?` a letter a-z.
 * @throws HFIT_GENERATOR_OPTION_VALUE where it has none of them: somebody's name for a pattern
 * that no provider knows
 */
export function patterned(pattern: string): Space<string> {
  if (!/[#!?]/.test(pattern)) {
    const expected = 'a pattern with #, ! or ? in it, or the name of one that a provider knows';
    throw badOption('string', 'pattern', expected);
  }
  const fill = (draws: Draws) =>
    draws.digits(pattern.replace(/\?/g, () => letters[draws.below(26)]!));
  return composed(fill);
}

const firstWords = plainWords.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
const nextWords = plainWords.map((word) => ` ${word}`);

/** Plain words, the first with a capital letter. */
export function text(spec: Spec<'text'>, place: Place): Source<string> {
  const { words: fixed, maxLength = Number.POSITIVE_INFINITY, unique } = spec;
  const sentence = (draws: Draws) => {
    const count = fixed ?? draws.integer(3, 9);
    let text = draws.pick(firstWords);
    for (let i = 1; i < count; i++) {
      const next = draws.pick(nextWords);
      if (text.length + next.length > maxLength) break;
      text += next;
    }
    return text;
  };
  if (!unique) return { draw: (draws) => cut(sentence(draws), maxLength) };
  const draws = new RowDraws(place.key('draws'));
  return numbered((row) => sentence(draws.at(row)), place, maxLength);
}
