import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FreshDatabase, freshPostgresql, services } from '../../../test/services/index.js';
import type { Daemon } from '../src/index.js';
import { begun, isWhole } from './begun.js';
import { asking, makeShop, policy, startTestDaemon } from './daemon.js';
import { makeFolder, testFolder } from './folder.js';
import { type Asked, askFor, jobOf, putTemplate } from './jobs.js';

const bin = fileURLToPath(new URL('../bin/hfitd.js', import.meta.url));
const soon = { timeout: 20_000, interval: 50 };

/** So many that no buffer between the daemon and a client holds them all. */
const many = 60_000;

const everything = `
hfitVersion: 1
templateName: everything
exports:
  orders.sql: { type: table-data, data: { dbms: shop, table: orders } }
`;

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
    for (const text of [
      everything,
      everything.replace('everything', 'held').replace('shop', 'far'),
    ])
      await putTemplate(daemon, headers, text);
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

  test('by SIGTERM takes nothing new, and ends what it has begun', async () => {
    const dataDir = join(folder, 'data');
    const settings = { listen: '127.0.0.1:0', dataDir, policy: policyFile, sources };
    writeFileSync(join(folder, 'hfitd.yaml'), JSON.stringify(settings));
    const child = spawn(process.execPath, [bin, '--json', '--config', 'hfitd.yaml'], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '' },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    let log = '';
    child.stderr.on('data', (piece) => {
      log += piece;
    });
    const [line] = await once(child.stdout, 'data');
    const { url, socket } = JSON.parse(String(line)) as Daemon;
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
    await vi.waitFor(() => expect(log).toContain('"stopping"'), soon);
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
});
