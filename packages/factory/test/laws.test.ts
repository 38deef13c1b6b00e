import type { PGlite } from '@electric-sql/pglite';
import { type Database, openDatabase } from '@hot-fixture/database';
import BetterSqlite3 from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import { type Fill, openFactories } from '../src/index.js';
import { schemas, type Words } from './random-schema.js';

const runs = Number(process.env.HFIT_RUNS ?? 24);

interface Subject {
  /** Of the runs; where a schema takes long to make, fewer. */
  readonly share: number;
  readonly words: Words;
  readonly open: () => Promise<void>;
  /** An empty database with these tables. */
  readonly withTables: (statements: readonly string[]) => Promise<Database>;
  readonly close: () => Promise<void>;
}

let pglite: PGlite;
const subjects: Record<string, Subject> = {
  PGlite: {
    share: 0.3,
    words: {
      id: 'INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
      json: 'JSONB',
      moment: 'TIMESTAMPTZ',
    },
    async open() {
      pglite = await freshPglite();
    },
    async withTables(statements) {
      await pglite.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      await pglite.exec(statements.join('; '));
      return openDatabase(pglite);
    },
    close: () => pglite.close(),
  },
  SQLite: {
    share: 1,
    words: { id: 'INTEGER PRIMARY KEY', json: 'JSON', moment: 'TIMESTAMP' },
    async open() {},
    async withTables(statements) {
      const handle = new BetterSqlite3(':memory:');
      handle.exec(statements.join('; '));
      return openDatabase(handle);
    },
    async close() {},
  },
};

/** Six rows of each table, by the names of the tables. */
async function made(database: Database, seed: number, fill: Fill) {
  const factories = await openFactories(database, { seed, fill });
  const rows: Record<string, unknown> = {};
  for (const name of factories.world.tables.keys()) {
    rows[name] = await factories.of(name).createMany(6);
  }
  const pool = (name: string) => factories.of(name).createMany(2);
  for (const [name, { table }] of factories.world.tables) {
    let factory = factories.of(name);
    const targets = [...new Set(table.foreignKeys.map(({ target }) => target.name))];
    for (const target of targets) factory = factory.recycle(target, await pool(target));
    const isJunction = factories.world.tables.get(name)?.uniques.some((it) => it.length > 1);
    rows[`${name} again`] = await factory.createMany(isJunction ? 1 : 4);
  }
  return rows;
}

describe.each(Object.entries(subjects))('rows on %s', (_, subject) => {
  beforeAll(subject.open);
  afterAll(subject.close);

  test('keep all constraints of any schema, and are the same for the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(
        schemas(subject.words),
        fc.integer({ min: 0 }),
        fc.constantFrom<Fill>('required', 'all'),
        async (statements, seed, fill) => {
          const first = await made(await subject.withTables(statements), seed, fill);
          const second = await made(await subject.withTables(statements), seed, fill);
          expect(second).toEqual(first);
        },
      ),
      { numRuns: Math.ceil(runs * subject.share), endOnFailure: true },
    );
  });
});
