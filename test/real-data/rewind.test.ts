import { isEmpty, track } from '@hot-fixture/changes';
import { type Database, openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { stateOf } from '../../packages/changes/test/contents.js';
import { freshMariadb, services } from '../services/index.js';
import { chinookScript, hasChinook } from './chinook.js';
import {
  chinookOnMariadb,
  chinookOnSqlite,
  isNight,
  type Place,
  scriptCarriedTo,
  scriptOnPostgresql,
  scriptOnSqlite,
} from './places.js';
import { hasSakila, sakilaScript } from './sakila.js';
import { randomOf, Statements } from './statements.js';

/** HFIT_TEST_ROUNDS=50 is for a night. */
const { HFIT_TEST_SEED, HFIT_TEST_ROUNDS } = process.env;
const rounds = Number(HFIT_TEST_ROUNDS ?? 1);
const seed = Number(HFIT_TEST_SEED ?? (isNight ? Date.now() % 1_000_000 : 452_699));
const count = 200;

/** Runs one statement on a connection of its own; rejects where the database refuses it. */
type Run = (statement: string) => Promise<unknown>;

interface Way {
  readonly name: string;
  readonly missing: boolean;
  fresh(): Promise<Place>;
  connect(url: string): Promise<{ run: Run; end(): unknown }>;
}

async function viaPg(url: string) {
  const client = new pg.Client(url);
  await client.connect();
  return { run: (sql: string) => client.query(sql), end: () => client.end() };
}

async function viaMysql(url: string) {
  const connection = await mysql.createConnection({ uri: url, charset: 'utf8mb4' });
  return { run: (sql: string) => connection.query(sql), end: () => connection.end() };
}

async function viaSqlite(url: string) {
  const sqlite = new Sqlite(url.slice('sqlite:'.length), { timeout: 5000 });
  return { run: async (sql: string) => sqlite.exec(sql), end: () => void sqlite.close() };
}

const psql = (name: string, there: boolean, script: () => string): Way => ({
  name,
  missing: !there || !services.postgresql || !services.psql,
  fresh: () => scriptOnPostgresql(script()),
  connect: viaPg,
});

const ways: Way[] = [
  psql('Chinook on PostgreSQL', hasChinook, () => chinookScript('postgresql')),
  psql('Sakila on PostgreSQL', hasSakila, sakilaScript),
  {
    name: 'Chinook on MariaDB',
    missing: !hasChinook || !services.mariadb || !services.mariadbClient,
    fresh: chinookOnMariadb,
    connect: viaMysql,
  },
  {
    name: 'Sakila on MariaDB',
    missing: !isNight || !hasSakila || !services.mariadb || !services.postgresql || !services.psql,
    fresh: () => scriptCarriedTo(freshMariadb(), sakilaScript()),
    connect: viaMysql,
  },
  {
    name: 'Chinook on SQLite',
    missing: !hasChinook,
    fresh: chinookOnSqlite,
    connect: viaSqlite,
  },
  {
    name: 'Sakila on SQLite',
    missing: !isNight || !hasSakila || !services.postgresql || !services.psql,
    fresh: () => scriptCarriedTo(scriptOnSqlite('VACUUM'), sakilaScript()),
    connect: viaSqlite,
  },
];

/** Runs statements from two connections in turn; gives how many the database refused. */
async function change(database: Database, runs: readonly Run[], random: (n: number) => number) {
  const statements = new Statements(database.dialect, await database.introspect(), random);
  let refused = 0;
  for (let i = 0; i < count; i += 1) {
    const run = runs[random(runs.length)] as Run;
    let open = false;
    try {
      for (const statement of statements.next()) {
        await run(statement);
        open = statement === 'BEGIN' || (open && !/^(COMMIT|ROLLBACK)$/.test(statement));
      }
    } catch {
      refused += 1;
      if (open) await run('ROLLBACK').catch(() => {});
    }
  }
  return refused;
}

describe.each(ways)('rewind of $name', ({ name, missing, fresh, connect }) => {
  it.skipIf(missing)(
    `brings back all that ${count} random statements have changed, ${rounds} times`,
    async () => {
      const place = await fresh();
      const database = await openDatabase(place.url);
      const connections = [await connect(place.url), await connect(place.url)];
      const runs = connections.map(({ run }) => run);
      const log = await track(database, { verify: true });
      expect(log.report.strategy).toBe('log');
      const before = await stateOf(database);
      let last = 0;
      for (let round = 0; round < rounds; round += 1) {
        const told = `seed ${seed + round}`;
        const refused = await change(database, runs, randomOf(seed + round));
        last = refused;
        const changes = await log.changes();
        expect(isEmpty(changes), told).toBe(false);
        expect(refused, told).toBeLessThan(count - 30);
        await log.rewind();
        expect(await stateOf(database), told).toEqual(before);
        expect(isEmpty(await log.changes()), told).toBe(true);
      }
      console.log(
        `${name}: ${rounds} rounds from seed ${seed}, the last refused ${last} of ${count}`,
      );
      await log.close();
      for (const connection of connections) await connection.end();
      await database.close();
      await place.drop();
    },
    60_000 + rounds * 60_000,
  );
});
