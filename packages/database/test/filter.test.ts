import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import { assertOwnColumns } from '../src/filter/own-columns.js';
import { type Database, openDatabase, parseFilter, parseQuery, type Schema } from '../src/index.js';

const schema = `
  CREATE SCHEMA archive;
  CREATE TABLE orders (id int PRIMARY KEY, big bigint, small smallint, day date, at timestamptz,
    span time, exact numeric(9,2), single real, twice float8);
  CREATE TABLE "Orders" (id int PRIMARY KEY);
  CREATE TABLE archive.orders (id int PRIMARY KEY);
  INSERT INTO orders VALUES (1, 9e15, 7, '2024-02-29', '2024-02-29 23:59:59Z', '23:59', 1.5, 1.5, 1.5);
`;

describe('parseFilter', () => {
  it.each([
    ['parentheses', `${'('.repeat(20_000)}id = 1`],
    ['NOT', `${'NOT '.repeat(20_000)}id = 1`],
    ['length', `id IN (${'1, '.repeat(60_000)}1)`],
  ])('refuses too much of %s', (_, text) => {
    expect(() => parseFilter(text)).toThrow('HFIT_FILTER_SYNTAX');
    expect(() => parseQuery(`SELECT id FROM orders WHERE ${text}`)).toThrow('HFIT_FILTER_SYNTAX');
  });

  it('takes what a person nests, one after the other', () => {
    const one = `${'('.repeat(50)}id = 1${')'.repeat(50)}`;
    expect(() => parseFilter(Array.from({ length: 20 }, () => one).join(' AND '))).not.toThrow();
  });
});

describe('a filter of a table', () => {
  let database: Database;
  let model: Schema;
  beforeAll(async () => {
    const pglite = await freshPglite();
    await pglite.exec(schema);
    database = await openDatabase(pglite);
    model = await database.introspect();
  });
  afterAll(() => database.close());

  const table = (name: string, inSchema = 'public') =>
    model.tables.find((it) => it.schema === inSchema && it.name === name)!;
  const count = async (filter: string) => {
    const snapshot = await database.snapshot();
    try {
      const selection = { table: table('orders'), columns: table('orders').columns };
      return (await snapshot.list({ ...selection, filter: parseFilter(filter) })).length;
    } finally {
      await snapshot.close();
    }
  };

  it.each(['orders.id', 'ORDERS.id', '"orders"."id"', 'public.orders.id', '`public`.[orders].id'])(
    'takes %s for its column',
    async (column) => {
      const filter = parseFilter(`${column} = 1 ORDER BY ${column}`);
      expect(() => assertOwnColumns(filter, table('orders'), model)).not.toThrow();
      expect(await count(`${column} = 1`)).toBe(1);
    },
  );

  it('takes the name of the database for that of its schema', () => {
    const column = `"${model.database}"`;
    for (const before of [column, `${column}.public`]) {
      const filter = parseFilter(`${before}.orders.id = 1`);
      expect(() => assertOwnColumns(filter, table('orders'), model)).not.toThrow();
    }
  });

  it.each([
    'customers.id',
    'archive.orders.id',
    '"Orders".id',
    'nobody.orders.id',
    'x.public.orders.id',
    `a.b.c.orders.id`,
  ])('does not take %s for its own', (column) => {
    for (const text of [
      `${column} = 1`,
      `NOT (id = 1 OR ${column} IS NULL)`,
      `ORDER BY ${column}`,
    ]) {
      expect(() => assertOwnColumns(parseFilter(text), table('orders'), model)).toThrow(
        /HFIT_COLUMN_UNKNOWN.*has no column/,
      );
    }
    const { filter } = parseQuery(`SELECT ${column} FROM orders`);
    expect(() => assertOwnColumns(filter, table('orders'), model)).toThrow('HFIT_COLUMN_UNKNOWN');
  });

  it('is never run over another table', async () => {
    await expect(count('customers.id = 1')).rejects.toMatchObject({ code: 'HFIT_COLUMN_UNKNOWN' });
  });

  it.each([
    'id = 2147483647',
    'id = -2147483648',
    'big = 9223372036854775807',
    'small = 32767',
    `day = '2024-02-29'`,
    `at = '2024-02-29 23:59:59Z'`,
    `span = '24:00'`,
    'exact = 1e400',
    'single = 3.4e38',
    'twice = 1e308',
    'twice = 0e999',
  ])('asks the server %s', async (filter) => {
    expect(await count(filter)).toBeGreaterThanOrEqual(0);
  });

  it.each([
    'id = 2147483648',
    'id = 99999999999',
    'big = 9223372036854775808',
    'small = 32768',
    `day = '2024-02-30'`,
    `day = '2023-02-29'`,
    `day = '2024-13-01'`,
    `day = '2024-00-10'`,
    `day = '0000-01-01'`,
    `day = '999999-01-01'`,
    `at = '2024-02-29 25:00'`,
    `at = '2024-02-29 23:60'`,
    `at = '2024-02-29 23:59:59+19:00'`,
    `span = '25:00'`,
    `span = '23:99:99'`,
    'exact = 1e999999',
    'single = 1e39',
    'twice = 1e400',
    'twice = 1e-400',
  ])('does not ask the server %s', async (filter) => {
    await expect(count(filter)).rejects.toMatchObject({ code: 'HFIT_FILTER_TYPE' });
  });
});
