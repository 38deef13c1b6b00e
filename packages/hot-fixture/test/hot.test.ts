import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import BetterSqlite3 from 'better-sqlite3';
import { HotFixture } from 'hot-fixture';
import { hotFixture } from 'hot-fixture/vitest';
import { afterAll, describe, expect, it, vi } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'hfit-test-hot-'));
writeFileSync(join(root, 'schema.sql'), 'CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT);');
afterAll(() => rmSync(root, { recursive: true }));

const options = { url: `sqlite:${root}/`, name: 'hot', root, migrate: 'schema.sql' };

const test = hotFixture({
  ...options,
  define: (fixtures) => fixtures.define('seven', () => 7),
}).extend('shop', { scope: 'file' }, ({ url }, { onCleanup }) => {
  const shop = new BetterSqlite3(url.slice('sqlite:'.length));
  onCleanup(() => void shop.close());
  return shop;
});
const names = (shop: BetterSqlite3.Database) =>
  shop.prepare('SELECT name FROM thing ORDER BY id').pluck().all();

describe('tests at once', () => {
  test.concurrent
    .fails('refuses tests at once', async ({ shop }) => {
      shop.exec(`INSERT INTO thing VALUES (5, 'never')`);
    });
});

describe('hotFixture of Vitest', () => {
  test.beforeAll(({ shop }) => {
    shop.exec(`INSERT INTO thing VALUES (1, 'before all')`);
  });
  test.beforeEach(({ shop }) => {
    shop.exec(`INSERT INTO thing VALUES (2, 'before each')`);
  });
  test.afterEach(({ shop }) => {
    shop.exec(`INSERT INTO thing VALUES (4, 'after each')`);
  });

  for (const round of [1, 2]) {
    test(`keeps what came before all tests, round ${round}`, async ({ shop, fixtures }) => {
      expect(names(shop)).toEqual(['before all', 'before each']);
      shop.exec(`INSERT INTO thing VALUES (3, 'mine')`);
      const seven: number = await fixtures.register('seven');
      expect(seven).toBe(7);
    });
  }

  describe('a suite within', () => {
    test('begins as the one around it', ({ shop }) => {
      expect(names(shop)).toEqual(['before all', 'before each']);
    });
  });

  test('has fixpoints and factories of the same database', async ({
    fixpoints,
    factories,
    url,
  }) => {
    expect(fixpoints.directory).toBe(join(import.meta.dirname, 'fixpoints'));
    expect(factories.created).toEqual([]);
    expect(url).toContain('hfit_test_hot_');
  });
});

describe('HotFixture', () => {
  it('gives the handle of an embedded database', async () => {
    const hot = await new HotFixture({ ...options, url: 'pglite::memory:' }).open();
    const pglite = hot.target as PGlite;
    await hot.beforeTest();
    await pglite.exec(`INSERT INTO thing VALUES (1, 'mine')`);
    await hot.afterTest();
    expect((await pglite.query('SELECT * FROM thing')).rows).toEqual([]);
    expect(hot.url).toBe('');
    await hot.close();
  });

  it('goes on after a restore of a fixpoint that is older than the test', async () => {
    const directory = join(root, 'fixpoints');
    const hot = await new HotFixture({ ...options, fixpoints: { directory, ci: false } }).open();
    const shop = new BetterSqlite3(hot.url.slice('sqlite:'.length));
    hot.beforeClose(() => shop.close());
    shop.exec(`INSERT INTO thing VALUES (1, 'stored')`);
    await hot.fixpoints.store('one');
    await hot.fixpoints.restore('one');
    for (let round = 0; round < 2; round += 1) {
      await hot.beforeTest('suite');
      await hot.fixpoints.restore('one');
      expect(names(shop)).toEqual(['stored']);
      shop.exec(`INSERT INTO thing VALUES (2, 'mine')`);
      await hot.afterTest();
      expect(names(shop)).not.toContain('mine');
    }
    await hot.close();
  });

  it('is closed outside of tests', async () => {
    expect(() => new HotFixture(options).url).toThrow(/HFIT_HOT_CLOSED/);
  });
});

it('tells at the end what factories made, where that is asked for', async () => {
  const told: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((it) => told.push(`${it}`) > 0);
  vi.stubEnv('HFIT_FACTORY_PROFILE', 'json');
  try {
    const hot = await new HotFixture(options).open();
    await (await hot.factories()).of('thing').createMany(3);
    await hot.close();
  } finally {
    spy.mockRestore();
    vi.unstubAllEnvs();
  }
  const report = JSON.parse(told.join(''));
  expect(report).toMatchObject({ rows: 3, factories: [{ factory: 'thing', topLevel: 3 }] });
});
