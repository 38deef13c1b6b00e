import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import { parsePolicy } from '@hot-fixture/masking';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programOf } from '../../../test/services/child.js';
import { freshPostgresql, services } from '../../../test/services/index.js';
import {
  type Extraction,
  type ExtractionRequest,
  openExtraction,
  parseTemplate,
} from '../src/index.js';
import { dialects, type Fresh, openMariadb, openPostgresql, type Served } from './dialects.js';
import { key, rowsOf } from './shop.js';

const servers = [
  { name: 'PostgreSQL', skip: !services.postgresql, open: openPostgresql },
  { name: 'MariaDB', skip: !services.mariadb, open: openMariadb },
].filter(({ skip }) => !skip);

async function lent<T>(
  { database }: Pick<Fresh, 'database'>,
  data: string,
  tables: string,
  work: (extraction: Extraction) => Promise<T>,
  more: Partial<ExtractionRequest> = {},
): Promise<T> {
  const text = `hfitVersion: 1\ntemplateName: t\nexports:\n  a.sql: { ${data} }\n`;
  const extraction = await openExtraction({
    template: parseTemplate(text),
    parameters: [],
    sources: { databases: { db: database }, volumes: {} },
    policy: parsePolicy(`policyVersion: 1\ndatabases: { db: { ${tables} } }`, 'policy.yaml'),
    maskingKey: key,
    ...more,
  });
  try {
    return await work(extraction);
  } finally {
    await extraction.close();
  }
}

describe.each([...servers, ...dialects.filter(({ name }) => name === 'SQLite')])(
  'rows of $name that point in circles',
  ({ open, name }) => {
    const [source, target] = [{} as { it: Fresh }, {} as { it: Fresh }];
    beforeAll(async () => {
      source.it = await open();
      target.it = await open();
      const keys = name === 'SQLite';
      const rows =
        'INSERT INTO chicken VALUES (1, 2), (2, 1), (3, 3); INSERT INTO egg VALUES (1, 1), (2, 2), (3, 3);';
      const text = keys
        ? `PRAGMA foreign_keys = OFF;
           CREATE TABLE chicken (id INTEGER PRIMARY KEY, egg_id INT NOT NULL REFERENCES egg);
           CREATE TABLE egg (id INTEGER PRIMARY KEY, chicken_id INT NOT NULL REFERENCES chicken); ${rows}`
        : `CREATE TABLE chicken (id INT PRIMARY KEY, egg_id INT NOT NULL);
           CREATE TABLE egg (id INT PRIMARY KEY, chicken_id INT NOT NULL); ${rows}
           ALTER TABLE chicken ADD CONSTRAINT out_of FOREIGN KEY (egg_id) REFERENCES egg (id);
           ALTER TABLE egg ADD CONSTRAINT laid_by FOREIGN KEY (chicken_id) REFERENCES chicken (id);`;
      await source.it.run(text);
    });
    afterAll(async () => {
      await source.it?.close();
      await target.it?.close();
    });

    it('peers, extraction 2: come whole by keys that are not null, and load', async () => {
      const data = 'type: subset, data: { dbms: db, table: egg, filter: "id = 1" }';
      const tables = 'chicken: { id: keep, egg_id: keep }, egg: { id: keep, chicken_id: keep }';
      await lent(source.it, data, tables, async (extraction) => {
        const report = await target.it.database.load(extraction.dataset());
        // The third of each has nothing to do with the others.
        expect(report.rows).toBe(4);
      });
      expect(await target.it.database.orphans()).toEqual([]);
    });

    it('peers, extraction 1: come by two references of one table to itself, one to no primary key', async () => {
      await source.it.run(`
        CREATE TABLE worker (id INT PRIMARY KEY, code VARCHAR(9) NOT NULL UNIQUE, boss VARCHAR(9), peer INT,
          FOREIGN KEY (boss) REFERENCES worker (code), FOREIGN KEY (peer) REFERENCES worker (id));
        INSERT INTO worker VALUES (1, 'a', NULL, NULL), (2, 'b', 'a', 1), (3, 'c', 'b', 3), (4, 'd', 'a', 2);
        UPDATE worker SET boss = 'c', peer = 2 WHERE id = 1;`);
      const data = 'type: subset, data: { dbms: db, table: worker, filter: "id = 2" }';
      const tables = 'worker: { id: keep, code: keep, boss: keep, peer: keep }';
      await lent(source.it, data, tables, async (extraction) => {
        expect((await target.it.database.load(extraction.dataset())).rows).toBe(3);
      });
      expect(await target.it.database.orphans()).toEqual([]);
    });
  },
);

describe.skipIf(!services.postgresql)('a role that cannot put keys off', () => {
  it('is told the cycle, and nothing is loaded', async () => {
    const [from, to] = [await openPostgresql(), await freshPostgresql()];
    const client = new pg.Client(to.url);
    await client.connect();
    const role = `hfit_test_${to.name.slice(-10)}`;
    const schema = `
      CREATE TABLE chicken (id int PRIMARY KEY, egg_id int NOT NULL);
      CREATE TABLE egg (id int PRIMARY KEY, chicken_id int NOT NULL);`;
    const keys = `
      ALTER TABLE chicken ADD CONSTRAINT out_of FOREIGN KEY (egg_id) REFERENCES egg;
      ALTER TABLE egg ADD CONSTRAINT laid_by FOREIGN KEY (chicken_id) REFERENCES chicken;`;
    const url = new URL(to.url);
    url.searchParams.set('options', `-c role=${role}`);
    const target = await openDatabase(url.href);
    try {
      const rows = 'INSERT INTO chicken VALUES (1, 1); INSERT INTO egg VALUES (1, 1);';
      await from.run(schema + rows + keys);
      await client.query(`${schema + keys} CREATE ROLE ${role};
        GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role};
        GRANT USAGE ON SCHEMA public TO ${role}`);
      const data = 'type: subset, data: { dbms: db, table: egg, create: none }';
      const tables = 'chicken: { id: keep, egg_id: keep }, egg: { id: keep, chicken_id: keep }';
      const error = await lent(from, data, tables, (it) => target.load(it.dataset())).catch(
        (it) => it,
      );
      expect(error).toMatchObject({
        code: 'HFIT_LOAD_CYCLE',
        message: expect.stringMatching(
          /public\.(chicken|egg) \(\w+\) → public\.(chicken|egg) \(\w+\) → public\.(chicken|egg)/,
        ),
      });
      const { rows: left } = await client.query('SELECT id FROM chicken UNION SELECT id FROM egg');
      expect(left).toEqual([]);
    } finally {
      await target.close();
      await client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      await client.end();
      await from.close();
      await to.drop();
    }
  });
});

/** Stands between a client and a server until it is cut. */
async function proxyTo(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as { port: number }).port);
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return { url: through.href, cut, close: () => server.close() };
}

describe.each(servers)('a source of $name that goes away in the middle', ({ open, name }) => {
  let source: Served;
  let folder: string;
  const old = process.env.TMPDIR;
  beforeAll(async () => {
    source = await open();
    const word = "repeat('x', 500)";
    await source.run(
      name === 'MariaDB'
        ? `CREATE TABLE big (id int PRIMARY KEY, word text) AS SELECT seq AS id, ${word} AS word FROM seq_1_to_30000`
        : `CREATE TABLE big AS SELECT i AS id, ${word} AS word FROM generate_series(1, 30000) i; ALTER TABLE big ADD PRIMARY KEY (id)`,
    );
    folder = mkdtempSync(join(tmpdir(), 'hfit-gone-'));
    process.env.TMPDIR = folder;
  });
  afterAll(async () => {
    if (old === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = old;
    await source?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const tables = 'big: { id: keep, word: hash }';
  const whole = 'type: table-data, data: { dbms: db, table: big }';
  const subset = 'type: subset, data: { dbms: db, table: big }';
  it.each([
    ['a table', whole],
    ['a subset', subset],
  ])('is told, of %s, when the server ends the connection', async (_, data) => {
    const database = await openDatabase(source.url);
    try {
      await lent({ database }, data, tables, async (extraction) => {
        const reading = async () => {
          for await (const { batches } of extraction.dataset().rows()) {
            let isFirst = true;
            for await (const _ of batches) {
              if (isFirst) await source.endOthers();
              isFirst = false;
            }
          }
        };
        await expect(reading()).rejects.toMatchObject({ code: 'HFIT_DATABASE_LOST' });
      });
    } finally {
      await database.close();
    }
  });

  it.each([
    ['a table', whole],
    ['a subset', subset],
  ])('leaves nothing of a package, of %s, when the network fails', async (_, data) => {
    const proxy = await proxyTo(source.url);
    const database = await openDatabase(proxy.url);
    try {
      const packing = lent({ database }, data, tables, (it) => it.package(), {
        onProgress: proxy.cut,
      });
      await expect(packing).rejects.toMatchObject({ code: 'HFIT_DATABASE_LOST' });
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      await database.close().catch(() => {});
      proxy.close();
    }
  });
});

describe.skipIf(!services.postgresql)('a table that somebody holds', () => {
  it('is not waited for longer than its source, or the request, says', async () => {
    const source = await openPostgresql();
    try {
      await source.run('CREATE TABLE held (id int PRIMARY KEY)');
      await source.run('BEGIN; LOCK TABLE held');
      const { database } = source;
      const read = (more: Partial<ExtractionRequest>) =>
        lent(
          source,
          'type: table-data, data: { dbms: db, table: held }',
          'held: { id: keep }',
          (it) => rowsOf(it.dataset()),
          more,
        );
      const locked = (seconds: number) => ({
        code: 'HFIT_READ_LOCKED',
        message: expect.stringMatching(`table public.held .* limit of ${seconds} seconds`),
      });
      await expect(read({ limits: { lock: 0.2 } })).rejects.toMatchObject(locked(0.2));
      const sources = { databases: { db: database }, volumes: {}, limits: { db: { lock: 0.1 } } };
      await expect(read({ limits: { lock: 50 }, sources })).rejects.toMatchObject(locked(0.1));
    } finally {
      await source.close();
    }
  });
});

describe('a disk that is full', () => {
  /** @param kilobytes that a file may have */
  async function extracted(
    words: readonly string[],
    kilobytes: number,
    options = '',
  ): Promise<{ said: object; left: readonly string[] }> {
    const folder = mkdtempSync(join(tmpdir(), 'hfit-full-'));
    const program = programOf(new URL('./limited-child.ts', import.meta.url));
    try {
      const child = spawn(
        'bash',
        [
          '-c',
          `ulimit -f ${kilobytes}; exec "$0" ${options} "$@"`,
          process.execPath,
          program,
          ...words,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: folder } },
      );
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      const [code] = await once(child, 'close');
      expect(code).toBe(0);
      return { said: JSON.parse(text), left: readdirSync(folder) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it('is told of a package, and nothing is left', async () => {
    const { said, left } = await extracted(['package', '2000', '200'], 100);
    expect(said).toEqual({ code: 'HFIT_PACKAGE_DISK' });
    expect(left).toEqual([]);
  });

  it('is told of the keys of a large closure', async () => {
    const { said, left } = await extracted(['dataset', '16000', '1500'], 100);
    expect(said).toEqual({ code: 'HFIT_KEYS_DISK' });
    expect(left).toEqual([]);
  });

  it('peers, extraction 3: holds the keys, which memory has no room for', async () => {
    // 40 MB of keys, and as much of references.
    const { said } = await extracted(
      ['dataset', '16000', '2500'],
      1_000_000,
      '--max-old-space-size=40',
    );
    expect(said).toEqual({ count: 16_000 });
  });
});

describe.each(dialects.filter(({ name }) => name === 'SQLite'))('a budget in bytes', ({ open }) => {
  it('stops what is heavier than its first rows, and nothing is loaded', async () => {
    const [source, target] = [await open(), await open()];
    try {
      await source.run(`CREATE TABLE note (id INTEGER PRIMARY KEY, word text);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
          INSERT INTO note SELECT i, iif(i > 1000, printf('%01000d', i), 'x') FROM n`);
      const tables = 'note: { id: keep, word: keep }';
      const data = 'type: table-data, data: { dbms: db, table: note }';
      const create = `type: subset, data: { dbms: db, table: note }`;
      const budget = { maxRows: null, maxBytes: 100_000 };
      const refused = { code: 'HFIT_BUDGET_OUT', message: expect.stringContaining('100000') };
      const all = lent(source, data, tables, (it) => rowsOf(it.dataset()), { budget });
      await expect(all).rejects.toMatchObject(refused);
      const load = lent(source, create, tables, (it) => target.database.load(it.dataset()), {
        budget,
      });
      await expect(load).rejects.toMatchObject(refused);
      expect((await target.database.introspect()).tables).toEqual([]);
      const enough = { maxRows: null, maxBytes: 600_000 };
      await lent(source, data, tables, (it) => it.package(), { budget: enough });
    } finally {
      await source.close();
      await target.close();
    }
  });
});
