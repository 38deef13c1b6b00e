import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import BetterSqlite3 from 'better-sqlite3';
import type { Place, Side, Subject } from '../rewind.js';

const others = Array.from({ length: 26 }, (_, i) => `thing_${i + 1}`);
const tables = ['customer', 'product', 'orders', 'item', ...others];

/** The same shop as on the other dialects. */
const schema = `
  CREATE TABLE customer (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, email TEXT UNIQUE, since TEXT NOT NULL);
  CREATE TABLE product (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, price REAL NOT NULL, stock INT NOT NULL);
  CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INT NOT NULL REFERENCES customer, state TEXT NOT NULL, at TEXT NOT NULL);
  CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INT NOT NULL REFERENCES orders ON DELETE CASCADE,
    product_id INT NOT NULL REFERENCES product, amount INT NOT NULL, price REAL NOT NULL, note TEXT);
  CREATE INDEX orders_customer ON orders (customer_id);
  CREATE INDEX item_order ON item (order_id);
  ${others
    .map(
      (name) =>
        `CREATE TABLE ${name} (id INTEGER PRIMARY KEY AUTOINCREMENT, customer_id INT NOT NULL REFERENCES customer, label TEXT, at TEXT);
         CREATE INDEX ${name}_customer ON ${name} (customer_id);`,
    )
    .join('\n')}`;

const upTo = (n: number) =>
  `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n}) SELECT i FROM n)`;

const rowsOf = (largest: number) => `
  INSERT INTO customer (name, email, since)
    SELECT 'Name ' || i, 'user' || i || '@example.com', '2024-01-01' FROM ${upTo(2000)};
  INSERT INTO product (title, price, stock) SELECT 'Product ' || i, i / 4.0, i FROM ${upTo(1000)};
  INSERT INTO orders (customer_id, state, at) SELECT 1 + i % 2000, 'open', '2025-01-01' FROM ${upTo(5000)};
  INSERT INTO item (order_id, product_id, amount, price, note)
    SELECT 1 + i % 5000, 1 + i % 1000, i % 9, i / 100.0, 'note ' || i FROM ${upTo(largest)};
  ${others
    .map(
      (name) =>
        `INSERT INTO ${name} (customer_id, label, at) SELECT 1 + i % 2000, 'label ' || i, '2025-01-01' FROM ${upTo(1000)};`,
    )
    .join('\n')}`;

/** One by one, each its own transaction. */
const writes = (largest: number) => [
  `INSERT INTO customer (name, email, since) VALUES ('New', 'new@example.com', '2026-01-01')`,
  `INSERT INTO orders (customer_id, state, at) VALUES (2001, 'open', '2026-01-01')`,
  `INSERT INTO item (order_id, product_id, amount, price, note)
     VALUES (5001, 1, 1, 10, 'a'), (5001, 2, 2, 20, 'b'), (5001, 3, 3, 30, 'c')`,
  'UPDATE product SET stock = stock - 1 WHERE id IN (1, 2, 3)',
  `UPDATE orders SET state = 'paid' WHERE id = 7`,
  `DELETE FROM item WHERE id IN (${largest - 1}, ${largest})`,
];

const sequences = (largest: number) => `
  UPDATE sqlite_sequence SET seq = 2000 WHERE name = 'customer';
  UPDATE sqlite_sequence SET seq = 5000 WHERE name = 'orders';
  UPDATE sqlite_sequence SET seq = ${largest} WHERE name = 'item';`;

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
    ${sequences(largest)}
    COMMIT`;
};

/** SQLite in files, with a write-ahead log as most programs have it. */
export async function sqlite(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'hfit-bench-'));
  return {
    dialect: 'sqlite',
    place: (largest) => place((name) => join(folder, `hfit_bench_${name}.db`), largest),
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function place(path: (name: string) => string, largest: number): Promise<Place> {
  const template = new BetterSqlite3(path('template'));
  template.exec(`${schema}; BEGIN; ${rowsOf(largest)} COMMIT; ANALYZE`);
  template.close();
  const connect = (name: string) => {
    copyFileSync(path('template'), path(name));
    const connection = new BetterSqlite3(path(name));
    connection.pragma('journal_mode = WAL');
    return connection;
  };
  const connections: Record<Side, BetterSqlite3.Database> = {
    log: connect('log'),
    plain: connect('plain'),
  };
  const database = await openDatabase(`sqlite:${path('log')}`);
  const { log } = database.dialect;
  const session = await database.logSession();
  await log.install(session, await database.introspect());
  await log.checkpoint(session, 'start', 10_000);
  // Who cleans up is another process than who is tested, mostly: so it is on both sides.
  let cleaner = new BetterSqlite3(path('plain'));
  const clean = async (sql: string) => void cleaner.exec(sql);
  const plain = async (sql: string) => void connections.plain.exec(sql);
  const statements = writes(largest);
  const back = undo(largest);
  const prepare = (it: BetterSqlite3.Database) => ({
    writes: statements.map((sql) => it.prepare(sql)),
    insert: it.prepare(
      'INSERT INTO item (order_id, product_id, amount, price, note) VALUES (?, ?, ?, ?, ?)',
    ),
  });
  const prepared = { log: prepare(connections.log), plain: prepare(connections.plain) };

  return {
    async write(side) {
      for (const statement of prepared[side].writes) statement.run();
    },
    // One statement, run for each row in one transaction: as every driver loads many rows.
    async bulk(side) {
      connections[side].transaction(() => {
        for (let i = 1; i <= 100_000; i += 1) {
          prepared[side].insert.run(1 + (i % 5000), 1 + (i % 1000), i % 9, i / 100, `bulk ${i}`);
        }
      })();
    },
    async rewind() {
      await log.rewind(session, 'start', 10_000);
    },
    undo: () => clean(back),
    unbulk: () =>
      clean(`BEGIN; DELETE FROM item WHERE id > ${largest}; ${sequences(largest)} COMMIT`),
    begin: () => plain('BEGIN'),
    rollback: () => plain('ROLLBACK'),
    // Nothing is left to put back; but a write of another empties the cache of whoever writes next,
    // and on the side of the log the rewind is such a write.
    afterRollback: () => clean("UPDATE sqlite_sequence SET seq = seq WHERE name = 'item'"),
    others: {
      'delete all and load': () =>
        plain(
          `BEGIN; ${[...tables]
            .reverse()
            .map((it) => `DELETE FROM ${it};`)
            .join(' ')} DELETE FROM sqlite_sequence; ${rowsOf(largest)} COMMIT`,
        ),
      'copy of the file': async () => {
        cleaner.close();
        connections.plain.close();
        connections.plain = connect('plain');
        cleaner = new BetterSqlite3(path('plain'));
        prepared.plain = prepare(connections.plain);
      },
    },
    async drop() {
      await session.release(false);
      await database.close();
      for (const connection of [cleaner, ...Object.values(connections)]) connection.close();
      for (const name of ['template', 'log', 'plain']) rmSync(path(name));
    },
  };
}
