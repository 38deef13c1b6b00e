import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from './daemon.js';
import { outside, type Papers, startPapers } from './papers.js';

let papers: Papers;

beforeAll(async () => {
  papers = await startPapers();
});
afterAll(() => papers.stop());

const ask: Papers['ask'] = (...asked) => papers.ask(...asked);
const download: Papers['download'] = (...asked) => papers.download(...asked);

describe('a download', () => {
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
    const { port } = new URL(papers.daemon.url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = {
        port,
        method: 'HEAD',
        path: `/files/papers${path}`,
        headers: { ...papers.ann },
      };
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
    await new Promise<void>((resolve) => server.listen(join(papers.root, 'odd', 's'), resolve));
    expect(await refusal(await download({ path: 'odd/s' }))).toEqual([404, 'HFIT_FILE_MISSING']);
    await new Promise((resolve) => server.close(resolve));
  });

  test('of a device is nothing that is there', async (context) => {
    try {
      execFileSync('mknod', [join(papers.root, 'odd', 'zero'), 'c', '1', '5'], { stdio: 'ignore' });
    } catch {
      context.skip('mknod takes root');
    }
    expect(await refusal(await download({ path: 'odd/zero' }))).toEqual([404, 'HFIT_FILE_MISSING']);
  });

  test('never leads out while a folder becomes a link and is one again', async () => {
    // A folder and a link to another one take turns under one name while it is asked for.
    mkdirSync(join(papers.root, 'race', 'real'));
    writeFileSync(join(papers.root, 'race', 'real', 'secret'), 'inside');
    symlinkSync(papers.base, join(papers.root, 'race', 'way-out'));
    let turns = 0;
    let isOver = false;
    const swap = async () => {
      while (!isOver) {
        const from = turns % 2 === 0 ? 'real' : 'way-out';
        renameSync(join(papers.root, 'race', from), join(papers.root, 'race', 'now'));
        await new Promise(setImmediate);
        renameSync(join(papers.root, 'race', 'now'), join(papers.root, 'race', from));
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
});
