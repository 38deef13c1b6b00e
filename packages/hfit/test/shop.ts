import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';

/** A small "production": what is planted in it must never come out. */
export const planted = ['Ann Real', 'ann@real.example', 'planted-note', 'planted-card'];

export interface Shop {
  readonly url: string;
  readonly policy: string;
  readonly papers: string;
}

/** Makes it in a folder: a database of two tables, the policy for it, and a folder of files. */
export function makeShop(folder: string): Shop {
  const database = new Sqlite(join(folder, 'production.db'));
  database.exec(`
    CREATE TABLE customers (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, card TEXT
    );
    CREATE TABLE orders (
      id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
      status TEXT NOT NULL, note TEXT
    );
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20)
      INSERT INTO customers SELECT i, 'Ann Real', 'ann@real.example', 'planted-card' FROM n;
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
      INSERT INTO orders SELECT i, 1 + i % 20, 'paid', 'planted-note' FROM n;
  `);
  database.close();
  const policy = join(folder, 'policy.yaml');
  writeFileSync(
    policy,
    `policyVersion: 1
databases:
  shop:
    customers:
      id: keep
      name: personName
      email: email
    orders:
      id: keep
      customer_id: keep
      status: keep
      note: "null"
volumes:
  papers:
    "*.txt": keep
`,
  );
  const papers = join(folder, 'papers');
  mkdirSync(papers);
  writeFileSync(join(papers, 'terms.txt'), 'terms of 2026\n');
  return { url: `sqlite:${join(folder, 'production.db')}`, policy, papers };
}

/** All orders of one customer, or of all; and the customers that they need. */
export const daily = `hfitVersion: 1
templateName: daily
description: Orders with what they need
parameters:
  - name: customer
    type: integer
exports:
  slice.sql:
    type: subset
    data: { dbms: shop, table: orders, filter: "WHERE customer_id = \${customer}" }
`;

export const everything = `hfitVersion: 1
templateName: everything
exports:
  slice.sql:
    type: subset
    data: { dbms: shop, table: orders }
`;

export const withFile = `hfitVersion: 1
templateName: with-file
exports:
  slice.sql:
    type: subset
    data: { dbms: shop, table: orders, filter: "WHERE id <= 10" }
  terms.txt:
    type: file
    data: { volume: papers, path: terms.txt }
`;
