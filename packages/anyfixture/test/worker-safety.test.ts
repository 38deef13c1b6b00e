import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorker, removeKept, startRun, type WorkerOptions } from '../src/index.js';
import { inserted, rowsOf } from './worker-rows.js';

describe('what one test leaves is not seen by the next', () => {
  let root: string;
  const said: string[] = [];
  const name = `f${randomBytes(4).toString('hex')}`;
  const options = (more: Partial<WorkerOptions> = {}): WorkerOptions => ({
    url: `sqlite:${root}/databases/`,
    name,
    root,
    migrate: 'schema.sql',
    say: (line) => void said.push(line),
    ...more,
  });
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'hfit-test-safety-'));
    await mkdir(join(root, 'databases'));
    await writeFile(
      join(root, 'schema.sql'),
      `CREATE TABLE thing (id INTEGER PRIMARY KEY, name VARCHAR(50));
       INSERT INTO thing VALUES (1, 'template');`,
    );
  });
  afterAll(() => rm(root, { recursive: true }));

  it('though another process looks for dead databases between two clones', async () => {
    const connections = { disconnect: () => {}, connect: () => {} };
    const worker = await openWorker(options({ strategy: 'clone', connections }));
    for (let test = 0; test < 2; test += 1) {
      await worker.beforeTest('suite');
      await inserted(worker.database, 'mine');
      await (await openWorker(options({ worker: '2' }))).close();
      await worker.afterTest();
      expect(await rowsOf(worker.database)).toEqual(['template']);
    }
    await worker.close();
  });

  it('though databases of failed tests are kept, in each file of a worker', async () => {
    const run = await startRun(options());
    for (let file = 0; file < 2; file += 1) {
      const worker = await openWorker(options({ keep: true }));
      await worker.beforeTest('suite');
      await inserted(worker.database, 'mine');
      await worker.afterTest({ failed: true });
      expect(await rowsOf(worker.database)).toEqual(['template']);
      await worker.close();
    }
    await run.finish();
    expect(await removeKept(options())).toEqual([
      expect.stringMatching(/_k1$/),
      expect.stringMatching(/_k2$/),
    ]);
  });

  it('though the database of a failed test cannot be kept', async () => {
    const calls: string[] = [];
    const transaction = {
      begin: () => calls.push('begin'),
      rollback: () => calls.push('rollback'),
    };
    const worker = await openWorker(options({ keep: true, strategy: 'transaction', transaction }));
    await worker.beforeTest();
    await worker.afterTest({ title: 'sells', failed: true });
    expect(calls).toEqual(['begin', 'rollback']);
    expect(said.at(-1)).toMatch(/"sells" is rolled back, and cannot be kept/);
    await worker.close();
  });

  it('though another transaction was open when the first one ended', async () => {
    const worker = await openWorker(options({ fixtures: { patience: 100 } }));
    const other = new BetterSqlite3(worker.url.slice('sqlite:'.length));
    await worker.beforeTest('suite');
    await inserted(worker.database, 'mine');
    other.exec('BEGIN IMMEDIATE');
    await expect(worker.afterTest()).rejects.toMatchObject({ code: 'HFIT_LOG_WRITER' });
    await expect(worker.beforeTest('next suite')).rejects.toMatchObject({
      code: 'HFIT_LOG_WRITER',
    });
    other.exec('ROLLBACK');
    other.close();
    await worker.beforeTest('next suite');
    expect(await rowsOf(worker.database)).toEqual(['template']);
    await worker.afterTest();
    await worker.close();
  });

  it('chooses a strategy where connections of the code under test are there: before the first test', async () => {
    let connected = false;
    const call = () => {
      if (!connected) throw new Error('not connected');
    };
    const worker = await openWorker(options({ transaction: { begin: call, rollback: call } }));
    connected = true;
    await worker.beforeTest();
    await worker.afterTest();
    expect(worker.resets).toMatchObject([{ tests: 1, reason: 'it measured best' }]);
    await worker.close();
  });

  it.each([
    [{ url: undefined }, 'the option url of the test database is undefined'],
    [{ migrate: [] }, 'migrate'],
    [{ migrate: { command: 'true' } }, 'migrate.watch'],
    [{ strategy: 'truncate' }, "strategy of the test database is 'truncate'"],
    [{ leaks: 'no' }, 'leaks'],
  ])('refuses %o', async (wrong, words) => {
    await expect(openWorker(options(wrong as object))).rejects.toMatchObject({
      code: 'HFIT_WORKER_OPTION',
      message: expect.stringContaining(words),
    });
  });
});
