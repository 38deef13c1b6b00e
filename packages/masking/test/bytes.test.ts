import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindMasker, maskers, type OptionValue } from '../src/index.js';
import { column, key } from './facts.js';

const times = Number(process.env.HFIT_RUNS ?? 200);

/** What fields of ASCII may be: such as maskers expect, and anything else. */
const ascii = fc.string({
  unit: fc.integer({ min: 1, max: 127 }).map((it) => String.fromCharCode(it)),
});
const like = fc.stringMatching(/^[A-Za-z]{0,4}[-+. /x@]?[0-9]{0,4}@?[a-z.-]{0,6}$/);
const texts = fc.oneof(
  like,
  ascii,
  fc.emailAddress(),
  fc.stringMatching(/^(\+|00)?[0-9]{0,3}[ /(-]?[0-9]{0,12}( ext [0-9]{2})?$/),
  fc.integer({ min: 0, max: 999 }).map(String),
);
const integers = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.constantFrom('0', '007', '-0', '+5', '127', '128', '-128', '32767', '32768', '999999'),
);
const moments = fc
  .tuple(
    fc.date({
      min: new Date(-62135596800000),
      max: new Date(253402300799000),
      noInvalidDate: true,
    }),
    fc.constantFrom('', ' 23:59:59', ' 24:00:00', ' 10:00', ' 12:30:01.5', 'T12:00:00'),
    fc.constantFrom('', '+00', '-07', '+05:30', ' BC', 'Z'),
  )
  .map(([date, time, zone]) => `${date.toISOString().slice(0, 10)}${time}${time && zone}`);
const valuesOf: Record<string, fc.Arbitrary<string>> = {
  text: texts,
  integer: integers,
  decimal: fc.stringMatching(/^-?[0-9]{1,9}(\.[0-9]{1,9})?$/),
  timestamp: fc.oneof(
    moments,
    fc.constantFrom('infinity', '0044-03-15 BC', '2023-02-29', '10000-01-01'),
  ),
  uuid: fc.uuid().map((it) => (it.startsWith('a') ? it.toUpperCase() : it)),
};

interface Case {
  readonly masker: string;
  readonly kind?: string;
  readonly type?: string;
  readonly options?: Record<string, OptionValue>;
  readonly maxLength?: number;
}
const cases: readonly Case[] = [
  { masker: 'hash' },
  { masker: 'hash', maxLength: 5 },
  { masker: 'hash', kind: 'uuid' },
  { masker: 'email' },
  { masker: 'email', options: { keepDomain: true, locale: 'ru' } },
  { masker: 'email', options: { keepDomain: true }, maxLength: 30 },
  { masker: 'email', options: { per: 'person' }, maxLength: 16 },
  { masker: 'personName' },
  { masker: 'personName', options: { part: 'given', locale: 'de' } },
  { masker: 'personName', options: { part: 'family', locale: 'ru', per: 'person' } },
  { masker: 'personName', options: { locale: 'ja' }, maxLength: 8 },
  { masker: 'personName', options: { locale: 'fr' }, maxLength: 3 },
  { masker: 'phone' },
  { masker: 'phone', options: { per: 'person' } },
  { masker: 'dateShift', kind: 'timestamp' },
  { masker: 'dateShift', kind: 'timestamp', options: { days: 9999, per: 'person' } },
  { masker: 'noise', kind: 'decimal' },
  { masker: 'noise', kind: 'decimal', options: { percent: 90 }, type: 'numeric(5,2)' },
  { masker: 'noise', kind: 'integer', options: { per: 'person' } },
  { masker: 'constant', options: { value: 'n/a' } },
  { masker: 'integer', kind: 'integer' },
  { masker: 'integer', kind: 'integer', options: { from: -50, to: 4_000_000 } },
  { masker: 'format' },
  { masker: 'format', options: { keepStart: 2, keepEnd: 1 } },
];
const table = [
  { name: 'c', kind: 'text' },
  { name: 'person', kind: 'integer' },
];

test.each(cases)('bytes are masked as values are: %j', (it) => {
  const { masker, kind = 'text', type = kind, options = {}, maxLength = null } = it;
  const mask = bindMasker({ masker, options }, column({ kind, type, maxLength }), key, table);
  const out = Buffer.alloc(4096);
  let direct = 0;
  fc.assert(
    fc.property(valuesOf[kind]!, fc.option(integers), (value, person) => {
      // What surrounds the field is not its own.
      const field = Buffer.from(`\t${value}\t${person ?? ''}\t`);
      const [from, to] = [1, 1 + value.length];
      const [personFrom, personTo] = person === null ? [-1, -1] : [to + 1, field.length - 1];
      const end = mask.bytes!.write(field, from, to, out, 7, personFrom, personTo);
      if (end < 0) return;
      direct += 1;
      expect(out.toString('utf8', 7, end)).toBe(mask(value, [value, person]));
    }),
    { numRuns: times },
  );
  // Else nothing was compared.
  expect(direct).toBeGreaterThan(0);
});

test('every masker that has a form for bytes is compared with its form for values', () => {
  const known = new Set(cases.map(({ masker }) => masker));
  const found = maskers().filter((it) => it.bindBytes);
  expect(found.map(({ name }) => name).sort()).toEqual([...known].sort());
});
