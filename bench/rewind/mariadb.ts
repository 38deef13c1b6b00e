import { track } from '@hot-fixture/changes';
import { openDatabase } from '@hot-fixture/database';
import mysql from 'mysql2/promise';
import { Services } from '../../test/services/services.js';
import type { Place, Side, Subject } from '../rewind.js';

const others = Array.from({ length: 26 }, (_, i) => `thing_${i + 1}`);
const tables = ['customer', 'product', 'orders', 'item', ...others];

/** The shop that is written to, and 26 tables beside it which point to customers. */
const schema = [
  'CREATE TABLE customer (id bigint AUTO_INCREMENT PRIMARY KEY, name text NOT NULL, email varchar(80) UNIQUE, since datetime NOT NULL)',
  'CREATE TABLE product (id bigint AUTO_INCREMENT PRIMARY KEY, title text NOT NULL, price decimal(12,2) NOT NULL, stock int NOT NULL)',
  `CREATE TABLE orders (id bigint AUTO_INCREMENT PRIMARY KEY, customer_id bigint NOT NULL, state varchar(20) NOT NULL, at datetime NOT NULL,
     FOREIGN KEY (customer_id) REFERENCES customer (id))`,
  `CREATE TABLE item (id bigint AUTO_INCREMENT PRIMARY KEY, order_id bigint NOT NULL, product_id bigint NOT NULL,
     amount int NOT NULL, price decimal(12,2) NOT NULL, note text,
     FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE, FOREIGN KEY (product_id) REFERENCES product (id))`,
  ...others.map(
    (name) =>
      `CREATE TABLE ${name} (id bigint AUTO_INCREMENT PRIMARY KEY, customer_id bigint NOT NULL, label text, at date,
         FOREIGN KEY (customer_id) REFERENCES customer (id))`,
  ),
];

const rowsOf = (largest: number) => [
  `INSERT INTO customer (name, email, since)
     SELECT CONCAT('Name ', seq), CONCAT('user', seq, '@example.com'), '2024-01-01' + INTERVAL seq MINUTE FROM seq_1_to_2000`,
  `INSERT INTO product (title, price, stock) SELECT CONCAT('Product ', seq), seq / 4.0, seq FROM seq_1_to_1000`,
  `INSERT INTO orders (customer_id, state, at)
     SELECT 1 + seq MOD 2000, 'open', '2025-01-01' + INTERVAL seq MINUTE FROM seq_1_to_5000`,
  `INSERT INTO item (order_id, product_id, amount, price, note)
     SELECT 1 + seq MOD 5000, 1 + seq MOD 1000, seq MOD 9, seq / 100.0, CONCAT('note ', seq) FROM seq_1_to_${largest}`,
  ...others.map(
    (name) =>
      `INSERT INTO ${name} (customer_id, label, at) SELECT 1 + seq MOD 2000, CONCAT('label ', seq), '2025-01-01' FROM seq_1_to_1000`,
  ),
  ...counters(largest),
];

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

/** What neither a rollback nor a delete puts back; each is a definition of its own. */
function counters(largest: number): string[] {
  const next = { customer: 2001, orders: 5001, item: largest + 1 };
  return Object.entries(next).map(([name, it]) => `ALTER TABLE ${name} AUTO_INCREMENT = ${it}`);
}

const undo = (largest: number) => {
  const item = (i: number) =>
    `(${i}, ${1 + (i % 5000)}, ${1 + (i % 1000)}, ${i % 9}, ${i / 100}, 'note ${i}')`;
  return [
    'START TRANSACTION',
    `DELETE FROM item WHERE id IN (${[1, 2, 3].map((it) => largest + it)})`,
    'DELETE FROM orders WHERE id = 5001',
    'DELETE FROM customer WHERE id = 2001',
    'UPDATE product SET stock = stock + 1 WHERE id IN (1, 2, 3)',
    `UPDATE orders SET state = 'open' WHERE id = 7`,
    `INSERT INTO item VALUES ${item(largest - 1)}, ${item(largest)}`,
    'COMMIT',
    ...counters(largest),
  ];
};

/** MariaDB as the tests start it, with a database that has a log and one that has none. */
export async function mariadb(): Promise<Subject> {
  const services = new Services();
  const server = await services.url('mariadb');
  return {
    dialect: 'mariadb',
    place: (largest) => place(server, largest),
    stop: () => services.stop(),
  };
}

const names: Record<Side, string> = { log: 'hfit_bench_log', plain: 'hfit_bench_plain' };

async function place(server: string, largest: number): Promise<Place> {
  const admin = await connect(server);
  const drop = async () => {
    for (const name of Object.values(names)) await admin.query(`DROP DATABASE IF EXISTS ${name}`);
  };
  await drop();
  for (const name of Object.values(names)) {
    for (const sql of [`CREATE DATABASE ${name}`, `USE ${name}`, ...schema, ...rowsOf(largest)])
      await admin.query(sql);
  }
  const clients = {
    log: await connect(urlOf(server, names.log)),
    plain: await connect(urlOf(server, names.plain)),
  };
  const database = await openDatabase(urlOf(server, names.log));
  const log = await track(database);
  const plain = async (...list: string[]) => {
    await clients.plain.query(list.join('; '));
  };
  const statements = writes(largest);
  const back = undo(largest);
  const bulk = bulkInsert();
  const reset = (empty: (table: string) => string[]) => [
    'SET foreign_key_checks = 0',
    ...tables.flatMap(empty),
    ...rowsOf(largest),
    'SET foreign_key_checks = 1',
  ];

  return {
    async write(side) {
      for (const statement of statements) await clients[side].query(statement);
    },
    async bulk(side) {
      await clients[side].query('START TRANSACTION');
      for (const statement of bulk) await clients[side].query(statement);
      await clients[side].query('COMMIT');
    },
    async rewind() {
      await log.rewind();
    },
    undo: () => plain(...back),
    unbulk: () =>
      plain(`DELETE FROM item WHERE id > ${largest}`, counters(largest).at(-1) as string),
    begin: () => plain('START TRANSACTION'),
    rollback: () => plain('ROLLBACK'),
    afterRollback: () => plain(...counters(largest)),
    others: {
      'delete all and load': () =>
        plain(...reset((it) => [`DELETE FROM ${it}`, `ALTER TABLE ${it} AUTO_INCREMENT = 1`])),
      'TRUNCATE and load': () => plain(...reset((it) => [`TRUNCATE ${it}`])),
    },
    async drop() {
      await log.close();
      await database.close();
      for (const client of Object.values(clients)) await client.end();
      await drop();
      await admin.end();
    },
  };
}

/** 100,000 rows as a loader sends them, a thousand to a statement. */
function bulkInsert(): string[] {
  return Array.from({ length: 100 }, (_, part) => {
    const rows = Array.from({ length: 1000 }, (_, k) => {
      const i = part * 1000 + k;
      return `(${1 + (i % 5000)}, ${1 + (i % 1000)}, ${i % 9}, ${i / 100}, 'bulk ${i}')`;
    });
    return `INSERT INTO item (order_id, product_id, amount, price, note) VALUES ${rows.join(', ')}`;
  });
}

function connect(url: string): Promise<mysql.Connection> {
  return mysql.createConnection({ uri: url, multipleStatements: true });
}

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
