import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import pg from 'pg';
import { expect, it } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { type Database, openDatabase } from '../src/index.js';
import { definition, functions } from './postgresql-ddl-statements.js';
import { there } from './postgresql-log-statements.js';
import { definition as ofSqlite } from './sqlite-ddl-statements.js';
import { schema } from './sqlite-log-statements.js';

/** HFIT_RUNS is for more statements, HFIT_SEED for the same ones. */
const runs = Number(process.env.HFIT_RUNS ?? 15);
const seed = process.env.HFIT_SEED === undefined ? {} : { seed: Number(process.env.HFIT_SEED) };

async function read(database: Database, which: 'schema' | 'introspect') {
  const snapshot = await database.snapshot();
  try {
    return await snapshot[which]();
  } finally {
    await snapshot.close();
  }
}

/** A schema that is known is the one that is there, whatever a user has defined. */
async function holds(
  database: Database,
  define: (sql: string) => Promise<unknown> | unknown,
  definitions: fc.Arbitrary<string>,
): Promise<void> {
  let changed = 0;
  const sample = fc.sample(definitions, { numRuns: runs, ...seed });
  for (const sql of [...sample, 'CREATE TABLE at_last (id int)']) {
    // Who writes the schema by hand has to open the file anew.
    if (sql.includes('writable_schema')) continue;
    const before = await read(database, 'schema');
    expect(await read(database, 'schema')).toBe(before);
    try {
      await define(sql);
    } catch {
      continue;
    }
    const now = await read(database, 'introspect');
    expect({ sql, schema: await read(database, 'schema') }).toEqual({ sql, schema: now });
    if (JSON.stringify(before) !== JSON.stringify(now)) changed++;
  }
  expect(changed).toBeGreaterThan(0);
}

it.skipIf(!services.postgresql)(
  'PostgreSQL tells of each change of its schema',
  async () => {
    const { url, drop } = await freshPostgresql();
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`CREATE SCHEMA other; ${there}; ${functions}`);
    const database = await openDatabase(url);
    const define = async (sql: string) => {
      try {
        await client.query(sql);
      } finally {
        await client.query('ROLLBACK; RESET ALL; RESET ROLE; DISCARD TEMP');
      }
    };
    await holds(database, define, definition);
    const before = await read(database, 'schema');
    await client.query('CREATE TEMP TABLE aside (id int)');
    expect(await read(database, 'schema')).toBe(before);
    await database.close();
    await client.end();
    await drop();
  },
  3_600_000,
);

it('SQLite tells of each change of its schema', async () => {
  const sqlite = new Sqlite(':memory:');
  sqlite.unsafeMode();
  sqlite.exec(schema);
  const database = await openDatabase(sqlite);
  await holds(database, (sql) => void sqlite.exec(sql), ofSqlite);
  await database.close();
  sqlite.close();
});
