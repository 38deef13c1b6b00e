import { openDatabase } from '@hot-fixture/database';
import { parsePolicy } from '@hot-fixture/masking';
import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { type Extraction, openExtraction, parseTemplate } from '../src/index.js';
import { key, rowsOf } from './shop.js';

const count = 2500;
// `n` is the hidden key once more, so that the test can see where its row went.
const policyOf = (id: string) => `policyVersion: 1
databases:
  shop:
    customer: { id: ${id}, n: keep, home_id: keep }
    home: { id: keep }
    visit: { id: keep, customer_id: ${id} }
`;

describe('the order of the rows of a subset', async () => {
  const handle = new Sqlite(':memory:');
  handle.exec(`
    CREATE TABLE home (id INTEGER PRIMARY KEY);
    CREATE TABLE customer (
      id INTEGER PRIMARY KEY, n INTEGER, home_id INTEGER REFERENCES home (id)
    );
    CREATE TABLE visit (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id));
    WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ${count})
      INSERT INTO home SELECT n FROM i;
    INSERT INTO customer SELECT id, id, id FROM home;
    INSERT INTO visit SELECT id, id FROM home;
  `);
  const database = await openDatabase(handle);
  afterAll(() => handle.close());

  async function lent<T>(id: string, work: (it: Extraction) => Promise<T>): Promise<T> {
    const extraction = await openExtraction({
      template: parseTemplate(
        'hfitVersion: 1\ntemplateName: t\nexports:\n  slice.sql:\n    type: subset\n    data: { dbms: shop, table: customer, children: true }\n',
      ),
      parameters: [],
      sources: { databases: { shop: database }, volumes: {} },
      policy: parsePolicy(policyOf(id), 'policy.yaml'),
      maskingKey: key,
    });
    try {
      return await work(extraction);
    } finally {
      await extraction.close();
    }
  }

  const ranksOf = (id: string) =>
    lent(id, async (it) => {
      const { customer, home, visit } = await rowsOf(it.dataset());
      return {
        customer: customer?.map((row) => Number(row[1])) ?? [],
        home: home?.map((row) => Number(row[0])) ?? [],
        visit: visit?.map((row) => Number(row[0])) ?? [],
      };
    });

  it('tells nothing of a masked key, in its table or in those beside it', async () => {
    const ranks = await ranksOf('integer');
    for (const list of Object.values(ranks)) {
      expect(new Set(list).size).toBe(count);
      const early = list.slice(0, 1000).filter((n) => n <= 1000).length;
      // 400 of a thousand by chance; the key is fixed, so this is one outcome.
      expect(Math.abs(early - 400)).toBeLessThan(60);
    }
    expect(await ranksOf('integer')).toEqual(ranks);
  });

  it('is that of a key which is kept', async () => {
    const { customer } = await ranksOf('keep');
    expect(customer).toEqual(customer.toSorted((a, b) => a - b));
  });

  it('is that of the masks where all chains are told', async () => {
    const ids = await lent('integer', async (it) =>
      Array.from(await it.explainAll(), (chain) => chain.at(-1))
        .filter((link) => link?.table === 'customer')
        .map((link) => String(link?.key.id)),
    );
    expect(ids).toHaveLength(count);
    expect(ids).toEqual(ids.toSorted());
  });
});
