import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshPostgresql, services } from '../../../test/services/index.js';
import { openWorker, type WorkerOptions } from '../src/index.js';
import { inserted, rowsOf } from './worker-rows.js';

let root: string;
const name = `s${randomBytes(4).toString('hex')}`;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hfit-test-strategies-'));
  await writeFile(
    join(root, 'schema.sql'),
    `CREATE TABLE thing (id INTEGER PRIMARY KEY, name VARCHAR(50));
     INSERT INTO thing VALUES (1, 'template');`,
  );
});
afterAll(() => rm(root, { recursive: true }));

describe('strategies on SQLite', () => {
  const options = (more: Partial<WorkerOptions> = {}): WorkerOptions => ({
    url: `sqlite:${root}/`,
    name,
    root,
    migrate: 'schema.sql',
    ...more,
  });

  it('takes a clone where rewinds cost more, and says so', async () => {
    const calls: string[] = [];
    let handle: BetterSqlite3.Database | null = null;
    const worker = await openWorker(
      options({
        connections: {
          disconnect: () => {
            calls.push('disconnect');
            handle?.close();
          },
          connect: () => {
            calls.push('connect');
          },
        },
        strategy: 'clone',
      }),
    );
    for (let test = 0; test < 2; test += 1) {
      await worker.beforeTest('suite');
      handle = new BetterSqlite3(worker.url.slice('sqlite:'.length));
      expect(handle.prepare('SELECT count(*) FROM thing').pluck().get()).toBe(1);
      handle.exec(`INSERT INTO thing VALUES (2, 'mine')`);
      expect(await worker.fixtures.register('seven', () => 7)).toBe(7);
      await worker.afterTest();
      expect(await rowsOf(worker.database)).toEqual(['template']);
    }
    expect(worker.resets).toMatchObject([
      { strategy: 'clone', reason: 'it was asked for', tests: 2 },
    ]);
    expect(calls.slice(0, 4)).toEqual(['disconnect', 'connect', 'disconnect', 'connect']);
    await worker.close();
  });

  it('reloads where it is told to', async () => {
    const worker = await openWorker(options({ strategy: 'reload' }));
    await worker.beforeTest();
    await inserted(worker.database, 'mine');
    await worker.afterTest();
    expect(await rowsOf(worker.database)).toEqual(['template']);
    expect(worker.resets).toMatchObject([{ strategy: 'reload', tests: 1 }]);
    await worker.close();
  });

  it('refuses a strategy that lacks what it needs', async () => {
    await expect(openWorker(options({ strategy: 'transaction' }))).rejects.toMatchObject({
      code: 'HFIT_WORKER_STRATEGY',
    });
    await expect(openWorker(options({ strategy: 'clone' }))).rejects.toMatchObject({
      code: 'HFIT_WORKER_STRATEGY',
    });
  });

  it('reports strategies and their cost', async () => {
    let said = '';
    const write = (text: string) => {
      said += text;
    };
    const worker = await openWorker(options({ report: { write } }));
    await worker.beforeTest();
    await worker.afterTest();
    await worker.close();
    expect(said).toMatch(/came back between tests by:\n {2}rewind: 1 tests, .*it measured best/);
    expect(said).toMatch(/measured: clone .* ms, rewind .* ms/);
  });

  it('refuses names that no database could have', async () => {
    await expect(openWorker(options({ name: 'My Shop' }))).rejects.toMatchObject({
      code: 'HFIT_WORKER_NAME',
    });
  });

  it('names the glob that fits no file', async () => {
    await expect(openWorker(options({ migrate: 'none/*.sql' }))).rejects.toMatchObject({
      code: 'HFIT_TEMPLATE_FILES',
    });
  });

  it('migrates by a command and by a function', async () => {
    const script = join(root, 'migrate.cjs');
    await writeFile(
      script,
      `const fs = require('node:fs');
       fs.writeFileSync(${JSON.stringify(join(root, 'told'))}, process.env.SHOP_URL);`,
    );
    const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(script)}`;
    const empty = await openWorker(
      options({ migrate: { command, variable: 'SHOP_URL', watch: 'migrate.cjs' } }),
    );
    expect((await empty.database.introspect()).tables).toEqual([]);
    await empty.close();
    const failing = { command: `${command} && exit 3`, watch: 'migrate.cjs' };
    await expect(openWorker(options({ migrate: failing }))).rejects.toThrow(/it ended with/);
    const worker = await openWorker(
      options({
        migrate: {
          run: ({ database }) =>
            database.transaction((it) => it.run('CREATE TABLE thing (id INTEGER, name TEXT)')),
          watch: 'migrate.cjs',
        },
      }),
    );
    expect(await rowsOf(worker.database)).toEqual([]);
    await worker.close();
  });
});

describe.skipIf(!services.postgresql)('strategies on PostgreSQL', () => {
  let place: FreshDatabase;
  const said: string[] = [];
  const options = (more: Partial<WorkerOptions> = {}): WorkerOptions => ({
    url: place.url,
    name,
    root,
    migrate: 'schema.sql',
    say: (line) => void said.push(line),
    ...more,
  });
  beforeAll(async () => {
    place = await freshPostgresql();
  });
  afterAll(() => place.drop());

  it('measures a transaction against a rewind', async () => {
    const client = new pg.Client();
    let open: pg.Client = client;
    const worker = await openWorker(
      options({
        strategy: 'transaction',
        transaction: {
          begin: () => open.query('BEGIN'),
          rollback: () => open.query('ROLLBACK'),
        },
      }),
    );
    open = new pg.Client(worker.url);
    await open.connect();
    await worker.beforeTest();
    await open.query(`INSERT INTO thing VALUES (2, 'mine')`);
    await worker.afterTest();
    expect(await rowsOf(worker.database)).toEqual(['template']);
    await open.end();
    await worker.close();
  });

  it('clones while connections of the code under test come and go', async () => {
    let pool: pg.Pool | null = null;
    const connections = {
      disconnect: () => pool?.end(),
      connect: () => {
        pool = null;
      },
    };
    const worker = await openWorker(options({ strategy: 'clone', connections }));
    for (let test = 0; test < 2; test += 1) {
      await worker.beforeTest('suite');
      pool = new pg.Pool({ connectionString: worker.url });
      await pool.query(`INSERT INTO thing VALUES (2, 'mine')`);
      expect(
        await worker.fixtures.register('third', async () => {
          await pool?.query(`INSERT INTO thing VALUES (3, 'of a fixture')`);
          return 3;
        }),
      ).toBe(3);
      await worker.afterTest();
      expect(await rowsOf(worker.database)).toEqual(['template', 'of a fixture']);
    }
    await worker.close();
  });

  it('names an open transaction that keeps the database from coming back', async () => {
    const worker = await openWorker(options({ fixtures: { patience: 300 } }));
    const client = new pg.Client({ connectionString: worker.url, application_name: 'checkout' });
    client.on('error', () => {});
    await client.connect();
    await worker.beforeTest();
    await client.query('BEGIN');
    await client.query(`INSERT INTO thing VALUES (2, 'never committed')`);
    await expect(worker.afterTest()).rejects.toMatchObject({
      code: 'HFIT_LOG_WRITER',
      message: expect.stringContaining('never committed'),
    });
    await worker.close();
    expect(said.join('\n')).toMatch(
      /HFIT_WORKER_LEAK: worker \w+ has ended, .*checkout.*in an open transaction.*never committed/s,
    );
    await client.end();
  });

  it('names migrations that leave a connection open', async () => {
    const clients: pg.Client[] = [];
    const run = async ({ url }: { url: string }) => {
      const client = new pg.Client({ connectionString: url, application_name: 'migrator' });
      client.on('error', () => {});
      clients.push(client);
      await client.connect();
      await client.query('CREATE TABLE thing (id integer PRIMARY KEY, name text)');
    };
    const migrate = { run, watch: 'schema.sql' };
    await expect(openWorker(options({ migrate }))).rejects.toMatchObject({
      code: 'HFIT_TEMPLATE_VISITORS',
      message: expect.stringContaining('migrator'),
    });
    for (const client of clients) await client.end();
  });
});
