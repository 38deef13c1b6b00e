import type { PGlite } from '@electric-sql/pglite';
import { afterAll } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import { databaseContract } from './contract.js';

/** An instance takes seconds to start, so one that was used is emptied and used again. */
const idle: PGlite[] = [];

async function fresh() {
  const pglite = idle.pop() ?? (await freshPglite());
  return {
    target: pglite,
    async run(statements: readonly string[]) {
      for (const statement of statements) await pglite.exec(statement);
    },
    async drop() {
      await pglite.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      idle.push(pglite);
    },
  };
}

afterAll(async () => {
  for (const pglite of idle) await pglite.close();
});

databaseContract({
  name: 'PGlite',
  fresh,
  cycle: [
    'CREATE TABLE chicken (id int PRIMARY KEY, egg_id int NOT NULL)',
    'CREATE TABLE egg (id int PRIMARY KEY, chicken_id int NOT NULL REFERENCES chicken)',
    'INSERT INTO chicken VALUES (1, 2), (2, 1)',
    'INSERT INTO egg VALUES (1, 1), (2, 2)',
    'ALTER TABLE chicken ADD FOREIGN KEY (egg_id) REFERENCES egg',
  ],
  unreachable: 'pglite:/proc/nowhere/hfit_test',
});
