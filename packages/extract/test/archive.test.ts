import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../src/package/archive.js';
import { pack } from '../src/package/pack.js';
import { bytesOf, type Entry, packed, streamOf, tar } from './packages.js';

async function read(source: AsyncIterable<Uint8Array>, limits?: { bytes: number; files: number }) {
  const found: Record<string, string> = {};
  for await (const { path, body } of readArchive(source, limits)) {
    found[path] = (await bytesOf(body)).toString();
  }
  return found;
}

const good: Entry[] = [
  { path: 'pkg', type: '5' },
  { path: 'pkg/a.txt', content: 'one' },
  { path: 'pkg/deep/b.txt', content: 'x'.repeat(2000) },
];

describe('an archive', () => {
  it('gives its files below its folder', async () => {
    const files = await read(packed(good));
    expect(files).toEqual({ 'a.txt': 'one', 'deep/b.txt': 'x'.repeat(2000) });
  });

  it('has long names and names in other letters', async () => {
    const path = `pkg/${'漢'.repeat(60)}.txt`;
    const record = ` path=${path}\n`;
    const length = Buffer.byteLength(record) + 3;
    const pax = { path: 'PaxHeader', type: 'x', content: `${length}${record}` };
    const files = await read(packed([pax, { path: 'pkg/short', content: 'long' }]));
    expect(files).toEqual({ [path.slice(4)]: 'long' });
  });

  it('tells with a code what it cannot pack', async () => {
    const gone = bytesOf(pack('/nowhere', ['pkg/a.txt']));
    await expect(gone).rejects.toMatchObject({
      code: 'HFIT_PACKAGE_DISK',
      message: expect.stringContaining('ENOENT'),
    });
  });

  const file = (path: string): Entry[] => [{ path, content: 'x' }];
  it.each<[string, Entry[], RegExp]>([
    ['leads out of its folder', file('pkg/../../etc/passwd'), /leads elsewhere/],
    ['is absolute', file('/etc/passwd'), /leads elsewhere/],
    ['is one of Windows', file('pkg/C:\\x'), /leads elsewhere/],
    ['names a drive', file('pkg/c:x'), /leads elsewhere/],
    ['holds a line break', file('pkg/a\nb'), /leads elsewhere/],
    ['is a symbolic link', [{ path: 'pkg/a', type: '2' }], /it is a link/],
    ['is a hard link', [{ path: 'pkg/a', type: '1' }], /it is a link/],
    ['is a device', [{ path: 'pkg/a', type: '3' }], /it is a device/],
    ['is a pipe', [{ path: 'pkg/a', type: '6' }], /other than a file/],
    ['lies in a second folder', [...good, ...file('other/a')], /not in the folder pkg/],
    ['comes twice', [...good, ...file('pkg/A.TXT')], /another file has its name/],
  ])('is refused where an entry %s', async (_, entries, reason) => {
    const error = await read(packed(entries)).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_PACKAGE_UNSAFE', kind: 'denied' });
    expect(error.message).toMatch(reason);
  });

  it('is refused where it would fill a disk, before it does', async () => {
    const bomb = packed([{ path: 'pkg/a', content: Buffer.alloc(1_000_000) }]);
    await expect(read(bomb, { bytes: 999_999, files: 9 })).rejects.toMatchObject({
      code: 'HFIT_PACKAGE_UNSAFE',
    });
    const many = packed([0, 1, 2].map((i) => ({ path: `pkg/${i}` })));
    await expect(read(many, { bytes: 9, files: 2 })).rejects.toMatchObject({
      code: 'HFIT_PACKAGE_UNSAFE',
    });
  });

  it('is told wherever it is cut', async () => {
    const whole = gzipSync(tar(good));
    for (let end = 20; end < whole.length - 8; end += 7) {
      const error = await read(streamOf(whole.subarray(0, end))).catch((it) => it);
      expect(error, String(end)).toMatchObject({ code: 'HFIT_PACKAGE_CUT' });
    }
  });

  it.each([
    ['a text', Buffer.from('SELECT 1;\n'.repeat(80))],
    ['another file in gzip', gzipSync('x'.repeat(5000))],
    ['nothing', gzipSync(tar([]))],
    ['a damaged one', gzipSync(tar(good)).fill(7, 60, 70)],
  ])('is not %s', async (_, bytes) => {
    await expect(read(streamOf(bytes))).rejects.toMatchObject({ code: 'HFIT_PACKAGE_FORMAT' });
  });
});
