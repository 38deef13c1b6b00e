import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathStep, proposedName, warningsOf } from '../src/names.js';

test('a name is one step of a path, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      fc.pre(!/^\.*$/.test(name));
      const { pathname } = new URL(`http://localhost/packtmpl/${pathStep('template', name)}`);
      expect(pathname.split('/')).toHaveLength(3);
      expect(decodeURIComponent(pathname.split('/')[2] as string)).toBe(name);
    }),
  );
});

test.each(['', '.', '..'])('"%s" is no name', (name) => {
  expect(() => pathStep('template', name)).toThrow(
    expect.objectContaining({ code: 'HFIT_NAME_INVALID' }),
  );
});

test.each([
  ['attachment; filename="pkg-daily-20261121T101500.tar.gz"', 'pkg-daily-20261121T101500.tar.gz'],
  ['attachment; filename=daily.sql', 'daily.sql'],
  ['attachment; filename="../../.bashrc"', null],
  ['attachment; filename="/etc/passwd"', null],
  ['attachment; filename=".ssh"', null],
  ['attachment; filename="a\\b"', null],
  ['inline', null],
  [null, null],
])('the file name of %s is %s', (header, name) => {
  expect(proposedName(header)).toBe(name);
});

test('warnings come out as they went in', () => {
  const warnings = ['column users.password is denied: add "password: keep"', 'naïve – 日本'];
  expect(warningsOf(encodeURIComponent(JSON.stringify(warnings)))).toEqual(warnings);
  expect(warningsOf(null)).toEqual([]);
  expect(warningsOf('%')).toEqual([]);
  expect(warningsOf('%7B%7D')).toEqual([]);
});
