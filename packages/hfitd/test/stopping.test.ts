import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FreshDatabase, freshPostgresql, services } from '../../../test/services/index.js';
import { verifyAuditLog } from '../src/cli/audit.js';
import { complete } from '../src/config/complete.js';
import type { Daemon } from '../src/index.js';
import { begun, isWhole } from './begun.js';
import { asking, makeShop, policy, startTestDaemon } from './daemon.js';
import { makeFolder, testFolder } from './folder.js';
import { type Asked, askFor, jobOf, putTemplate } from './jobs.js';

const bin = fileURLToPath(new URL('../bin/hfitd.js', import.meta.url));
const soon = { timeout: 50_000, interval: 50 };

/** So many that no buffer between the daemon and a client holds them all. */
const many = 45_000;

const everything = `
hfitVersion: 1
templateName: everything
exports:
  orders.sql: { type: table-data, data: { dbms: shop, table: orders } }
`;

const held = everything.replace('everything', 'held').replace('shop', 'far');

/** Their jobs run for as long as a test holds the one table that they read. */
describe.skipIf(!services.postgresql)('a daemon that is stopped', () => {
  const folder = makeFolder();
  let source: FreshDatabase;
  let holder: pg.Client;
  let sources: Record<string, { url: string; dangerouslyAllowWriters?: boolean }>;
  const policyFile = join(folder, 'policy.yaml');

  beforeAll(async () => {
    source = await freshPostgresql();
    holder = new pg.Client(source.url);
    await holder.connect();
    await holder.query('CREATE TABLE orders (id int PRIMARY KEY, customer_id int, memo text)');
    await holder.query(`INSERT INTO orders VALUES (1, 1, 'x')`);
    writeFileSync(
      policyFile,
      `${policy}  far:\n    orders: { id: keep, customer_id: keep, memo: keep }\n`,
    );
    sources = {
      shop: { url: makeShop(folder, many).url },
      far: { url: source.url, dangerouslyAllowWriters: true },
    };
  });
  afterAll(async () => {
    await holder.end();
    await source.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const hold = () => holder.query('BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE');
  const letGo = () => holder.query('ROLLBACK');

  /** Puts the templates there, and asks for the package that a held table keeps from its end. */
  async function askForHeld(daemon: Asked, headers: { authorization: string }): Promise<string> {
    for (const text of [everything, held]) await putTemplate(daemon, headers, text);
    const { id } = await askFor(daemon, headers, { template: 'held' });
    return (await jobOf(daemon, headers, id, 'running')).id;
  }

  /** What its own store says of a job. */
  function stored(dataDir: string, id: string) {
    const store = new Sqlite(join(dataDir, 'hfitd.db'), { readonly: true });
    const job = store.prepare('SELECT state, attempts FROM jobs WHERE id = ?').get(id);
    store.close();
    return job;
  }

  /** Starts the real program, with nothing of this machine's settings. */
  function launch(more: object, env: Record<string, string> = {}) {
    const file = join(testFolder(), 'hfitd.yaml');
    const settings = { listen: '127.0.0.1:0', policy: policyFile, sources, ...more };
    writeFileSync(file, JSON.stringify(settings));
    const child = spawn(process.execPath, [bin, '--json', '--config', file], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', ...env },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let log = '';
    child.stderr.on('data', (piece) => {
      log += piece;
    });
    const ready = once(child.stdout, 'data').then(([line]) => JSON.parse(String(line)) as Daemon);
    return { child, ready, log: () => log };
  }

  test('by SIGTERM takes nothing new, and ends what it has begun', async () => {
    const dataDir = join(testFolder(), 'data');
    const { child, log, ready } = launch({ dataDir });
    const ended = once(child, 'exit');
    const { url, socket } = await ready;
    const daemon = asking({ url, socket });
    const { authorization: ann } = await daemon.join('ann@example.com');
    await hold();
    const job = await askForHeld(daemon, ann);
    const lines = { ...ann, accept: 'application/x-ndjson' };
    const streams = [
      await begun(`${url}/db/shop/main/table/orders/rows`, lines),
      await begun(`${url}/packdownload/everything`, lines, 'POST'),
    ];
    child.kill('SIGTERM');
    await vi.waitFor(() => expect(log()).toContain('"stopping"'), soon);
    const late = await fetch(`${url}/health`)
      .then(({ status }) => status)
      .catch(() => 'closed');
    expect([503, 'closed']).toContain(late);
    await letGo();
    expect(await Promise.all(streams.map(isWhole))).toEqual([true, true]);
    expect(await ended).toEqual([0, null]);
    expect(stored(dataDir, job)).toEqual({ state: 'done', attempts: 1 });
  });

  test('before a job has ended leaves it to its next start', async () => {
    const dataDir = join(testFolder(), 'data');
    const start = () => startTestDaemon({ dataDir, policy: policyFile, sources });
    const first = await start();
    const { authorization: ann } = await first.join('ann@example.com');
    await hold();
    const job = await askForHeld(first, ann);
    await first.stop(0);
    expect(stored(dataDir, job)).toEqual({ state: 'queued', attempts: 0 });
    await letGo();
    const second = await start();
    onTestFinished(() => second.stop());
    await vi.waitFor(() => {
      expect(stored(dataDir, job)).toEqual({ state: 'done', attempts: 1 });
    }, soon);
  });

  test('by kill -9, alone and in the middle of a job, builds the package after its next start', async () => {
    const dataDir = join(testFolder(), 'data');
    const audience = 'https://hfit.example.com';
    const jobs = { atOnce: 1, lease: '2s' };
    const { child, ready } = launch({ dataDir, jobs, audience }, { HFITD_FAILPOINT: 'stored' });
    const ended = once(child, 'exit');
    const first = asking(await ready);
    const { authorization: ann } = await first.join('ann@example.com');
    await putTemplate(first, ann, held);
    const { id } = await askFor(first, ann, { template: 'held' });
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(stored(dataDir, id)).toMatchObject({ state: 'running' });
    // Its bytes are there, and nobody knows of them.
    expect(readdirSync(join(dataDir, 'packages'))).toHaveLength(1);
    const settings = { dataDir, audience, policy: policyFile, sources, jobs: { lease: 2 } };
    const second = await startTestDaemon(settings);
    onTestFinished(() => second.stop());
    await vi.waitFor(() => {
      expect(stored(dataDir, id)).toMatchObject({ state: 'done' });
    }, soon);
    const response = await second.fetch(`/packages/${id}/content`, { headers: ann });
    const { digest } = await jobOf(second, ann, id, 'done');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
    const { text } = await verifyAuditLog(complete({ dataDir }), {});
    expect(text).toMatch(/^the audit log is whole/);
  });
});
