import { KeyedDraws, labelOf } from '@hot-fixture/generator';
import type { MaskBytes } from '../masker.js';
import { isDigit, keepWords } from '../written-bytes.js';

/**
 * The digits of a phone number drawn anew in their places, as the masker of values does it.
 * @param shortCode finds a country code of one or two digits at the beginning of all digits
 * @param fewest so many digits have to be left to draw, else all are drawn
 */
export function phoneBytes(label: string, shortCode: RegExp, fewest: number): MaskBytes {
  const key = new Int32Array(4);
  const draws = new KeyedDraws(key, labelOf(label));
  /** How many digits the country code has, by the first two digits of the number. */
  const codes = Uint8Array.from({ length: 100 }, (_, two) => {
    return shortCode.exec(String(two).padStart(2, '0'))?.[0].length ?? 3;
  });

  return (source, from, to, out, at, _draw, drawFor) => {
    let digits = 0;
    let two = 0;
    let isInternational = false;
    for (let i = from; i < to; i++) {
      const byte = source[i]!;
      if (isDigit(byte)) {
        digits += 1;
        if (digits <= 2) two = 10 * two + byte - 48;
      } else if (byte === plus) isInternational ||= digits === 0;
      // Letters and control signs: only the value form knows the words that may be in a number.
      else if (byte < space || byte === 127 || isLetter(byte)) return -1;
    }
    if (digits === 0) return -1;
    const kept = keptOf(source, from, to, digits, isInternational ? codes[two]! : 0, fewest);
    keepWords(key, drawFor());
    draws.again();
    let seen = 0;
    let end = at;
    for (let i = from; i < to; i++) {
      let byte = source[i]!;
      if (isDigit(byte)) {
        seen += 1;
        if (seen === kept + 1) byte = 49 + draws.below(9);
        else if (seen > kept) byte = 48 + draws.below(10);
      }
      out[end++] = byte;
    }
    return end;
  };
}

const plus = 0x2b;
const space = 0x20;
const isLetter = (byte: number) => (byte | 32) >= 97 && (byte | 32) <= 122;

/** The prefix, and up to two zeros behind it. */
function keptOf(
  source: Uint8Array,
  from: number,
  to: number,
  digits: number,
  prefix: number,
  fewest: number,
): number {
  let seen = 0;
  let kept = prefix;
  for (let i = from; i < to && kept < prefix + 2; i++) {
    if (!isDigit(source[i]!)) continue;
    seen += 1;
    if (seen <= prefix) continue;
    if (source[i] !== 48) break;
    kept += 1;
  }
  return digits - kept >= fewest ? kept : 0;
}
