import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindMasker } from '../src/index.js';
import { code, column, key, masking } from './facts.js';

const noise = (facts = {}, options = {}) =>
  masking('noise', { kind: 'decimal', type: 'numeric', ...facts }, options);

test('a number stays within its percents, with its sign and its decimals', () => {
  const parts = fc.tuple(
    fc.constantFrom('', '-'),
    fc.integer({ min: 1, max: 10 ** 9 }),
    fc.stringMatching(/^[0-9]{0,6}$/),
    fc.integer({ min: 1, max: 90 }),
  );
  fc.assert(
    fc.property(parts, ([sign, whole, fraction, percent]) => {
      const text = `${sign}${whole}${fraction && `.${fraction}`}`;
      const masked = noise({}, { percent })(text) as string;
      expect(masked).not.toBe(text);
      expect(masked.replace(/^-?\d+/, '').length).toBe(text.replace(/^-?\d+/, '').length);
      const smallest = 10 ** -fraction.length;
      const most = Math.max(smallest, (Math.abs(Number(text)) * percent) / 100 + smallest);
      expect(Math.abs(Number(masked) - Number(text))).toBeLessThanOrEqual(most * 1.000001);
      expect(Math.sign(Number(masked))).toBe(Math.sign(Number(text)));
    }),
  );
});

test('a sum of many rows stays near, where noise belongs to the row', () => {
  const table = [{ name: 'id', kind: 'integer' }];
  const of = column({ kind: 'decimal', type: 'numeric(9,2)' });
  const mask = bindMasker({ masker: 'noise', options: { percent: 20, per: 'id' } }, of, key, table);
  const rows = 4000;
  let sum = 0;
  for (let id = 0; id < rows; id++) sum += Number(mask('9.99', [id]));
  // The deviation of the mean of 4000 is 0.18 percent; the key is fixed, so this is one outcome.
  expect(Math.abs(sum / (rows * 9.99) - 1)).toBeLessThan(0.006);
  expect(new Set(Array.from({ length: 50 }, (_, id) => mask('9.99', [id]))).size).toBeGreaterThan(
    40,
  );
});

test('what is masked fits its type', () => {
  for (let i = 0; i < 200; i++) {
    expect(Number(noise({ kind: 'integer', type: 'smallint' })(32_767 - i))).toBeLessThan(32_768);
    expect(noise({ type: 'numeric(5,2)' })(`999.${10 + i}`.slice(0, 6))).toMatch(/^\d{1,3}\.\d\d$/);
    expect(noise({ kind: 'integer', type: 'int' })(2 ** 31 - 1 - i)).toBeLessThan(2 ** 31);
  }
});

test('numbers come back in the form in which they came', () => {
  expect(noise({ kind: 'integer' })(1000n)).toBe(
    BigInt(noise({ kind: 'integer' })(1000) as number),
  );
  expect(typeof noise({ kind: 'float' })(12.5)).toBe('number');
  expect(noise({ kind: 'float' })(1e300)).not.toBe(1e300);
  expect([0, '0.00', 0n].map((it) => noise()(it))).toEqual([0, '0.00', 0n]);
  for (const value of ['NaN', 'x', new Uint8Array([1])]) expect(noise()(value)).toBeNull();
});

test('it serves no column that is unique', () => {
  expect(() => noise({ unique: true })).toThrow(code('HFIT_MASKER_UNFIT'));
});

/** All that a value may be in its database, from rows and, for a text, from bytes. */
function masksOf(type: string, kind: string, value: string | number | bigint): number[] {
  const mask = bindMasker({ masker: 'noise', options: {} }, column({ type, kind }), key);
  const masks = [Number(mask(value))];
  const [field, out] = [Buffer.from(String(value)), Buffer.alloc(1000)];
  const end = mask.bytes!.write(field, 0, field.length, out, 0, -1, -1);
  return end < 0 ? masks : [...masks, Number(out.toString('utf8', 0, end))];
}

const expectSame = (masks: readonly number[]) => expect(new Set(masks).size).toBe(1);

test('a decimal has one mask, however its database writes it', () => {
  const cents = fc.oneof(fc.integer({ min: -2000, max: 2000 }), fc.integer());
  fc.assert(
    fc.property(cents, (cents) => {
      const text = (cents / 100).toFixed(2);
      const number = cents / 100;
      expectSame([
        ...masksOf('numeric(12,2)', 'decimal', text),
        ...masksOf('decimal(12,2)', 'decimal', text),
        ...masksOf('DECIMAL(12, 2)', 'decimal', number),
        ...(cents % 100 === 0 ? masksOf('DECIMAL(12,2)', 'decimal', BigInt(cents / 100)) : []),
      ]);
      const short = String(number);
      const dotted = short.includes('.') ? short : `${short}.`;
      expectSame(
        ['', '0', '000'].flatMap((zeros) => masksOf('numeric', 'decimal', dotted + zeros)),
      );
    }),
    { numRuns: 60 },
  );
});

test('a float has one mask, however its database writes it', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 });
  fc.assert(
    fc.property(fc.oneof(number, fc.constantFrom(1e16, 1e20, 1e21, -1e-7, 12.5)), (number) => {
      fc.pre(Math.abs(number) > 1e-300);
      const [digits = '', exponent = ''] = number.toExponential().split('e');
      expectSame([
        ...masksOf('REAL', 'float', number),
        ...masksOf('double precision', 'float', String(number)),
        ...masksOf('double', 'float', `${digits}e${exponent.replace('+', '')}`),
        ...masksOf('double', 'float', `${digits}e${exponent.replace(/\d+/, '0$&')}`),
      ]);
    }),
    { numRuns: 60 },
  );
  expectSame(
    ['1e16', '1e+16', '10000000000000000'].flatMap((it) => masksOf('double', 'float', it)),
  );
});
