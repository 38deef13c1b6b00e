import type { Value } from '@hot-fixture/database';
import fc from 'fast-check';

/** What is hard to write and to read again. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  {
    arbitrary: fc.string({ unit: 'binary', maxLength: 30 }),
    weight: 3,
  },
  fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\t',
      '\r',
      '"',
      "'",
      '\\',
      '#',
      ':',
      '-',
      '|',
      '0',
      '.',
      '\0',
      '\u2028',
      '\ufeff',
      '{',
      '1',
    ),
  }),
  fc.constantFrom(
    // Bytes of SQLite that are no text come as halves of surrogates.
    '\udcff',
    'a\ud800b\udc80',
    'null',
    'Null',
    '~',
    'true',
    'no',
    '',
    ' ',
    '-',
    '---',
    '...',
    '0x10',
    '0o7',
    '1e3',
    '.inf',
    '.nan',
    '-0',
    '007',
    '1_000',
    '<<',
    '=',
    '? a',
    '&a',
    '*a',
    '!x',
    '2024-01-01',
    '12:30',
    '{}',
    '[]',
    '12.50',
    '+1',
    '١',
  ),
  fc.integer().map(String),
  fc.double().map(String),
  fc.json({ stringUnit: 'binary' }),
  fc.json().map((it) => JSON.stringify(JSON.parse(it), null, 1).replace(/\n\s*/g, ' ')),
  fc.json().map((it) => it.replaceAll(',', ', ').replaceAll(':', ': ')),
  fc.jsonValue().map((it) => JSON.stringify({ key: it, 'a long enough text': [it, '1', 1, null] })),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }).map((it) => Buffer.from(it)),
  texts.map((it) => Buffer.from(it)),
);
/** NaN is no value: SQLite makes NULL of it. */
const reals = fc.double({ noNaN: true });
export const integers = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** What the two kinds of dialects write: text and bytes, or the five storage classes. */
export const values: Record<string, fc.Arbitrary<Value>> = {
  'text and bytes': fc.oneof(fc.constant(null), texts, texts, bytes),
  'five storage classes': fc.oneof(
    fc.constant(null),
    texts,
    bytes,
    integers,
    reals,
    fc.constantFrom(1n, 1, '1', -0, 0, 0n),
  ),
};
