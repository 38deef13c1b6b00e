/** The shop that is written to, and 26 tables beside it which point to customers. */
export const others = Array.from({ length: 26 }, (_, i) => `thing_${i + 1}`);
export const tables = ['customer', 'product', 'orders', 'item', ...others];

/** How a dialect numbers rows, and what its types are called. */
export interface Types {
  readonly id: string;
  readonly reference: string;
  readonly name: string;
  readonly amount: string;
  readonly moment: string;
  readonly day: string;
}

export function schemaOf({ id, reference, name, amount, moment, day }: Types): string[] {
  const key = (column: string, target: string, action = '') =>
    `FOREIGN KEY (${column}) REFERENCES ${target} (id)${action}`;
  return [
    `CREATE TABLE customer (id ${id}, name text NOT NULL, email ${name} UNIQUE, since ${moment} NOT NULL)`,
    `CREATE TABLE product (id ${id}, title text NOT NULL, price ${amount} NOT NULL, stock int NOT NULL)`,
    `CREATE TABLE orders (id ${id}, customer_id ${reference} NOT NULL, state ${name} NOT NULL, at ${moment} NOT NULL,
       ${key('customer_id', 'customer')})`,
    `CREATE TABLE item (id ${id}, order_id ${reference} NOT NULL, product_id ${reference} NOT NULL,
       amount int NOT NULL, price ${amount} NOT NULL, note text,
       ${key('order_id', 'orders', ' ON DELETE CASCADE')}, ${key('product_id', 'product')})`,
    ...others.map(
      (it) =>
        `CREATE TABLE ${it} (id ${id}, customer_id ${reference} NOT NULL, label text, at ${day}, ${key('customer_id', 'customer')})`,
    ),
  ];
}

/** Where a dialect makes no index for a foreign key by itself. */
export const indexes = [
  'CREATE INDEX orders_customer ON orders (customer_id)',
  'CREATE INDEX item_order ON item (order_id)',
  ...others.map((it) => `CREATE INDEX ${it}_customer ON ${it} (customer_id)`),
];

/** How a dialect writes what has no word that all know. */
export interface Words {
  /** What stands after FROM and gives the numbers from 1 to n as `i`. */
  upTo(n: number): string;
  text(...parts: readonly string[]): string;
  mod(a: string, b: number): string;
}

/** @param largest how many rows the largest table has */
export function rowsOf({ upTo, text, mod }: Words, largest: number): string[] {
  return [
    `INSERT INTO customer (name, email, since)
       SELECT ${text("'Name '", 'i')}, ${text("'user'", 'i', "'@example.com'")}, '2024-01-01' FROM ${upTo(2000)}`,
    `INSERT INTO product (title, price, stock) SELECT ${text("'Product '", 'i')}, i / 4.0, i FROM ${upTo(1000)}`,
    `INSERT INTO orders (customer_id, state, at) SELECT 1 + ${mod('i', 2000)}, 'open', '2025-01-01' FROM ${upTo(5000)}`,
    `INSERT INTO item (order_id, product_id, amount, price, note)
       SELECT 1 + ${mod('i', 5000)}, 1 + ${mod('i', 1000)}, ${mod('i', 9)}, i / 100.0, ${text("'note '", 'i')} FROM ${upTo(largest)}`,
    ...others.map(
      (it) =>
        `INSERT INTO ${it} (customer_id, label, at) SELECT 1 + ${mod('i', 2000)}, ${text("'label '", 'i')}, '2025-01-01' FROM ${upTo(1000)}`,
    ),
  ];
}

/** As an application would send them, one by one. */
export const writes = (largest: number) => [
  `INSERT INTO customer (name, email, since) VALUES ('New', 'new@example.com', '2026-01-01')`,
  `INSERT INTO orders (customer_id, state, at) VALUES (2001, 'open', '2026-01-01')`,
  `INSERT INTO item (order_id, product_id, amount, price, note)
     VALUES (5001, 1, 1, 10, 'a'), (5001, 2, 2, 20, 'b'), (5001, 3, 3, 30, 'c')`,
  'UPDATE product SET stock = stock - 1 WHERE id IN (1, 2, 3)',
  `UPDATE orders SET state = 'paid' WHERE id = 7`,
  `DELETE FROM item WHERE id IN (${largest - 1}, ${largest})`,
];

/** What somebody would write by hand to take them back, less the numbering. */
export function undo(largest: number): string[] {
  const item = (i: number) =>
    `(${i}, ${1 + (i % 5000)}, ${1 + (i % 1000)}, ${i % 9}, ${i / 100}, 'note ${i}')`;
  return [
    `DELETE FROM item WHERE id IN (${[1, 2, 3].map((it) => largest + it)})`,
    'DELETE FROM orders WHERE id = 5001',
    'DELETE FROM customer WHERE id = 2001',
    'UPDATE product SET stock = stock + 1 WHERE id IN (1, 2, 3)',
    `UPDATE orders SET state = 'open' WHERE id = 7`,
    `INSERT INTO item VALUES ${item(largest - 1)}, ${item(largest)}`,
  ];
}

/** All rows go, those that point before those they point to. */
export const deleteAll = tables.toReversed().map((it) => `DELETE FROM ${it}`);
