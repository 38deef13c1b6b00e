import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const held = /\| `([^`]+\.test\.ts)` "(.+)" \|$/;

/** Pages of which each line of each table names the test that holds it, and how many lines there are. */
const pages = [
  { page: 'docs/promises.md', least: 60 },
  { page: 'docs/faults.md', least: 80 },
];

describe.each(pages)('$page', ({ page, least }) => {
  const lines = readFileSync(root(page), 'utf8').split('\n');
  const isRule = (line: string | undefined) => line?.startsWith('| ---') === true;
  const rows = lines.filter(
    (line, i) => line.startsWith('| ') && !isRule(line) && !isRule(lines[i + 1]),
  );
  const tests = rows.flatMap((row) => {
    const [, file, title] = held.exec(row) ?? [];
    return file !== undefined && title !== undefined ? [{ file, title }] : [];
  });

  test('names a test in each line', () => {
    expect(rows.length).toBeGreaterThan(least);
    expect(rows.filter((row) => !held.test(row))).toEqual([]);
  });

  test.each(tests)('$file holds $title', ({ file, title }) => {
    expect(existsSync(root(file)), file).toBe(true);
    expect(readFileSync(root(file), 'utf8')).toContain(title.replaceAll('\\|', '|'));
  });

  test('names only places that are there', () => {
    const places = [...lines.join('\n').matchAll(/`((?:packages|docs)\/[^`]+)`/g)];
    const missing = places.map(([, path = '']) => path).filter((path) => !existsSync(root(path)));
    expect(missing).toEqual([]);
  });

  test('counts its lines where it tells how many there are', () => {
    const [, told] = /\b(\d+) (?:faults|cases)\b/.exec(lines.join('\n')) ?? [];
    if (told !== undefined) expect(Number(told)).toBe(rows.length);
  });
});
