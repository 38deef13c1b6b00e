import { chmodSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixpoints, lastRestored } from '../src/index.js';
import { Shop } from './shop.js';

let shop: Shop;
let fixpoints: Fixpoints;
beforeEach(async () => {
  shop = new Shop();
  fixpoints = await shop.open();
});
afterEach(() => shop.close());

const post = `INSERT INTO items (title, user_id) VALUES ('Bike, red', 1); UPDATE users SET name = 'Tom R' WHERE id = 1`;

describe('what is wrong', () => {
  it.each(['../a', 'a/b', 'a\\b', '', '.hidden', 'a\0', 'con', 'x'.repeat(101), 'a.'])(
    'is a name such as %j',
    async (name) => {
      await expect(fixpoints.store(name)).rejects.toThrow('HFIT_FIXPOINT_NAME');
      await expect(fixpoints.restore(name)).rejects.toThrow('HFIT_FIXPOINT_NAME');
    },
  );

  it('is another schema: every table and column that differs is named', async () => {
    shop.run(post);
    await fixpoints.store('a');
    shop.run(`ALTER TABLE users RENAME seen TO last_seen; DROP TABLE items`);
    const error = await fixpoints.restore('a').catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_FIXPOINT_SCHEMA' });
    for (const part of [
      'no table items',
      'no column seen',
      'column last_seen',
      'no sequence items',
    ]) {
      expect(error.what).toContain(part);
    }
  });

  it.each([
    ['key: [id]', 'key: [no]', ':7:10'],
    ['id: 1\n', 'id: [\n', ':'],
    ['at: 1', 'at: x', ':13:28'],
    ['name: Tom', 'nome: Tom', ':10:15'],
    ['        name: Tom\n', '', ':9:9'],
    ['fixpointVersion: 1', 'fixpointVersion: 2', ':1:18'],
    ['dialect', 'parent: ../p\nparentDigest: "0a"\ndialect', ':2:9'],
    ['seen: "10:00"', 'seen: !near { value: 1 }', ':11:21'],
    ['seen: "10:00"', 'seen: !pattern "["', ':11:24'],
    // Of what stands twice, one would be lost.
    ['sequences:', `      - { id: 1, name: Tim, seen: null }\nsequences:`, ':12:9'],
    ['sequences:', `      - id: 1\n        name: Tim\n        seen: null\nsequences:`, ':12:9'],
    [
      'sequences:',
      `  - { table: users, columns: { id: INTEGER }, key: [id] }\nsequences:`,
      ':12:5',
    ],
    [/( {2}- table[\s\S]*)(?=sequences)/, '$1$1', ':12:5'],
    ['at: 1 }', 'at: 1 }\n  - { sequence: users, at: 9 }', ':14:5'],
  ])('is a broken file, at its line and column: %j as %j', async (right, wrong, where) => {
    await fixpoints.store('a');
    shop.write('a.yaml', shop.read('a.yaml').replace(right, wrong));
    const error = await fixpoints.restore('a').catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_FIXPOINT_FILE' });
    expect((await fixpoints.files.overview()).record).toEqual(['a']);
    expect(error.where).toContain(`a.yaml${where}`);
  });

  it('is a test that stores under a name that another one stores under', async () => {
    const results = await Promise.allSettled(
      [fixpoints, await shop.open()].map((it) => it.store('a')),
    );
    const failed = results.filter((it) => it.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(String(failed[0]?.reason)).toMatch(/HFIT_FIXPOINT_BUSY.*process \d+/);
    expect(await fixpoints.compare('a')).toMatchObject({ equal: true });
    expect(readdirSync(shop.directory)).toEqual(['a.yaml']);
    // What a process that was killed has left is in nobody's way.
    shop.write('.b.lock', `999999 ${(await import('node:os')).hostname()} ${Date.now()}\n`);
    await fixpoints.store('b');
    expect(readdirSync(shop.directory)).toEqual(['a.yaml', 'b.yaml']);
  });

  it.skipIf(!process.seteuid)('is a folder that can only be read', async () => {
    await fixpoints.store('a');
    chmodSync(shop.folder, 0o755);
    chmodSync(shop.directory, 0o555);
    // Root may write everywhere, so it is nobody for a moment.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      await expect(fixpoints.store('b')).rejects.toThrow(/HFIT_FIXPOINT_FOLDER.*you may not/);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(shop.directory, 0o755);
    }
    expect(readdirSync(shop.directory)).toEqual(['a.yaml']);
  });

  it('is a folder that is a file, or not there', async () => {
    await fixpoints.store('a');
    const other = await shop.open({ directory: `${shop.directory}/a.yaml` });
    await expect(other.store('b')).rejects.toThrow(/HFIT_FIXPOINT_FOLDER.*there is a file where/);
    const absent = await shop.open({ directory: `${shop.directory}s` });
    for (const { files } of [other, absent]) {
      await expect(files.list()).rejects.toThrow('HFIT_FIXPOINT_NO_FOLDER');
      await expect(files.overview()).rejects.toThrow('HFIT_FIXPOINT_NO_FOLDER');
    }
  });

  it('is of a newer version', async () => {
    await fixpoints.store('a');
    shop.write('a.yaml', shop.read('a.yaml').replace('Version: 1', 'Version: 9'));
    await expect(fixpoints.restore('a')).rejects.toThrow(/version 9.* a newer version wrote it/);
  });

  it('is a parent that is not there, not restored, or the fixpoint itself', async () => {
    await expect(fixpoints.store('a', { parent: 'b' })).rejects.toThrow('HFIT_FIXPOINT_ABSENT');
    await expect(fixpoints.store('a', { parent: lastRestored })).rejects.toThrow(
      'HFIT_FIXPOINT_NOT_RESTORED',
    );
    await fixpoints.store('a');
    await fixpoints.store('b', { parent: 'a' });
    await expect(fixpoints.store('a', { parent: 'b' })).rejects.toThrow('HFIT_FIXPOINT_CYCLE');
    await fixpoints.remove('a');
    await expect(fixpoints.restore('b')).rejects.toThrow(/HFIT_FIXPOINT_PARENT_MISSING.*\n.*a, b/);
  });
});
