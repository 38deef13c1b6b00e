import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { openDatabase, type Value } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { KeyStore } from '../src/closure/key-store.js';
import { rowsOf, type Shop, subsetOf, template, withExtraction } from './shop.js';

const descriptors = '/proc/self/fd';

/** What the temporary files of SQLite hold that this process has open; they have no name any more. */
function inUnnamedFiles(): string {
  const texts = readdirSync(descriptors).map((fd) => {
    try {
      const path = `${descriptors}/${fd}`;
      return /etilqs_.*deleted/.test(readlinkSync(path)) ? readFileSync(path, 'latin1') : '';
    } catch {
      return '';
    }
  });
  return texts.join('');
}

/** More than memory is taken for. */
const owners = 150;
const marked = (i: number) => `zqplanted-${i}-${'x'.repeat(60_000)}`;

test.skipIf(!existsSync(descriptors))(
  'keys that the policy hides come to no disk as they are',
  async () => {
    const sqlite = new Sqlite(':memory:');
    sqlite.exec('CREATE TABLE owner (name TEXT NOT NULL PRIMARY KEY)');
    sqlite.exec('CREATE TABLE pet (id INTEGER PRIMARY KEY, owner TEXT REFERENCES owner)');
    const [owner, pet] = [
      sqlite.prepare('INSERT INTO owner VALUES (?)'),
      sqlite.prepare('INSERT INTO pet VALUES (?, ?)'),
    ];
    for (let i = 1; i <= owners; i += 1) {
      owner.run(marked(i));
      pet.run(i, marked(i));
    }
    const shop = { database: await openDatabase(sqlite) } as Shop;
    const seen = async (as: string) => {
      let seen = '';
      const onProgress = () => {
        seen ||= inUnnamedFiles();
      };
      const policy = `policyVersion: 1\ndatabases: { shop: { owner: { name: ${as} }, pet: { id: keep, owner: ${as} } } }`;
      const asked = { policy, onProgress, template: template(subsetOf('pet', 'id > 0')) };
      const rows = await withExtraction(shop, asked, (it) => rowsOf(it.dataset()));
      expect(rows.owner).toHaveLength(owners);
      expect(new Set(rows.pet?.map((row) => row[1]))).toEqual(new Set(rows.owner?.flat()));
      return seen;
    };
    try {
      // What is kept shows that the file is looked at.
      expect(await seen('keep')).toContain('zqplanted');
      const hidden = await seen('hash');
      expect(hidden.length).toBeGreaterThan(1e6);
      expect(hidden).not.toContain('zqplanted');
    } finally {
      sqlite.close();
    }
  },
);

test('a value that is sealed is found again, and comes back as it was', () => {
  const values: Value[] = ['7', 7n, '', 'é\0', -(2n ** 63n), 1.5, new Uint8Array([0, 255]), null];
  const store = new KeyStore(0);
  try {
    const set = store.set([false, true]);
    for (const [i, value] of values.entries()) expect(set.add([BigInt(i), value])).toBe(i + 1);
    expect(set.add([0n, '7'])).toBe(null);
    expect(set.chunk(0, set.size, 100).map(({ key }) => key[1])).toEqual(values);
    expect(set.find([1n, 7n])).toBe(2);
    expect(set.find([1n, '7'])).toBe(null);
  } finally {
    store.close();
  }
});
