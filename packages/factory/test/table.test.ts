import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url);
const textOf = (path: string) => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');

test('the page names tests that are there, at least one for each line', () => {
  const [, tables = ''] = textOf('docs/factories.md').split('## What stands where');
  const lines = tables.split('\n').filter((line) => /^\| (?!of a Python|fault \||---)/.test(line));
  expect(lines.length).toBeGreaterThan(50);
  const files = new Map<string, string>();
  for (const line of lines) {
    const held = line.split(' | ').at(-1)?.replace(/ \|$/, '').split('; ') ?? [];
    for (const it of held) {
      const [, room, file, name] = /^`(.+)\/(.+)`: (.+)$/.exec(it) ?? expect.fail(line);
      const path = `packages/${room}/test/${file}.test.ts`;
      const text = files.get(path) ?? textOf(path);
      files.set(path, text);
      expect(
        [`'${name}'`, `\`${name}\``].some((quoted) => text.includes(quoted)),
        it,
      ).toBe(true);
    }
  }
});
