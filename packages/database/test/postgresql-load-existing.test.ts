import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import {
  type Database,
  type Dataset,
  openDatabase,
  orderByForeignKeys,
  type Row,
  type Table,
} from '../src/index.js';
import { datasetOf, wholeOf } from './datasets.js';

describe.skipIf(!services.postgresql)('loading into tables of PostgreSQL that are there', () => {
  let fresh: Awaited<ReturnType<typeof freshPostgresql>>;
  let pool: pg.Pool;
  let database: Database;
  beforeAll(async () => {
    fresh = await freshPostgresql();
    pool = new pg.Pool({ connectionString: fresh.url });
    database = await openDatabase(pool);
  });
  afterAll(async () => {
    await pool?.end();
    await fresh?.drop();
  });
  const run = async (...statements: string[]) => {
    let found: Row[] = [];
    for (const text of statements) found = (await pool.query({ text, rowMode: 'array' })).rows;
    return found;
  };

  it('replaces the rows of a cycle whose keys are never null nor put off', async () => {
    await run(
      'CREATE SCHEMA nd',
      'CREATE TABLE nd.a (id int PRIMARY KEY, b_id int NOT NULL)',
      'CREATE TABLE nd.b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES nd.a)',
      'ALTER TABLE nd.a ADD CONSTRAINT to_b FOREIGN KEY (b_id) REFERENCES nd.b',
      // A key of the same name that cannot be put off.
      'CREATE TABLE nd.c (b_id int CONSTRAINT to_b REFERENCES nd.b)',
    );
    try {
      const all = (await database.introspect(['nd'])).tables;
      const { tables } = orderByForeignKeys(all.filter(({ name }) => name !== 'c'));
      const of = (list: readonly Table[]): Dataset => ({
        ...{ dialect: 'postgresql', schemas: [], create: [], tables },
        async *rows() {
          for (const it of list) yield* datasetOf('postgresql', it, [['1', '1']]).rows();
        },
      });
      await database.load(of(tables));
      await database.load(of(tables), { existing: 'replace' });
      expect(await run('SELECT * FROM nd.a, nd.b')).toEqual([[1, 1, 1, 1]]);
      const half = of(tables.slice(0, 1));
      await expect(database.load(half, { existing: 'replace' })).rejects.toThrow(
        'HFIT_LOAD_ORPHAN',
      );
      expect(await run('SELECT condeferrable FROM pg_constraint WHERE conname = $$to_b$$')).toEqual(
        [[false], [false]],
      );
    } finally {
      await run('DROP SCHEMA nd CASCADE');
    }
  });

  it('names a table that differs before it makes others that point to it', async () => {
    const make = (more: string) => [
      'CREATE SCHEMA hr',
      `CREATE TABLE hr.emp (id int PRIMARY KEY, email text ${more})`,
    ];
    await run(...make('UNIQUE'), 'CREATE TABLE hr.desk (email text REFERENCES hr.emp (email))');
    try {
      const snapshot = await database.snapshot();
      const dataset: Dataset = {
        ...wholeOf(await snapshot.introspect(['hr']), snapshot),
        columnsOf: ({ columns }) => columns,
      };
      await snapshot.close();
      for (const [more, words] of [
        [', nickname text NOT NULL', 'hr.emp.nickname may not be empty'],
        ['', 'hr.emp has no key (email), which hr.desk (email) points to'],
      ] as const) {
        await run('DROP SCHEMA hr CASCADE', ...make(more));
        const error = await database.load(dataset).catch((it) => it);
        expect(error).toMatchObject({ code: 'HFIT_LOAD_DIFFERS' });
        expect(error.message).toContain(words);
      }
    } finally {
      await run('DROP SCHEMA hr CASCADE');
    }
  });
});
