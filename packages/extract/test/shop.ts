import type { PGlite } from '@electric-sql/pglite';
import { type Database, type Dataset, openDatabase, type Row } from '@hot-fixture/database';
import { type Policy, parseMaskingKey, parsePolicy } from '@hot-fixture/masking';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import {
  type Extraction,
  type ExtractionRequest,
  openExtraction,
  parseTemplate,
} from '../src/index.js';

/** A small shop with a self reference, a composite key, a key to a unique column, and a cycle. */
export const schema = `
  CREATE TABLE department (id int PRIMARY KEY, name text NOT NULL, head_id int);
  CREATE TABLE employee (id int PRIMARY KEY, name text, boss_id int REFERENCES employee,
    department_id int NOT NULL REFERENCES department);
  ALTER TABLE department ADD CONSTRAINT head FOREIGN KEY (head_id) REFERENCES employee;
  CREATE TABLE customer (id int PRIMARY KEY, email varchar(60) NOT NULL UNIQUE, name text, note text,
    keeper_id int REFERENCES employee);
  CREATE TABLE coupon (id int PRIMARY KEY, code text NOT NULL UNIQUE);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer,
    coupon_code text REFERENCES coupon (code), placed date NOT NULL, memo text DEFAULT 'none');
  CREATE TABLE item (order_id int REFERENCES orders, line int, price numeric(9,2) NOT NULL,
    doubled numeric GENERATED ALWAYS AS (price * 2) STORED, PRIMARY KEY (order_id, line));
  CREATE TABLE refund (id int PRIMARY KEY, order_id int NOT NULL, line int NOT NULL, reason text,
    FOREIGN KEY (order_id, line) REFERENCES item);
  INSERT INTO department VALUES (1, 'sales', NULL), (2, 'attic', NULL), (3, 'empty', NULL);
  INSERT INTO employee SELECT i, 'Employee ' || i, CASE WHEN i > 1 THEN i / 2 END, 1 + (i > 7)::int
    FROM generate_series(1, 12) i;
  UPDATE department SET head_id = 1 WHERE id = 1;
  UPDATE department SET head_id = 9 WHERE id = 2;
  INSERT INTO customer SELECT i, 'c' || i || '@real.example', 'Name ' || i, 'SECRET-note-' || i,
    CASE WHEN i % 3 > 0 THEN 1 + i % 12 END FROM generate_series(1, 40) i;
  INSERT INTO coupon SELECT i, 'SAVE' || i FROM generate_series(1, 9) i;
  INSERT INTO orders SELECT i, 1 + i % 40, CASE WHEN i % 4 = 0 THEN 'SAVE' || (1 + i % 9) END,
    DATE '2024-01-01' + i, 'SECRET-memo-' || i FROM generate_series(1, 300) i;
  INSERT INTO item SELECT o, l, o + l / 100.0 FROM generate_series(1, 300) o, generate_series(1, 3) l;
  INSERT INTO refund SELECT i, i, 1 + i % 3, 'SECRET-reason' FROM generate_series(1, 300) i;
`;

export const policyText = `
policyVersion: 1
databases:
  shop:
    department: { id: keep, name: keep, head_id: keep }
    employee: { id: keep, name: personName, boss_id: keep, department_id: keep }
    customer: { id: keep, email: email, name: personName, note: deny, keeper_id: keep }
    coupon: { id: keep, code: hash }
    orders: { id: keep, customer_id: keep, coupon_code: hash, placed: { mask: dateShift, days: 9 }, memo: hash }
    item: { order_id: keep, line: keep, price: keep }
    refund: { id: keep, order_id: keep, line: keep, reason: hash }
volumes:
  files: { "invoices/*": keep }
`;

export const template = (exports: string, rest = '') =>
  parseTemplate(
    `hfitVersion: 1\ntemplateName: slice\nparameters: [{ name: id, type: integer, default: 5 }, { name: maybe, required: false }]\n${rest}exports:\n${exports}\n`,
  );

export const subsetOf = (table: string, filter: string, name = `${table}.sql`) =>
  `  ${name}: { type: subset, data: { dbms: shop, table: ${table}, filter: ${JSON.stringify(filter)} } }\n`;

export const key = parseMaskingKey(
  '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
);

export interface Shop {
  readonly pglite: PGlite;
  readonly database: Database;
}

export async function openShop(sql = schema): Promise<Shop> {
  const pglite = await freshPglite();
  await pglite.exec(sql);
  return { pglite, database: await openDatabase(pglite) };
}

/** A shop, and an empty database to load into that is emptied after each test of the suite. */
export function shopAndTarget(): { readonly shop: Shop; readonly target: Shop } {
  const opened: { shop?: Shop; target?: Shop } = {};
  beforeAll(async () => {
    [opened.shop, opened.target] = await Promise.all([openShop(), openShop('SELECT 1')]);
  });
  afterAll(() => Promise.all([opened.shop, opened.target].map((it) => it?.pglite.close())));
  afterEach(() => opened.target?.pglite.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public'));
  return {
    get shop() {
      return opened.shop as Shop;
    },
    get target() {
      return opened.target as Shop;
    },
  };
}

/** Opens an extraction from the shop, lends it, and closes it. */
export async function withExtraction<T>(
  shop: Shop,
  request: Partial<Omit<ExtractionRequest, 'policy'>> & { policy?: string | Policy },
  work: (extraction: Extraction) => Promise<T>,
): Promise<T> {
  const { policy = policyText } = request;
  const extraction = await openExtraction({
    template: template(subsetOf('refund', 'id = ${id}')),
    parameters: [],
    sources: { databases: { shop: shop.database }, volumes: {} },
    maskingKey: key,
    ...request,
    policy: typeof policy === 'string' ? parsePolicy(policy, 'policy.yaml') : policy,
  });
  try {
    return await work(extraction);
  } finally {
    await extraction.close();
  }
}

export type Rows = Record<string, Row[]>;

/** All rows of a dataset by table. */
export async function rowsOf(dataset: Dataset): Promise<Rows> {
  const found: Rows = {};
  for await (const { table, batches } of dataset.rows()) {
    const rows: Row[] = [];
    found[table.name] = rows;
    for await (const batch of batches) rows.push(...batch);
  }
  return found;
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
