import { HfitError } from '@hot-fixture/errors';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../src/output/failure.js';
import { printable } from '../src/output/printable.js';
import { counted, size, table } from '../src/output/table.js';

describe('a table', () => {
  test('has aligned columns, also for wide letters, and numbers to the right', () => {
    const drawn = table(
      ['name', 'rows'],
      [
        ['注文', 1234567],
        ['customers', 8],
      ],
    );
    expect(drawn.split('\n')).toEqual([
      'NAME            ROWS',
      '注文       1,234,567',
      'customers          8',
    ]);
  });

  test('shows no control character of a name', () => {
    expect(table(['name'], [['a\x1b[2Jb\nc']])).toBe('NAME\na\\u{1b}[2Jb\\u{a}c');
  });

  test('without rows is its head', () => {
    expect(table(['name'], [])).toBe('NAME');
  });
});

test('sizes and counts are for people', () => {
  expect([size(0), size(999), size(1500), size(2_300_000)]).toEqual([
    '0 bytes',
    '999 bytes',
    '1.5 kB',
    '2.3 MB',
  ]);
  expect([counted(1, 'row'), counted(2000, 'row')]).toEqual(['1 row', '2,000 rows']);
});

test('a text from elsewhere moves nothing on a terminal', () => {
  expect(printable('a\u202eb\r\nc')).toBe('a\\u{202e}b\\u{d}\\u{a}c');
  expect(printable('a\n\tb\x07', true)).toBe('a\n\tb\\u{7}');
});

describe('a failure', () => {
  const plain = { isTTY: false };

  test('says what, where and what to do', () => {
    const error = new HfitError('HFIT_OUT_FORMAT', { file: 'a.zip' }, { where: 'here' });
    expect(failureOf(error, false, {}, plain)).toEqual({
      exitCode: 2,
      text: `error HFIT_OUT_FORMAT: ${error.what}\n  where: here\n  to do: ${error.todo}\n`,
    });
  });

  test('is one document for a program', () => {
    const error = new HfitError('HFIT_OUT_FORMAT', { file: 'a.zip' });
    const { text } = failureOf(error, true, {}, plain);
    expect(JSON.parse(text)).toEqual(error.toJSON());
  });

  test.each([
    [new HfitError('HFIT_OUT_FORMAT', { file: 'a' }), 2],
    [new HfitError('HFIT_NOT_LOGGED_IN', { host: 'a', reason: 'b' }), 3],
    [new HfitError('HFIT_CHALLENGE_UNEXPECTED', { host: 'a', reason: 'b' }), 3],
    [new HfitError('HFIT_TABLE_UNKNOWN', { table: 'a', database: 'b', tables: 'c' }), 4],
    [new HfitError('HFIT_LOAD_COLUMN', { table: 'a', database: 'b', reason: 'c' }), 5],
    [new HfitError('HFIT_SERVER_UNREACHABLE', { host: 'a', reason: 'b' }), 6],
    [new HfitError('HFIT_INTERRUPTED', { signal: 'SIGINT' }, { cause: 'SIGINT' }), 130],
    [new HfitError('HFIT_INTERRUPTED', { signal: 'SIGTERM' }, { cause: 'SIGTERM' }), 143],
    [new TypeError('x is not a function'), 1],
  ])('%s ends with %i', (error, exitCode) => {
    expect(failureOf(error, false, {}, plain).exitCode).toBe(exitCode);
  });

  test('that nobody knows shows its stack and causes only when asked', () => {
    const error = new TypeError('x is not a function', { cause: new Error('deeper') });
    expect(failureOf(error, false, {}, plain).text).not.toContain('    at ');
    const { text } = failureOf(error, false, { HFIT_DEBUG: '1' }, plain);
    expect(text).toContain('output.test.ts');
    expect(text).toContain('caused by Error: deeper');
  });

  test('of a pipe whose reader is gone says nothing', () => {
    const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
    expect(failureOf(error, false, {}, plain)).toEqual({ exitCode: 141, text: '' });
  });

  test('is coloured on a terminal, unless NO_COLOR is set', () => {
    const error = new HfitError('HFIT_OUT_FORMAT', { file: 'a.zip' });
    const terminal = { isTTY: true };
    expect(failureOf(error, false, {}, terminal).text).toContain('\x1b[31m');
    expect(failureOf(error, false, { NO_COLOR: '1' }, terminal).text).not.toContain('\x1b');
  });
});
