import type { Value } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { describe, expect, it } from 'vitest';
import { compareChanges } from '../../src/compare/compare.js';
import { any, type CompareRules, near, pattern } from '../../src/compare/rules.js';
import { difference, type Rows, schemaOf } from './states.js';

const schema = schemaOf({
  account: { columns: ['!id', 'name', 'token', 'seen_at', 'balance'] },
  version: { columns: ['!id', 'what'] },
  event: { columns: ['what', 'seen_at'] },
});

const account = (id: string, ...rest: Value[]) => ({ account: [[id, ...rest]] });
const compare = async (expected: Rows, found: Rows, rules: CompareRules = {}) =>
  compareChanges(await difference(schema, expected, found), schema, rules);

const before = account('1', 'Tom', 'abc', '2026-11-21 10:00:00', '12.50');
const after = account('1', 'Tom', 'f00', '2026-11-21 10:00:04', '12.51');

describe('a comparison', () => {
  it('without rules lets nothing through', async () => {
    const { equal, changes, accepted } = await compare(before, after);
    expect(equal).toBe(false);
    expect(changes.tables).toMatchObject([
      { name: 'account', updated: [{ after: after.account[0] }] },
    ]);
    expect(accepted).toEqual([]);
  });

  it('ignores columns in all tables, and of one', async () => {
    const rules = { ignore: ['seen_at', { account: ['token', 'balance'] }] };
    const { equal, accepted } = await compare(before, after, rules);
    expect(equal).toBe(true);
    expect(accepted.map(({ column, reason, count }) => [column, reason, count])).toEqual([
      ['balance', 'ignored', 1],
      ['seen_at', 'ignored', 1],
      ['token', 'ignored', 1],
    ]);
  });

  it('shows of a row what was not let through, and no more', async () => {
    const { changes } = await compare(before, after, { ignore: ['seen_at', 'balance'] });
    expect(changes.tables[0]?.updated).toEqual([
      {
        before: ['1', 'Tom', 'abc', '2026-11-21 10:00:04', '12.51'],
        after: ['1', 'Tom', 'f00', '2026-11-21 10:00:04', '12.51'],
      },
    ]);
  });

  it('knows values that may be others', async () => {
    const volatile = {
      seen_at: near({ seconds: 5 }),
      account: { token: pattern(/[0-9a-f]{3}/), balance: near({ by: 0.01 }) },
    };
    expect((await compare(before, after, { volatile })).equal).toBe(true);
    const later = account('1', 'Tom', 'f00', '2026-11-21 10:00:06', '12.51');
    expect((await compare(before, later, { volatile })).equal).toBe(false);
    const gone = account('1', 'Tom', 'f00', null, '12.51');
    expect((await compare(before, gone, { volatile })).equal).toBe(false);
    const kept = account('1', 'Tom', 'f00x', '2026-11-21 10:00:04', '12.51');
    expect((await compare(before, kept, { volatile })).equal).toBe(false);
    const more = account('1', 'Tom', 'f00', '2026-11-21 10:00:04', '12.52');
    expect((await compare(before, more, { volatile })).equal).toBe(false);
  });

  it('lets what a file tags through in that row alone', async () => {
    const two = (first: Value, second: Value) => ({
      account: [
        ['1', 'Tom', first, null, null],
        ['2', 'Ann', second, null, null],
      ],
    });
    const tags = [
      { table: { schema: 'public', name: 'account' }, row: ['1'], column: 'token', rule: any() },
    ];
    expect((await compare(two('a', 'b'), two('c', 'b'), { tags })).equal).toBe(true);
    const { changes } = await compare(two('a', 'b'), two('c', 'd'), { tags });
    expect(changes.tables[0]?.updated.map(({ after: row }) => row[0])).toEqual(['2']);
  });

  it('leaves tables out, and names them', async () => {
    const more = { ...before, version: [['1', 'x']] };
    const rules = { excludeTables: ['version'] };
    const { equal, accepted } = await compare(before, more, rules);
    expect(equal).toBe(true);
    expect(accepted).toMatchObject([{ name: 'version', reason: 'not compared', count: 1 }]);
    expect((await compare(before, more, { tables: ['account'] })).equal).toBe(true);
    expect((await compare(before, more)).equal).toBe(false);
  });

  it('never leaves a table out that it was not told to', async () => {
    const changes = await difference(schema, before, { ...before, version: [['1', 'x']] });
    const elsewhere = changes.tables.map((table) => ({ ...table, schema: 'other' }));
    expect(compareChanges({ ...changes, tables: elsewhere }, schema).equal).toBe(false);
  });

  it('pairs rows without a key by what has to agree, the most that can be paired', async () => {
    const at = (...times: string[]) => ({
      event: times.map((time) => ['in', `2026-01-01 ${time}`]),
    });
    const volatile = { seen_at: near({ seconds: 10 }) };
    // The first alone fits the second; greedily taken, it would leave one without a partner.
    const expected = at('10:00:00', '10:00:10');
    expect((await compare(expected, at('10:00:09', '10:00:20'), { volatile })).equal).toBe(true);
    expect((await compare(expected, at('10:00:20', '10:00:09'), { volatile })).equal).toBe(true);
    const { changes } = await compare(expected, at('10:00:20', '10:00:21'), { volatile });
    expect(changes.tables).toMatchObject([{ inserted: [{}], deleted: [{}] }]);
    const doubled = await compare(at('1:00'), at('1:00', '1:00'), { ignore: ['seen_at'] });
    expect(doubled.changes.tables).toMatchObject([{ inserted: [{}], deleted: [] }]);
  });

  it('finds rows by their content where the key itself is ignored', async () => {
    const rows = (...ids: string[]) => ({ version: ids.map((id) => [id, 'x']) });
    expect((await compare(rows('1', '2'), rows('7', '8'), { ignore: ['id'] })).equal).toBe(true);
    expect((await compare(rows('1', '2'), rows('7'), { ignore: ['id'] })).equal).toBe(false);
  });

  it.each([
    [{ ignore: [{ acount: ['name'] }] }, 'HFIT_TABLE_UNKNOWN'],
    [{ ignore: [{ account: ['nam'] }] }, 'HFIT_COLUMN_UNKNOWN'],
    [{ excludeTables: ['versions'] }, 'HFIT_TABLE_UNKNOWN'],
    [{ volatile: { account: { tokn: any() } } }, 'HFIT_COLUMN_UNKNOWN'],
    [{ sameKeys: true, references: { 'event.what': 'account.ident' } }, 'HFIT_COLUMN_UNKNOWN'],
  ])('refuses a rule for what is not there: %j', async (rules, code) => {
    const failed = await compare(before, after, rules).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(HfitError);
    expect(failed).toMatchObject({ code });
  });

  it('compares sequences unless it is told not to', async () => {
    const changes = await difference(schema, before, before);
    const moved = {
      ...changes,
      sequences: [
        { schema: 'public', name: 's', before: null, after: { last: '4', called: true } },
      ],
    };
    expect(compareChanges(moved, schema).equal).toBe(false);
    expect(compareChanges(moved, schema, { sequences: 'ignore' }).equal).toBe(true);
    expect(compareChanges(moved, schema, { sameKeys: true }).equal).toBe(true);
    expect(compareChanges(moved, schema, { sameKeys: true, sequences: 'compare' }).equal).toBe(
      false,
    );
  });
});
