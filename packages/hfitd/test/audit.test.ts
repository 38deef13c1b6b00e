import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { Audit } from '../src/audit/audit.js';
import { readPublicKey } from '../src/auth/public-key.js';
import { addUser, findUser, removeUser } from '../src/store/users.js';
import { attempt, testAudit } from './auditing.js';
import { newUser } from './people.js';
import { thrown } from './thrown.js';

const linesOf = (folder: string) =>
  readFileSync(join(folder, 'audit.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('the audit log', () => {
  test('stands in the file and in the store alike, one line for one event', async () => {
    const { audit, folder, store } = await testAudit();
    await audit.record({ ...attempt, outcome: 'ok', details: { text: '\u2028 "' } });
    await audit.record({ ...attempt, outcome: 'refused' });
    const [first, second] = linesOf(folder);
    const at = expect.any(String);
    expect(first).toMatchObject({ at, ...attempt, outcome: 'ok', details: { text: '\u2028 "' } });
    expect(second).toMatchObject({ at, ...attempt, outcome: 'refused', sequence: 2 });
    expect(second.previous).toBe(first.hash);
    const [kept] = await audit.last(10);
    expect(first).toMatchObject(kept as object);
    const rows = await store.selectFrom('audit').select(['sequence', 'hash']).execute();
    expect(rows).toEqual([first, second].map(({ sequence, hash }) => ({ sequence, hash })));
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

  test('keeps names that no database can hold in a form that all can', async () => {
    const { audit } = await testAudit();
    await audit.record({ ...attempt, who: 'a\0b\ud800', target: '\udc00', outcome: 'refused' });
    expect(await audit.last(1)).toMatchObject([{ who: 'a\ufffdb\ufffd', target: '\ufffd' }]);
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

  test('whose file is on a full disk keeps the change from being made', async () => {
    // A device that is always full: what the kernel says is the same as of a disk.
    const { audit, store } = await testAudit({ file: '/dev/full' });
    const key = readPublicKey(newUser('ann@example.com').publicKey);
    await thrown('HFIT_AUDIT_FAILED', () =>
      audit.within(attempt, (transaction) => addUser(transaction, 'ann@example.com', key)),
    );
    expect(await findUser(store, 'ann@example.com')).toBeUndefined();
    await thrown('HFIT_AUDIT_FAILED', () => audit.around(attempt, async () => 'secret'));
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

  test('that cannot be opened is told with its path', async () => {
    const { parts, folder } = await testAudit();
    const file = join(folder, 'nowhere', 'audit.log');
    const error = await thrown('HFIT_AUDIT_UNREADABLE', () => Audit.open({ ...parts, file }));
    expect(error.where).toBe(file);
  });

  test('tells of a change that failed', async () => {
    const { audit, store, folder } = await testAudit();
    await thrown('HFIT_USER_UNKNOWN', () =>
      audit.within(attempt, (transaction) => removeUser(transaction, 'nobody@example.com')),
    );
    expect(linesOf(folder)).toMatchObject([
      { outcome: 'failed', details: { code: 'HFIT_USER_UNKNOWN' } },
    ]);
    expect(await store.selectFrom('audit').selectAll().execute()).toHaveLength(1);
    await audit.close();
  });
});
