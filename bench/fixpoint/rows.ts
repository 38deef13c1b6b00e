import { others, type Words } from '../rewind/shop.js';

/** 10,000 rows in 30 tables, of the schema that the bench of the rewind has. */
export function fewRows({ upTo, text, mod }: Words): string[] {
  return [
    `INSERT INTO customer (name, email, since)
       SELECT ${text("'Name '", 'i')}, ${text("'user'", 'i', "'@example.com'")}, '2024-01-01' FROM ${upTo(1000)}`,
    `INSERT INTO product (title, price, stock) SELECT ${text("'Product '", 'i')}, i / 4.0, i FROM ${upTo(500)}`,
    `INSERT INTO orders (customer_id, state, at) SELECT 1 + ${mod('i', 1000)}, 'open', '2025-01-01' FROM ${upTo(1500)}`,
    `INSERT INTO item (order_id, product_id, amount, price, note)
       SELECT 1 + ${mod('i', 1500)}, 1 + ${mod('i', 500)}, ${mod('i', 9)}, i / 100.0, ${text("'note '", 'i')} FROM ${upTo(1800)}`,
    ...others.map(
      (it) =>
        `INSERT INTO ${it} (customer_id, label, at) SELECT 1 + ${mod('i', 1000)}, ${text("'label '", 'i')}, '2025-01-01' FROM ${upTo(200)}`,
    ),
  ];
}

/** What a test does: 11 rows of 4 tables are new, changed or gone. */
export const fewWrites = [
  `INSERT INTO customer (name, email, since) VALUES ('New', 'new@example.com', '2026-01-01')`,
  `INSERT INTO orders (customer_id, state, at) VALUES (7, 'open', '2026-01-01')`,
  `INSERT INTO item (order_id, product_id, amount, price, note)
     VALUES (5, 1, 1, 10, 'a'), (5, 2, 2, 20, 'b'), (5, 3, 3, 30, 'c')`,
  'UPDATE product SET stock = stock - 1 WHERE id IN (1, 2, 3)',
  `UPDATE orders SET state = 'paid' WHERE id = 7`,
  'DELETE FROM item WHERE id IN (1799, 1800)',
];
