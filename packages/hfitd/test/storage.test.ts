import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FolderStorage } from '../src/storage/folder.js';
import { openStorage } from '../src/storage/open.js';
import type { Storage } from '../src/storage/storage.js';
import { makeFolder, testFolder } from './folder.js';
import { startBucket, type TestBucket } from './s3.js';
import { thrown } from './thrown.js';

let bucket: TestBucket;
beforeAll(async () => {
  bucket = await startBucket();
});
afterAll(() => bucket.stop());

const never = new AbortController().signal;
// Larger than a part of an upload to a bucket.
const bytes = randomBytes(9 * 1024 * 1024);
const digest = createHash('sha256').update(bytes).digest('hex');

async function* pieces(fail?: Error) {
  for (let from = 0; from < bytes.length; from += 65_536) {
    if (fail && from > bytes.length / 2) throw fail;
    yield bytes.subarray(from, from + 65_536);
  }
}

async function readAll(storage: Storage, name: string, first = 0, last = bytes.length - 1) {
  const found: Buffer[] = [];
  for await (const piece of await storage.read(name, { first, last })) found.push(piece as Buffer);
  return Buffer.concat(found);
}

describe.each([
  ['a folder', () => join(testFolder(), 'packages')],
  ['a bucket', () => bucket.url],
])('%s', (_name, where) => {
  test('keeps bytes, all of them or none', async () => {
    const storage = await openStorage(where());
    onTestFinished(() => storage.close());
    expect(await storage.put('one', pieces(), never)).toEqual({ size: bytes.length, digest });
    expect(await storage.sizeOf('one')).toBe(bytes.length);
    expect((await readAll(storage, 'one')).equals(bytes)).toBe(true);
    const part = await readAll(storage, 'one', 1000, 2000);
    expect(part.equals(bytes.subarray(1000, 2001))).toBe(true);

    const broken = new Error('the source is gone');
    await expect(storage.put('two', pieces(broken), never)).rejects.toBe(broken);
    const stop = new AbortController();
    async function* stopped() {
      for await (const piece of pieces()) {
        yield piece;
        stop.abort(new Error('stopped'));
      }
    }
    await expect(storage.put('two', stopped(), stop.signal)).rejects.toThrow('stopped');
    expect(await storage.sizeOf('two')).toBe(null);
    expect(await storage.older(new Date(Date.now() + 60_000))).toEqual(['one']);
    expect(await storage.older(new Date(0))).toEqual([]);
    await storage.remove('one');
    await storage.remove('one');
    expect(await storage.sizeOf('one')).toBe(null);
    await thrown('HFIT_STORAGE_FAILED', () => readAll(storage, 'one'));
  });
});

test('a bucket that cannot be reached says so', async () => {
  const storage = await openStorage('s3://a:b@packages?endpoint=http%3A%2F%2F127.0.0.1%3A1');
  onTestFinished(() => storage.close());
  await thrown('HFIT_STORAGE_FAILED', () => storage.sizeOf('one'));
  await thrown('HFIT_STORAGE_FAILED', () => storage.put('one', pieces(), never));
});

describe('a folder of packages', () => {
  test('that others can open is refused', async () => {
    const folder = testFolder();
    chmodSync(folder, 0o755);
    await thrown('HFIT_FOLDER_UNSAFE', () => new FolderStorage(folder));
  });

  test('takes no name that leads out of it', async () => {
    const storage = new FolderStorage(join(testFolder(), 'packages'));
    for (const name of ['../x', 'a/b', '', '.']) {
      await expect(storage.sizeOf(name)).rejects.toThrow('no name of a package');
    }
  });

  test('tells what a daemon has left that died', async () => {
    const folder = join(testFolder(), 'packages');
    const storage = new FolderStorage(folder);
    await storage.put('one', pieces(), never);
    execFileSync('cp', [join(folder, 'one'), join(folder, 'two.part')]);
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), 0, 0);
    expect((await storage.older(new Date(1000))).sort()).toEqual(['one', 'two.part']);
    await storage.remove('two.part');
    expect(readdirSync(folder)).toEqual(['one']);
  });

  test.skipIf(!canMount())('that is full says so, and leaves nothing', async () => {
    const folder = makeFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', folder]);
    onTestFinished(() => {
      execFileSync('umount', [folder]);
    });
    const storage = new FolderStorage(folder);
    const error = await thrown('HFIT_STORAGE_FAILED', () => storage.put('one', pieces(), never));
    expect(error.what).toContain('ENOSPC');
    expect(readdirSync(folder)).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

/** A disk of its own can be made where this is root on Linux. */
function canMount(): boolean {
  try {
    const folder = makeFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  }
}
