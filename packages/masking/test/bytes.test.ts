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
const valuesOf: Record<string, fc.Arbitrary<string>> = {
  text: texts,
  integer: integers,
  uuid: fc.uuid().map((it) => (it.startsWith('a') ? it.toUpperCase() : it)),
};

interface Case {
  readonly masker: string;
  readonly kind?: string;
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
];
const table = [
  { name: 'c', kind: 'text' },
  { name: 'person', kind: 'integer' },
];

test.each(cases)('bytes are masked as values are: %j', (it) => {
  const { masker, kind = 'text', options = {}, maxLength = null } = it;
  const mask = bindMasker({ masker, options }, column({ kind, maxLength }), key, table);
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
