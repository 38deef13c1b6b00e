import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { HfitClient } from '../src/client.js';
import { type PackageForm, packageTypes } from '../src/model.js';
import { withServer } from './local-server.js';

/** Sends the bytes in pieces, then ends in order, or cuts the connection. */
function sends(form: PackageForm, bytes: Uint8Array, end: 'ends' | 'cut' = 'ends') {
  const listener: RequestListener = async (_, response) => {
    response.writeHead(200, { 'content-type': packageTypes[form] });
    for (let at = 0; at < bytes.length; at += 1000) response.write(bytes.subarray(at, at + 1000));
    if (end === 'ends') response.end();
    else setTimeout(() => response.destroy(), 20);
  };
  return listener;
}

async function read(form: PackageForm, listener: RequestListener, options = {}): Promise<Buffer> {
  return withServer(listener, async (host) => {
    const client = new HfitClient({ host, token: 'a token', ...options });
    const { body } = await client.packageStream('daily', {}, form);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  });
}

const incomplete = expect.objectContaining({ code: 'HFIT_STREAM_INCOMPLETE' });
const archive = gzipSync(randomBytes(5000));
const script = Buffer.from(`BEGIN;\n${'INSERT INTO t VALUES (1);\n'.repeat(200)}COMMIT;\n`);

describe('an archive', () => {
  test('comes as it was sent', async () => {
    expect(await read('archive', sends('archive', archive))).toEqual(archive);
  });

  test.each([
    ['without its end', archive.subarray(0, -9)],
    ['without its last byte', archive.subarray(0, -1)],
    ['with nothing in it', new Uint8Array()],
    ['that is none', Buffer.from('hello')],
    ['with a broken byte', Buffer.from(archive).fill(archive[2000]! ^ 1, 2000, 2001)],
  ])('%s is not taken', async (_, bytes) => {
    await expect(read('archive', sends('archive', bytes))).rejects.toEqual(incomplete);
  });
});

describe('a script', () => {
  test('comes as it was sent', async () => {
    expect(await read('script', sends('script', script))).toEqual(script);
  });

  test.each([
    ['without COMMIT', script.subarray(0, -8)],
    ['cut in COMMIT', script.subarray(0, -3)],
    ['with nothing in it', new Uint8Array()],
    ['that only speaks of it', Buffer.from("INSERT INTO t VALUES ('COMMIT;');\n")],
    ['that comments on it', Buffer.from('-- COMMIT;\n')],
  ])('%s is not taken', async (_, bytes) => {
    await expect(read('script', sends('script', bytes))).rejects.toEqual(incomplete);
  });
});

test.each(['archive', 'script', 'dataset'] as const)(
  'a connection cut in the middle of the %s is told',
  async (form) => {
    await expect(read(form, sends(form, archive, 'cut'))).rejects.toEqual(incomplete);
  },
);

test('a server that falls silent in the middle is given up', async () => {
  const listener: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': packageTypes.script });
    response.write('BEGIN;\n');
  };
  await expect(read('script', listener, { idleSeconds: 0.1 })).rejects.toMatchObject({
    code: 'HFIT_STREAM_INCOMPLETE',
    what: expect.stringContaining('nothing came for 0.1 seconds'),
  });
});

test('the time that the reader takes is not the silence of the server', async () => {
  await withServer(sends('script', script), async (host) => {
    const client = new HfitClient({ host, token: 'a token', idleSeconds: 0.5 });
    const { body } = await client.packageStream('daily', {}, 'script');
    let slept = false;
    for await (const _ of body) {
      if (!slept) await new Promise((resolve) => setTimeout(resolve, 700));
      slept = true;
    }
    expect(slept).toBe(true);
  });
});

test('who stops reading closes the connection', async () => {
  const responses: ServerResponse[] = [];
  const listener: RequestListener = (_, response) => {
    responses.push(response);
    response.writeHead(200, { 'content-type': packageTypes.dataset });
    response.write('{}\n');
  };
  await withServer(listener, async (host) => {
    const client = new HfitClient({ host, token: 'a token' });
    const { body } = await client.packageStream('daily', {}, 'dataset');
    for await (const _ of body) break;
    const [response] = responses;
    if (!response?.destroyed) await once(response as ServerResponse, 'close');
    expect(response?.writableFinished).toBe(false);
  });
});

test('a signal stops it in the middle, with its reason', async () => {
  const stop = new AbortController();
  const listener: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': packageTypes.script });
    response.write('BEGIN;\n');
    setTimeout(() => stop.abort(new Error('enough')), 30);
  };
  await expect(read('script', listener, { signal: stop.signal })).rejects.toThrow('enough');
});

test('an answer of another type is not taken for a package', async () => {
  const listener: RequestListener = (_, response) => response.end('<h1>Welcome</h1>');
  await expect(read('script', listener)).rejects.toMatchObject({ code: 'HFIT_SERVER_ANSWER' });
});
