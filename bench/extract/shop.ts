import pg from 'pg';

/** The tables of the bench, and how many rows each has where all have 5 million. */
const tables = {
  country: 200,
  category: 200,
  supplier: 1_000,
  warehouse: 100,
  product: 20_000,
  customer: 50_000,
  address: 100_000,
  orders: 1_000_000,
  order_item: 2_500_000,
  payment: 1_000_000,
  shipment: 300_000,
  review: 28_500,
};
export const whole = 5_000_000;

export type TableName = keyof typeof tables;
export type Sizes = Readonly<Record<TableName, number>>;

/** @param rows of all tables together */
export function sizesFor(rows: number): Sizes {
  const scaled = Object.entries(tables).map(([name, size]) => [
    name,
    Math.max(10, Math.round((size * rows) / whole)),
  ]);
  return Object.fromEntries(scaled) as unknown as Sizes;
}

const reference = (column: string, table: string) => `${column} int NOT NULL REFERENCES ${table}`;
const columns: Record<TableName, string> = {
  country: 'name text NOT NULL',
  category: 'name text NOT NULL, parent_id int REFERENCES category',
  supplier: `name text NOT NULL, ${reference('country_id', 'country')}`,
  warehouse: `name text NOT NULL, ${reference('country_id', 'country')}`,
  product: `name text NOT NULL, ${reference('category_id', 'category')}, ${reference('supplier_id', 'supplier')}`,
  customer: `name text NOT NULL, email text NOT NULL, ${reference('country_id', 'country')}`,
  address: `${reference('customer_id', 'customer')}, street text NOT NULL, ${reference('country_id', 'country')}`,
  orders: `${reference('customer_id', 'customer')}, placed timestamptz NOT NULL, state text NOT NULL`,
  order_item: `${reference('order_id', 'orders')}, ${reference('product_id', 'product')}, quantity int NOT NULL, price numeric(9,2) NOT NULL, gift_name text, gift_email text, note text`,
  payment: `${reference('order_id', 'orders')}, amount numeric(9,2) NOT NULL, paid timestamptz`,
  shipment: `${reference('order_id', 'orders')}, ${reference('warehouse_id', 'warehouse')}, sent timestamptz`,
  review: `${reference('customer_id', 'customer')}, ${reference('product_id', 'product')}, stars int, body text`,
};

/** Spread over a table as evenly as its rows allow. */
const spread = (table: TableName) => (sizes: Sizes) => `1 + i % ${sizes[table]}`;
const values: Record<TableName, (sizes: Sizes) => string> = {
  country: () => `'Country ' || i`,
  category: () => `'Category ' || i, CASE WHEN i > 10 THEN i / 10 END`,
  supplier: (s) => `'Supplier ' || i, ${spread('country')(s)}`,
  warehouse: (s) => `'Warehouse ' || i, ${spread('country')(s)}`,
  product: (s) => `'Product ' || i, ${spread('category')(s)}, ${spread('supplier')(s)}`,
  customer: (s) => `'Name ' || i, 'user' || i || '@example.com', ${spread('country')(s)}`,
  address: (s) => `${spread('customer')(s)}, 'Street ' || i, ${spread('country')(s)}`,
  orders: (s) => `${spread('customer')(s)}, timestamptz '2024-01-01' + i * interval '1 s', 'open'`,
  order_item: (s) =>
    `${spread('orders')(s)}, 1 + (i * 7) % ${s.product}, 1 + i % 5, i % 10000 / 100.0, 'Name ' || i % 90000, 'user' || i || '@example.com', md5(i::text)`,
  payment: (s) => `${spread('orders')(s)}, i % 10000 / 100.0, timestamptz '2024-01-02'`,
  shipment: (s) => `${spread('orders')(s)}, ${spread('warehouse')(s)}, timestamptz '2024-01-03'`,
  review: (s) => `${spread('customer')(s)}, ${spread('product')(s)}, 1 + i % 5, md5(i::text)`,
};

/** The rows of the first customers, table by table, as a person would ask for them. */
export function handWritten(customers: number): string[] {
  const mine = `customer_id <= ${customers}`;
  const orders = `order_id IN (SELECT id FROM orders WHERE ${mine})`;
  const products = `SELECT product_id FROM order_item WHERE ${orders} UNION SELECT product_id FROM review WHERE ${mine}`;
  const suppliers = `SELECT supplier_id FROM product WHERE id IN (${products})`;
  const houses = `SELECT warehouse_id FROM shipment WHERE ${orders}`;
  const categories = `SELECT category_id AS id FROM product WHERE id IN (${products})`;
  return [
    `SELECT * FROM customer WHERE id <= ${customers}`,
    ...['address', 'orders', 'review'].map((it) => `SELECT * FROM ${it} WHERE ${mine}`),
    ...['order_item', 'payment', 'shipment'].map((it) => `SELECT * FROM ${it} WHERE ${orders}`),
    `SELECT * FROM product WHERE id IN (${products})`,
    `SELECT * FROM supplier WHERE id IN (${suppliers})`,
    `SELECT * FROM warehouse WHERE id IN (${houses})`,
    `WITH RECURSIVE found AS (${categories} UNION SELECT c.parent_id FROM category c JOIN found USING (id))
       SELECT * FROM category WHERE id IN (SELECT id FROM found)`,
    `SELECT * FROM country WHERE id IN (SELECT country_id FROM customer WHERE id <= ${customers}
       UNION SELECT country_id FROM address WHERE ${mine}
       UNION SELECT country_id FROM supplier WHERE id IN (${suppliers})
       UNION SELECT country_id FROM warehouse WHERE id IN (${houses}))`,
  ];
}

/** Three of the eight columns of order_item. */
export const masks = { gift_name: 'personName', gift_email: 'email', note: 'hash' };

/** A policy that keeps all columns but those that are masked. */
export function policyText(masks: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(columns).map(([table, text]) => {
    const names = ['id', ...text.split(/, (?=\w+ \w)/).map((it) => it.split(' ')[0] as string)];
    return `    ${table}: { ${names.map((name) => `${name}: ${masks[name] ?? 'keep'}`).join(', ')} }\n`;
  });
  return `policyVersion: 1\ndatabases:\n  shop:\n${lines.join('')}`;
}

/** A template that carries all tables whole. */
export const everything = `hfitVersion: 1
templateName: everything
exports:
${Object.keys(tables)
  .map((name) => `  ${name}.sql: { type: table-data, data: { dbms: shop, table: ${name} } }`)
  .join('\n')}
`;

/** Makes the tables in a new database of a server, in SQL alone. */
export async function fill(server: string, sizes: Sizes): Promise<string> {
  const admin = new pg.Client(server);
  await admin.connect();
  await admin.query('CREATE DATABASE hfit_bench_extract');
  await admin.end();
  const url = new URL(server);
  url.pathname = '/hfit_bench_extract';
  const client = new pg.Client(url.href);
  await client.connect();
  const names = Object.keys(tables) as TableName[];
  for (const name of names) {
    // Keys that are checked row by row take longer than the rows.
    const bare = columns[name].replace(/ REFERENCES \w+/g, '');
    await client.query(`CREATE TABLE ${name} (id int NOT NULL, ${bare})`);
    await client.query(
      `INSERT INTO ${name} SELECT i, ${values[name](sizes)} FROM generate_series(1, ${sizes[name]}) i`,
    );
    await client.query(`ALTER TABLE ${name} ADD PRIMARY KEY (id)`);
  }
  for (const name of names) {
    for (const [, column, target] of columns[name].matchAll(/(\w+) int[\w ]* REFERENCES (\w+)/g)) {
      await client.query(`ALTER TABLE ${name} ADD FOREIGN KEY (${column}) REFERENCES ${target}`);
      await client.query(`CREATE INDEX ON ${name} (${column})`);
    }
  }
  await client.query('ANALYZE');
  await client.end();
  return url.href;
}
