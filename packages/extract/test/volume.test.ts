import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseText } from '../src/template/text.js';
import { findFiles, openFile, pathOf } from '../src/volume.js';

let base: string;
let root: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'hfit-test-volume-'));
  root = join(base, 'vol');
  await mkdir(join(root, 'in'), { recursive: true });
  await mkdir(join(base, 'vol-sibling'));
  for (const [name, seconds] of [
    ['a_7_x.txt', 300],
    ['b_7_yy.txt', 100],
    ['c_8_z.txt', 200],
    ['*_7_x.txt', 50],
  ] as const) {
    await writeFile(join(root, 'in', name), name);
    await utimes(join(root, 'in', name), seconds, seconds);
  }
  await writeFile(join(base, 'secret'), 's');
  await writeFile(join(base, 'vol-sibling', 'secret'), 's');
  await symlink(join(base, 'secret'), join(root, 'link'));
  await symlink(base, join(root, 'up'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
});
afterAll(() => rm(base, { recursive: true, force: true }));

const text = (it: string) => parseText(it, 't.yaml:1:1');

describe('openFile', () => {
  it('opens a file of the volume', async () => {
    const { handle, file } = await openFile('v', root, 'in/a_7_x.txt');
    expect((await readFile(handle)).toString()).toBe('a_7_x.txt');
    expect(file.modified.getTime()).toBe(300_000);
    await handle.close();
  });

  it.each([
    '../secret',
    'in/../../secret',
    '/etc/passwd',
    'link',
    'up/secret',
    'in',
    'in/',
    '',
    '.',
    'fifo',
    'nobody',
    'in/a\0',
    '../vol-sibling/secret',
    'in//a_7_x.txt',
  ])('opens nothing for %j', async (path) => {
    await expect(openFile('v', root, path)).rejects.toThrow('HFIT_FILE_MISSING');
  });
});

describe('findFiles', () => {
  const names = async (
    glob: string,
    variables = {},
    sort: Parameters<typeof findFiles>[3] = null,
  ) => (await findFiles(root, text(glob), variables, sort)).map(({ path }) => path);

  it('finds by glob, sorted', async () => {
    expect(await names('in/*_${id}_*.txt', { id: '7' })).toEqual([
      'in/*_7_x.txt',
      'in/a_7_x.txt',
      'in/b_7_yy.txt',
    ]);
    expect((await names('in/*_7_*.txt', {}, { by: 'mtime', descending: true }))[0]).toBe(
      'in/a_7_x.txt',
    );
    expect((await names('in/?_?_*.txt', {}, { by: 'size', descending: true }))[0]).toBe(
      'in/b_7_yy.txt',
    );
  });

  it('takes a value as it is, not as a pattern', async () => {
    expect(await names('in/${name}_7_x.txt', { name: '*' })).toEqual(['in/*_7_x.txt']);
    expect(await names('in/${name}', { name: '?_7_x.txt' })).toEqual([]);
  });

  it('finds nothing outside', async () => {
    expect(await names('../*')).toEqual([]);
    expect(await names('up/*')).toEqual([]);
    expect(await names('${up}/*', { up: '..' })).toEqual([]);
    expect(await names('*')).toEqual([]);
  });

  it('is not slowed by a pattern that would make others backtrack', async () => {
    await writeFile(join(root, 'in', 'a'.repeat(200)), '');
    expect(await names(`in/${'*a'.repeat(60)}b`)).toEqual([]);
  });
});

describe('pathOf', () => {
  it.each(['..', '.', 'a/b', 'a\\b', 'a\0b', 'a\nb', ''])(
    'refuses %j as a part of a path',
    (value) => {
      expect(() => pathOf(text('in/${x}'), { x: value })).toThrow('HFIT_FILE_PATH');
    },
  );
});
