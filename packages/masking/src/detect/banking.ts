import { bounded, places } from './bounded.js';
import { digitsOf, luhn, mod97 } from './checksums.js';
import type { Finding } from './finding.js';

const between = '(?<![\\p{L}\\p{N}]|\\p{N}[.,-])';
const after = '(?![\\p{L}\\p{N}]|[-]\\p{N})';
const cardForms = [
  new RegExp(`${between}\\d{12,19}${after}`, 'gu'),
  new RegExp(`${between}\\d{4}([ -])\\d{4}\\1\\d{4}\\1\\d{1,7}${after}`, 'gu'),
  new RegExp(`${between}\\d{4}([ -])\\d{6}\\1\\d{4,5}${after}`, 'gu'),
].map(bounded);

/** Ranges of issuers by their first digits (ISO/IEC 7812), and how long their numbers are. */
const issuers: readonly (readonly [string, number, number, readonly number[]])[] = [
  ['Visa', 4, 4, [13, 16, 19]],
  ['Mastercard', 51, 55, [16]],
  ['Mastercard', 2221, 2720, [16]],
  ['American Express', 34, 34, [15]],
  ['American Express', 37, 37, [15]],
  ['Discover', 6011, 6011, [16, 19]],
  ['Discover', 644, 659, [16, 19]],
  ['Diners Club', 300, 305, [14, 16, 19]],
  ['Diners Club', 36, 36, [14, 19]],
  ['Diners Club', 38, 39, [14, 16, 19]],
  ['JCB', 3528, 3589, [16, 19]],
  ['UnionPay', 62, 62, [16, 17, 18, 19]],
  ['Maestro', 5018, 5018, [12, 13, 14, 15, 16, 18, 19]],
  ['Maestro', 5020, 5020, [12, 13, 14, 15, 16, 18, 19]],
  ['Maestro', 5038, 5038, [12, 13, 14, 15, 16, 18, 19]],
  ['Maestro', 6304, 6304, [12, 13, 14, 15, 16, 18, 19]],
  ['Mir', 2200, 2204, [16, 17, 18, 19]],
];

/** Numbers of payment cards: the range of an issuer, its length, and the check digit by Luhn. */
export function* cards(text: string): Generator<Finding> {
  for (const form of cardForms) {
    for (const { value, start, end } of places(form, text)) {
      const digits = digitsOf(value);
      const issuer = issuerOf(digits);
      if (issuer === null || !luhn(digits)) continue;
      const evidence = `a card number: range of ${issuer}, check digit by Luhn`;
      yield { kind: 'card', start, end, evidence };
    }
  }
}

function issuerOf(digits: readonly number[]): string | null {
  const found = issuers.find(([, low, high, lengths]) => {
    const head = Number(digits.slice(0, String(low).length).join(''));
    return head >= low && head <= high && lengths.includes(digits.length);
  });
  return found?.[0] ?? null;
}

/** How long an IBAN is in each country: the registry of ISO 13616. */
const ibanLengths = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20
  EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30
  KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24
  PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22
  VG24 XK20`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const ibanHead = bounded(/(?<![\p{L}\p{N}])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z\d])/gu);

/** Numbers of bank accounts: the length of the country, and the check digits (ISO 13616). */
export function* ibans(text: string): Generator<Finding> {
  for (const { value, start } of places(ibanHead, text)) {
    const country = value.slice(0, 2).toUpperCase();
    const length = ibanLengths.get(country);
    const end = length === undefined ? null : endOfCharacters(text, start, length);
    if (end === null) continue;
    const bare = text.slice(start, end).replace(/[ -]/g, '').toUpperCase();
    if (mod97(bare.slice(4) + bare.slice(0, 4)) !== 1) continue;
    const evidence = `an IBAN of ${country}: its length and check digits (mod 97)`;
    yield { kind: 'iban', start, end, evidence };
  }
}

/** Where so many letters and digits end, with at most one space or hyphen between two of them. */
function endOfCharacters(text: string, start: number, count: number): number | null {
  let at = start;
  for (let left = count; left > 0; left--) {
    if (at > start && (text[at] === ' ' || text[at] === '-')) at += 1;
    if (!/[A-Za-z\d]/.test(text[at] ?? '')) return null;
    at += 1;
  }
  return /[\p{L}\p{N}]/u.test(text[at] ?? '') ? null : at;
}
