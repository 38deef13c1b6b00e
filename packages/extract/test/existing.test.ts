import { type Dataset, type LoadOptions, orderByForeignKeys } from '@hot-fixture/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dialects, type Fresh } from './dialects.js';

const tables = [
  'CREATE TABLE country (code VARCHAR(2) NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL)',
  `CREATE TABLE customer (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL, country_code VARCHAR(2),
     boss_id INTEGER, FOREIGN KEY (country_code) REFERENCES country (code),
     FOREIGN KEY (boss_id) REFERENCES customer (id))`,
  `CREATE TABLE note (id INTEGER NOT NULL PRIMARY KEY, customer_id INTEGER NOT NULL, words VARCHAR(40),
     FOREIGN KEY (customer_id) REFERENCES customer (id))`,
  `CREATE TABLE visit (customer_id INTEGER NOT NULL, number INTEGER NOT NULL,
     PRIMARY KEY (customer_id, number), FOREIGN KEY (customer_id) REFERENCES customer (id))`,
];
const coming = [
  "INSERT INTO country VALUES ('DE', 'Germany'), ('FR', 'France')",
  "INSERT INTO customer VALUES (1, 'Ann', 'DE', NULL), (2, 'Bo', 'FR', 1)",
  "INSERT INTO note VALUES (1, 2, 'new'), (5, 1, 'five')",
  'INSERT INTO visit VALUES (1, 1), (2, 1)',
];
const there = [
  "INSERT INTO country VALUES ('DE', 'Deutschland')",
  "INSERT INTO customer VALUES (2, 'Old', 'DE', NULL), (7, 'Zoe', NULL, 2)",
  "INSERT INTO note VALUES (1, 7, 'old')",
];

describe.each(dialects)('rows that are there already, on $name', ({ skip, open }) => {
  if (skip) return it.skip('needs a server', () => {});
  let source: Fresh;
  let target: Fresh;

  beforeAll(async () => {
    [source, target] = await Promise.all([open(), open()]);
    for (const fresh of [source, target]) for (const sql of tables) await fresh.run(sql);
    for (const sql of coming) await source.run(sql);
  });
  afterAll(() => Promise.all([source.close(), target.close()]));
  beforeEach(async () => {
    await target.run('UPDATE customer SET boss_id = NULL');
    for (const name of ['visit', 'note', 'customer', 'country']) {
      await target.run(`DELETE FROM ${name}`);
    }
    for (const sql of there) await target.run(sql);
  });

  async function load(options: LoadOptions) {
    const snapshot = await source.database.snapshot();
    try {
      const schema = await snapshot.introspect();
      const { tables: ordered } = orderByForeignKeys(schema.tables);
      // Each database of a server has a name of its own.
      const dataset: Dataset = {
        dialect: schema.dialect,
        schemas: [],
        create: [],
        tables: ordered,
        columnsOf: (table) => table.columns,
        async *rows() {
          for (const table of ordered) {
            yield {
              table,
              columns: table.columns,
              batches: snapshot.rows({ table, columns: table.columns }),
            };
          }
        },
      };
      return await target.database.load(dataset, options);
    } finally {
      await snapshot.close();
    }
  }

  async function state(): Promise<Record<string, string[]>> {
    const snapshot = await target.database.snapshot();
    try {
      const found: Record<string, string[]> = {};
      for (const table of (await snapshot.introspect()).tables) {
        const rows = await snapshot.list({ table, columns: table.columns });
        found[table.name] = rows.map((row) => row.map((it) => String(it ?? '-')).join(' '));
      }
      return found;
    } finally {
      await snapshot.close();
    }
  }

  it('are refused, all tables that have some by name', async () => {
    const before = await state();
    const error = await load({ existing: 'refuse' }).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_LOAD_EXISTING', kind: 'conflict' });
    expect(error.message).toMatch(/country.*customer.*note/);
    expect(error.message).not.toContain('visit');
    expect(await state()).toEqual(before);
  });

  it('are replaced', async () => {
    await load({ existing: 'replace' });
    expect(await state()).toEqual({
      country: ['DE Germany', 'FR France'],
      customer: ['1 Ann DE -', '2 Bo FR 1'],
      note: ['1 2 new', '5 1 five'],
      visit: ['1 1', '2 1'],
    });
  });

  it('are merged by key, and counted', async () => {
    const report = await load({ existing: 'merge' });
    expect(await state()).toEqual({
      country: ['DE Germany', 'FR France'],
      customer: ['1 Ann DE -', '2 Bo FR 1', '7 Zoe - 2'],
      note: ['1 2 new', '5 1 five'],
      visit: ['1 1', '2 1'],
    });
    const customer = report.tables.find(({ table }) => table.endsWith('customer'));
    expect(customer?.merged).toEqual({ inserted: 1, updated: 1, kept: 0 });
    const again = await load({ existing: 'merge' });
    expect(again.tables.map(({ merged }) => merged?.kept)).toEqual([2, 2, 2, 2]);
  });

  it('are kept where one of the same key comes', async () => {
    await load({ existing: 'merge', onConflict: 'keep' });
    expect(await state()).toMatchObject({
      country: ['DE Deutschland', 'FR France'],
      customer: ['1 Ann DE -', '2 Old DE -', '7 Zoe - 2'],
      note: ['1 7 old', '5 1 five'],
    });
  });

  it('stay beside those whose keys are moved, and what points to these follows', async () => {
    const report = await load({ existing: 'merge', shiftKeys: true });
    expect(await state()).toEqual({
      country: ['DE Germany', 'FR France'],
      customer: ['2 Old DE -', '7 Zoe - 2', '8 Ann DE -', '9 Bo FR 8'],
      note: ['1 7 old', '2 9 new', '6 8 five'],
      visit: ['8 1', '9 1'],
    });
    const moved = Object.entries(report.shifted ?? {}).map(([name, of]) => [
      name.split('.').at(-1),
      of,
    ]);
    expect(Object.fromEntries(moved)).toEqual({
      customer: { id: '7', boss_id: '7' },
      note: { id: '1', customer_id: '7' },
      visit: { customer_id: '7' },
    });
  });

  it('are what a row runs into that is named', async () => {
    const before = await state();
    const error = await load({}).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_LOAD_FAILED' });
    expect(error.message).toContain('country');
    expect(await state()).toEqual(before);
  });

  it('of other tables are not lost with those that they point to', async () => {
    await target.run(
      'CREATE TABLE outsider (id INTEGER NOT NULL PRIMARY KEY, customer_id INTEGER, FOREIGN KEY (customer_id) REFERENCES customer (id) ON DELETE CASCADE)',
    );
    try {
      await target.run('INSERT INTO outsider VALUES (1, 7)');
      const before = await state();
      const error = await load({ existing: 'replace' }).catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_LOAD_REPLACE' });
      expect(error.message).toContain('outsider');
      expect(await state()).toEqual(before);
    } finally {
      await target.run('DROP TABLE outsider');
    }
  });

  it('do not matter where the tables cannot take what comes', async () => {
    await target.run('ALTER TABLE note DROP COLUMN words');
    await target.run('ALTER TABLE visit ADD COLUMN place VARCHAR(9)');
    try {
      const error = await load({ existing: 'replace' }).catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_LOAD_DIFFERS' });
      expect(error.message).toContain('note has no column words');
    } finally {
      await target.run('ALTER TABLE note ADD COLUMN words VARCHAR(40)');
    }
  });
});
