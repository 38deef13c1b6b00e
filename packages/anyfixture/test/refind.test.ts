import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyFixture } from '../src/index.js';
import { Shop, type ShopSubject, subjects } from './shop.js';

const pairs = (bytes: string) => [
  `CREATE TABLE pair (a_part INTEGER NOT NULL, b_part VARCHAR(20) NOT NULL, is_done ${bytes === 'BLOB' ? 'INTEGER' : 'BOOLEAN'},
     made_at ${bytes === 'BLOB' ? 'TEXT' : 'TIMESTAMPTZ'}, bytes ${bytes}, total NUMERIC, PRIMARY KEY (a_part, b_part))`,
  'CREATE TABLE bag (x INTEGER)',
];

const all: [string, ShopSubject, string[]][] = [
  ['SQLite', subjects.sqlite, pairs('BLOB')],
  ['PostgreSQL', subjects.postgresql, pairs('BYTEA')],
];

const present = all.filter(([, subject]) => !subject.missing);

describe.each(present)('refind on %s', (_, subject, more) => {
  let shop: Shop;
  let fixtures: AnyFixture;
  beforeAll(async () => {
    shop = await Shop.open(subject, more);
    fixtures = shop.fixtures();
  });
  afterAll(() => shop?.close());

  const at = new Date('2024-02-29T12:00:00.000Z');

  it('finds rows again in a value, by whatever key, in the types that they had', async () => {
    await shop.run(`INSERT INTO account (name) VALUES ('before')`);
    const value = await fixtures.register('pairs', async () => {
      const ann = await shop.account('Ann');
      await shop.run(
        `INSERT INTO pair VALUES (1, 'x', ${subject === subjects.sqlite ? 0 : 'false'}, '${at.toISOString()}', NULL, 1.5)`,
      );
      const pair = {
        aPart: 1n,
        bPart: 'x',
        isDone: false,
        madeAt: at,
        bytes: Buffer.of(),
        total: '1.5',
        note: 'mine',
      };
      return { ann, pairs: [pair], count: 1, at };
    });
    const bytes = subject === subjects.sqlite ? `x'00ff'` : `'\\x00ff'`;
    await shop.run(
      `UPDATE account SET tag = 'new' WHERE name = 'Ann'`,
      `UPDATE pair SET is_done = ${subject === subjects.sqlite ? 1 : 'true'}, bytes = ${bytes}, total = 2`,
    );
    const fresh = await fixtures.refind<typeof value>('pairs');
    expect(fresh).toEqual({
      ann: { ...value.ann, tag: 'new' },
      pairs: [{ ...value.pairs[0], isDone: true, bytes: Buffer.of(0, 255), total: '2' }],
      count: 1,
      at,
    });
    expect(value.ann.tag).toBe(null);
  });

  it('finds a row of a named table again, and keeps its class', async () => {
    class Account {
      readonly id: number;
      name = '';
      constructor(id: number) {
        this.id = id;
      }
    }
    const [row] = await shop.rows('account');
    const fresh = await fixtures.refindRow('account', new Account(Number(row?.id)));
    expect(fresh).toBeInstanceOf(Account);
    expect(fresh).toEqual(Object.assign(new Account(Number(row?.id)), { name: 'before' }));
    const unknown = fixtures.refindRow('nowhere', { id: 1 });
    await expect(unknown).rejects.toThrow('HFIT_TABLE_UNKNOWN');
  });

  it('says which row is gone, and which cannot be found', async () => {
    const bob = await fixtures.register('bob', () => shop.account('Bob'));
    await shop.run(`DELETE FROM account WHERE name = 'Bob'`);
    await expect(fixtures.refind('bob')).rejects.toThrow(
      `HFIT_FIXTURE_ROW_GONE: the row id = ${bob.id} is no longer in table`,
    );
    await fixtures.register('number', () => 7);
    await expect(fixtures.refind('number')).rejects.toThrow('HFIT_FIXTURE_ROW');
    await expect(fixtures.refindRow('bag', { x: 1 })).rejects.toThrow('it has no key');
    const twice = () =>
      fixtures.register('twice', async () => {
        await shop.run(
          `INSERT INTO account (id, name) VALUES (50, 'x')`,
          `INSERT INTO post (id, account_id) VALUES (50, 50)`,
        );
        return { id: 50 };
      });
    await twice();
    await expect(fixtures.refind('twice')).rejects.toThrow(/it may be of .*account or .*post/);
  });
});
