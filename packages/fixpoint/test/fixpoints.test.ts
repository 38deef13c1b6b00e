import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { any, type Fixpoints, lastRestored } from '../src/index.js';
import { Shop } from './shop.js';

let shop: Shop;
let fixpoints: Fixpoints;
beforeEach(async () => {
  shop = new Shop();
  fixpoints = await shop.open();
});
afterEach(() => shop.close());

const post = `INSERT INTO items (title, user_id) VALUES ('Bike, red', 1); UPDATE users SET name = 'Tom R' WHERE id = 1`;

describe('a fixpoint', () => {
  it('is a file for people, and on a parent holds what changed alone', async () => {
    await fixpoints.store('registered_user');
    await fixpoints.restore('registered_user');
    shop.run(post);
    const file = await fixpoints.store('item_posted', { parent: lastRestored });
    expect(shop.read('registered_user.yaml')).toBe(`fixpointVersion: 1
dialect: sqlite
numbers: typed
tables:
  - table: users
    columns: { id: INTEGER, name: TEXT, seen: TEXT }
    key: [id]
    rows:
      - id: 1
        name: Tom
        seen: "10:00"
sequences:
  - { sequence: users, at: 1 }
`);
    expect(readFileSync(file, 'utf8')).toBe(`fixpointVersion: 1
dialect: sqlite
numbers: typed
parent: registered_user
parentDigest: ${/parentDigest: (\w{32})/.exec(shop.read('item_posted.yaml'))?.[1]}
tables:
  - table: items
    columns: { id: INTEGER, title: TEXT, user_id: INTEGER }
    key: [id]
    added:
      - id: 1
        title: "Bike, red"
        user_id: 1
  - table: users
    columns: { id: INTEGER, name: TEXT, seen: TEXT }
    key: [id]
    changed:
      - id: 1
        name:
          from: Tom
          to: Tom R
sequences:
  - { sequence: items, from: null, to: 1 }
`);
  });

  it('is stored unless present, listed and removed', async () => {
    expect(await fixpoints.exists('a')).toBe(false);
    expect(await fixpoints.storeUnlessPresent('a')).toBe(true);
    const before = shop.read('a.yaml');
    shop.run(post);
    expect(await fixpoints.storeUnlessPresent('a')).toBe(false);
    expect(shop.read('a.yaml')).toBe(before);
    await fixpoints.store('b');
    expect(await fixpoints.list()).toEqual(['a', 'b']);
    expect([await fixpoints.remove('a'), await fixpoints.remove('a')]).toEqual([true, false]);
    expect(await fixpoints.list()).toEqual(['b']);
  });

  it('is the same file again, wherever its rows lie', async () => {
    shop.run(`INSERT INTO users (id, name) VALUES (11, 'Zoe'), (9, 'Ann'); ${post}`);
    await fixpoints.store('a');
    shop.run(`PRAGMA foreign_keys = OFF; CREATE TEMP TABLE t AS SELECT * FROM users; DELETE FROM users;
      INSERT INTO users SELECT * FROM t ORDER BY name; DROP TABLE t`);
    await fixpoints.store('b');
    expect(shop.read('b.yaml')).toBe(shop.read('a.yaml'));
  });

  it('keeps its rows in a packed file beside where they are too many', async () => {
    const few = await shop.open({ maxRows: 2 });
    shop.run(`INSERT INTO users (name) VALUES ('a'), ('b'), (x'00ff')`);
    await few.store('a');
    const packed = readdirSync(shop.directory).filter((it) => it.endsWith('.rows.ndjson.gz'));
    expect(packed).toHaveLength(1);
    expect(shop.read('a.yaml')).toContain('counts: { added: 4, changed: 0, removed: 0 }');
    const rows = shop.rows('SELECT * FROM users');
    shop.run('DELETE FROM users');
    const other = await shop.open();
    await other.restore('a');
    expect(shop.rows('SELECT * FROM users')).toEqual(rows);
    rmSync(join(shop.directory, packed[0] as string));
    const lost = await shop.open({ log: false });
    await expect(lost.restore('a')).rejects.toThrow(/HFIT_FIXPOINT_ROWS.*\.rows\.ndjson\.gz/);
    shop.write(packed[0] as string, 'other bytes');
    await expect((await shop.open({ log: false })).restore('a')).rejects.toThrow(
      'HFIT_FIXPOINT_FILE',
    );
    shop.run('DELETE FROM users');
    await few.store('a');
    expect(readdirSync(shop.directory)).toEqual(['a.yaml']);
  });

  it('keeps tagged values as they are tagged when it is written anew', async () => {
    await fixpoints.store('a');
    const tagged = '!any\n          kind: time\n          value: "10:00"';
    shop.write('a.yaml', shop.read('a.yaml').replace('"10:00"', tagged));
    shop.run(`UPDATE users SET seen = '11:30'`);
    const found = await fixpoints.compare('a');
    expect(found).toMatchObject({ equal: true, accepted: [{ column: 'seen', reason: 'any' }] });
    shop.run(`INSERT INTO users (name, seen) VALUES ('Ann', 'never')`);
    await fixpoints.compare('a', { update: true });
    expect(shop.read('a.yaml')).toContain(
      'seen: !any\n          kind: time\n          value: "11:30"',
    );
    shop.write('a.yaml', shop.read('a.yaml').replace('seen: never', 'seen: !any'));
    expect(await fixpoints.compare('a')).toMatchObject({ equal: true });
    // NULL would be no value that the rule lets through, and some columns take none.
    await expect(fixpoints.restore('a')).rejects.toThrow(
      /HFIT_FIXPOINT_VALUE.*column seen of table users, row 2 has the tag !any and no value/,
    );
    expect(shop.rows('SELECT seen FROM users')).toEqual([{ seen: '11:30' }, { seen: 'never' }]);
    const given = 'seen: !any\n          value: null\n';
    shop.write('a.yaml', shop.read('a.yaml').replace(/seen: !any\n(?! {10})/, given));
    await fixpoints.restore('a');
    expect(shop.rows('SELECT seen FROM users')).toEqual([{ seen: '11:30' }, { seen: null }]);
  });
});

describe('a restore', () => {
  const hasLog = () =>
    shop.rows(`SELECT count(*) > 0 AS there FROM sqlite_schema WHERE name LIKE 'hfit_%'`);

  it('switches the log on with the first one where that is asked for', async () => {
    const it = await shop.open({ log: 'at once' });
    await it.store('a');
    shop.run(post);
    expect(await it.restore('a')).toMatchObject({ by: 'whole database' });
    expect(hasLog()).toEqual([{ there: 1 }]);
    expect(await it.restore('a')).toEqual({ by: 'log', reason: '' });
  });

  it('is a rewind also in another process, and tells why where it is not', async () => {
    await fixpoints.store('a');
    // The log comes with the second one: many databases are restored only once.
    for (const there of [0, 1]) {
      shop.run(post);
      expect(await fixpoints.restore('a')).toMatchObject({ by: 'whole database' });
      expect(hasLog()).toEqual([{ there }]);
    }
    for (const it of [fixpoints, await shop.open()]) {
      shop.run(post);
      expect(await it.restore('a')).toEqual({ by: 'log', reason: '' });
      expect(shop.rows('SELECT * FROM items')).toEqual([]);
    }
    shop.run('ALTER TABLE notes ADD more TEXT');
    const again = await fixpoints.restore('a');
    expect(again.by).toBe('whole database');
    expect(again.reason).toMatch(/more/);
    expect(await fixpoints.restore('a')).toMatchObject({ by: 'log' });
  });

  it('keeps excluded tables and those of migrations, also when they changed since', async () => {
    shop.run('CREATE TABLE schema_migrations (version TEXT)');
    const some = await shop.open({ excludeTables: ['notes'], log: 'at once' });
    await some.store('a');
    for (const by of ['whole database', 'log', 'log']) {
      shop.run(
        `${post}; INSERT INTO notes VALUES ('kept'); INSERT INTO schema_migrations VALUES ('1')`,
      );
      expect(await some.restore('a')).toMatchObject({ by });
    }
    expect(shop.rows('SELECT count(*) AS n FROM items')).toEqual([{ n: 0 }]);
    for (const table of ['notes', 'schema_migrations']) {
      expect(shop.rows(`SELECT count(*) AS n FROM ${table}`)).toEqual([{ n: 3 }]);
    }
    expect(await some.compare('a')).toMatchObject({ equal: true });
    // A row that stays would point to one that goes.
    const none = await shop.open({ excludeTables: ['items'] });
    await none.store('empty');
    shop.run(
      `INSERT INTO users (id, name) VALUES (5, 'x'); INSERT INTO items (user_id) VALUES (5)`,
    );
    await expect(none.restore('empty')).rejects.toThrow(/HFIT_FIXPOINT_EXCLUDED.*items/);
    expect(shop.rows('SELECT user_id FROM items')).toEqual([{ user_id: 5 }]);
  });

  it('keeps the tables that a fixpoint was stored without, also where nobody names them', async () => {
    const excludeTables = ['notes'];
    await fixpoints.store('a', { excludeTables });
    expect(shop.read('a.yaml')).toContain('\nexcluded: [notes]\n');
    shop.run(post);
    await fixpoints.store('b', { parent: 'a' });
    expect(shop.read('b.yaml')).toContain('\nexcluded: [notes]\n');
    shop.run(`INSERT INTO notes VALUES ('kept')`);
    const other = await shop.open({ log: false });
    for (const it of [fixpoints, other, fixpoints]) {
      for (const name of ['a', 'b']) {
        await it.restore(name);
        expect(await it.difference(name)).toMatchObject({ equal: true });
        expect(shop.rows('SELECT text FROM notes')).toEqual([{ text: 'kept' }]);
      }
    }
    // What is accepted is still about the same tables.
    shop.run('DELETE FROM items');
    expect(await fixpoints.compare('b', { update: true })).toMatchObject({ updated: true });
    expect(shop.read('b.yaml')).toContain('\nexcluded: [notes]\n');
    // A file of before says nothing of it, and empties the table.
    shop.write('a.yaml', shop.read('a.yaml').replace('excluded: [notes]\n', ''));
    await fixpoints.restore('a');
    expect(shop.rows('SELECT text FROM notes')).toEqual([]);
    // A table that is gone is kept from nothing.
    await fixpoints.store('c', { excludeTables });
    shop.run('DROP TABLE notes');
    expect(await fixpoints.difference('c')).toMatchObject({ equal: true });
    await expect(fixpoints.restore('c', { excludeTables })).rejects.toThrow(/HFIT_TABLE_UNKNOWN/);
  });

  it('refuses rows that a constraint refuses, and changes nothing', async () => {
    shop.run(post);
    await fixpoints.store('a');
    shop.write('a.yaml', shop.read('a.yaml').replace('user_id: 1', 'user_id: 7'));
    shop.run('DELETE FROM users');
    const before = shop.rows('SELECT * FROM items');
    await expect(fixpoints.restore('a')).rejects.toThrow(
      /HFIT_FIXPOINT_ROW.*table items, 1 row: the foreign key/,
    );
    shop.write('a.yaml', shop.read('a.yaml').replace('name: Tom R', 'name: null'));
    await expect(fixpoints.restore('a')).rejects.toThrow(/HFIT_FIXPOINT_ROW.*users, row id 1/);
    expect(shop.rows('SELECT * FROM items')).toEqual(before);
  });
});

describe('a comparison', () => {
  it('tells what differs, and accepts it where that is asked for', async () => {
    await fixpoints.store('a');
    shop.run(post);
    await expect(fixpoints.compare('a')).rejects.toThrow(
      /HFIT_FIXPOINT_DIFFERS: .* 2 rows of 2 tables and 1 sequence[\s\S]*Tom → Tom R/,
    );
    expect(await fixpoints.compare('a', { tables: ['notes'] })).toMatchObject({ equal: true });
    const excludeTables = ['items'];
    for (const it of [
      { ignore: [{ users: ['name'] }] },
      { ignore: ['users.name'] },
      { volatile: { 'users.name': any() } },
    ]) {
      expect(await fixpoints.compare('a', { ...it, excludeTables })).toMatchObject({ equal: true });
    }
    for (const it of [{ ignore: ['users.nam'] }, { volatile: { 'users.nam': any() } }]) {
      await expect(fixpoints.compare('a', it)).rejects.toThrow('HFIT_COLUMN_UNKNOWN');
    }
    await expect(fixpoints.compare('a', { tables: [] })).rejects.toThrow('HFIT_FIXPOINT_RULES');
    shop.write('old.yml', '--- {}\n');
    await expect(fixpoints.compare('old')).rejects.toThrow(/HFIT_FIXPOINT_OF_GEM[\s\S]*import old/);
    vi.stubEnv('HFIT_UPDATE', '1');
    // An option would take the place of the variable.
    const accepting = await shop.open({}, ['update']);
    // To look at a difference is not to accept it.
    expect(await accepting.difference('a')).toMatchObject({ equal: false, updated: false });
    await expect(accepting.difference('none')).rejects.toThrow('HFIT_FIXPOINT_ABSENT');
    expect(await accepting.compare('a')).toMatchObject({ equal: false, updated: true });
    vi.unstubAllEnvs();
    expect(await fixpoints.compare('a')).toMatchObject({ equal: true, updated: false });
  });

  it('stores what is absent and fails, so that it is read; in CI it says what to run', async () => {
    const absent = fixpoints.compare('a', { storeAndFail: true });
    await expect(absent).rejects.toThrow('HFIT_FIXPOINT_STORED');
    expect(await fixpoints.compare('a', { storeAndFail: true })).toMatchObject({ equal: true });
    const ci = await shop.open({ ci: true, update: true, command: 'npx vitest run' });
    shop.run(post);
    const before = shop.read('a.yaml');
    await expect(ci.compare('a')).rejects.toThrow('HFIT_FIXPOINT_DIFFERS');
    await expect(ci.store('a')).rejects.toThrow('HFIT_FIXPOINT_CI');
    expect(() => ci.remove('a')).toThrow('HFIT_FIXPOINT_CI');
    await expect(ci.importGem('a')).rejects.toThrow('HFIT_FIXPOINT_CI');
    for (const call of [
      () => ci.compare('b', { storeAndFail: true }),
      () => ci.storeUnlessPresent('b'),
      () => ci.restore('b'),
    ]) {
      await expect(call()).rejects.toThrow(/HFIT_FIXPOINT_ABSENT[\s\S]*npx vitest run/);
    }
    expect(shop.read('a.yaml')).toBe(before);
    expect(readdirSync(shop.directory)).toEqual(['a.yaml']);
  });
});
