import { createHash } from 'node:crypto';
import { openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from './daemon.js';
import { filtersOf, type Papers, startPapers } from './papers.js';

let papers: Papers;

beforeAll(async () => {
  papers = await startPapers();
});
afterAll(() => papers.stop());

const ask: Papers['ask'] = (...asked) => papers.ask(...asked);
const download: Papers['download'] = (...asked) => papers.download(...asked);

async function list(...filters: string[]): Promise<Record<string, unknown>[]> {
  const response = await ask(`/files/papers/list?${filtersOf(filters)}`);
  expect(response.status).toBe(200);
  const lines = (await response.text()).trimEnd();
  return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line));
}
const paths = async (...filters: string[]) => (await list(...filters)).map(({ path }) => path);

describe('the volumes', () => {
  test('are listed by name, and can be asked for', async () => {
    expect(await (await ask('/volumes')).json()).toEqual({
      volumes: [{ name: 'papers' }, { name: 'papers2' }],
    });
    expect((await ask('/volumes/PAPERS', { method: 'HEAD' })).status).toBe(200);
    expect((await ask('/volumes/others', { method: 'HEAD' })).status).toBe(404);
    expect(await refusal(await ask('/files/others/list'))).toEqual([404, 'HFIT_VOLUME_UNKNOWN']);
    expect(await refusal(await ask('/files/papers2/list'))).toEqual([404, 'HFIT_FILE_MISSING']);
  });
});

describe('the list of files', () => {
  test('has what may leave, and folders that hold some of it', async () => {
    const found = await list();
    expect(found.map(({ path }) => path).sort()).toEqual([
      'in',
      'in/a.txt',
      'in/b.txt',
      'in/deep',
      'in/deep/c.pdf',
      'letters',
      'letters/l.txt',
      'odd',
      'odd/line\r\nset-cookie: a=b 😀.txt',
      'odd/\ufffdb',
      'scans',
      'scans/s.png',
    ]);
    const file = found.find(({ path }) => path === 'in/b.txt');
    expect(file).toEqual({
      name: 'b.txt',
      path: 'in/b.txt',
      size: 5,
      modtime: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      isdir: false,
    });
    expect(found.find(({ path }) => path === 'scans/s.png')).toMatchObject({ size: null });
  });

  test.each([
    [
      ['name:*.txt', 'size:<6'],
      ['in/a.txt', 'in/b.txt', 'odd/line\r\nset-cookie: a=b 😀.txt'],
    ],
    [
      ['mtime:7', 'name:?.*', 'sort:path'],
      ['in/b.txt', 'in/deep/c.pdf', 'letters/l.txt', 'scans/s.png'],
    ],
    [['mtime:-7'], ['in/a.txt']],
    [['size:2'], ['in/deep/c.pdf']],
    [
      ['size:>2', 'name:?.txt', 'sort:size:desc'],
      ['in/b.txt', 'in/a.txt'],
    ],
    [['name:(a+)+$'], []],
    // The size of what leaves as something else is not told: not by what fits it either.
    [['name:s.png', 'size:>0'], []],
    [['name:s.png', 'size:<99'], []],
    [['name:s.png', 'size:9'], []],
    [
      ['size:<99', 'name:?.txt', 'sort:size'],
      ['in/a.txt', 'in/b.txt'],
    ],
    [
      ['name:?.*', 'sort:size'],
      ['letters/l.txt', 'scans/s.png', 'in/deep/c.pdf', 'in/a.txt', 'in/b.txt'],
    ],
  ])('is narrowed by %j', async (filters, expected) => {
    const found = await paths(...filters);
    const isSorted = filters.some((it) => it.startsWith('sort:'));
    expect(isSorted ? found : found.sort()).toEqual(expected);
  });

  test('is not slowed by a pattern that would make others backtrack', async () => {
    writeFileSync(join(papers.root, 'odd', `${'a'.repeat(200)}!`), '');
    expect(await paths(`name:${'*a'.repeat(60)}b`)).toEqual([]);
  });

  test.each([
    'name',
    'name:',
    'size:x',
    'size:>-1',
    'mtime:soon',
    'sort:colour',
    'owner:root',
    '__proto__:x',
  ])('is refused for %s', async (filter) => {
    const query = new URLSearchParams({ 'filter[]': filter });
    expect(await refusal(await ask(`/files/papers/list?${query}`))).toEqual([
      400,
      'HFIT_FILES_FILTER',
    ]);
  });
});

describe('a download', () => {
  test('is the file, with its digest', async () => {
    const response = await download({ path: 'in/b.txt' });
    expect(await response.text()).toBe('three');
    const digest = createHash('sha256').update('three').digest('base64');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-length': '5',
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''b.txt",
      'repr-digest': `sha-256=:${digest}:`,
      'accept-ranges': 'bytes',
    });
    const head = await ask('/files/papers/in/b.txt', { method: 'HEAD' });
    expect(head.status).toBe(200);
    for (const name of ['content-length', 'etag', 'repr-digest', 'last-modified']) {
      expect(head.headers.get(name)).toBe(response.headers.get(name));
    }
  });

  test('may be a range, as long as the file is the same', async () => {
    const part = await download({ path: 'in/b.txt' }, { range: 'bytes=1-3' });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'hre',
      'bytes 1-3/5',
    ]);
    const etag = part.headers.get('etag') ?? '';
    const rest = await download({ path: 'in/b.txt' }, { range: 'bytes=3-', 'if-range': etag });
    expect([rest.status, await rest.text()]).toEqual([206, 'ee']);
    const other = await download({ path: 'in/b.txt' }, { range: 'bytes=3-', 'if-range': '"x"' });
    expect([other.status, await other.text()]).toEqual([200, 'three']);
    const known = await download({ path: 'in/b.txt' }, { 'if-none-match': etag });
    expect([known.status, await known.text()]).toEqual([304, '']);
    expect((await download({ path: 'in/b.txt' }, { range: 'bytes=9-' })).status).toBe(416);
  });

  test('is the best match of a folder', async () => {
    const best = (...texts: string[]) =>
      ask(`/files/papers/download?folder=in&${filtersOf(texts)}`);
    expect(await (await best('name:*.txt', 'sort:mtime:desc')).text()).toBe('three');
    expect(await (await best('name:*.txt', 'sort:mtime')).text()).toBe('one');
    expect(await (await best()).text()).toBe('one');
    expect(await refusal(await best('name:*.doc'))).toEqual([404, 'HFIT_FILE_MISSING']);
  });

  test('is what the policy makes of the file', async () => {
    const letter = await (await download({ path: 'letters/l.txt' })).text();
    expect(letter).toMatch(/^Write to /);
    expect(letter).not.toContain('ann@real.example');
    const picture = await download({ path: 'scans/s.png' });
    expect(
      Buffer.from(await picture.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  test('may have any name, and none gets into a header as it is', async () => {
    const odd = await download({ path: 'odd/line\r\nset-cookie: a=b 😀.txt' });
    expect(await odd.text()).toBe('odd');
    expect(odd.headers.get('set-cookie')).toBeNull();
    expect(odd.headers.get('content-disposition')).toContain('line%0D%0Aset-cookie%3A');
    const path64 = (await list()).find((it) => it.path64)?.path64 as string;
    expect(await (await download({ path64 })).text()).toBe('raw');
  });

  test.each([
    [{}],
    [{ path: 'in/a.txt', folder: 'in' }],
    [{ path: 'in/a.txt', path64: 'aW4' }],
    [{ path: 'in/a.txt', pth: 'x' }],
  ])('is refused for %j', async (query) => {
    expect(await refusal(await download(query as Record<string, string>))).toEqual([
      400,
      'HFIT_REQUEST_INVALID',
    ]);
  });

  test('of a file that is written to meanwhile is cut', async () => {
    const path = join(papers.root, 'in', 'large');
    const file = openSync(path, 'w');
    truncateSync(path, 32 * 2 ** 20);
    const { port } = new URL(papers.daemon.url);
    const ended = new Promise<string>((resolve, reject) => {
      const options = {
        port,
        path: '/files/papers/download?path=in%2Flarge',
        headers: { ...papers.ann },
      };
      request(options, async (response) => {
        response.once('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? ''));
        await new Promise((begun) => response.once('readable', begun));
        writeSync(file, 'changed');
        response.once('end', () => resolve('end'));
        response.resume();
      })
        .on('error', reject)
        .end();
    });
    expect(await ended).toBe('ECONNRESET');
    rmSync(path);
  });
});

describe('the page of the docs', () => {
  const text = readFileSync(new URL('../../../docs/rows-and-files.md', import.meta.url), 'utf8');
  const asked = [...text.matchAll(/^(GET|HEAD) (\/\S+)$/gm)].map(([, method, path]) => [
    method,
    path,
  ]);

  test('asks for nothing that is not there', async () => {
    expect(asked.length).toBeGreaterThan(10);
    for (const [method = '', path = ''] of asked) {
      for (const prefix of ['', '/v1']) {
        const response = await ask(prefix + path, { method });
        expect([method, path, response.status]).toEqual([method, path, 200]);
        await response.arrayBuffer();
      }
    }
  });
});

describe('a volume without a grant', () => {
  test('is not there', async () => {
    const root = await papers.daemon.join('root@example.com');
    await papers.daemon.admin.ask('PUT', '/roles/admin', { members: ['root@example.com'] });
    const told = async (path: string) => {
      const response = await ask(path);
      const id = response.headers.get('x-request-id') as string;
      return [response.status, (await response.text()).replaceAll(id, 'ID')];
    };
    const granted = await papers.daemon.post(
      '/grants',
      { to: 'ann@example.com', volume: 'papers2' },
      { headers: root.authorization },
    );
    const { id } = (await granted.json()) as { id: string };
    for (const rest of ['list', 'download?path=in/a.txt', 'download?path=in/nobody']) {
      const [status, text] = await told(`/files/papers/${rest}`);
      const [, absent] = await told(`/files/nowhere/${rest}`);
      expect([status, text]).toEqual([404, String(absent).replaceAll('nowhere', 'papers')]);
    }
    expect(await (await ask('/volumes')).json()).toEqual({ volumes: [{ name: 'papers2' }] });
    await papers.daemon.fetch(`/grants/${id}`, { method: 'DELETE', headers: root.authorization });
  });
});
