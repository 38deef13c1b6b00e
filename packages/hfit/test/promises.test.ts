import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const lines = readFileSync(root('docs/promises.md'), 'utf8').split('\n');
const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
const held = /\| `([^`]+\.test\.ts)` "(.+)" \|$/;

test('each promise names a test', () => {
  expect(rows.length).toBeGreaterThan(60);
  const heads = /^\| (promise|command|path|what|what is in it|feature|what was wrong) \| /;
  expect(rows.filter((row) => !held.test(row) && !heads.test(row))).toEqual([]);
});

const tests = rows.flatMap((row) => {
  const [, file, title] = held.exec(row) ?? [];
  return file !== undefined && title !== undefined ? [{ file, title }] : [];
});

test.each(tests)('$file holds $title', ({ file, title }) => {
  expect(existsSync(root(file)), file).toBe(true);
  expect(readFileSync(root(file), 'utf8')).toContain(title.replaceAll('\\|', '|'));
});

test('each place that is named is there', () => {
  const places = [...lines.join('\n').matchAll(/`((?:packages|docs)\/[^`]+)`/g)];
  expect(places.map(([, path = '']) => path).filter((path) => !existsSync(root(path)))).toEqual([]);
});
