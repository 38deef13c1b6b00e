import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { Audit } from '../src/audit/audit.js';
import { checkpointText, hashOf, lineChain } from '../src/audit/chain.js';
import { verifyAudit } from '../src/audit/verify.js';
import { openStore } from '../src/store/open.js';
import type { Store } from '../src/store/tables.js';
import { attempt, makeAudit, newVoucher, type TestAudit, testAudit } from './auditing.js';
import { makeFolder, testFolder } from './folder.js';

/** An audit log with seven records, to be tampered with. */
async function fill(made: TestAudit) {
  for (let i = 1; i <= 7; i++) {
    const details = { b: i, a: [i] };
    await made.audit.record({ ...attempt, request: `r${i}`, outcome: 'ok', details });
  }
  const { parts, store, voucher } = made;
  const verify = (files = [parts.file], at = store) =>
    verifyAudit({ store: at, files, trusted: voucher });
  return { ...made, file: parts.file, verify };
}

const filled = async () => fill(await testAudit());

/** One that every test leaves as it was: they change copies, or take their changes back. */
let shared: Awaited<ReturnType<typeof fill>>;
const folder = makeFolder();
beforeAll(async () => {
  shared = await fill(await makeAudit(folder));
});
afterAll(async () => {
  await shared.close();
  rmSync(folder, { recursive: true });
});

/** What is found in the store while it is changed; the change is taken back. */
async function whileChanged(change: (store: Store) => Promise<void>) {
  let report: Awaited<ReturnType<typeof verifyAudit>> | undefined;
  const undone = shared.store.transaction().execute(async (store) => {
    await tamper(store, 'SELECT 1');
    await change(store);
    report = await shared.verify([shared.file], store);
    throw new Error('taken back');
  });
  await expect(undone).rejects.toThrow('taken back');
  return report as NonNullable<typeof report>;
}

/** Lets a test do in the store what its triggers refuse, as somebody with the file can. */
async function tamper(store: Store, statement: string): Promise<void> {
  for (const change of ['update', 'delete']) {
    await sql.raw(`DROP TRIGGER IF EXISTS audit_no_${change}`).execute(store);
  }
  for (const one of statement.split(';')) await sql.raw(one).execute(store);
}

describe('an audit log', () => {
  test('that is as it was written is whole, also after a new start', async () => {
    const { audit, parts, verify, store, voucher } = await filled();
    await audit.close();
    const again = await Audit.open(parts);
    await again.record({ ...attempt, outcome: 'failed', details: { price: 0.1, none: null } });
    const report = await verify();
    expect(report).toMatchObject({
      isWhole: true,
      store: { records: 8, unchained: 0, problem: null },
      file: { lines: 8, unchained: 0, problem: null, notes: [] },
    });
    const noted = [report.store.head];
    const later = await verifyAudit({ store, files: [parts.file], trusted: voucher, noted });
    expect(later.isWhole).toBe(true);
    await again.close();
  });

  test('may begin with lines from before there was a chain, and then have no more of them', async () => {
    const { verify } = shared;
    const file = join(testFolder(), 'audit.log');
    const old = `${JSON.stringify({ at: '2026-01-01T00:00:00Z', who: 'ann', action: 'login' })}\n`;
    const lines = readFileSync(shared.file, 'utf8');
    writeFileSync(file, old + lines);
    expect((await verify([file])).file).toMatchObject({ lines: 8, unchained: 1, problem: null });
    writeFileSync(file, old + lines + old);
    expect((await verify([file])).file.problem).toBe(
      `${file}:9: the line has no place in the chain: it was inserted`,
    );
  });

  const line = (lines: string[], i: number) => lines[i] as string;
  test.each<[what: string, change: (lines: string[]) => string[], problem: RegExp]>([
    [
      'a name changed',
      (it) => it.with(2, line(it, 2).replace('eve@', 'ann@')),
      /:3: the line was changed$/,
    ],
    [
      'a number changed',
      (it) => it.with(2, line(it, 2).replace('"b":3', '"b":4')),
      /:3: the line was changed$/,
    ],
    [
      'a line broken',
      (it) => it.with(2, line(it, 2).slice(0, 30)),
      /:3: the line was changed: it cannot be read/,
    ],
    [
      'a line removed',
      (it) => it.toSpliced(2, 1),
      /:3: the line was put in the place of others, or others before it were removed/,
    ],
    ['the first removed', (it) => it.slice(1), /:1: the line was put in the place/],
    ['a line twice', (it) => it.toSpliced(3, 0, line(it, 2)), /:4: the line was inserted/],
    [
      'two lines exchanged',
      (it) => it.with(2, line(it, 3)).with(3, line(it, 2)),
      /:3: the line was/,
    ],
    [
      'the end cut off',
      (it) => it.slice(0, 5),
      /the end was cut off: record 6 of this daemon is not there/,
    ],
    ['all cut off', () => [], /the end was cut off: record 1 /],
    [
      'a changed line with new hashes',
      (it) => it.with(2, forged(it, 2)),
      /:3: the store has no such record, or another one/,
    ],
    [
      'a line added',
      (it) => [...it, forged([...it, line(it, 6)], 7)],
      /:8: the store has no such record/,
    ],
  ])('with %s in its file shows it', async (_what, change, problem) => {
    const file = join(testFolder(), 'audit.log');
    const lines = readFileSync(shared.file, 'utf8').trimEnd().split('\n');
    writeFileSync(
      file,
      change(lines)
        .map((one) => `${one}\n`)
        .join(''),
    );
    const { isWhole, file: report, store } = await shared.verify([file]);
    expect(report.problem).toMatch(problem);
    expect([isWhole, store.problem]).toEqual([false, null]);
  });

  /** What somebody writes who knows how the chain is made. */
  function forged(lines: string[], i: number): string {
    const record = { ...JSON.parse(line(lines, i)), who: 'nobody' };
    const before = JSON.parse(line(lines, i - 1));
    const hash = hashOf({ ...record, previous: i === 7 ? 'x' : record.previous });
    return JSON.stringify({
      ...record,
      ...(i === 7 && { previous: 'x' }),
      hash,
      chain: lineChain(before.chain, hash),
    });
  }

  test.each([
    [
      'a name changed',
      "UPDATE audit SET who = 'ann' WHERE sequence = 3",
      /^record 3 of \S+ was changed$/,
    ],
    [
      'details changed',
      `UPDATE audit SET details = '{"b":3,"a":[4]}' WHERE sequence = 3`,
      /^record 3 of \S+ was changed$/,
    ],
    ['a record removed', 'DELETE FROM audit WHERE sequence = 3', /^record 3 was removed$/],
    ['some removed', 'DELETE FROM audit WHERE sequence IN (3, 4)', /^records 3 to 4 were removed$/],
    [
      'the end cut off',
      'DELETE FROM audit WHERE sequence > 5',
      /^the end was cut off: records 6 to 7 are not there/,
    ],
    [
      'the end cut off, and the head put back',
      `DELETE FROM audit WHERE sequence > 6;
       UPDATE audit_head SET sequence = 6, hash = (SELECT hash FROM audit WHERE sequence = 6)`,
      /^record 7, up to which daemon one signed, is not there any more$/,
    ],
    [
      'the checkpoint put back too',
      `DELETE FROM audit WHERE sequence > 6;
       UPDATE audit_head SET sequence = 6, hash = (SELECT hash FROM audit WHERE sequence = 6);
       UPDATE audit_checkpoints SET sequence = 6, hash = (SELECT hash FROM audit WHERE sequence = 6)`,
      /^the checkpoint of daemon one at record 6 is not signed by it$/,
    ],
    [
      'the checkpoint removed',
      'DELETE FROM audit_checkpoints',
      /^the checkpoint that this daemon signed was removed$/,
    ],
    ['the head removed', 'DELETE FROM audit_head', /^the head of the chain was removed$/],
    [
      'a record inserted',
      `INSERT INTO audit (at, request, who, action, outcome, details)
       VALUES ('2026', 'r', 'w', 'login', 'ok', '{}')`,
      /^a record of 2026 \(id 8\) has no place in the chain: it was inserted after record 7$/,
    ],
  ])('with %s in its store shows it', async (_what, statement, problem) => {
    const report = await whileChanged((store) => tamper(store, statement));
    expect(report.store.problem).toMatch(problem);
    expect(report.isWhole).toBe(false);
  });

  test('with a record changed and everything after it made anew is told by the checkpoint', async () => {
    const report = await whileChanged(async (store) => {
      const rows = await store.selectFrom('audit').selectAll().orderBy('id').execute();
      let previous = rows[1]?.hash as string;
      for (const row of rows.slice(2)) {
        const changed = { ...row, who: 'nobody', previous, target: row.target ?? '' };
        const hash = hashOf({ ...changed, details: JSON.parse(row.details) } as never);
        const update = store.updateTable('audit').set({ ...changed, hash });
        await update.where('id', '=', row.id).execute();
        previous = hash;
      }
      await store.updateTable('audit_head').set({ hash: previous }).execute();
    });
    expect(report.store.problem).toBe(
      'record 7, up to which daemon one signed, is not there any more',
    );
    expect(report.file.problem).toMatch(/:3: the store has no such record, or another one/);
  });

  test('put back as a whole is told by what was noted elsewhere', async () => {
    const { audit, store, file, voucher } = await filled();
    const files = [file];
    const { head } = (await verifyAudit({ store, files, trusted: voucher })).store;
    const lines = readFileSync(file, 'utf8');
    await audit.record({ ...attempt, outcome: 'ok' });
    const noted = [(await verifyAudit({ store, files, trusted: voucher })).store.head];
    expect(noted[0]?.sequence).toBe(8);
    writeFileSync(file, lines);
    await tamper(
      store,
      `DELETE FROM audit WHERE sequence > 7;
       UPDATE audit_head SET sequence = 7, hash = '${head.hash}'`,
    );
    const { sign, daemon } = voucher;
    const signature = sign(checkpointText(daemon, 7, head.hash));
    await store
      .updateTable('audit_checkpoints')
      .set({ ...head, signature })
      .execute();
    const blind = await verifyAudit({ store, files, trusted: voucher });
    expect(blind.isWhole).toBe(true);
    const seeing = await verifyAudit({ store, files, trusted: voucher, noted });
    expect(seeing.store.problem).toBe('record 8 is not the one that was noted');
  });

  test('whose daemon was stopped between the line and the store is whole, with a note', async () => {
    const { audit, parts, verify, store } = await filled();
    const stopped = store.transaction().execute(async (transaction) => {
      const inside = await Audit.open({ ...parts, store: nested(transaction) });
      await inside.record({ ...attempt, outcome: 'started' });
      await inside.close();
      throw new Error('stopped');
    });
    await expect(stopped).rejects.toThrow('stopped');
    await audit.close();
    appendFileSync(parts.file, '{"sequence":9,"at":');
    const again = await Audit.open(parts);
    await again.record({ ...attempt, outcome: 'ok' });
    const report = await verify();
    expect(report.file).toMatchObject({ lines: 9, problem: null });
    expect(report.file.notes).toEqual([
      `${parts.file}:8: this was written down, and then not done: the store has it not`,
    ]);
    expect(report.isWhole).toBe(true);
    await again.close();
  });

  /** A transaction that takes another one inside for itself. */
  function nested(transaction: unknown): Store {
    const inside = transaction as Store;
    return {
      transaction: () => ({ execute: (work: (it: Store) => unknown) => work(inside) }),
    } as never;
  }

  test('may be in several files, one after the other', async () => {
    const { audit, parts, folder, verify } = await filled();
    await audit.close();
    const next = join(folder, 'next.log');
    const again = await Audit.open({ ...parts, file: next });
    await again.record({ ...attempt, outcome: 'ok' });
    expect((await verify([parts.file, next])).isWhole).toBe(true);
    expect((await verify([next])).file.problem).toMatch(
      /:1: record 1, which the store has, is missing/,
    );
    await again.close();
  });
});

describe.skipIf(!services.postgresql)('on a server that several daemons share', () => {
  test('the records of all stand in one chain, and each vouches for it', async () => {
    const { url, drop } = await freshPostgresql();
    onTestFinished(drop);
    const daemons = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const store = await openStore('', url);
        return testAudit({ store, voucher: newVoucher(name) });
      }),
    );
    await Promise.all(
      daemons.flatMap(({ audit }) =>
        Array.from({ length: 15 }, () => audit.record({ ...attempt, outcome: 'ok' })),
      ),
    );
    for (const { store, parts, voucher } of daemons) {
      const report = await verifyAudit({ store, files: [parts.file], trusted: voucher });
      expect(report).toMatchObject({ isWhole: true, store: { records: 30 }, file: { lines: 15 } });
    }
    for (const { audit, store } of daemons) {
      await audit.close();
      await store.destroy();
    }
  });
});
