import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newSigningKey, parseSigningKey, publicKeyOf } from '@hot-fixture/extract';
import { newMaskingKey } from '@hot-fixture/masking';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  type FreshDatabase,
  freshPostgresql,
  redisUrl,
  services,
} from '../../../test/services/index.js';
import { daemonId } from '../src/audit/open.js';
import { verifyAudit } from '../src/audit/verify.js';
import { type Settings, startWorker } from '../src/index.js';
import { openStorage } from '../src/storage/open.js';
import { openStore } from '../src/store/open.js';
import { makeShop, policy, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { makeFolder, testFolder } from './folder.js';
import { gateTo } from './gate.js';
import { askFor, type JobDocument, jobOf, putTemplate } from './jobs.js';
import { bucketAt, startBucket, type TestBucket } from './s3.js';
import { thrown } from './thrown.js';

const bin = fileURLToPath(new URL('../bin/hfitd.js', import.meta.url));
const patience = { timeout: 60_000, interval: 100 };
const audience = 'https://hfit.example.com';

/** Two daemons that build nothing, and what they and their workers share. */
describe.skipIf(!services.postgresql || !services.redis)('daemons on many machines', () => {
  const folder = makeFolder();
  let database: FreshDatabase;
  let bucket: TestBucket;
  let shared: Settings;
  let first: TestDaemon;
  let second: TestDaemon;
  let ann: { authorization: string };

  beforeAll(async () => {
    [database, bucket] = await Promise.all([freshPostgresql(), startBucket()]);
    writeFileSync(join(folder, 'masking.key'), newMaskingKey());
    writeFileSync(join(folder, 'signing.key'), newSigningKey());
    writeFileSync(join(folder, 'policy.yaml'), policy);
    shared = {
      audience,
      store: database.url,
      redis: await redisUrl(),
      storage: bucket.url,
      maskingKeyFile: join(folder, 'masking.key'),
      signingKeyFile: join(folder, 'signing.key'),
      sources: { shop: { url: makeShop(folder, 40).url } },
      jobs: { atOnce: 0, lease: 1 },
    };
    first = await startTestDaemon(shared);
    second = await startTestDaemon(shared);
    ann = (await first.join('ann@example.com')).authorization;
    await putTemplate(first, ann, template);
  });

  afterAll(async () => {
    await Promise.all([first?.stop(0), second?.stop(0)]);
    await bucket?.stop();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A worker in this process, which does its work well. */
  async function goodWorker(settings: Settings = {}) {
    const dataDir = join(testFolder(), 'data');
    const policyFile = join(folder, 'policy.yaml');
    const more = { dataDir, policy: policyFile, logLevel: 'silent' as const };
    const worker = await startWorker({ ...shared, jobs: { lease: 1 }, ...more, ...settings });
    onTestFinished(() => worker.stop(0));
    return worker;
  }

  /** A worker as a process of its own, which is killed with -9 at a step of a job. */
  function doomedWorker(step: string, name: string): ChildProcess {
    const config = join(folder, `${name}.yaml`);
    const { url } = shared.sources!.shop as { url: string };
    const lines = {
      ...shared,
      dataDir: join(folder, name),
      policy: join(folder, 'policy.yaml'),
      sources: { shop: { url } },
      jobs: { atOnce: 1, lease: '1s' },
    };
    writeFileSync(config, JSON.stringify(lines));
    const env = { PATH: process.env.PATH ?? '', HFITD_FAILPOINT: step };
    return spawn(process.execPath, [bin, 'worker', '--config', config], {
      cwd: folder,
      env,
      stdio: 'ignore',
    });
  }

  const content = (daemon: TestDaemon, job: JobDocument) =>
    daemon.fetch(`/packages/${job.id}/content`, { headers: ann });

  async function assertWhole(daemon: TestDaemon, job: JobDocument) {
    const bytes = Buffer.from(await (await content(daemon, job)).arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(job.digest);
  }

  test('replace a worker that is killed, at whatever step of a job', async () => {
    const steps = ['claimed', 'opened', 'built', 'stored', 'published'];
    const asked = await Promise.all(
      [1, 2, 3, 4, 5].map((customer) =>
        askFor(customer % 2 ? first : second, ann, { template: 'daily', parameters: { customer } }),
      ),
    );
    const doomed = steps.map((step) => doomedWorker(step, step));
    onTestFinished(() => doomed.forEach((it) => void it.kill('SIGKILL')));
    const signals = await Promise.all(doomed.map(async (it) => (await once(it, 'exit'))[1]));
    expect(signals).toEqual(steps.map(() => 'SIGKILL'));
    await goodWorker();
    const jobs = await Promise.all(asked.map(({ id }) => jobOf(second, ann, id, 'done')));
    for (const job of jobs) {
      await assertWhole(first, job);
      await assertWhole(second, job);
    }
    // Of the one that died before it said so, the bytes are there, and nobody is given them.
    const store = await openStore(folder, shared.store);
    const storage = await openStorage(bucket.url);
    const known = await store.selectFrom('packages').select(['id', 'cache_key']).execute();
    expect(new Set(known.map((it) => it.cache_key)).size).toBe(5);
    expect(known).toHaveLength(5);
    expect(await storage.older(new Date(Date.now() + 60_000))).toHaveLength(6);
    storage.close();
    // Each has a file of its own, and all of them one chain.
    const publicKey = publicKeyOf(
      parseSigningKey(readFileSync(join(folder, 'signing.key'), 'utf8')),
    );
    for (const dataDir of [first.dataDir, second.dataDir, ...steps.map((it) => join(folder, it))]) {
      const trusted = { daemon: daemonId(dataDir), publicKey };
      const report = await verifyAudit({ store, files: [join(dataDir, 'audit.log')], trusted });
      expect([report.store.problem, report.file.problem]).toEqual([null, null]);
    }
    await store.destroy();
  }, 180_000);

  test('go on when Redis, the bucket or PostgreSQL has gone, and is back', async () => {
    const gates = {
      redis: await gateTo(shared.redis as string),
      bucket: await gateTo(bucket.endpoint),
      store: await gateTo(shared.store as string),
    };
    onTestFinished(async () => {
      for (const gate of Object.values(gates)) await gate.close();
    });
    await goodWorker({
      redis: gates.redis.url,
      storage: bucketAt(gates.bucket.url),
      store: gates.store.url,
      jobs: { lease: 1, attempts: 20 },
    });
    const ask = (fresh: boolean) =>
      askFor(first, ann, { template: 'daily', parameters: { customer: 1 }, fresh });

    // Jobs are found in the store where nobody is told of them.
    await gates.redis.close();
    const withoutRedis = await jobOf(first, ann, (await ask(true)).id, 'done');
    await gates.redis.open();
    await assertWhole(second, withoutRedis);

    await gates.bucket.close();
    const waiting = await ask(true);
    await vi.waitFor(async () => {
      const answer = await first.fetch(`/packages/${waiting.id}`, { headers: ann });
      expect(await answer.json()).toMatchObject({ problem: { code: 'HFIT_STORAGE_FAILED' } });
    }, patience);
    await gates.bucket.open();
    await assertWhole(second, await jobOf(first, ann, waiting.id, 'done'));

    await gates.store.close();
    const unseen = await ask(true);
    await gates.store.open();
    await assertWhole(second, await jobOf(first, ann, unseen.id, 'done'));

    // What one daemon has asked for is there for the other.
    const again = await askFor(second, ann, { template: 'daily', parameters: [1] });
    expect(again).toMatchObject({ state: 'done', from_cache: true });
  }, 120_000);

  test('need all that they share', async () => {
    const needed = ['store', 'redis', 'storage', 'maskingKeyFile', 'signingKeyFile'] as const;
    for (const setting of needed) {
      const { [setting]: _, ...rest } = shared;
      await thrown('HFIT_WORKER_ALONE', () => startWorker(rest));
    }
  });
});
