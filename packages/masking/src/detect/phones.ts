import { bounded, places } from './bounded.js';
import type { Finding } from './finding.js';

const international = bounded(/(?<![\p{L}\p{N}+])\+[1-9](?=[\d ()./-])/gu);
const american = bounded(
  /(?<![\p{L}\p{N}]|[\d][.-])(?:1[-. ])?(?:\([2-9]\d{2}\)[ -]?|[2-9]\d{2}([-. ]))[2-9]\d{2}[-. ]\d{4}(?![\p{L}\p{N}]|[-.]\d)/gu,
);
const national = bounded(/(?<![\p{L}\p{N}+]|\d[ .,:/-])\(?0[1-9](?=[\d ()/.-])/gu);
const called = bounded(
  /(?:phone|mobile|cell|fax|tel|call|handy|móvil|тел|電話)[\p{L}.:#№ ]{0,12}(?<it>\d{7,15})(?!\p{N})/giu,
);
const isDate = /^\d{1,2}([./ -])\d{1,2}\1(?:\d{4}|\d{2}(?!\1?\d))/;

/**
 * Phone numbers: with a country prefix (ITU-T E.164: up to 15 digits), in the form of North America,
 * with the zero that many countries put before an area, or after a word that says so.
 */
export function* phones(text: string): Generator<Finding> {
  if (!/\d{2}/.test(text)) return;
  for (const { start } of places(international, text)) {
    const { digits, end } = number(text, start + 1, 15);
    if (digits < 8) continue;
    yield {
      kind: 'phone',
      start,
      end,
      evidence: 'a phone number: a country prefix and 8 to 15 digits',
    };
  }
  for (const { start, end } of places(american, text)) {
    yield { kind: 'phone', start, end, evidence: 'a phone number in the form of North America' };
  }
  for (const { start } of places(national, text)) {
    const { digits, marks, end } = number(text, start, 11);
    if (digits < 9 || marks === 0) continue;
    if (isDate.test(text.slice(start, end)) || text[end] === ':') continue;
    yield {
      kind: 'phone',
      start,
      end,
      evidence: 'a phone number: an area with its zero, 9 to 11 digits',
    };
  }
  for (const { start, end } of places(called, text)) {
    yield { kind: 'phone', start, end, evidence: 'digits after a word for a phone' };
  }
}

/** Groups of digits with marks between them, as many as make no more digits than `most`. */
function number(
  text: string,
  start: number,
  most: number,
): { digits: number; marks: number; end: number } {
  let found = { digits: 0, marks: 0, end: start };
  let [digits, marks, gap] = [0, 0, 0];
  for (let at = start; at <= text.length; at++) {
    const character = text[at] ?? '';
    const isDigit = character >= '0' && character <= '9';
    if (isDigit) {
      if (gap > 0 && digits > 0) marks += 1;
      digits += 1;
      gap = 0;
      if (digits > most) break;
      continue;
    }
    if (gap === 0 && digits > 0) found = { digits, marks, end: at };
    gap += 1;
    if (gap > 2 || character === '' || !' ().-/'.includes(character)) break;
  }
  return found;
}
