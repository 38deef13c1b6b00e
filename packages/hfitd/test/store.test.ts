import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readPublicKey } from '../src/auth/public-key.js';
import { readOrMake } from '../src/config/secret-file.js';
import { openStore } from '../src/store/open.js';
import { readSigningKeys, renewSigningKey } from '../src/store/signing-keys.js';
import { addUser, findUser } from '../src/store/users.js';
import { testFolder } from './folder.js';
import { newUser } from './people.js';
import { thrown } from './thrown.js';

async function testStore(folder = testFolder()) {
  const store = await openStore(folder);
  onTestFinished(() => store.destroy());
  return { store, folder };
}

describe('the store', () => {
  test('is a file that its owner alone can open', async () => {
    const { folder } = await testStore();
    for (const file of ['hfitd.db', 'hfitd.db-wal', 'hfitd.db-shm']) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
  });

  test('holds what it held when it is opened again', async () => {
    const folder = testFolder();
    const first = await openStore(folder);
    await addUser(first, 'ann@example.com', readPublicKey(newUser('ann@example.com').publicKey));
    await first.destroy();
    const { store } = await testStore(folder);
    expect(await findUser(store, 'ann@example.com')).toBeDefined();
  });

  test('that a newer version wrote is left alone', async () => {
    const folder = testFolder();
    await (await openStore(folder)).destroy();
    const database = new Sqlite(join(folder, 'hfitd.db'));
    database.exec(
      "INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', '2030-01-01')",
    );
    database.close();
    await thrown('HFIT_STORE_UNUSABLE', () => openStore(folder));
  });

  test('that is no database is left as it is', async () => {
    const folder = testFolder();
    writeFileSync(
      join(folder, 'hfitd.db'),
      'these are notes, not a database, and long enough'.repeat(40),
    );
    const before = readFileSync(join(folder, 'hfitd.db'));
    await thrown('HFIT_STORE_UNUSABLE', () => openStore(folder));
    expect(readFileSync(join(folder, 'hfitd.db')).equals(before)).toBe(true);
  });
});

describe('the signing key', () => {
  test('that was renewed is forgotten, but for its public half', async () => {
    const { store } = await testStore();
    await renewSigningKey(store, 60_000);
    const [old] = await readSigningKeys(store);
    await renewSigningKey(store, 60_000);
    const [current, before, ...rest] = await readSigningKeys(store);
    expect(current?.privateKey).toMatch(/BEGIN PRIVATE KEY/);
    expect(before).toEqual({ ...old, privateKey: null });
    expect(rest).toEqual([]);
  });

  test('is gone when no token of it can be valid', async () => {
    const { store } = await testStore();
    await renewSigningKey(store, 0);
    await renewSigningKey(store, 0);
    expect(await readSigningKeys(store)).toHaveLength(1);
  });
});

describe('a secret file', () => {
  test('is made once, for its owner alone', () => {
    const file = join(testFolder(), 'masking.key');
    expect(readOrMake(file, () => 'one')).toBe('one');
    expect(readOrMake(file, () => 'two')).toBe('one');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
