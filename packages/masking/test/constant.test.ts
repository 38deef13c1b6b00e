import { describe, expect, test } from 'vitest';
import { code, masking } from './facts.js';

test.each([
  ['text', 'DE', 'XX', 'XX'],
  ['text', '', 'XX', 'XX'],
  ['text', 7n, '0012', '0012'],
  ['integer', '7', '-12', '-12'],
  ['integer', 7n, '+12', 12n],
  ['integer', 7, '12', 12],
  ['decimal', '7.00', '1.50', '1.50'],
  ['decimal', 7.5, '1.50', 1.5],
  ['decimal', 7n, '1.50', 1.5],
  ['float', 7.5, '1e3', 1000],
  ['boolean', 't', 'true', 't'],
  ['boolean', 'f', '1', 't'],
  ['boolean', 't', 'false', 'f'],
  ['boolean', '0', 'true', '1'],
  ['boolean', 1n, 'false', 0n],
  ['boolean', 0, 'true', 1],
  ['date', '2020-01-01', '2000-12-31', '2000-12-31'],
  ['timestamp', '2020-01-01 10:00:00', '2000-12-31 00:00:00+00', '2000-12-31 00:00:00+00'],
  ['time', '10:00:00', '00:00:00', '00:00:00'],
  ['json', '{"a": 1}', '{}', '{}'],
  ['uuid', 'x', '123e4567-e89b-12d3-a456-426614174000', '123e4567-e89b-12d3-a456-426614174000'],
  ['binary', '\\x00', '\\xff', '\\xff'],
  ['array', '{a}', '{}', '{}'],
  ['enum', 'paid', 'open', 'open'],
  ['other', 'x', 'y', 'y'],
] as const)('in a column of %s, %s becomes %s', (kind, value, constant, masked) => {
  expect(masking('constant', { kind }, { value: constant })(value)).toEqual(masked);
});

test('bytes become bytes', () => {
  const mask = masking('constant', { kind: 'binary' }, { value: 'abc' });
  expect(mask(new Uint8Array([1]))).toEqual(Buffer.from('abc'));
});

test('NULL stays NULL', () => {
  expect(masking('constant', {}, { value: 'x' })(null)).toBeNull();
  expect(masking('null')('x')).toBeNull();
  expect(masking('null')('')).toBeNull();
  expect(masking('null')(null)).toBeNull();
});

test('a value that is the constant already stays as it is', () => {
  expect(masking('constant', {}, { value: 'XX' })('XX')).toBe('XX');
});

test('characters are counted, not halves of them', () => {
  expect(masking('constant', { maxLength: 2 }, { value: '👍👍' })('a')).toBe('👍👍');
});

describe('a constant that the column cannot hold is refused', () => {
  test.each([
    [{ kind: 'text', maxLength: 1 }, 'XX'],
    [{ kind: 'integer' }, '1.5'],
    [{ kind: 'integer' }, ''],
    [{ kind: 'integer', type: 'smallint' }, '40000'],
    [{ kind: 'decimal' }, 'many'],
    [{ kind: 'boolean' }, 'yes'],
    [{ kind: 'date' }, '2001-02-29'],
    [{ kind: 'date' }, '2000-12-31 10:00:00'],
    [{ kind: 'timestamp' }, 'now'],
    [{ kind: 'time' }, '25'],
    [{ kind: 'uuid' }, 'x'],
    [{ kind: 'json' }, '{'],
    [{ kind: 'enum', type: "enum('open','it''s')" }, 'paid'],
    [{ kind: 'enum', type: 'mood', labels: ['sad', "o'k"] }, 'ok'],
    [{ kind: 'enum', type: "set('a','b')", labels: ['a', 'b'] }, 'a,c'],
    [{ kind: 'other', type: 'bit(3)' }, '1011'],
    [{ kind: 'other', type: 'bit(3)' }, '12'],
    [{ kind: 'binary', type: 'bit(5)' }, '0'],
    [{ kind: 'other', type: 'inet' }, '10.0.0.256'],
    [{ kind: 'other', type: 'inet' }, '10.0.0.1/33'],
    [{ kind: 'other', type: 'cidr' }, '10.0.0.1/8'],
    [{ kind: 'other', type: 'cidr' }, '2001:db8:1::/32'],
    [{ kind: 'other', type: 'macaddr' }, '08:00:2b:01:02'],
    [{ kind: 'array', type: 'integer[]' }, '1,2'],
    [{ kind: 'array', type: 'integer[]' }, '{1,b}'],
    [{ kind: 'array', type: 'text[]' }, '{a,}'],
    [{ kind: 'array', type: 'text[]' }, '{{a},{b,c}}'],
    [{ kind: 'array', type: 'character varying(2)[]' }, '{abc}'],
    [{ kind: 'text', unique: true }, 'XX'],
  ] as const)('%j: %j', (facts, value) => {
    expect(() => masking('constant', facts, { value })).toThrow(code('HFIT_MASKER_UNFIT'));
  });

  test.each([
    [{ kind: 'enum', type: 'mood', labels: ['sad', "o'k"] }, "o'k"],
    [{ kind: 'enum', type: "set('a','b')", labels: ['a', 'b'] }, 'a,b'],
    [{ kind: 'other', type: 'bit(3)' }, '101'],
    [{ kind: 'binary', type: 'bit(6)' }, '0'],
    [{ kind: 'other', type: 'inet' }, '::1/64'],
    [{ kind: 'other', type: 'cidr' }, '10.0.0.0/8'],
    [{ kind: 'other', type: 'cidr' }, '2001:db8::/32'],
    [{ kind: 'other', type: 'macaddr' }, '08:00:2b:01:02:03'],
    [{ kind: 'other', type: 'interval' }, '1 day'],
    [{ kind: 'array', type: 'integer[]' }, '[0:1]={1,NULL}'],
    [{ kind: 'array', type: 'text[]' }, '{{"a \\" b",c d},{e,f}}'],
  ] as const)('but %j takes %j', (facts, value) => {
    expect(masking('constant', facts, { value })('x')).toBe(value);
  });

  test('but a word of the enum is not', () => {
    const facts = { kind: 'enum', type: "enum('open','it''s')" };
    expect(masking('constant', facts, { value: "it's" })('open')).toBe("it's");
  });
});
