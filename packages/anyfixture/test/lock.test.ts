import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../../test/services/child.js';
import { withLock } from '../src/dump/lock.js';
import { Shop, subjects } from './shop.js';

describe('processes that want the same dump', () => {
  let shops: [Shop, Shop, Shop];
  beforeAll(async () => {
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => Shop.open(subjects.sqlite)));
    shops = [a!, b!, c!];
  });
  afterAll(async () => {
    for (const shop of shops) await shop.close();
  });

  const folder = () => shops[0].folder;
  const told = async (name: string) => {
    const text = await readFile(join(folder(), name), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  };

  /** A process with a database of its own; the folder of dumps is that of all. */
  function child(shop: Shop, dumps: string, file: string, time: number) {
    const words = [String(shop.target), join(folder(), dumps), join(folder(), file), String(time)];
    const run = startChild(new URL('./lock-child.ts', import.meta.url), words, {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    run.stdout!.on('data', (data) => {
      output += data;
    });
    const ended = new Promise<string>((resolve) => run.on('close', () => resolve(output)));
    return { kill: () => run.kill('SIGKILL'), ended };
  }

  it('build it once, and after the one that was killed another one does', async () => {
    const killed = child(shops[0], 'a', 'killed', 60_000);
    await vi.waitFor(async () => expect(await told('killed')).toHaveLength(1), 30_000);
    const others = [child(shops[1], 'a', 'built', 200), child(shops[2], 'a', 'built', 200)];
    killed.kill();
    await killed.ended;
    const values = await Promise.all(others.map(({ ended }) => ended));
    const builders = await told('built');
    expect(builders).toHaveLength(1);
    expect(values).toEqual([builders[0], builders[0]]);
    expect(await readdir(join(folder(), 'a'))).toEqual([expect.stringMatching(/\.ndjson$/)]);
    expect([await shops[1].names(), await shops[2].names()]).toEqual([[], []]);
  });

  const owner = (more: object) =>
    JSON.stringify({ token: 'x', pid: process.pid, host: hostname(), began: null, ...more });

  it('tell of a folder that cannot be written, before any work', async () => {
    const file = join(folder(), 'a file');
    await writeFile(file, '');
    const work = vi.fn(async () => {});
    const locked = withLock(join(file, 'dumps', 'ann'), 'ann', 100, work);
    await expect(locked).rejects.toMatchObject({ code: 'HFIT_DUMP_FOLDER' });
    expect(work).not.toHaveBeenCalled();
  });

  it('wait for one that lives, with patience', async () => {
    const file = join(folder(), 'patience');
    await writeFile(`${file}.lock`, owner({}));
    const waiting = withLock(file, 'ann', 100, async () => 'done');
    await expect(waiting).rejects.toThrow(
      `another process builds the dump "ann" and did not end within 0.1 s: process ${process.pid} on`,
    );
  });

  it.each([
    ['whose number another process has now', owner({ began: '1' })],
    ['that runs no more', owner({ pid: 2 ** 22 + 1 })],
    ['that wrote nothing that can be read', '{'],
    ['on another machine', owner({ host: 'elsewhere' })],
  ])('take the lock over from one %s', async (who, text) => {
    const file = join(folder(), who.replaceAll(' ', '-'));
    await writeFile(`${file}.lock`, text);
    // Whose process cannot be asked says by the time of its file that it lives.
    const old = new Date(Date.now() - 60_000);
    if (/read|machine/.test(who)) await utimes(`${file}.lock`, old, old);
    expect(await withLock(file, 'ann', 5000, async () => 'done')).toBe('done');
    expect((await readdir(folder())).filter((name) => name.includes('.lock'))).not.toContain(
      `${who.replaceAll(' ', '-')}.lock`,
    );
  });

  it('hold it one at a time', async () => {
    const file = join(folder(), 'turns');
    let inside = 0;
    const work = async () => {
      inside += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(inside).toBe(1);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => withLock(file, 'ann', 10_000, work)));
  });
});
