import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, openServer, type Server } from '@hot-fixture/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../../test/services/child.js';
import { freshMariadb, freshPostgresql, services } from '../../../test/services/index.js';
import { openWorker, removeKept, startRun, type WorkerOptions } from '../src/index.js';
import { inserted, rowsOf } from './worker-rows.js';

const schema = `CREATE TABLE thing (id INTEGER PRIMARY KEY, name VARCHAR(50));
  INSERT INTO thing VALUES (1, 'template');`;

const places = {
  PostgreSQL: {
    missing: !services.postgresql,
    fresh: freshPostgresql,
    workers: ['1', '2', '3', '4'],
  },
  MariaDB: { missing: !services.mariadb, fresh: freshMariadb, workers: ['1', '2'] },
  SQLite: {
    missing: false,
    workers: ['1', '2'],
    async fresh() {
      const folder = await mkdtemp(join(tmpdir(), 'hfit-test-workers-'));
      return { url: `sqlite:${folder}/`, drop: () => rm(folder, { recursive: true }) };
    },
  },
};

for (const [dialect, { missing, fresh, workers }] of Object.entries(places)) {
  describe.skipIf(missing)(`a database for every worker: ${dialect}`, () => {
    const name = `t${randomBytes(4).toString('hex')}`;
    let place: { url: string; drop(): Promise<void> };
    let server: Server;
    let root: string;
    const said: string[] = [];
    const options = (more: Partial<WorkerOptions> = {}): WorkerOptions => ({
      url: place.url,
      name,
      root,
      migrate: 'schema.sql',
      say: (line) => void said.push(line),
      ...more,
    });
    const left = async () => (await server.databases(`hfit_test_${name}_`)).map((it) => it.name);
    const workersLeft = async () => (await left()).filter((it) => !it.endsWith('_template'));

    beforeAll(async () => {
      place = await fresh();
      server = await openServer(place.url);
      root = await mkdtemp(join(tmpdir(), 'hfit-test-migrations-'));
      await writeFile(join(root, 'schema.sql'), schema);
    });
    afterAll(async () => {
      for (const database of await left()) await server.drop(database);
      await server.close();
      await rm(root, { recursive: true });
      await place.drop();
    });

    it('comes back after each test, and goes at the end', async () => {
      const worker = await openWorker(options());
      expect(worker.name).toMatch(/^hfit_test_t\w+_[0-9a-f]{10}_\w{8}_w\w+$/);
      expect(await workersLeft()).toEqual([worker.name]);
      await worker.beforeTest('a');
      await inserted(worker.database, 'of a test');
      expect(await rowsOf(worker.database)).toHaveLength(2);
      await worker.afterTest();
      expect(await rowsOf(worker.database)).toEqual(['template']);
      await inserted(worker.database, 'of a hook before all tests');
      await worker.beforeTest('b');
      await inserted(worker.database, 'of a test');
      await worker.afterTest();
      expect(await rowsOf(worker.database)).toEqual(['template', 'of a hook before all tests']);
      expect(worker.resets).toMatchObject([{ strategy: 'rewind', tests: 2 }]);
      await worker.close();
      expect(await workersLeft()).toEqual([]);
    });

    it('builds fixtures once, which stay when a test was the first to ask', async () => {
      const worker = await openWorker({
        ...options(),
        define: (fixtures) =>
          fixtures.define('thing', async () => {
            await inserted(worker.database, 'of a fixture');
            return 42;
          }),
      });
      for (let test = 0; test < 2; test += 1) {
        await worker.beforeTest('suite');
        await inserted(worker.database, 'of a test');
        expect(await worker.fixtures.register('thing')).toBe(42);
        expect(await rowsOf(worker.database)).toContain('of a fixture');
        await worker.afterTest();
      }
      expect(await rowsOf(worker.database)).toEqual(['template', 'of a fixture']);
      await worker.close();
    });

    it('makes a template once for several processes, and nobody sees the rows of another', async () => {
      for (const database of await left()) await server.drop(database);
      const children = workers.map((worker) => child(worker, 6));
      expect(await Promise.all(children.map(outputOf))).toEqual(workers.map(() => 'done'));
      expect(await left()).toEqual([expect.stringMatching(/_template$/)]);
    });

    it('leaves nothing of a worker that was killed, and never touches a living one', async () => {
      const [killed, living] = [child('1', 1e9), child('2', 1e9)];
      const [killedName, livingName] = await Promise.all([begun(killed), begun(living)]);
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      expect(await workersLeft()).toContain(killedName);
      const next = await openWorker(options());
      expect(await workersLeft()).toEqual([next.name, livingName].sort());
      expect(await rowsOf(next.database)).toEqual(['template']);
      await next.close();
      living.kill('SIGKILL');
      await once(living, 'exit');
      const last = await openWorker(options());
      await last.close();
      expect(await workersLeft()).toEqual([]);
    });

    it('makes another template when the migrations change, and removes the old one', async () => {
      const first = await openWorker(options());
      await writeFile(join(root, 'schema.sql'), schema.replace("'template'", "'other'"));
      const second = await openWorker(options({ worker: '2' }));
      expect(await rowsOf(second.database)).toEqual(['other']);
      // A living worker has been made from the first one.
      expect((await left()).filter((it) => it.endsWith('_template'))).toHaveLength(2);
      await first.close();
      await second.close();
      await (await openWorker(options())).close();
      expect((await left()).filter((it) => it.endsWith('_template'))).toHaveLength(1);
      await writeFile(join(root, 'schema.sql'), schema);
    });

    it('leaves nothing of migrations that fail', async () => {
      await writeFile(join(root, 'wrong.sql'), 'CREATE TABLE thing (id INTEGER); SELECT nothing;');
      const before = await left();
      await expect(openWorker(options({ migrate: 'wrong.sql' }))).rejects.toMatchObject({
        code: 'HFIT_TEMPLATE_FAILED',
        where: 'wrong.sql',
      });
      expect(await left()).toEqual(before);
    });

    it('keeps the database of a failed test, and says where it is', async () => {
      const worker = await openWorker(options({ keep: true }));
      await worker.beforeTest();
      await inserted(worker.database, 'of the failure');
      await worker.afterTest({ title: 'buys a thing', failed: true });
      expect(await rowsOf(worker.database)).toEqual(['template']);
      await worker.close();
      const [, url] = /"buys a thing" is kept: (\S+)/.exec(said.join('\n')) ?? [];
      const kept = await openDatabase(url as string);
      expect(await rowsOf(kept)).toEqual(['template', 'of the failure']);
      await kept.close();
      await (await openWorker(options())).close();
      expect(await workersLeft()).toHaveLength(1);
      expect(await removeKept(options())).toHaveLength(1);
      expect(await workersLeft()).toEqual([]);
    });

    it('is taken over by the next file of the worker while the run is led', async () => {
      const run = await startRun(options());
      const first = await openWorker(options());
      await first.beforeTest();
      await inserted(first.database, 'of a test that was cut off');
      await first.close();
      expect(await workersLeft()).toEqual([first.name]);
      const second = await openWorker(options());
      expect(second.name).toBe(first.name);
      expect(await rowsOf(second.database)).toEqual(['template']);
      await second.close();
      await run.finish();
      expect(await workersLeft()).toEqual([]);
      expect(process.env.HFIT_RUN).toBeUndefined();
    });

    function child(worker: string, tests: number): ChildProcess {
      const words = [place.url, name, root, worker, String(tests)];
      return startChild(new URL('./worker-child.ts', import.meta.url), words, {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    }
  });
}

/** The last line of a process that ends well, or what it complained of. */
async function outputOf(process: ChildProcess): Promise<string> {
  let [output, complaints] = ['', ''];
  process.stdout!.on('data', (data) => {
    output += data;
  });
  process.stderr!.on('data', (data) => {
    complaints += data;
  });
  const [code] = await once(process, 'close');
  return code === 0 ? (output.trim().split('\n').at(-1) as string) : complaints;
}

/** The name of the database that a worker is in the middle of a test on. */
async function begun(process: ChildProcess): Promise<string> {
  let complaints = '';
  process.stderr!.on('data', (data) => {
    complaints += data;
  });
  const [said] = await Promise.race([once(process.stdout!, 'data'), once(process, 'exit')]);
  const found = /begun (\S+)/.exec(String(said));
  if (!found) throw new Error(complaints);
  return found[1] as string;
}
