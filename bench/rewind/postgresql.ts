import { track } from '@hot-fixture/changes';
import { openDatabase } from '@hot-fixture/database';
import pg from 'pg';
import { Services } from '../../test/services/services.js';
import type { Place, Side, Subject } from '../rewind.js';

const others = Array.from({ length: 26 }, (_, i) => `thing_${i + 1}`);
const tables = ['customer', 'product', 'orders', 'item', ...others];

/** The shop that is written to, and 26 tables beside it which point to customers. */
const schema = `
  CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL, email varchar(80) UNIQUE, since timestamptz NOT NULL);
  CREATE TABLE product (id bigserial PRIMARY KEY, title text NOT NULL, price numeric(12,2) NOT NULL, stock int NOT NULL);
  CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, state text NOT NULL, at timestamptz NOT NULL);
  CREATE TABLE item (id bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
    product_id bigint NOT NULL REFERENCES product, amount int NOT NULL, price numeric(12,2) NOT NULL, note text);
  CREATE INDEX ON orders (customer_id);
  CREATE INDEX ON item (order_id);
  ${others
    .map(
      (name) =>
        `CREATE TABLE ${name} (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, label text, at date);
         CREATE INDEX ON ${name} (customer_id);`,
    )
    .join('\n')}`;

const rowsOf = (largest: number) => `
  INSERT INTO customer (name, email, since)
    SELECT 'Name ' || i, 'user' || i || '@example.com', timestamptz '2024-01-01' + i * interval '1 minute' FROM generate_series(1, 2000) i;
  INSERT INTO product (title, price, stock) SELECT 'Product ' || i, i / 4.0, i FROM generate_series(1, 1000) i;
  INSERT INTO orders (customer_id, state, at)
    SELECT 1 + i % 2000, 'open', timestamptz '2025-01-01' + i * interval '1 minute' FROM generate_series(1, 5000) i;
  INSERT INTO item (order_id, product_id, amount, price, note)
    SELECT 1 + i % 5000, 1 + i % 1000, i % 9, i / 100.0, 'note ' || i FROM generate_series(1, ${largest}) i;
  ${others
    .map(
      (name) =>
        `INSERT INTO ${name} (customer_id, label, at) SELECT 1 + i % 2000, 'label ' || i, date '2025-01-01' FROM generate_series(1, 1000) i;`,
    )
    .join('\n')}`;

/** As an application would send them, one by one. */
const writes = (largest: number) => [
  `INSERT INTO customer (name, email, since) VALUES ('New', 'new@example.com', '2026-01-01')`,
  `INSERT INTO orders (customer_id, state, at) VALUES (2001, 'open', '2026-01-01')`,
  `INSERT INTO item (order_id, product_id, amount, price, note)
     VALUES (5001, 1, 1, 10, 'a'), (5001, 2, 2, 20, 'b'), (5001, 3, 3, 30, 'c')`,
  `UPDATE product SET stock = stock - 1 WHERE id IN (1, 2, 3)`,
  `UPDATE orders SET state = 'paid' WHERE id = 7`,
  `DELETE FROM item WHERE id IN (${largest - 1}, ${largest})`,
];

const sequences = (largest: number) =>
  `SELECT setval('customer_id_seq', 2000), setval('orders_id_seq', 5000), setval('item_id_seq', ${largest})`;

const undo = (largest: number) => {
  const item = (i: number) =>
    `(${i}, ${1 + (i % 5000)}, ${1 + (i % 1000)}, ${i % 9}, ${i / 100}, 'note ${i}')`;
  return `
    BEGIN;
    DELETE FROM item WHERE id IN (${[1, 2, 3].map((it) => largest + it)});
    DELETE FROM orders WHERE id = 5001;
    DELETE FROM customer WHERE id = 2001;
    UPDATE product SET stock = stock + 1 WHERE id IN (1, 2, 3);
    UPDATE orders SET state = 'open' WHERE id = 7;
    INSERT INTO item VALUES ${item(largest - 1)}, ${item(largest)};
    ${sequences(largest)};
    COMMIT`;
};

/** PostgreSQL as the tests start it; the log is on a copy of the database, made from a template. */
export async function postgresql(): Promise<Subject> {
  const services = new Services();
  const server = await services.url('postgresql');
  return {
    dialect: 'postgresql',
    place: (largest) => place(server, largest),
    stop: () => services.stop(),
  };
}

async function place(server: string, largest: number): Promise<Place> {
  const admin = await connect(server);
  const clone = (name: string) =>
    admin.query(`CREATE DATABASE ${name} TEMPLATE hfit_bench_template`);
  const drop = (name: string) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  for (const name of ['hfit_bench_log', 'hfit_bench_plain', 'hfit_bench_clone']) await drop(name);
  await drop('hfit_bench_template');
  await admin.query('CREATE DATABASE hfit_bench_template TEMPLATE template0');
  const template = await connect(urlOf(server, 'hfit_bench_template'));
  for (const sql of [schema, rowsOf(largest), 'VACUUM ANALYZE']) await template.query(sql);
  await template.end();
  for (const name of ['hfit_bench_log', 'hfit_bench_plain']) await clone(name);

  const clients: Record<Side, pg.Client> = {
    log: await connect(urlOf(server, 'hfit_bench_log')),
    plain: await connect(urlOf(server, 'hfit_bench_plain')),
  };
  const database = await openDatabase(urlOf(server, 'hfit_bench_log'));
  const log = await track(database);
  const plain = (sql: string) => clients.plain.query(sql).then(() => {});
  const statements = writes(largest);
  const back = undo(largest);

  return {
    async write(side) {
      for (const statement of statements) await clients[side].query(statement);
    },
    async bulk(side) {
      await clients[side].query(`INSERT INTO item (order_id, product_id, amount, price, note)
        SELECT 1 + i % 5000, 1 + i % 1000, i % 9, i / 100.0, 'bulk ' || i FROM generate_series(1, 100000) i`);
    },
    async rewind() {
      await log.rewind();
    },
    undo: () => plain(back),
    unbulk: () =>
      plain(`DELETE FROM item WHERE id > ${largest}; SELECT setval('item_id_seq', ${largest})`),
    begin: () => plain('BEGIN'),
    rollback: () => plain('ROLLBACK'),
    afterRollback: () => plain(sequences(largest)),
    others: {
      'delete all and load': () =>
        plain(`BEGIN; ${[...tables]
          .reverse()
          .map((it) => `DELETE FROM ${it};`)
          .join(' ')}
          ${restart} ${rowsOf(largest)} COMMIT`),
      'TRUNCATE and load': () =>
        plain(`BEGIN; TRUNCATE ${tables.join(', ')} RESTART IDENTITY; ${rowsOf(largest)} COMMIT`),
      clone: async () => {
        await clone('hfit_bench_clone');
        await drop('hfit_bench_clone');
      },
    },
    async drop() {
      await log.close();
      await database.close();
      for (const client of Object.values(clients)) await client.end();
      for (const name of ['hfit_bench_log', 'hfit_bench_plain', 'hfit_bench_template']) {
        await drop(name);
      }
      await admin.end();
    },
  };
}

const restart = tables.map((it) => `ALTER SEQUENCE ${it}_id_seq RESTART;`).join(' ');

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
