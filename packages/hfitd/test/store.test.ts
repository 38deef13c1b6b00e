import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Audit } from '../src/audit/audit.js';
import type { Attempt } from '../src/audit/event.js';
import { readPublicKey } from '../src/auth/public-key.js';
import { readOrMake } from '../src/config/secret-file.js';
import { makeLogger } from '../src/log.js';
import { openStore } from '../src/store/open.js';
import { readSigningKeys, renewSigningKey } from '../src/store/signing-keys.js';
import { addUser, findUser, removeUser } from '../src/store/users.js';
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

describe('the audit log', () => {
  const attempt: Attempt = {
    request: 'r1',
    who: 'eve@example.com\n{"forged":true}',
    action: 'add-user',
    target: 'ann@example.com',
  };

  async function testAudit() {
    const { store, folder } = await testStore();
    const audit = await Audit.open(folder, store, makeLogger('silent'));
    const lines = () =>
      readFileSync(join(folder, 'audit.log'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
    return { store, folder, audit, lines };
  }

  test('stands in the file and in the store alike, one line for one event', async () => {
    const { audit, folder, lines } = await testAudit();
    await audit.record({ ...attempt, outcome: 'ok', details: { text: '\u2028 "' } });
    await audit.record({ ...attempt, outcome: 'refused' });
    expect(lines()).toEqual([
      { at: expect.any(String), ...attempt, outcome: 'ok', details: { text: '\u2028 "' } },
      { at: expect.any(String), ...attempt, outcome: 'refused' },
    ]);
    const [first, second] = await audit.last(10);
    expect(first).toEqual(lines()[0]);
    expect(second).toEqual({ ...lines()[1], details: {} });
    expect(statSync(join(folder, 'audit.log')).mode & 0o777).toBe(0o600);
    await audit.close();
  });

  test('cannot be changed through the store', async () => {
    const { audit, store } = await testAudit();
    await audit.record({ ...attempt, outcome: 'ok' });
    await expect(store.deleteFrom('audit').execute()).rejects.toThrow('only grows');
    await expect(store.updateTable('audit').set({ who: 'x' }).execute()).rejects.toThrow(
      'only grows',
    );
    await audit.close();
  });

  test('that finds the disk full says so, whatever the rollback says', async () => {
    const { audit, store } = await testAudit();
    const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(store);
    await sql.raw(`PRAGMA max_page_count = ${rows[0]?.page_count}`).execute(store);
    const large = { ...attempt, outcome: 'ok' as const, details: { text: 'x'.repeat(100_000) } };
    await thrown('HFIT_AUDIT_FAILED', () => audit.record(large));
    await thrown('HFIT_AUDIT_FAILED', () =>
      audit.within({ ...attempt, details: large.details }, async () => 'done'),
    );
    await audit.close();
  });

  test('that cannot be written keeps the change from being made', async () => {
    const { audit, store } = await testAudit();
    await audit.close();
    const key = readPublicKey(newUser('ann@example.com').publicKey);
    await thrown('HFIT_AUDIT_FAILED', () =>
      audit.within(attempt, (transaction) => addUser(transaction, 'ann@example.com', key)),
    );
    expect(await findUser(store, 'ann@example.com')).toBeUndefined();
    await thrown('HFIT_AUDIT_FAILED', () => audit.around(attempt, async () => 'secret'));
  });

  test('tells of a change that failed', async () => {
    const { audit, store, lines } = await testAudit();
    await thrown('HFIT_USER_UNKNOWN', () =>
      audit.within(attempt, (transaction) => removeUser(transaction, 'nobody@example.com')),
    );
    expect(lines()).toMatchObject([{ outcome: 'failed', details: { code: 'HFIT_USER_UNKNOWN' } }]);
    expect(await store.selectFrom('audit').selectAll().execute()).toHaveLength(1);
    await audit.close();
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
