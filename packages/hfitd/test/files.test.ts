import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestDaemon, type TestDaemon } from './daemon.js';
import { makeFolder } from './folder.js';

const policy = `
policyVersion: 1
databases:
  shop:
    orders: { id: keep, customer_id: keep, total: keep, memo: keep }
    customers: { id: keep }
volumes:
  papers:
    "**": keep
    "private/**": deny
    "letters/*": redact
    "scans/*": replace
`;

const outside = 'OUTSIDE';
let daemon: TestDaemon;
let ann: { authorization: string };
let base: string;
let root: string;

beforeAll(async () => {
  base = makeFolder();
  root = join(base, 'papers');
  for (const folder of ['in/deep', 'private', 'letters', 'scans', 'odd', 'race']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  mkdirSync(join(base, 'papers-of-others'));
  writeFileSync(join(base, 'secret'), outside);
  writeFileSync(join(base, 'papers-of-others', 'secret'), outside);
  const files: [string, string, number][] = [
    ['in/a.txt', 'one', 100],
    ['in/b.txt', 'three', 3],
    ['in/deep/c.pdf', '12', 1],
    ['private/smith.txt', outside, 1],
    ['letters/l.txt', 'Write to ann@real.example.', 1],
    ['scans/s.png', 'a picture', 1],
  ];
  for (const [path, text, days] of files) {
    writeFileSync(join(root, path), text);
    const time = Date.now() / 1000 - days * 86_400;
    utimesSync(join(root, path), time, time);
  }
  symlinkSync(join(base, 'secret'), join(root, 'link'));
  symlinkSync(base, join(root, 'up'));
  symlinkSync('in', join(root, 'inner'));
  execFileSync('mkfifo', [join(root, 'fifo')]);
  writeFileSync(join(root, 'odd', 'line\r\nset-cookie: a=b 😀.txt'), 'odd');
  writeFileSync(Buffer.concat([Buffer.from(join(root, 'odd/')), Buffer.from([0xff, 0x62])]), 'raw');
  const policyFile = join(base, 'policy.yaml');
  writeFileSync(policyFile, policy);
  daemon = await startTestDaemon({
    policy: policyFile,
    volumes: { papers: { path: root }, papers2: { path: join(base, 'nowhere') } },
  });
  ann = (await daemon.join('ann@example.com')).authorization;
});
afterAll(async () => {
  await daemon.stop();
  rmSync(base, { recursive: true, force: true });
});

const ask = (path: string, init: { method?: string; headers?: object } = {}) =>
  daemon.fetch(path, { ...init, headers: { ...ann, ...init.headers } });

const download = (query: Record<string, string>, headers: object = {}) =>
  ask(`/files/papers/download?${new URLSearchParams(query)}`, { headers });

async function list(...filters: string[]): Promise<Record<string, unknown>[]> {
  const query = new URLSearchParams(filters.map((it) => ['filter[]', it]));
  const response = await ask(`/files/papers/list?${query}`);
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
      ['size:>4', 'name:?.txt', 'sort:size:desc'],
      ['letters/l.txt', 'in/b.txt'],
    ],
    [['name:(a+)+$'], []],
  ])('is narrowed by %j', async (filters, expected) => {
    const found = await paths(...filters);
    const isSorted = filters.some((it) => it.startsWith('sort:'));
    expect(isSorted ? found : found.sort()).toEqual(expected);
  });

  test('is not slowed by a pattern that would make others backtrack', async () => {
    writeFileSync(join(root, 'odd', `${'a'.repeat(200)}!`), '');
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
      ask(
        `/files/papers/download?folder=in&${new URLSearchParams(texts.map((it) => ['filter[]', it]))}`,
      );
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
    '../secret',
    'in/../../secret',
    '..%2fsecret',
    '%2e%2e/secret',
    '..\\secret',
    '/etc/passwd',
    '//etc/passwd',
    '../papers-of-others/secret',
    join('..', 'papers', '..', 'secret'),
    'link',
    'up/secret',
    'inner/a.txt',
    'fifo',
    'in',
    'in/',
    '.',
    'in/./a.txt',
    'in//a.txt',
    'in/a.txt\0',
    '\0',
    'private/smith.txt',
    'private/nobody.txt',
    'in/nobody.txt',
  ])('of %j is nothing that is there', async (path) => {
    const response = await download({ path });
    expect(await response.clone().text()).not.toContain(outside);
    expect(await refusal(response)).toEqual([404, 'HFIT_FILE_MISSING']);
    const path64 = Buffer.from(path).toString('base64url');
    expect(await refusal(await download({ path64 }))).toEqual([404, 'HFIT_FILE_MISSING']);
  });

  test.each([
    '/%2e%2e/secret',
    '/..%2fsecret',
    '/%2e%2e%2fpapers-of-others%2fsecret',
    '/in%2f..%2f..%2fsecret',
    '/link',
    '/in/a.txt%00',
    '/private/smith.txt',
  ])('is not announced for %s', async (path) => {
    // As it is written: fetch would take the dots away.
    const { port } = new URL(daemon.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { port, method: 'HEAD', path: `/files/papers${path}`, headers: { ...ann } };
      request(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(404);
  });

  test.each([
    'path=%2e%2e%2fsecret',
    'path=%252e%252e%252fsecret',
    'path=%c0%ae%c0%ae%2fsecret',
    'path=in%2f%2e%2e%2f%2e%2e%2fsecret',
    'path=..%5csecret',
    'folder=..&filter[]=name:secret',
    'folder=%2e%2e%2fpapers-of-others',
    'folder=up&filter[]=name:secret',
    'folder=/',
  ])('of %s, as it is written, is nothing that is there', async (query) => {
    const response = await ask(`/files/papers/download?${query}`);
    expect(await refusal(response)).toEqual([404, 'HFIT_FILE_MISSING']);
    const listed = await ask(`/files/papers/list?${query.replace(/^path/, 'folder')}`);
    expect(await refusal(listed)).toEqual([404, 'HFIT_FILE_MISSING']);
  });

  test('of a socket is nothing that is there', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'odd', 's'), resolve));
    expect(await refusal(await download({ path: 'odd/s' }))).toEqual([404, 'HFIT_FILE_MISSING']);
    await new Promise((resolve) => server.close(resolve));
  });

  test('of a device is nothing that is there', async (context) => {
    try {
      execFileSync('mknod', [join(root, 'odd', 'zero'), 'c', '1', '5'], { stdio: 'ignore' });
    } catch {
      context.skip('mknod takes root');
    }
    expect(await refusal(await download({ path: 'odd/zero' }))).toEqual([404, 'HFIT_FILE_MISSING']);
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

  test('never leads out while a folder becomes a link and is one again', async () => {
    // A folder and a link to another one take turns under one name while it is asked for.
    mkdirSync(join(root, 'race', 'real'));
    writeFileSync(join(root, 'race', 'real', 'secret'), 'inside');
    symlinkSync(base, join(root, 'race', 'way-out'));
    let turns = 0;
    let isOver = false;
    const swap = async () => {
      while (!isOver) {
        const [from, kept] = turns % 2 === 0 ? ['real', 'way-out'] : ['way-out', 'real'];
        renameSync(join(root, 'race', from), join(root, 'race', 'now'));
        await new Promise(setImmediate);
        renameSync(join(root, 'race', 'now'), join(root, 'race', from));
        expect(kept).not.toBe(from);
        turns += 1;
        await new Promise(setImmediate);
      }
    };
    const swapping = swap();
    const answers = new Set<string>();
    for (let i = 0; i < 25; i += 1) {
      const response = await download({ path: 'race/now/secret' });
      answers.add(response.ok ? await response.text() : String(response.status));
    }
    isOver = true;
    await swapping;
    expect([...answers].filter((it) => it !== 'inside' && it !== '404')).toEqual([]);
  });

  test('of a file that is written to meanwhile is cut', async () => {
    const path = join(root, 'in', 'large');
    const file = openSync(path, 'w');
    truncateSync(path, 32 * 2 ** 20);
    const { port } = new URL(daemon.url);
    const ended = new Promise<string>((resolve, reject) => {
      const options = { port, path: '/files/papers/download?path=in%2Flarge', headers: { ...ann } };
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
    const root = await daemon.join('root@example.com');
    await daemon.admin.ask('PUT', '/roles/admin', { members: ['root@example.com'] });
    const told = async (path: string) => {
      const response = await ask(path);
      const id = response.headers.get('x-request-id') as string;
      return [response.status, (await response.text()).replaceAll(id, 'ID')];
    };
    const granted = await daemon.post(
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
    await daemon.fetch(`/grants/${id}`, { method: 'DELETE', headers: root.authorization });
  });
});
