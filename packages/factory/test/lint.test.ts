import { snapshotOf } from '@hot-fixture/changes';
import { openDatabase } from '@hot-fixture/database';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import {
  defineFactory,
  lintFactories,
  openFactories,
  Profile,
  profileAsText,
  tableFactory,
} from '../src/index.js';

const handle = new BetterSqlite3(':memory:');
handle.exec(`
  CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE person (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES team (id),
    age INTEGER NOT NULL CHECK (age > 17), code TEXT NOT NULL CHECK (instr(code, 'zz') = 1));
  CREATE TABLE pet (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES person (id))`);

const person = tableFactory<{ id: number; age: number; code: string }>('person', { code: 'zz1' })
  .trait('young', { age: 3 })
  .trait('old', { age: 90 })
  .trait('aged', (it, age: number) => it.set({ age }));

test('lint finds the factories and traits that make no row, and leaves nothing behind', async () => {
  const database = await openDatabase(handle);
  handle.exec("INSERT INTO team VALUES (7, 'there')");
  const before = await snapshotOf(database);
  const report = await lintFactories(database, { seed: 1, factories: [person] });
  expect(report).toMatchObject({ tried: 5, skipped: ['person.aged'] });
  expect(report.findings).toEqual([
    {
      factory: 'person',
      trait: 'young',
      does: 'create',
      code: 'HFIT_FACTORY_VALUE',
      reason: expect.any(String),
    },
  ]);
  expect(await snapshotOf(database)).toEqual(before);
});

test('a table whose check nobody understands needs a factory, and lint says so', async () => {
  const database = await openDatabase(handle);
  const { findings } = await lintFactories(database, { seed: 1 });
  expect(findings.map(({ factory, code }) => [factory, code])).toContainEqual([
    ...['person', 'HFIT_FACTORY_REFUSED'],
  ]);
});

test('a profile tells who made rows, for whom, and which cascades are worth breaking', async () => {
  const factories = await openFactories(await openDatabase(handle), {
    seed: 1,
    factories: [person],
  });
  const profile = new Profile().watch(factories);
  await factories.of('pet').createMany(10);
  await factories.of('team').create();
  const report = profile.stop();
  await factories.of('team').create();
  expect(profile.report().rows).toBe(31);
  const rows = report.factories.map(({ factory, rows: all, topLevel, nested }) => [
    ...[factory, all, topLevel, nested],
  ]);
  expect(rows).toEqual(
    expect.arrayContaining([
      ['pet', 10, 10, 0],
      ['person', 10, 0, 10],
      ['team', 11, 1, 10],
    ]),
  );
  expect(report.cascades.map(({ path, saved }) => [path, saved])).toEqual(
    expect.arrayContaining([
      ['pet.person_id', 9],
      ['pet.person_id → person.team_id', 9],
    ]),
  );
  const shares = report.factories.reduce((sum, { share }) => sum + share, 0);
  expect(shares).toBeGreaterThan(0);
  expect(shares).toBeLessThanOrEqual(1);
  expect(profileAsText(report)).toContain('pet.person_id → person.team_id: 10 rows of team');
});

test('a factory of no table of the database is told so', async () => {
  const none = defineFactory<{ id: number }>('nowhere', { id: 1 });
  const linted = lintFactories(await openDatabase(handle), { factories: [none] });
  await expect(linted).rejects.toMatchObject({ code: 'HFIT_FACTORY_TABLE' });
});
