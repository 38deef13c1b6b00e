import { type Values, valuesFrom } from '@hot-fixture/generator';
import type { ColumnFacts } from '../column.js';
import { fits } from '../fitting.js';
import { defineMasker, type Mask } from '../masker.js';
import { per } from '../options.js';
import { phoneBytes } from './phone-bytes.js';

/** Numbers, signs and spaces, and the two words that people write into a phone number. */
const readable = /^(?:[\p{Nd}\p{P}\p{S}\p{Zs}]|ext|x)*$/iu;
const digit = /\p{Nd}/u;
const others = /\P{Nd}+/gu;

/** The country codes of ITU-T E.164 that have one or two digits; all others have three. */
const shortCode = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** So few digits left would make too few masks, so they are all drawn anew. */
const fewest = 4;

export const phone = defineMasker({
  name: 'phone',
  about:
    'Other digits in the same places: the country prefix (+NN) and leading zeros stay. What is no phone number becomes a new one.',
  kinds: ['text'],
  keeps: { unique: false, length: true, format: true, order: false, referential: true },
  options: {
    per: {
      ...per,
      about:
        'The column that tells persons apart: numbers of one form get the same digits, in columns of one name.',
    },
  },
  bind({ options, column }): Mask {
    const label = labelFor(options.per, column);
    return (value, _, drawFor) => {
      const text = typeof value === 'object' ? '' : String(value);
      const values = valuesFrom(drawFor());
      const digits = text.replace(others, '');
      if (digits === '' || !readable.test(text)) return fresh(values, column.maxLength);

      const draws = values.draws(label);
      const kept = keptDigits(text, digits);
      let at = 0;
      let masked = '';
      for (const sign of text) {
        const isDigit = sign <= '9' ? sign >= '0' : digit.test(sign);
        if (isDigit) at += 1;
        if (!isDigit || at <= kept) masked += sign;
        else masked += at === kept + 1 ? 1 + draws.below(9) : draws.below(10);
      }
      return masked;
    };
  },
  bindBytes: ({ options, column }) => phoneBytes(labelFor(options.per, column), shortCode, fewest),
});

/** A person has other digits as phone than as fax. */
function labelFor(per: string | undefined, column: ColumnFacts): string {
  return per === undefined ? 'digits' : `digits ${column.name}`;
}

function keptDigits(text: string, digits: string): number {
  const international = /^[^\p{Nd}]*\+[^\p{Nd}]*/u.test(text) && /^[0-9]*$/.test(digits);
  const prefix = international ? (shortCode.exec(digits)?.[0].length ?? 3) : 0;
  const zeros = /^0{0,2}/.exec(digits.slice(prefix))?.[0].length ?? 0;
  const kept = prefix + zeros;
  return digits.length - kept >= fewest ? kept : 0;
}

/** In little room the last digits, which tell numbers apart. */
function fresh(values: Values, maxLength: number | null): string {
  const number = values.phone();
  return fits(number, maxLength) ? number : number.replace(/\D/g, '').slice(-(maxLength ?? 0));
}
