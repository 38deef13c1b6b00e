import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Database, openDatabase, type Row } from '@hot-fixture/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mariadb } from '../../changes/test/mariadb-subject.js';
import { pglite } from '../../changes/test/postgresql-subject.js';
import { sqlite } from '../../changes/test/sqlite-subject.js';
import type { Fresh } from '../../database/test/subject.js';
import { readGem } from '../src/gem/read.js';
import { Fixpoints } from '../src/index.js';

const gem = fileURLToPath(new URL('gem', import.meta.url));

const tables = {
  PGlite: [
    `CREATE TABLE users (id serial PRIMARY KEY, name text, admin boolean, balance numeric, settings jsonb, created_at timestamp)`,
    'CREATE TABLE items (id serial PRIMARY KEY, user_id int REFERENCES users, photo bytea)',
  ],
  MariaDB: [
    `CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, name text, admin boolean, balance decimal(10,2), settings json, created_at datetime(6))`,
    'CREATE TABLE items (id int AUTO_INCREMENT PRIMARY KEY, user_id int, photo blob, FOREIGN KEY (user_id) REFERENCES users (id))',
  ],
  SQLite: [
    `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, admin BOOLEAN, balance DECIMAL, settings JSON, created_at DATETIME)`,
    'CREATE TABLE items (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INT REFERENCES users (id), photo BLOB)',
  ],
};

describe.each([pglite, mariadb, sqlite])('fixpoints of the Ruby gem on $name', (subject) => {
  let fresh: Fresh;
  let database: Database;
  let directory: string;
  beforeAll(async () => {
    if (subject.missing) return;
    directory = mkdtempSync(join(tmpdir(), 'hfit-gem-'));
    cpSync(gem, directory, { recursive: true });
    fresh = await subject.fresh();
    await fresh.run(tables[subject.name as keyof typeof tables]);
    database = await openDatabase(fresh.target);
  });
  afterAll(async () => {
    await database?.close();
    await fresh?.drop();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  it.skipIf(Boolean(subject.missing))('are restored, and imported with their parents', async () => {
    const fixpoints = new Fixpoints(database, { directory, ci: false });
    const way = await fixpoints.restore('item_posted');
    expect(way.reason).toBe('it is a fixpoint of the Ruby gem');
    await fixpoints.store('restored');
    expect(await fixpoints.importGem('item_posted')).toEqual(['registered_user', 'item_posted']);
    expect(await fixpoints.compare('restored')).toMatchObject({ equal: true });
    const { parent, tables: changed } = await fixpoints.files.read('item_posted');
    expect(parent?.name).toBe('registered_user');
    const users = changed.find((it) => it.name === 'users');
    expect([users?.added.length, users?.changed.length, users?.removed.length]).toEqual([0, 1, 1]);
    const [stored] = (await fixpoints.files.read('registered_user')).tables;
    const [first, second, third] = stored?.added ?? [];
    const told = (row: Row | undefined) => row?.map((it) => (it === null ? null : String(it)));
    expect(told(first)?.[1]).toBe('Tom');
    expect(Number(told(first)?.[3])).toBe(12.5);
    expect(JSON.parse(told(first)?.[4] as string)).toEqual({ theme: 'dark', sizes: [1, 2] });
    expect(told(first)?.[5]).toBe('2020-09-01 10:20:30.123456');
    expect(told(second)?.[1]).toBe('007');
    expect(told(second)?.[2]).toMatch(/^(t|1)$/);
    expect(told(second)?.[5]).toMatch(/^2020-09-01 10:20:30(\.0+)?$/);
    expect(told(third)?.slice(1, 5)).toEqual(['no', null, null, null]);
    expect(told(third)?.[5]).toMatch(/^2020-09-01 10:20:30(\.0+)?$/);
    // The next number is free.
    await fresh.run(['INSERT INTO items (user_id) VALUES (1)']);
    const { changes } = await fixpoints.difference('item_posted');
    expect(changes.tables[0]?.inserted.map(([id]) => String(id))).toEqual(['8']);
    await fixpoints.close();
  });
});

describe('a file of the gem', () => {
  it.each([
    ['users:\n- id: [\n', 'a.yml:'],
    ['- 1\n', 'a.yml'],
    ['users: 1\n', 'table users has no list'],
    ['users:\n- 1\n', 'row 1 of table users'],
  ])('that is broken tells where: %j', (text, where) => {
    expect(() => readGem(text, 'a.yml')).toThrow(/HFIT_FIXPOINT_GEM/);
    expect(() => readGem(text, 'a.yml')).toThrow(where);
  });
});
