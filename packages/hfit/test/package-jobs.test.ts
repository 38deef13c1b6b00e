import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { told } from '../src/jobs/wait.js';
import { rowsOf, useDesk } from './desk.js';
import { documentOf, inside } from './inside.js';

const desk = useDesk();

type Job = { id: string; state: string; size: number; digest: string };
const make = async (...words: string[]) =>
  (await documentOf(['package', 'create', ...words], desk)) as Job;

test('a package is built in the background, told, downloaded whole, and known again', async () => {
  const job = await make('daily', '7', '--wait');
  expect(job).toMatchObject({ state: 'done', template: 'daily', parameters: { customer: '7' } });
  const out = join(desk.work, 'daily.tar.gz');
  const words = ['package', 'download', job.id, '--out', out];
  expect(await documentOf(words, desk)).toMatchObject({ bytes: job.size, sha256: job.digest });
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readdirSync(desk.work)).toEqual(['daily.tar.gz']);
  expect((await make('daily', '7', '--wait')) as object).toMatchObject({ from_cache: true });
  expect((await make('daily', '7', '--wait', '--max-age', '0s')) as object).toMatchObject({
    from_cache: false,
    progress: { tables: 2, tables_done: 2 },
  });
  await expect(make('daily', '7', '--max-age', 'soon')).rejects.toThrow('--max-age');
  const { packages } = (await documentOf(['package', 'list'], desk)) as { packages: Job[] };
  expect(packages.map(({ id }) => id)).toContain(job.id);
  const shown = await inside(['package', 'show', job.id], { ...desk, json: false });
  expect(shown?.text).toMatch(/^state +done$/m);
});

test('how far it is, is told in rows, bytes, tables and time left', () => {
  const at = { rows: 1200, bytes: 3_000_000, table: 'orders', seconds: 30 };
  expect(told({ ...at, tables: 4, tables_done: 3 })).toBe(
    '1,200 rows, 3.0 MB, now orders, 3 of 4 tables, about 10 s left',
  );
  expect(told({ rows: 1, tables: null, tables_done: 0 })).toBe('1 row');
});

test('a download that was cut goes on where it ended', async () => {
  const job = await make('daily', '8', '--wait');
  const out = join(desk.work, 'daily.tar.gz');
  const words = ['package', 'download', job.id, '--out', out];
  await documentOf(words, desk);
  const whole = readFileSync(out);
  writeFileSync(join(desk.work, `.again.${job.digest.slice(0, 16)}.part`), whole.subarray(0, 1000));
  const again = [...words.slice(0, -1), join(desk.work, 'again')];
  expect(await documentOf(again, desk)).toMatchObject({ resumedAt: 1000, bytes: whole.length });
  expect(readFileSync(join(desk.work, 'again')).equals(whole)).toBe(true);
  // What is broken in the part is found by the digest, and removed.
  const part = join(desk.work, `.third.${job.digest.slice(0, 16)}.part`);
  writeFileSync(part, Buffer.alloc(1000));
  const third = [...words.slice(0, -1), join(desk.work, 'third')];
  await expect(inside(third, desk)).rejects.toMatchObject({ code: 'HFIT_DOWNLOAD_DAMAGED' });
  expect(readdirSync(desk.work).sort()).toEqual(['again', 'daily.tar.gz']);
});

test('a package that is built is loaded into a database: all of it, or nothing', async () => {
  const job = await make('daily', '7', '--wait');
  const file = join(desk.work, 'shop_test.db');
  const words = ['package', 'download', job.id, '--into', `sqlite:${file}`];
  await expect(inside([...words, '--out', 'x.tar.gz'], desk)).rejects.toThrow('--out');
  const other = ['package', 'download', job.id, '--into', `sqlite:${join(desk.work, 'shop.db')}`];
  await expect(inside(other, desk)).rejects.toMatchObject({ code: 'HFIT_NOT_A_TEST_DATABASE' });
  expect(await desk.good(words)).toMatchObject({ id: job.id, sha256: job.digest, rows: 251 });
  expect(readdirSync(desk.work)).toEqual(['shop_test.db']);
  expect(rowsOf(file, 'SELECT count(*) AS n FROM orders')).toEqual([{ n: 250 }]);
  // Its keys are there already; the package stays for another try.
  const { code, stderr } = await desk.run(words);
  expect([code, stderr]).toEqual([
    expect.any(Number),
    expect.stringContaining('is kept in pkg-daily'),
  ]);
  expect(code).toBeGreaterThan(0);
  expect(readdirSync(desk.work)).toHaveLength(2);
  const script = await make('daily', '7', '--wait', '--format', 'sql');
  const ofScript = ['package', 'download', script.id, ...words.slice(3)];
  await expect(inside(ofScript, desk)).rejects.toThrow('script');
});

test('a line that breaks again and again is taken up where it broke', async () => {
  const whole = randomBytes(300_000);
  const digest = createHash('sha256').update(whole).digest('hex');
  const ranges: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    if (!request.url?.endsWith('/content')) {
      const job = { id: 'x', state: 'done', template: 't', created_at: '2026-03-01T00:00:00Z' };
      response.end(JSON.stringify({ ...job, size: whole.length, digest }));
      return;
    }
    ranges.push(request.headers.range);
    const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    response.writeHead(from > 0 ? 206 : 200, {
      etag: '"v1"',
      'content-length': whole.length - from,
      ...(from > 0 && { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` }),
    });
    response.write(whole.subarray(from, from + 100_000), () => {
      if (from + 100_000 >= whole.length) response.end();
      else setImmediate(() => response.destroy());
    });
  };
  const host = await serve(listener);
  const env = { HFIT_HOST: host, HFIT_EMAIL: 'ann@example.com', HFIT_KEY: desk.server.key };
  const home = join(desk.work, 'home');
  const later = '2999-01-01T00:00:00Z';
  const { Home } = await import('../src/state/home.js');
  const kept = { host, email: 'ann@example.com', token: 'a token', expiresAt: later };
  await new Home({ HFIT_HOME: home }).write('token', JSON.stringify(kept));
  const id = '00000000-0000-4000-8000-000000000000';
  const words = ['package', 'download', id, '--out', join(desk.work, 'whole')];
  expect(await documentOf(words, { home, env })).toMatchObject({ bytes: 300_000, sha256: digest });
  expect(readFileSync(join(desk.work, 'whole')).equals(whole)).toBe(true);
  expect(ranges.length).toBeGreaterThan(1);
  expect(ranges[0]).toBeUndefined();
});

test('a job is cancelled, tried again, and tells why it failed', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  for (const verb of ['show', 'cancel', 'retry', 'download']) {
    const run = inside(['package', verb, unknown], desk);
    await expect(run).rejects.toMatchObject({ kind: 'missing' });
  }
  await expect(make('daily', 'seven')).rejects.toMatchObject({ code: 'HFIT_PARAMETER_TYPE' });
  const job = await make('everything', '--fresh');
  const stopped = await inside(['package', 'cancel', job.id], desk).catch((error) => error);
  // It may have been faster than we are.
  if (stopped instanceof Error) expect(stopped).toMatchObject({ kind: 'conflict' });
  else
    await expect(inside(['package', 'download', job.id], desk)).rejects.toMatchObject({
      code: 'HFIT_PACKAGE_NOT_BUILT',
    });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
