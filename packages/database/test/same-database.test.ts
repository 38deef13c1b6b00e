import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshMariadb, freshPostgresql, services } from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';
import { type Database, openDatabase } from '../src/index.js';

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

async function opened(target: string | object): Promise<Database> {
  const database = await openDatabase(target);
  closers.push(() => database.close());
  return database;
}

const same = async (a: string | object, b: string | object, schemas = ['']) =>
  (await opened(a)).sharesTables(await opened(b), schemas);

describe('sharesTables', () => {
  describe.skipIf(!services.postgresql)('of PostgreSQL', () => {
    it('knows a database by any of its addresses, and others on its server from it', async () => {
      const [one, other] = await Promise.all([freshPostgresql(), freshPostgresql()]);
      closers.push(one.drop, other.drop);
      const address = one.url.includes('127.0.0.1')
        ? one.url.replace('127.0.0.1', 'localhost')
        : one.url.replace('localhost', '127.0.0.1');
      expect(
        await same(
          one.url,
          `${address}${address.includes('?') ? '&' : '?'}options=-ctimezone%3DAsia/Tokyo`,
        ),
      ).toBe(true);
      expect(await same(one.url, other.url)).toBe(false);
      expect(await same(one.url, await freshPglite())).toBe(false);
    });
  });

  describe.skipIf(!services.mariadb)('of MariaDB', () => {
    it('knows the databases that can be reached from another', async () => {
      const [one, other] = await Promise.all([freshMariadb(), freshMariadb()]);
      closers.push(one.drop, other.drop);
      expect(await same(one.url, one.url)).toBe(true);
      expect(await same(one.url, other.url)).toBe(false);
      // A template may read a neighbour of its database, and the neighbour be the target.
      expect(await same(one.url, other.url, ['', other.name])).toBe(true);
      expect(await same(one.url, 'sqlite::memory:')).toBe(false);
    });
  });

  describe('of files', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'hfit-test-same-'));
      closers.push(() => rmSync(folder, { recursive: true, force: true }));
      new Sqlite(join(folder, 'a.db')).exec('CREATE TABLE t (id)').close();
      new Sqlite(join(folder, 'b.db')).exec('CREATE TABLE t (id)').close();
      symlinkSync('a.db', join(folder, 'soft.db'));
      linkSync(join(folder, 'a.db'), join(folder, 'hard.db'));
      mkdirSync(join(folder, 'lite'));
    });

    it.each([
      ['a.db', true],
      ['soft.db', true],
      ['hard.db', true],
      ['lite/../a.db', true],
      ['b.db', false],
      ['new.db', false],
    ])('SQLite: %s', async (path, expected) => {
      const file = `${folder}/${path}`;
      expect(await same(`sqlite:${join(folder, 'a.db')}`, `sqlite:${file}`)).toBe(expected);
      expect(await same(`sqlite:${file}`, 'sqlite::memory:')).toBe(false);
    });

    it('PGlite: without opening it', async () => {
      const url = `pglite:${join(folder, 'lite')}`;
      expect(await same(url, `${url}/`)).toBe(true);
      expect(await same(url, 'pglite::memory:')).toBe(false);
      expect(await same(url, `pglite:${join(folder, 'new')}`)).toBe(false);
    });
  });

  it('knows two PGlites in memory from each other', async () => {
    const [one, other] = await Promise.all([freshPglite(), freshPglite()]);
    closers.push(
      () => one.close(),
      () => other.close(),
    );
    expect(await same(one, one)).toBe(true);
    expect(await same(one, other)).toBe(false);
  });
});
