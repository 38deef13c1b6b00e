import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fixpoints, lastRestored } from '../src/index.js';
import { Shop } from './shop.js';

let shop: Shop;
let fixpoints: Fixpoints;
beforeEach(async () => {
  shop = new Shop();
  fixpoints = await shop.open();
});
afterEach(() => shop.close());

const register = (name: string) => shop.run(`INSERT INTO users (name) VALUES ('${name}')`);
const post = (title: string) =>
  shop.run(`INSERT INTO items (title, user_id) VALUES ('${title}', 1)`);
const has = (name: string) => existsSync(join(shop.directory, `${name}.yaml`));

/** Each is a sentence of the text that describes how the Ruby gem is used. */
describe('how fixpoints are used', () => {
  it('we save the snapshot after the test; other tests can build on them', async () => {
    register('Hans');
    await fixpoints.storeUnlessPresent('registered_user');
    shop.run('DELETE FROM users');

    await fixpoints.restore('registered_user');
    expect(shop.rows('SELECT name FROM users')).toEqual([{ name: 'Tom' }, { name: 'Hans' }]);
  });

  it('the file maps table names to their records, and empty tables are stripped', async () => {
    await fixpoints.store('registered_user');
    const text = shop.read('registered_user.yaml');
    expect(text).toMatch(/- table: users\n[\s\S]*rows:\n +- id: 1\n +name: Tom/);
    expect(text).not.toMatch(/items|notes/);
  });

  it('store unless present leaves what is there', async () => {
    expect(await fixpoints.storeUnlessPresent('registered_user')).toBe(true);
    register('Ann');
    expect(await fixpoints.storeUnlessPresent('registered_user')).toBe(false);
    expect(shop.read('registered_user.yaml')).not.toContain('Ann');
  });

  it('tests that depend on a fixpoint have to run after it was stored', async () => {
    await expect(fixpoints.restore('registered_user')).rejects.toThrow('HFIT_FIXPOINT_ABSENT');
    await fixpoints.store('registered_user');
    await fixpoints.restore('registered_user');
  });

  it('where there is no previous fixpoint, it is written and the test fails, to be run again', async () => {
    const run = () => fixpoints.compare('item_posted', { storeAndFail: true });
    await expect(run()).rejects.toThrow('HFIT_FIXPOINT_STORED');
    expect((await run()).equal).toBe(true);
  });

  it('it raises if there is a difference', async () => {
    await fixpoints.store('item_posted');
    post('A lamp');
    await expect(fixpoints.compare('item_posted')).rejects.toThrow('HFIT_FIXPOINT_DIFFERS');
  });

  it('a file that was removed is recreated by its test, and those built on it may have to follow', async () => {
    await fixpoints.store('registered_user');
    await fixpoints.restore('registered_user');
    post('A lamp');
    await fixpoints.store('item_posted', { parent: lastRestored });

    // Something is added to the seeds.
    await fixpoints.remove('registered_user');
    shop.run('DELETE FROM items');
    register('Seed');
    await fixpoints.storeUnlessPresent('registered_user');
    await expect(fixpoints.restore('item_posted')).rejects.toThrow(
      /HFIT_FIXPOINT_PARENT_CHANGED[\s\S]*item_posted/,
    );
  });

  it('all are updated by removing the folder and running all tests again', async () => {
    const run = async () => {
      await fixpoints.storeUnlessPresent('registered_user');
      await fixpoints.restore('registered_user');
      post('A lamp');
      const options = { storeAndFail: true, parent: lastRestored } as const;
      return fixpoints.compare('item_posted', options).catch((error) => error.code);
    };
    expect(await run()).toBe('HFIT_FIXPOINT_STORED');
    shop.run('DELETE FROM items');
    rmSync(shop.directory, { recursive: true });
    register('Seed');
    expect(await run()).toBe('HFIT_FIXPOINT_STORED');
    expect([has('registered_user'), has('item_posted')]).toEqual([true, true]);
    expect(await run()).toMatchObject({ equal: true });
  });

  it('columns are ignored in all tables, and of one table', async () => {
    await fixpoints.store('registered_user');
    await fixpoints.restore('registered_user');
    shop.run(`UPDATE users SET seen = '11:00'`);
    await expect(fixpoints.compare('registered_user')).rejects.toThrow('10:00 → 11:00');
    for (const ignore of [['updated_at', { users: ['seen'] }], ['seen']]) {
      expect((await fixpoints.compare('registered_user', { ignore })).equal).toBe(true);
    }
  });

  it('only changes are saved where we say who the parent is, by name or as the last restored', async () => {
    await fixpoints.store('registered_user');
    await fixpoints.restore('registered_user');
    post('A lamp');
    for (const parent of ['registered_user', lastRestored] as const) {
      await fixpoints.store('item_posted', { parent });
      expect(shop.read('item_posted.yaml')).toMatch(/parent: registered_user\n/);
      expect(shop.read('item_posted.yaml')).toContain('A lamp');
      expect(shop.read('item_posted.yaml')).not.toContain('Tom');
    }
  });

  it('several databases have fixpoints each', async () => {
    const handle = new Sqlite(':memory:');
    handle.exec(`CREATE TABLE visit (page TEXT); INSERT INTO visit VALUES ('/')`);
    const statistics = await openDatabase(handle);
    const directory = join(shop.folder, 'statistics');
    const others = new Fixpoints(statistics, { directory, ci: false });
    await fixpoints.store('registered_user');
    await others.store('registered_user');
    shop.run('DELETE FROM users');
    handle.exec('DELETE FROM visit');
    await others.restore('registered_user');
    expect(handle.prepare('SELECT page FROM visit').all()).toEqual([{ page: '/' }]);
    expect(shop.rows('SELECT name FROM users')).toEqual([]);
    await others.close();
    await statistics.close();
  });

  it('tables that are irrelevant are excluded', async () => {
    await fixpoints.store('registered_user');
    shop.run(`INSERT INTO notes VALUES ('a version')`);
    const excludeTables = ['notes'];
    await fixpoints.restore('registered_user', { excludeTables });
    expect(shop.rows('SELECT text FROM notes')).toEqual([{ text: 'a version' }]);
    expect((await fixpoints.compare('registered_user', { excludeTables })).equal).toBe(true);
  });
});
