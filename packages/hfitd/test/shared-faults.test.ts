import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSigningKey } from '@hot-fixture/extract';
import { newMaskingKey } from '@hot-fixture/masking';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type FreshDatabase,
  freshPostgresql,
  redisUrl,
  services,
} from '../../../test/services/index.js';
import type { Settings } from '../src/index.js';
import { claimJob, readyJobs } from '../src/store/jobs/work.js';
import { openStore } from '../src/store/open.js';
import type { Store } from '../src/store/tables.js';
import { policy, refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { makeFolder } from './folder.js';
import { type Gate, gateTo } from './gate.js';
import { askFor, type JobDocument, jobOf, putTemplate } from './jobs.js';
import { bucketAt, startBucket, type TestBucket } from './s3.js';

const soon = { timeout: 50_000, interval: 50 };

/** Does something while the clock of this process is off; timers go as they go. */
async function withClockOff<T>(minutes: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

/** So many answers to challenges are looked at at the same moment. */
const most = 4;

/** One daemon; all that it shares with others, and a source, are behind gates. */
describe.skipIf(!services.postgresql || !services.redis)('a daemon', () => {
  const folder = makeFolder();
  let store: FreshDatabase;
  let source: FreshDatabase;
  let bucket: TestBucket;
  let gates: Record<'store' | 'redis' | 'bucket' | 'source', Gate>;
  let daemon: TestDaemon;
  let ann: Awaited<ReturnType<TestDaemon['join']>>;

  beforeAll(async () => {
    const begun = Promise.all([freshPostgresql(), freshPostgresql(), startBucket()]);
    [store, source, bucket] = await begun;
    await on(source, async (client) => {
      await client.query(
        'CREATE TABLE orders (id int PRIMARY KEY, customer_id int, total int, memo text)',
      );
      await client.query(`INSERT INTO orders SELECT i, 1, i, 'x' FROM generate_series(1, 20) i`);
    });
    gates = {
      store: await gateTo(store.url),
      redis: await gateTo(await redisUrl()),
      bucket: await gateTo(bucket.endpoint),
      source: await gateTo(source.url),
    };
    writeFileSync(join(folder, 'masking.key'), newMaskingKey());
    writeFileSync(join(folder, 'signing.key'), newSigningKey());
    writeFileSync(join(folder, 'policy.yaml'), policy.replace('shop', '"*"'));
    const settings: Settings = {
      store: gates.store.url,
      redis: gates.redis.url,
      storage: bucketAt(gates.bucket.url),
      policy: join(folder, 'policy.yaml'),
      maskingKeyFile: join(folder, 'masking.key'),
      signingKeyFile: join(folder, 'signing.key'),
      monitor: '127.0.0.1:0',
      trustProxy: ['127.0.0.1'],
      limits: { loginsPerAddress: 30, loginsPerName: 20, loginsAtOnce: most, requestsPerUser: 0 },
      sources: { far: { url: gates.source.url, dangerouslyAllowWriters: true } },
    };
    const redis = new Redis(await redisUrl());
    // Nothing is thrown away all the same: there is no maxmemory.
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    daemon = await startTestDaemon(settings).finally(() =>
      redis.config('SET', 'maxmemory-policy', 'noeviction'),
    );
    redis.disconnect();
    ann = await daemon.join('ann@example.com');
    const far = template.replace('daily', 'far').replace('Shop', 'far');
    for (const text of [template, far]) await putTemplate(daemon, ann.authorization, text);
  });
  afterAll(async () => {
    await daemon?.stop(0);
    for (const gate of Object.values(gates ?? {})) await gate.close();
    await bucket?.stop();
    for (const database of [store, source]) await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function on<T>({ url }: FreshDatabase, work: (client: pg.Client) => Promise<T>) {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Logs in from an address of one's own. */
  async function logIn(address: string): Promise<number> {
    const headers = { 'x-forwarded-for': address };
    const asked = await daemon.post('/auth/challenge', { username: ann.email }, { headers });
    if (!asked.ok) return asked.status;
    const { challenge } = (await asked.json()) as { challenge: string };
    const answer = { username: ann.email, challenge, signature: ann.sign(challenge) };
    return (await daemon.post('/auth/authenticate', answer, { headers })).status;
  }

  const whoami = () => daemon.fetch('/whoami', { headers: ann.authorization });
  const ready = async () => (await fetch(`${daemon.monitor}/ready`)).status;

  test('warns of a Redis that may throw jobs away', () => {
    const warned = daemon
      .log()
      .split('\n')
      .find((line) => line.includes('maxmemory-policy'));
    expect(JSON.parse(warned ?? '{}')).toMatchObject({ level: 40, policy: 'allkeys-lru' });
  });

  test('looks at so many logins at once, tells the rest when to come, and lets in after them', async () => {
    const answers = await on(store, async (client) => {
      // What each login has to read is held, so that none of them ends.
      await client.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
      let told = 0;
      const sent = Array.from({ length: most + 6 }, async (_, i) => {
        const username = `user${i}@example.com`;
        const headers = { 'x-forwarded-for': `10.0.0.${i}` };
        const answer = { username, challenge: 'x', signature: 'x' };
        const response = await daemon.post('/auth/authenticate', answer, { headers });
        if (response.status !== 429) return 0;
        expect(response.headers.get('retry-after')).toBe('1');
        return ++told;
      });
      await vi.waitFor(() => expect(told).toBe(6), soon);
      expect((await daemon.fetch('/health')).status).toBe(200);
      await client.query('ROLLBACK');
      return await Promise.all(sent);
    });
    expect(answers.filter((told) => told > 0)).toHaveLength(6);
    expect(await logIn('10.9.9.9')).toBe(200);
    // What was not looked at has left nothing on the disk.
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=99');
    const refused = events.filter((it) => 'outcome' in it && it.outcome === 'refused');
    expect(refused).toHaveLength(most);
  });

  test('counts all addresses that one client of IPv6 has together', async () => {
    const ask = async (address: string) => {
      const headers = { 'x-forwarded-for': address };
      return (await daemon.post('/auth/challenge', { username: address }, { headers })).status;
    };
    const statuses: number[] = [];
    for (let i = 0; i < 31; i++) statuses.push(await ask(`2001:db8:0:7::${i.toString(16)}`));
    expect(statuses).toEqual([...Array(30).fill(200), 429]);
    expect(await ask('2001:0DB8::7:1:2:3:4')).toBe(429);
    expect(await ask('2001:db8:0:8::1')).toBe(200);
  });

  test('lets a user in whose name somebody else has used up', async () => {
    const headers = { 'x-forwarded-for': '10.5.5.5' };
    const ask = () => daemon.post('/auth/challenge', { username: ann.email }, { headers });
    const statuses: number[] = [];
    for (let i = 0; i < 21; i++) statuses.push((await ask()).status);
    expect(statuses.at(-1)).toBe(429);
    expect(await logIn('10.5.5.6')).toBe(200);
  });

  test('builds a package when its source is back that was down', async () => {
    await gates.source.close();
    const asked = await askFor(daemon, ann.authorization, { template: 'far', parameters: [1] });
    const waiting = await vi.waitUntil(async () => {
      const answer = await daemon.fetch(`/packages/${asked.id}`, { headers: ann.authorization });
      const job = (await answer.json()) as JobDocument;
      return job.problem ? job : undefined;
    }, soon);
    // Where production is stays in the log.
    const problem = { code: 'HFIT_SOURCE_UNAVAILABLE' };
    expect(waiting).toMatchObject({ state: expect.stringMatching(/queued|running/), problem });
    await gates.source.open();
    const done = await jobOf(daemon, ann.authorization, asked.id, 'done');
    expect(done.attempts).toBeGreaterThan(1);
    expect(done.progress?.rows).toBe(20);
  });

  test('lets in, counts and builds without Redis, and says that it is not ready', async () => {
    await gates.redis.close();
    await vi.waitFor(async () => expect(await ready()).toBe(503), soon);
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) statuses.push(await logIn('10.7.7.7'));
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
    const order = { template: 'daily', parameters: [2] };
    const { id } = await askFor(daemon, ann.authorization, order);
    await jobOf(daemon, ann.authorization, id, 'done');
    await gates.redis.open();
    await vi.waitFor(async () => expect(await ready()).toBe(200), soon);
    expect(await logIn('10.7.7.8')).toBe(200);
  });

  test('gives nothing out without its store, and goes on when that is back', async () => {
    await gates.store.close();
    expect(await refusal(await whoami())).toEqual([503, 'HFIT_STORE_UNAVAILABLE']);
    expect(await logIn('10.6.6.6')).toBe(503);
    expect(await ready()).toBe(503);
    expect((await daemon.fetch('/health')).status).toBe(200);
    await gates.store.open();
    await vi.waitFor(async () => expect(await ready()).toBe(200), soon);
    expect((await whoami()).status).toBe(200);
    expect(await logIn('10.6.6.6')).toBe(200);
  });

  test('gives packages out again when their bucket is back', async () => {
    const order = { template: 'daily', parameters: [3] };
    const { id } = await askFor(daemon, ann.authorization, order);
    await jobOf(daemon, ann.authorization, id, 'done');
    const content = () => daemon.fetch(`/packages/${id}/content`, { headers: ann.authorization });
    await gates.bucket.close();
    expect(await refusal(await content())).toEqual([503, 'HFIT_STORAGE_FAILED']);
    await gates.bucket.open();
    expect((await content()).status).toBe(200);
  });

  test('with a clock five minutes off lets nobody in, and says that it is not ready', async () => {
    const challenge = () => daemon.challenge(ann.email);
    const answer = async (text: string) =>
      (await daemon.authenticate(ann.email, text, ann.sign(text))).status;
    const given = {
      ahead: await withClockOff(5, challenge),
      behind: await withClockOff(-5, challenge),
      right: await challenge(),
    };
    expect(await answer(given.ahead)).toBe(401);
    expect(await answer(given.behind)).toBe(401);
    expect(await answer(given.right)).toBe(200);
    const { authorization: headers } = await withClockOff(5, async () => {
      expect(await ready()).toBe(503);
      expect((await whoami()).status).toBe(200);
      return await daemon.join('ahead@example.com');
    });
    const answered = await daemon.fetch('/whoami', { headers });
    expect(await refusal(answered)).toEqual([401, 'HFIT_TOKEN_INVALID']);
    expect(await ready()).toBe(200);
  });

  test('takes jobs, and leaves those of others, by the clock of the store', async () => {
    const order = { template: 'far', parameters: [1], fresh: true };
    const seen = await openStore(folder, store.url);
    const idsOf = async (from: Store) => (await readyJobs(from, 0)).map(({ id }) => id);
    await on(source, async (client) => {
      await client.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
      // By its own clock it would have to wait five minutes for this one.
      const { id } = await withClockOff(5, () => askFor(daemon, ann.authorization, order));
      await jobOf(daemon, ann.authorization, id, 'running');
      for (const minutes of [-5, 0, 5]) {
        const taken = await withClockOff(minutes, async () => [
          ...(await idsOf(seen)),
          await claimJob(seen, id, 'another', 1000),
        ]);
        expect(taken).toEqual([undefined]);
      }
      await client.query('ROLLBACK');
      const done = await jobOf(daemon, ann.authorization, id, 'done');
      expect(done.attempts).toBe(1);
    });
    await seen.destroy();
  });
});
