import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { useDesk } from './desk.js';

const desk = useDesk();

beforeAll(() => {
  for (const [name, text] of [
    ['long.txt', 'a longer text\n'],
    ['secret.pdf', 'denied'],
  ] as const) {
    writeFileSync(join(desk.folder, 'papers', name), text);
  }
});

test('files of a volume are listed by filters, and come whole', async () => {
  expect(await desk.good(['volume', 'list'])).toMatchObject({ volumes: ['papers'] });
  const { files } = await desk.good(['files', 'papers', 'name:*.txt', 'sort:size:desc']);
  expect(files).toMatchObject([
    { name: 'long.txt', size: 14, isdir: false },
    { name: 'terms.txt' },
  ]);
  expect(await desk.good(['download', 'papers:/terms.txt'])).toEqual({
    ...{ file: 'terms.txt', bytes: 14 },
  });
  expect(readFileSync(join(desk.work, 'terms.txt'), 'utf8')).toBe('terms of 2026\n');
  // A program that reads gets the file itself; of a folder, the best match.
  const best = await desk.run(['download', 'papers:/', 'name:*.txt', 'sort:name']);
  expect(best).toMatchObject({ code: 0, stdout: 'a longer text\n' });
});

test.each([
  ['papers:/secret.pdf', 4],
  ['papers:/../policy.yaml', 4],
  ['papers:/%2e%2e/policy.yaml', 4],
  ['papers:', 2],
  ['nothing', 2],
])('%s does not come', async (file, exitCode) => {
  expect(await desk.bad(['download', file])).toMatchObject({ exitCode });
  expect(readdirSync(desk.work)).toEqual([]);
});
