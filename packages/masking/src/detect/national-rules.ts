import { digitsOf, isDay, isOneDigit, luhn, mod11x10, rest, weighted } from './checksums.js';

/** How a country numbers its people. */
export interface NationalRule {
  /** For people: the name of the number, and its country. */
  readonly name: string;
  /** Where the rule is published. */
  readonly source: string;
  /** The whole number as people write it. */
  readonly form: string;
  /** The words that stand before it, where its form alone is too common. */
  readonly word?: string;
  /** Takes what has the form. */
  check(text: string, digits: readonly number[]): boolean;
}

export const nationalRules: readonly NationalRule[] = [
  {
    name: 'social security number (US)',
    source: 'Social Security Administration, RM 10201.035: areas, groups and serials never given',
    form: '\\d{3}-\\d{2}-\\d{4}',
    check: (text) => !/^(?:000|666|9)|-00-|-0000$/.test(text),
  },
  {
    name: 'national insurance number (UK)',
    source: 'HMRC, NIM39110: prefixes that are not used',
    form: '[A-Z]{2} ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]',
    check: (text) =>
      /^[A-CEGHJ-PRSTW-Z][A-CEGHJ-NPRSTW-Z]/.test(text) && !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(text),
  },
  {
    name: 'tax id (Germany)',
    source: 'Bundeszentralamt für Steuern: IdNr, ISO/IEC 7064 MOD 11,10, one digit twice or thrice',
    form: '[1-9]\\d ?\\d{3} ?\\d{3} ?\\d{3}',
    check: (_, digits) => {
      const times = new Map<number, number>();
      for (const digit of digits.slice(0, 10)) times.set(digit, (times.get(digit) ?? 0) + 1);
      const more = [...times.values()].filter((count) => count > 1);
      return more.length === 1 && more[0]! <= 3 && mod11x10(digits);
    },
  },
  {
    name: 'DNI or NIE (Spain)',
    source: 'Real Decreto 1553/2005 and Ministerio del Interior: the letter is the number mod 23',
    form: '(?:\\d{8}|[XYZ]-?\\d{7})-?[A-Z]',
    check: (text) => {
      const bare = text.replace(/-/g, '').replace(/^[XYZ]/, (it) => String('XYZ'.indexOf(it)));
      return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(bare.slice(0, -1)) % 23] === bare.at(-1);
    },
  },
  {
    name: 'NIR (France)',
    source: 'INSEE: 97 less the number mod 97; 2A and 2B of Corsica count as 19 and 18',
    form: '[12] ?\\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\\d) ?(?:\\d{2}|2[AB]) ?\\d{3} ?\\d{3} ?\\d{2}',
    check: (text) => {
      const bare = text.replace(/ /g, '').replace('2A', '19').replace('2B', '18');
      const digits = digitsOf(bare);
      return 97 - rest(digits.slice(0, 13), 97) === rest(digits.slice(13), 100);
    },
  },
  {
    name: 'BSN (Netherlands)',
    source: 'Wet algemene bepalingen burgerservicenummer: the test of eleven',
    form: '\\d{9}|\\d{4}\\.\\d{2}\\.\\d{3}',
    word: 'bsn|burgerservicenummer|sofi',
    check: (_, digits) =>
      !isOneDigit(digits) && weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
  },
  {
    name: 'SNILS (Russia)',
    source: 'Pension Fund of Russia: the sum by place, mod 101, 100 as 00',
    form: '\\d{3}-\\d{3}-\\d{3}[ -]\\d{2}',
    check: (_, digits) => isSnils(digits),
  },
  {
    name: 'SNILS (Russia)',
    source: 'the same without its marks',
    form: '\\d{11}',
    word: 'snils|снилс',
    check: (_, digits) => isSnils(digits),
  },
  {
    name: 'INN (Russia)',
    source: 'Federal Tax Service, order MMV-7-6/435: two check digits of a person',
    form: '\\d{12}',
    word: 'inn|инн',
    check: (_, digits) =>
      !isOneDigit(digits) &&
      (weighted(digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === digits[10] &&
      (weighted(digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === digits[11],
  },
  {
    name: 'codice fiscale (Italy)',
    source: 'Decreto ministeriale 23 December 1976: the letter is a sum mod 26',
    form: '[A-Z]{6}\\d{2}[A-EHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]',
    check: (text) => codiceLetter(text) === text[15],
  },
  {
    name: 'PESEL (Poland)',
    source: 'Ustawa o ewidencji ludności, art. 15: a day of birth and a check digit',
    form: '\\d{11}',
    check: (_, digits) => {
      const [year = 0, month = 0, day = 0] = [0, 2, 4].map((at) =>
        rest(digits.slice(at, at + 2), 100),
      );
      const isBorn = isDay(1900 + year, month % 20, day);
      return isBorn && weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
    },
    word: 'pesel',
  },
  {
    name: 'CPF (Brazil)',
    source: 'Receita Federal: two check digits mod 11',
    form: '\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}',
    check: (_, digits) => {
      const check = (count: number) => {
        const weights = Array.from({ length: count }, (_, i) => count + 1 - i);
        return ((weighted(digits, weights) * 10) % 11) % 10 === digits[count];
      };
      return !isOneDigit(digits) && check(9) && check(10);
    },
  },
  {
    name: 'AHV number (Switzerland)',
    source: 'Zentrale Ausgleichsstelle: 756, and the check digit of EAN-13',
    form: '756\\.?\\d{4}\\.?\\d{4}\\.?\\d{2}',
    check: (_, digits) => weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
  },
  {
    name: 'national number (Belgium)',
    source:
      'Rijksregister: 97 less the number mod 97, with a 2 before it for who is born from 2000',
    form: '\\d{2}\\.\\d{2}\\.\\d{2}-\\d{3}\\.\\d{2}',
    check: (_, digits) => {
      const key = rest(digits.slice(9), 100);
      const number = digits.slice(0, 9);
      return [number, [2, ...number]].some((it) => 97 - rest(it, 97) === key);
    },
  },
  {
    name: 'personal number (Sweden)',
    source: 'Skatteverket, SKV 704: a day of birth and a check digit by Luhn',
    form: '(?:19|20)?\\d{6}[-+]\\d{4}',
    check: (_, digits) => {
      const ten = digits.slice(-10);
      const [year = 0, month = 0, day = 0] = [0, 2, 4].map((at) =>
        rest(ten.slice(at, at + 2), 100),
      );
      return isDay(2000 + year, month, day % 60) && luhn(ten);
    },
  },
  {
    name: 'personal code (Finland)',
    source: 'Digital and Population Data Services Agency: the number mod 31 as a letter',
    form: '\\d{6}[-+A-FU-Y]\\d{3}[0-9A-FHJ-NPR-Y]',
    check: (text) => {
      const number = Number(text.slice(0, 6) + text.slice(7, 10));
      const isBorn = isDay(2000, Number(text.slice(2, 4)), Number(text.slice(0, 2)));
      return isBorn && '0123456789ABCDEFHJKLMNPRSTUVWXY'[number % 31] === text[10];
    },
  },
  {
    name: 'resident id (China)',
    source: 'GB 11643-1999: a day of birth, and ISO/IEC 7064 MOD 11-2',
    form: '[1-9]\\d{5}(?:19|20)\\d{9}[\\dX]',
    check: (text, digits) => {
      const born = isDay(
        Number(text.slice(6, 10)),
        Number(text.slice(10, 12)),
        Number(text.slice(12, 14)),
      );
      const sum = weighted(digits, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
      return born && '10X98765432'[sum % 11] === text[17];
    },
  },
  {
    name: 'My Number (Japan)',
    source: 'Ordinance 85 of 2014 of the Ministry of Internal Affairs, article 5',
    form: '\\d{4} ?\\d{4} ?\\d{4}',
    word: 'my ?number|マイナンバー|個人番号',
    check: (_, digits) => {
      const left = weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
      return !isOneDigit(digits) && (left <= 1 ? 0 : 11 - left) === digits[11];
    },
  },
  {
    name: 'social insurance number (Canada)',
    source: 'Employment and Social Development Canada: nine digits, checked by Luhn',
    form: '[1-79]\\d{2}[ -]?\\d{3}[ -]?\\d{3}',
    word: 'sin|nas|social insurance|assurance sociale',
    check: (_, digits) => !isOneDigit(digits) && luhn(digits),
  },
];

function isSnils(digits: readonly number[]): boolean {
  const sum = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  return !isOneDigit(digits) && (sum % 101) % 100 === rest(digits.slice(9), 100);
}

/** What a character counts for on an odd place: the table of the decree, 0 to 9 and A to Z. */
const odd =
  '1 0 5 7 9 13 15 17 19 21 1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23'
    .split(' ')
    .map(Number);

function codiceLetter(text: string): string {
  const sum = [...text.slice(0, 15)].reduce((total, character, i) => {
    const value = Number.parseInt(character, 36);
    return total + (i % 2 === 0 ? odd[value]! : value < 10 ? value : value - 10);
  }, 0);
  return String.fromCharCode(65 + (sum % 26));
}
