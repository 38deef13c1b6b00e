import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bounded } from '../src/detect/bounded.js';
import { digitsOf, luhn, mod97 } from '../src/detect/checksums.js';
import { scans } from '../src/detect/find.js';
import { nationalRules } from '../src/detect/national-rules.js';
import { traitsOf } from '../src/detect/traits.js';
import { findPersonal, type PersonalKind } from '../src/index.js';

/** What is found in a text, as `kind: place`. */
const found = (text: string) =>
  findPersonal(text).map(({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`);

const texts: Record<PersonalKind, readonly string[]> = {
  email: ['anna.schmidt+news@mail.example.co.uk', 'иван@почта.рф', "o'neil@example.com"],
  phone: ['+49 30 1234567', '(415) 555-2671', '020 7946 0958', '+81-3-1234-5678', '06 12 34 56 78'],
  card: ['4111 1111 1111 1111', '378282246310005', '5555-5555-5555-4444', '2200000000000004'],
  iban: ['DE89 3704 0044 0532 0130 00', 'GB29NWBK60161331926819', 'fr1420041010050500013m02606'],
  'national-id': ['078-05-1121', 'AB123456C', '12345678Z', 'X1234567L', '2 55 08 14 168 025 38'],
  ip: ['203.0.113.7', '2001:db8::ff00:42:8329'],
  mac: ['00:1B:44:11:3A:B7', '001b.4411.3ab7'],
  geo: ['52.52001, 13.40495', 'POINT(13.405 52.52)'],
  address: [
    '123 Main Street',
    'Hauptstraße 12',
    '12 bis rue de la Paix',
    'Calle Mayor, 5',
    'ул. Ленина, д. 5',
    '千代田区丸の内1丁目',
  ],
  'person-name': ['John Smith', 'MARY WILLIAMS', 'Иван Иванов', '佐藤花子', '田中様'],
  'birth-date': ['1980-02-03', '3. März 1980', '1980年2月3日'],
  secret: [
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r',
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'hT7pQ2xZ9vLm4KcR8sWd',
  ],
  'password-hash': [
    '$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234',
    '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo',
    'pbkdf2_sha256$260000$saltsalt$aGFzaGhhc2hoYXNoaGFzaGhhc2g=',
  ],
};
const before: Partial<Record<PersonalKind, string>> = { 'birth-date': 'born on' };

describe.for(Object.entries(texts))('%s', ([kind, values]) => {
  test.for([...values])('%s', (value) => {
    const text = `- ${before[kind as PersonalKind] ?? 'it says'} ${value}, and no more`;
    expect(found(text)).toEqual([`${kind}: ${value}`]);
  });
});

test.for([
  'The order 123456789012 of 2024-11-12 at 10:11:12 came to 1,234.56.',
  'Version 1.2.3.4 runs at 127.0.0.1 and ::1, and std::vector is none.',
  'Academy Dinosaur is an epic drama of a feminist and a mad scientist in the Canadian Rockies.',
  'commit 8cb2237d0679ca88db6464eac60da96345513964, 4f9c7a52-7b0e-4f0e-9d8b-2f1f3f0e4a11',
  'packages/database/src/postgresql/copy-messages.ts getElementByIdAndClassName2',
  '4111 1111 1111 1112 and DE88 3704 0044 0532 0130 00 and 000-12-3456',
  'a@b, @home, 12:34:56, 01.02.2020 12:30, 1/2/2020, 0.5000, 100.0000',
  '今日は良い天気です。',
])('nothing in: %s', (text) => {
  expect(found(text)).toEqual([]);
});

test('what overlaps is told once, by what checks more', () => {
  expect(found('mail john.smith@example.com, card 4111111111111111')).toEqual([
    'email: john.smith@example.com',
    'card: 4111111111111111',
  ]);
  expect(found('postgresql://john:hunter2@db.example.com/shop')).toEqual(['secret: john:hunter2']);
  expect(found('{"password": "hunter2"}')).toEqual(['secret: hunter2']);
});

/** One number of each rule that passes it, made up or published as an example. */
const numbers: readonly (readonly [string, string, string?])[] = [
  ['078-05-1121', '078-00-1121'],
  ['AB123456C', 'DB123456C'],
  ['86095742719', '86095742718'],
  ['12345678Z', '12345678A'],
  ['255081416802538', '255081416802539'],
  ['111222333', '111222334', 'BSN'],
  ['112-233-445 95', '112-233-445 96'],
  ['11223344595', '11223344596', 'СНИЛС'],
  ['500100732259', '500100732258', 'ИНН'],
  ['RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
  ['44051401359', '44051401358', 'PESEL'],
  ['529.982.247-25', '529.982.247-26'],
  ['756.9217.0769.85', '756.9217.0769.84'],
  ['85.07.30-033.28', '85.07.30-033.29'],
  ['811228-9874', '811228-9875'],
  ['131052-308T', '131052-308U'],
  ['11010519491231002X', '110105194912310021'],
  ['1234 5678 9018', '1234 5678 9017', 'My Number'],
  ['130 692 544', '130 692 545', 'SIN'],
];

test('each national id is checked by its rule', () => {
  const names = new Set<string>();
  for (const [right, wrong, word = ''] of numbers) {
    const [it] = findPersonal(`${word} ${right}`);
    expect(it, right).toMatchObject({ kind: 'national-id' });
    names.add(it?.evidence ?? '');
    const kinds = findPersonal(`${word} ${wrong}`).map(({ kind }) => kind);
    expect(kinds, wrong).not.toContain('national-id');
    if (word !== '') expect(found(right), right).toEqual([]);
  }
  expect(names.size).toBe(new Set(nationalRules.map(({ name }) => name)).size);
});

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length });

test('a card with its check digit is found, and none with one wrong digit', () => {
  fc.assert(
    fc.property(
      digits(14),
      fc.integer({ min: 0, max: 15 }),
      fc.integer({ min: 1, max: 9 }),
      (middle, at, by) => {
        const number = [4, ...middle];
        const check = Array.from({ length: 10 }, (_, i) => i).find((i) => luhn([...number, i]))!;
        const card = [...number, check];
        expect(found(`card ${card.join('')}`)).toEqual([`card: ${card.join('')}`]);
        const wrong = card.map((digit, i) => (i === at ? (digit + by) % 10 : digit)).join('');
        expect(findPersonal(wrong).filter(({ kind }) => kind === 'card')).toEqual([]);
      },
    ),
  );
});

test('a German IBAN with its check digits is found, and none with one wrong digit', () => {
  fc.assert(
    fc.property(
      digits(18),
      fc.integer({ min: 2, max: 21 }),
      fc.integer({ min: 1, max: 9 }),
      (number, at, by) => {
        const check = String(98 - mod97(`${number.join('')}DE00`)).padStart(2, '0');
        const iban = `DE${check}${number.join('')}`;
        expect(found(iban)).toEqual([`iban: ${iban}`]);
        const wrong = [...iban]
          .map((it, i) => (i === at ? String((Number(it) + by) % 10) : it))
          .join('');
        expect(findPersonal(wrong).filter(({ kind }) => kind === 'iban')).toEqual([]);
      },
    ),
  );
});

const piece = fc.oneof(
  fc.constantFrom(...Object.values(texts).flat()),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(' ', ', ', '\n', '@', '+', '://', 'born '),
);

test('places are within the text, apart from each other, and never quoted', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      (text) => {
        let end = 0;
        for (const finding of findPersonal(text)) {
          expect(finding.start).toBeGreaterThanOrEqual(end);
          expect(finding.end).toBeGreaterThan(finding.start);
          end = finding.end;
          expect(finding.evidence).not.toContain(text.slice(finding.start, finding.end));
        }
        expect(end).toBeLessThanOrEqual(text.length);
      },
    ),
  );
});

test('a scan that is left out would have found nothing', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
      (text) => {
        for (const [scan, mayFind] of scans) {
          if (!mayFind(traitsOf(text), text.length)) expect([...scan(text)]).toEqual([]);
        }
      },
    ),
  );
});

test('a pattern that may run on is refused', () => {
  for (const pattern of [/a+/, /a*b/, /a{2,}/, /[a-z]+@/]) expect(() => bounded(pattern)).toThrow();
  expect(bounded(/[*+]\+\*a{1,9}/)).toBeInstanceOf(RegExp);
});

// Whatever took more than linear time would take hours here, and the test would not end.
test('hostile texts are read to their end', () => {
  const pieces = [
    'a',
    '1',
    '1 ',
    'a@',
    'a.',
    'A-',
    'Aa ',
    '+1',
    '0-',
    '田',
    '田中',
    ':a',
    '://',
    'eyJ',
    'sk-',
    '-----BEGIN PRIVATE KEY-----',
    'rue de ',
    '12 Main ',
    'born ',
    'DE89 ',
    '1.',
    '{"a":',
    'Mr A',
    '市1',
    '１',
  ];
  for (const one of pieces)
    expect(() => findPersonal(one.repeat(20_000 / one.length))).not.toThrow();
  expect(digitsOf('1a2')).toEqual([1, 2]);
});
