import { expect, test } from 'vitest';
import { destinationOf, type Wishes } from '../src/deliver/destination.js';

const rows = { name: 'daily', hasFiles: false };
const files = { name: 'daily', hasFiles: true };
const nothing: Wishes = { into: undefined, out: undefined, format: undefined };

test.each([
  ['a program that reads', nothing, rows, 'reader', { to: 'output', form: 'script' }],
  ['the same, though it has files', nothing, files, 'reader', { to: 'output', form: 'script' }],
  ['a terminal', nothing, rows, 'terminal', { to: 'file', form: 'script', path: 'daily.sql' }],
  [
    'a terminal, with files',
    nothing,
    files,
    'terminal',
    { to: 'file', form: 'archive', path: null },
  ],
  ['nobody', nothing, rows, 'nobody', { to: 'file', form: 'script', path: 'daily.sql' }],
  [
    'a database',
    { ...nothing, into: 'sqlite:a' },
    files,
    'reader',
    { to: 'database', url: 'sqlite:a' },
  ],
  [
    'a script',
    { ...nothing, out: 'x/a.SQL' },
    files,
    'reader',
    { to: 'file', form: 'script', path: 'x/a.SQL' },
  ],
  [
    'a package',
    { ...nothing, out: 'a.tgz' },
    rows,
    'reader',
    { to: 'file', form: 'archive', path: 'a.tgz' },
  ],
  [
    'a package by word',
    { ...nothing, format: 'package' },
    rows,
    'terminal',
    { to: 'file', form: 'archive', path: null },
  ],
  [
    'a package to a program',
    { ...nothing, format: 'package' },
    rows,
    'reader',
    { to: 'output', form: 'archive' },
  ],
  [
    'any name, with the word',
    { ...nothing, out: 'a', format: 'sql' },
    rows,
    'reader',
    { to: 'file', form: 'script', path: 'a' },
  ],
] as const)('%s', (_, wishes, template, reads, destination) => {
  expect(destinationOf(wishes, template, reads)).toEqual(destination);
});

test.each([
  [{ into: 'sqlite:a', out: 'a.sql', format: undefined }, 'HFIT_OPTIONS_CONFLICT'],
  [{ into: 'sqlite:a', out: undefined, format: 'sql' }, 'HFIT_OPTIONS_CONFLICT'],
  [{ into: undefined, out: 'a.zip', format: undefined }, 'HFIT_OUT_FORMAT'],
  [{ into: undefined, out: '/dev/null', format: undefined }, 'HFIT_OUT_FORMAT'],
] as const)('%o gives %s', (wishes, code) => {
  expect(() => destinationOf(wishes, rows, 'terminal')).toThrow(expect.objectContaining({ code }));
});

test.each(['../../etc/cron.d/x', '.bashrc', 'a/b', 'a\0b'])(
  'the template "%s" names no file outside the folder, and no hidden one',
  (name) => {
    const destination = destinationOf(nothing, { name, hasFiles: false }, 'terminal');
    expect(destination).toMatchObject({ path: expect.stringMatching(/^[^./\0][^/\0]*\.sql$/) });
  },
);
