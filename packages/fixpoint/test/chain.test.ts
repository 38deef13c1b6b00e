import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixpoints, treeAsText } from '../src/index.js';
import { Shop } from './shop.js';

let shop: Shop;
let fixpoints: Fixpoints;
beforeEach(async () => {
  shop = new Shop();
  fixpoints = await shop.open();
  // a ─ b ─ d, and a ─ c.
  await fixpoints.store('a');
  await fixpoints.restore('a');
  shop.run(`INSERT INTO items (title, user_id) VALUES ('Bike', 1)`);
  await fixpoints.store('b', { parent: 'a' });
  shop.run(`UPDATE users SET name = 'Tom R'; INSERT INTO notes VALUES ('x'), ('x')`);
  await fixpoints.store('d', { parent: 'b' });
  await fixpoints.restore('a');
  shop.run('DELETE FROM users');
  await fixpoints.store('c', { parent: 'a' });
});
afterEach(() => shop.close());

/** As a person would, or the test that stores it. */
const change = (name: string, from: string | RegExp, to: string) =>
  shop.write(`${name}.yaml`, shop.read(`${name}.yaml`).replace(from, to));

describe('a chain', () => {
  it('is drawn, and well as long as nobody changes what others are built on', async () => {
    const overview = await fixpoints.files.overview();
    expect(treeAsText(overview)).toBe('a\n├─ b\n│  └─ d\n└─ c');
    expect(overview.record).toEqual([]);
    change('a', 'dialect: sqlite', '# a comment\ndialect: "sqlite"');
    change('a', 'seen: "10:00"', 'seen: !any { value: "10:00" }');
    expect((await fixpoints.files.overview()).record).toEqual([]);
    await fixpoints.restore('d');
  });

  it('binds a value by the file that wrote it last, and a removed row by none', async () => {
    change('a', 'name: Tom\n', 'name:  !any { value: Tom }\n');
    const rename = (name: string) => shop.run(`UPDATE users SET name = '${name}'`);
    await fixpoints.restore('b');
    rename('Someone');
    expect(await fixpoints.compare('b')).toMatchObject({ equal: true });
    await fixpoints.restore('d');
    rename('Someone');
    await expect(fixpoints.compare('d')).rejects.toThrow('Tom R → Someone');
    change('d', 'to: Tom R', 'to: !any { value: Tom R }');
    expect(await fixpoints.compare('d')).toMatchObject({ equal: true });
    // A row that comes back has nothing to do with the one that went.
    await fixpoints.restore('c');
    shop.run(`INSERT INTO users (id, name) VALUES (1, 'Ann')`);
    await fixpoints.store('e', { parent: 'c' });
    rename('Someone');
    await expect(fixpoints.compare('e')).rejects.toThrow('Ann → Someone');
  });

  it('notices a parent that changed, and lists what to record again, in order', async () => {
    change('a', 'seen: "10:00"', 'seen: "11:00"');
    const error = await fixpoints.restore('d').catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_FIXPOINT_PARENT_CHANGED' });
    expect(String(error)).toMatch(/"b" is built on "a"[\s\S]*in this order: b, d\./);
    await expect(fixpoints.compare('c')).rejects.toThrow('HFIT_FIXPOINT_PARENT_CHANGED');
    const overview = await fixpoints.files.overview();
    expect(overview.record).toEqual(['b', 'd', 'c']);
    expect(treeAsText(overview)).toContain('├─ b  ! parent changed');
    // Where a new state is accepted, it is recorded on what the parent is now.
    await fixpoints.restore('a');
    const updated = await fixpoints.compare('b', { update: true });
    expect(updated).toMatchObject({ equal: false, updated: true });
    expect((await fixpoints.files.overview()).record).toEqual(['d', 'c']);
  });

  it('is moved on to the changed parent where it fits, and says where it does not', async () => {
    change('a', 'seen: "10:00"', 'seen: "11:00"');
    const error = await fixpoints.files.rebase().catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_FIXPOINT_REBASE' });
    expect(error.what).toContain(
      '"c" does not fit on the changed "a": users, row id 1: it holds other',
    );
    // Those before it fitted, and were written.
    expect((await fixpoints.files.overview()).record).toEqual(['c']);
    await fixpoints.restore('d');
    expect(shop.rows('SELECT name, seen FROM users')).toEqual([{ name: 'Tom R', seen: '11:00' }]);
    expect(shop.rows('SELECT * FROM notes')).toHaveLength(2);
    expect(await fixpoints.files.rebase('d')).toEqual([]);
  });

  it.each([
    ['b', /users, row id 1: its column name/, 'a', /name: Tom\n/, 'name: Tim\n'],
    ['b', /items, row id 1: it is there/, 'a', 'sequences:', addItem()],
    [
      'b',
      /sequence items stands at 5, not at its beginning/,
      'a',
      'at: 1 }',
      'at: 1 }\n  - { sequence: items, at: 5 }',
    ],
  ])('does not fit where it would lose something: %#', async (_, reason, parent, from, to) => {
    change(parent, from, to);
    await expect(fixpoints.files.rebase()).rejects.toThrow(reason);
  });

  it('is not moved on to a parent that lacks what its rows point to', async () => {
    change('a', 'id: 1', 'id: 9');
    const wanted =
      /"b" does not fit on the changed "a": items, row id 1: it points to a row of users that/;
    await expect(fixpoints.rebase('b')).rejects.toThrow(wanted);
    // Files alone do not know the foreign keys; a restore finds it out.
    expect(await fixpoints.files.rebase('b')).toEqual(['b']);
    await expect(fixpoints.restore('b')).rejects.toThrow('HFIT_FIXPOINT_ROW');
  });

  it('that is broken is told as a whole', async () => {
    await fixpoints.remove('b');
    change('c', 'parent: a', 'parent: c');
    change('a', 'tables:', 'tablets:');
    const overview = await fixpoints.files.overview();
    expect(treeAsText(overview)).toBe('a  ! unreadable\nd  ! parent missing (b)\nc  ! cycle');
    expect(overview.record).toEqual(['a', 'b', 'd', 'c']);
    await expect(fixpoints.restore('c')).rejects.toThrow(/HFIT_FIXPOINT_CYCLE.*c → c/);
  });
});

function addItem(): string {
  return `  - table: items
    columns: { id: INTEGER, title: TEXT, user_id: INTEGER }
    key: [id]
    rows:
      - id: 1
        title: Other
        user_id: 1
sequences:`;
}
