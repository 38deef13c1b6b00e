import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  freshMariadb,
  freshPostgresql,
  mariadbCommand,
  psqlCommand,
  services,
} from '../../../test/services/index.js';
import { hfit, quoted, shell } from './hfit.js';
import { type Server, startServer } from './server.js';
import { daily } from './shop.js';

const production = [
  'CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL, email VARCHAR(80))',
  `CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT NOT NULL, note VARCHAR(200),
     FOREIGN KEY (customer_id) REFERENCES customers (id))`,
  `INSERT INTO customers VALUES (1, 'Ann Real', 'ann@real.example'), (2, 'Bob Real', NULL)`,
  ...Array.from({ length: 30 }, (_, batch) => {
    const rows = Array.from(
      { length: 100 },
      (__, i) => `(${batch * 100 + i}, ${1 + (i % 2)}, 'planted')`,
    );
    return `INSERT INTO orders VALUES ${rows.join()}`;
  }),
];

const policy = `policyVersion: 1
databases:
  shop:
    customers: { id: keep, name: personName, email: email }
    orders: { id: keep, customer_id: keep, note: deny }
`;

const servers = [
  {
    name: 'psql',
    missing: !services.postgresql || !services.psql,
    fresh: freshPostgresql,
    command: psqlCommand,
    async fill(url: string) {
      const client = new pg.Client(url);
      await client.connect();
      for (const statement of production) await client.query(statement);
      await client.end();
    },
  },
  {
    name: 'mariadb',
    missing: !services.mariadb || !services.mariadbClient,
    fresh: freshMariadb,
    command: mariadbCommand,
    async fill(url: string) {
      const connection = await mysql.createConnection(url);
      for (const statement of production) await connection.query(statement);
      await connection.end();
    },
  },
];

describe.each(servers)('hfit pkg-download | $name', ({ missing, fresh, command, fill }) => {
  describe.skipIf(missing)('for real', () => {
    let folder: string;
    let source: Awaited<ReturnType<typeof fresh>>;
    let server: Server;
    let options: { home: string };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hfit-test-pipe-'));
      options = { home: join(folder, 'home') };
      source = await fresh();
      await fill(source.url);
      await writeFile(join(folder, 'policy.yaml'), policy);
      await writeFile(join(folder, 'daily.yaml'), daily);
      const shop = { url: source.url, policy: join(folder, 'policy.yaml'), papers: folder };
      server = await startServer(folder, shop);
      const { email, key, daemon } = server;
      for (const words of [
        ['config', daemon.url, email, key],
        ['login'],
        ['pkg-tmpl', 'create', join(folder, 'daily.yaml')],
      ]) {
        expect(await hfit(words, options)).toMatchObject({ code: 0 });
      }
    });
    afterAll(async () => {
      await server?.daemon.stop(0);
      await source?.drop();
      await rm(folder, { recursive: true, force: true });
    });

    it('fills a test database, masked and complete', async () => {
      const target = await fresh();
      const line = `hfit pkg-download daily 2 | ${quoted(command(target.url))}`;
      const { code, stderr } = await shell(line, options);
      expect(code).toBe(0);
      expect(stderr).toContain('orders comes without note');
      const database = await openDatabase(target.url);
      const snapshot = await database.snapshot();
      const tables = (await snapshot.introspect()).tables;
      const rows = Object.fromEntries(
        await Promise.all(
          tables.map(async (table) => [
            table.name,
            await snapshot.list({ table, columns: table.columns }),
          ]),
        ),
      );
      await snapshot.close();
      expect(rows.orders).toHaveLength(1500);
      expect(rows.customers).toHaveLength(1);
      expect(rows.customers[0][1]).not.toBe('Bob Real');
      expect(JSON.stringify(rows)).not.toContain('planted');
      expect(await database.orphans()).toEqual([]);
      await database.close();
      await target.drop();
    });

    it('changes nothing when the target refuses a row, and says so by its exit', async () => {
      const target = await fresh();
      await fill(target.url);
      const before = await openDatabase(target.url);
      const line = `hfit pkg-download daily 2 | ${quoted(command(target.url))}`;
      expect((await shell(line, options)).code).not.toBe(0);
      const snapshot = await before.snapshot();
      const { tables } = await snapshot.introspect();
      const counts = await Promise.all(tables.map((table) => snapshot.count(table)));
      await snapshot.close();
      expect(counts.sort()).toEqual([2, 3000]);
      await before.close();
      await target.drop();
    });
  });
});
