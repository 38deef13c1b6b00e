import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../src/http/unified-diff.js';

test('shows what changes with three lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  const after = 'a\nb\nc\nd\nE\nf\ng\nh\n';
  expect(unifiedDiff('old', 'new', before, after)).toBe(
    '--- old\n+++ new\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
  );
  expect(unifiedDiff('old', 'new', before, before)).toBe('');
});

/** What `patch` does: follows the ranges, and holds every line to what stands there. */
function patched(before: string, diff: string): string {
  const old = before.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const lines = diff.replaceAll('\n\\ No newline at end of file\n', '\0').match(/[^\n\0]*[\n\0]/g);
  const result: string[] = [];
  let next = 0;
  for (const line of lines?.slice(2) ?? []) {
    const range = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n$/.exec(line);
    const written = line.slice(1).replace('\0', '');
    if (range) {
      const start = Number(range[1]) - (range[2] === '0' ? 0 : 1);
      result.push(...old.slice(next, start));
      next = start;
    } else if (line.startsWith('+')) result.push(written);
    else {
      expect(written).toBe(old[next++]);
      if (line.startsWith(' ')) result.push(written);
    }
  }
  return [...result, ...old.slice(next)].join('');
}

test('makes the new text of the old one', () => {
  const text = fc
    .tuple(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 }), fc.boolean())
    .map(([lines, ends]) => lines.join('\n') + (ends && lines.length > 0 ? '\n' : ''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(patched(before, unifiedDiff('text', 'text', before, after))).toBe(after);
    }),
    { numRuns: Number(process.env.HFIT_RUNS ?? 300) },
  );
});

test('of texts that share nothing replaces one by the other', () => {
  const lines = (sign: string) => Array.from({ length: 3000 }, (_, i) => `${sign}${i}\n`).join('');
  const diff = unifiedDiff('a', 'b', lines('x'), lines('y'));
  expect(diff.startsWith('--- a\n+++ b\n@@ -1,3000 +1,3000 @@\n-x0\n')).toBe(true);
});
