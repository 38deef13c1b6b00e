import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PartialFile } from '../src/deliver/partial-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file has its name only when it is finished, for its owner alone', async () => {
  const target = join(folder, 'daily.sql');
  const partial = await PartialFile.begin(target);
  await partial.write('BEGIN;\n');
  await partial.write(Buffer.from('COMMIT;\n'));
  expect(readdirSync(folder)).not.toContain('daily.sql');
  await partial.finish(target);
  await partial.discard();
  expect(readdirSync(folder)).toEqual(['daily.sql']);
  expect(readFileSync(target, 'utf8')).toBe('BEGIN;\nCOMMIT;\n');
  expect(statSync(target).mode & 0o777).toBe(0o600);
});

test('one that is discarded leaves what was there', async () => {
  const target = join(folder, 'daily.sql');
  writeFileSync(target, 'of yesterday');
  const partial = await PartialFile.begin(target);
  await partial.write('half');
  await partial.discard();
  expect(readdirSync(folder)).toEqual(['daily.sql']);
  expect(readFileSync(target, 'utf8')).toBe('of yesterday');
});

test.each([
  ['in a folder that is missing', 'no/such/daily.sql', 'there is no folder'],
  ['in a file', 'plain.txt/daily.sql', 'is no folder'],
  ['under the name of a folder', '.', 'a folder has that name'],
])('%s it cannot begin', async (_, name, reason) => {
  writeFileSync(join(folder, 'plain.txt'), '');
  await expect(PartialFile.begin(join(folder, name))).rejects.toMatchObject({
    code: 'HFIT_OUT_FILE',
    what: expect.stringContaining(reason),
  });
  expect(readdirSync(folder)).toEqual(['plain.txt']);
});

test('a device is not replaced by a file', async () => {
  await expect(PartialFile.begin('/dev/null')).rejects.toMatchObject({ code: 'HFIT_OUT_FILE' });
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});
