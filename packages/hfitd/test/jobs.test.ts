import { createHash } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { refusal, secret, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { askFor, type JobDocument, jobOf, putTemplate } from './jobs.js';

let daemon: TestDaemon;
let ann: { authorization: string };
let bob: { authorization: string };

beforeAll(async () => {
  daemon = await startTestDaemon();
  ann = (await daemon.join('ann@example.com')).authorization;
  bob = (await daemon.join('bob@example.com')).authorization;
  await putTemplate(daemon, ann, template);
  await putTemplate(daemon, bob, template);
});

afterAll(() => daemon.stop());

const content = (job: JobDocument, headers: Record<string, string> = {}) =>
  daemon.fetch(`/packages/${job.id}/content`, { headers: { ...ann, ...headers } });

async function built(parameters: object, more: object = {}): Promise<JobDocument> {
  const job = await askFor(daemon, ann, { template: 'daily', parameters, ...more });
  return jobOf(daemon, ann, job.id, 'done');
}

describe('a package as a job', () => {
  test('is built in the background, masked, and downloaded', async () => {
    const response = await daemon.post(
      '/packages',
      { template: 'daily', parameters: { customer: 1 }, format: 'script' },
      { headers: ann },
    );
    expect(response.status).toBe(202);
    const asked = (await response.json()) as JobDocument;
    expect(response.headers.get('location')).toBe(`/packages/${asked.id}`);
    const job = await jobOf(daemon, ann, asked.id, 'done');
    expect(job).toMatchObject({
      ...{ template: 'daily', parameters: { customer: 1 }, from_cache: false, attempts: 1 },
      progress: { rows: 5, table: null, tables_done: 2, tables: 2 },
      warnings: [expect.stringContaining('customers.note')],
    });
    const answer = await content(job);
    const text = await answer.text();
    expect(text).toMatch(/COMMIT;\s*$/);
    expect(text).not.toContain(secret);
    expect(Buffer.byteLength(text)).toBe(job.size);
    const digest = createHash('sha256').update(text);
    expect(answer.headers.get('repr-digest')).toBe(`sha-256=:${digest.copy().digest('base64')}:`);
    expect(digest.digest('hex')).toBe(job.digest);
  });

  test('is kept where its owner alone can look', () => {
    const folder = join(daemon.dataDir, 'packages');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('is given in parts, so that a download can go on', async () => {
    const job = await built({ customer: 1 });
    const whole = Buffer.from(await (await content(job)).arrayBuffer());
    const first = await content(job, { range: 'bytes=0-99' });
    expect(first.status).toBe(206);
    expect(first.headers.get('content-range')).toBe(`bytes 0-99/${job.size}`);
    const etag = first.headers.get('etag') ?? '';
    const rest = await content(job, { range: 'bytes=100-', 'if-range': etag });
    const both = [await first.arrayBuffer(), await rest.arrayBuffer()];
    expect(Buffer.concat(both.map((it) => Buffer.from(it))).equals(whole)).toBe(true);
    const last = await content(job, { range: 'bytes=-7' });
    expect(Buffer.from(await last.arrayBuffer()).equals(whole.subarray(-7))).toBe(true);
    const other = await content(job, { range: 'bytes=100-', 'if-range': '"another"' });
    expect(other.status).toBe(200);
    expect((await other.arrayBuffer()).byteLength).toBe(job.size);
    const beyond = await content(job, { range: `bytes=${job.size}-` });
    expect(await refusal(beyond)).toEqual([416, 'HFIT_RANGE']);
    const head = await daemon.fetch(`/packages/${job.id}/content`, {
      method: 'HEAD',
      headers: ann,
    });
    expect(head.headers.get('content-length')).toBe(String(job.size));
  });

  test('is given again to who asks for the same, and built anew where that is asked', async () => {
    const first = await built({ customer: 2 });
    const again = await askFor(daemon, ann, { template: 'daily', parameters: [2] });
    expect(again).toMatchObject({ state: 'done', from_cache: true, digest: first.digest });
    expect(again.id).not.toBe(first.id);
    // Bob may see the same, and has a template of the same text.
    const bobs = await askFor(daemon, bob, { template: 'daily', parameters: { customer: 2 } });
    expect(bobs).toMatchObject({ state: 'done', from_cache: true, digest: first.digest });
    const old = await askFor(daemon, ann, {
      ...{ template: 'daily', parameters: { customer: 2 }, max_age: 0 },
    });
    expect(old.from_cache).toBe(false);
    // The template says how old one may be, and the request may say otherwise.
    const aged = template.replace('templateName: daily', 'templateName: aged\nmaxAge: 0s');
    await putTemplate(daemon, ann, aged);
    const ask = { template: 'aged', parameters: { customer: 2 } };
    await jobOf(daemon, ann, (await askFor(daemon, ann, ask)).id, 'done');
    const anew = await askFor(daemon, ann, ask);
    expect(anew.from_cache).toBe(false);
    await jobOf(daemon, ann, anew.id, 'done');
    const taken = await askFor(daemon, ann, { ...ask, max_age: 3600 });
    expect(taken).toMatchObject({ state: 'done', from_cache: true });
    const fresh = await built({ customer: 2 }, { fresh: true });
    expect(fresh.from_cache).toBe(false);
    const other = await built({ customer: 2 }, { format: 'lines' });
    expect(other.from_cache).toBe(false);
  });

  test('is built anew when a table has another column', async () => {
    const before = await built({ customer: 3 });
    const shop = new Sqlite(daemon.shop);
    shop.exec('ALTER TABLE orders ADD COLUMN more TEXT');
    shop.close();
    const after = await built({ customer: 3 });
    expect(after.from_cache).toBe(false);
    expect(after.digest).not.toBe(before.digest);
  });

  test('has one job for one idempotency key', async () => {
    const headers = { ...ann, 'idempotency-key': 'key-1' };
    const body = { template: 'daily', parameters: { customer: 4 } };
    const send = (more: object) => daemon.post('/packages', { ...body, ...more }, { headers });
    const answers = await Promise.all([1, 2, 3].map(() => send({})));
    const jobs = (await Promise.all(answers.map((it) => it.json()))) as JobDocument[];
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
    expect(await refusal(await send({ parameters: { customer: 5 } }))).toEqual([
      409,
      'HFIT_IDEMPOTENCY_KEY_USED',
    ]);
  });

  test('of somebody else is not there', async () => {
    const job = await built({ customer: 1 });
    const asked = async (method: string, path: string) =>
      refusal(await daemon.fetch(path, { method, headers: bob }));
    const unknown = await refusal(await daemon.fetch('/packages/nothing', { headers: bob }));
    expect(unknown).toEqual([404, 'HFIT_JOB_UNKNOWN']);
    for (const [method, path] of [
      ['GET', `/packages/${job.id}`],
      ['DELETE', `/packages/${job.id}`],
      ['POST', `/packages/${job.id}/retry`],
      ['GET', `/packages/${job.id}/content`],
    ] as const) {
      expect(await asked(method, path)).toEqual([404, 'HFIT_JOB_UNKNOWN']);
    }
    const list = await (await daemon.fetch('/packages', { headers: bob })).json();
    expect(JSON.stringify(list)).not.toContain(job.id);
  });

  test.each([
    [{ template: 'nothing' }, 404, 'HFIT_TEMPLATE_UNKNOWN'],
    [{ template: 'daily' }, 400, 'HFIT_PARAMETER_MISSING'],
    [{ template: 'daily', parameters: { customer: 'x' } }, 400, 'HFIT_PARAMETER_TYPE'],
    [{ template: 'daily', parameters: { customer: 2 ** 53 } }, 400, 'HFIT_REQUEST_INVALID'],
    [{ template: 'daily', format: 'zip' }, 400, 'HFIT_REQUEST_INVALID'],
    [{ template: 'daily', more: 1 }, 400, 'HFIT_REQUEST_INVALID'],
  ])('that is asked for with %j is refused', async (body, status, code) => {
    expect(await refusal(await daemon.post('/packages', body, { headers: ann }))).toEqual([
      status,
      code,
    ]);
  });

  test('that fails says why, and can be tried again', async () => {
    const shop = new Sqlite(daemon.shop);
    const asked = await askFor(daemon, ann, { template: 'daily', parameters: [99] });
    const failed = await jobOf(daemon, ann, asked.id, 'failed');
    expect(failed.problem).toMatchObject({ code: 'HFIT_SUBSET_EMPTY' });
    const early = await content(failed);
    expect(await refusal(early)).toEqual([409, 'HFIT_JOB_UNFINISHED']);
    shop.exec('INSERT INTO customers (id, email) VALUES (99, 1)');
    shop.exec('INSERT INTO orders (id, customer_id, total, memo) VALUES (99, 99, 1, 1)');
    shop.close();
    await daemon.post(`/packages/${failed.id}/retry`, {}, { headers: ann });
    const done = await jobOf(daemon, ann, failed.id, 'done');
    expect(done).toMatchObject({ attempts: 1 });
    expect(done).not.toHaveProperty('problem');
    const again = await daemon.post(`/packages/${failed.id}/retry`, {}, { headers: ann });
    expect(await refusal(again)).toEqual([409, 'HFIT_JOB_RETRY']);
    const late = await daemon.fetch(`/packages/${failed.id}`, { method: 'DELETE', headers: ann });
    expect(await refusal(late)).toEqual([409, 'HFIT_JOB_ENDED']);
  });

  test('that was changed in the storage is cut off, and built anew', async () => {
    const job = await built({ customer: 5 }, { fresh: true });
    const folder = join(daemon.dataDir, 'packages');
    // Others may be as long.
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (statSync(file).size === job.size) writeFileSync(file, Buffer.alloc(job.size));
    }
    expect(await refusal(await content(job))).toEqual([409, 'HFIT_JOB_DAMAGED']);
    expect(await refusal(await content(job))).toEqual([410, 'HFIT_JOB_GONE']);
    const anew = await built({ customer: 5 });
    expect(anew.from_cache).toBe(false);
    const cut = await built({ customer: 5 }, { fresh: true });
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'cut');
    expect(await refusal(await content(cut))).toEqual([409, 'HFIT_JOB_DAMAGED']);
  });

  test('leaves a record of each step', async () => {
    const job = await built({ customer: 1 }, { fresh: true });
    await (await content(job)).arrayBuffer();
    await vi.waitFor(async () => {
      const path = '/audit/last?last=50';
      const { events } = await daemon.admin.ask<{ events: { action: string }[] }>('GET', path);
      // That it is read stands there too.
      const others = events.filter(({ action }) => action !== 'read-audit');
      expect(others.slice(-5)).toMatchObject([
        { action: 'request-package', target: 'daily', outcome: 'ok' },
        { action: 'build-package', request: job.id, outcome: 'started' },
        { action: 'build-package', request: job.id, outcome: 'ok' },
        { action: 'download-package', target: job.id, outcome: 'started' },
        { action: 'download-package', outcome: 'ok', details: { package: job.digest } },
      ]);
    });
  });
});
