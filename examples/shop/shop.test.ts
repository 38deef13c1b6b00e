import { createHash } from 'node:crypto';
import { type Database, openDatabase, qualified, type Schema } from '@hot-fixture/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fillShop } from './data.js';
import { findSecrets } from './search.js';
import { makeShop, readBeside, type Shop } from './shop.js';

let shop: Shop;
let database: Database;
let schema: Schema;

beforeAll(async () => {
  shop = await makeShop(undefined);
  database = await openDatabase(shop.pglite);
  schema = await database.introspect();
});

afterAll(async () => {
  await shop.pglite.close();
});

describe('the shop', () => {
  test('is as large as it says, and a schema of all traps', async () => {
    const snapshot = await database.snapshot();
    const counts: Record<string, number> = {};
    for (const table of schema.tables) counts[qualified(table)] = await snapshot.count(table);
    await snapshot.close();
    expect(counts).toEqual(shop.counts);
    expect(schema.tables.length).toBeGreaterThanOrEqual(12);
    expect(Object.values(counts).reduce((sum, rows) => sum + rows)).toBeGreaterThanOrEqual(50_000);

    const columns = schema.tables.flatMap((table) => table.columns);
    const keys = schema.tables.flatMap((table) =>
      table.foreignKeys.map((key) => ({ ...key, table: qualified(table) })),
    );
    const primary = (name: string) =>
      schema.tables.find((table) => qualified(table) === name)?.primaryKey?.columns;
    const has = {
      selfReference: keys.some((key) => key.table === qualified(key.target)),
      compositeKey: keys.some((key) => key.columns.length > 1),
      keyToUnique: keys.some((key) => {
        return key.targetColumns.join() !== primary(qualified(key.target))?.join();
      }),
      tableWithoutKey: schema.tables.some((table) => table.primaryKey === null),
      generated: columns.some((column) => column.generated === 'stored'),
      identityAlways: columns.some((column) => column.identity === 'always'),
      json: columns.some((column) => column.kind === 'json'),
      array: columns.some((column) => column.kind === 'array'),
      enum: columns.some((column) => column.kind === 'enum'),
      binary: columns.some((column) => column.kind === 'binary'),
    };
    expect(Object.entries(has).filter(([, there]) => !there)).toEqual([]);
  });

  test('is the same for the same seed', async () => {
    const digest = async (seed: number) => {
      const hash = createHash('sha256');
      await fillShop(async (...statement) => hash.update(JSON.stringify(statement)), {
        seed,
        scale: 0.2,
      });
      return hash.digest('hex');
    };
    expect(await digest(7)).toBe(await digest(7));
    expect(await digest(7)).not.toBe(await digest(8));
  });

  test('has no orphans', async () => {
    expect(await database.orphans()).toEqual([]);
  });
});

describe('the secrets', () => {
  test('stand in every column that can hold a text', async () => {
    const limited = ['country', 'currency', 'status', 'carrier'];
    const expected = schema.tables.flatMap((table) =>
      table.columns
        .filter(({ kind, type }) => {
          return ['text', 'json', 'binary'].includes(kind) || /^(text|character.*)\[\]$/.test(type);
        })
        .filter(({ name, kind }) => !(kind === 'text' && limited.includes(name)))
        .map(({ name }) => `${qualified(table)}.${name}`),
    );
    const planted = shop.secrets.map(({ table, column }) => `${table}.${column}`);
    expect(planted.sort()).toEqual(expected.sort());

    for (const secret of shop.secrets) {
      const { rows } = await shop.pglite.query<{ texts: string }>(
        `SELECT string_agg("${secret.column}"::text, ' ') AS texts FROM ${secret.table}`,
      );
      const found = findSecrets([secret], rows[0]?.texts ?? '');
      expect(found, `${secret.table}.${secret.column}`).toEqual([secret]);
    }
  });

  test('are found in whatever form they come', () => {
    const [secret] = shop.secrets.filter(({ column }) => column === 'body');
    const text = `xx${secret?.secret}xx`;
    const forms = [
      text,
      text.toUpperCase(),
      Buffer.from(text).toString('hex'),
      ...['', 'a', 'ab'].map((before) => Buffer.from(before + text).toString('base64')),
    ];
    for (const form of forms) expect(findSecrets(shop.secrets, form)).toEqual([secret]);
    expect(findSecrets(shop.secrets, text.slice(0, -5))).toEqual([]);
  });
});

test('the policy names each column of the schema, and no other', async () => {
  const policy = parse(await readBeside('policy.yaml'));
  const named = Object.entries<object>(policy.databases.shop).flatMap(([table, columns]) =>
    Object.keys(columns).map((column) => `${table}.${column}`),
  );
  const there = schema.tables.flatMap((table) =>
    table.columns.map(({ name }) => `${qualified(table)}.${name}`),
  );
  expect(named.sort()).toEqual(there.sort());
});
