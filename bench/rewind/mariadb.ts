import { track } from '@hot-fixture/changes';
import { openDatabase } from '@hot-fixture/database';
import mysql from 'mysql2/promise';
import { Services } from '../../test/services/services.js';
import type { Place, Side, Subject } from '../rewind.js';
import { rowsOf, schemaOf, tables, undo, type Words, writes } from './shop.js';

export const schema = schemaOf({
  id: 'bigint AUTO_INCREMENT PRIMARY KEY',
  reference: 'bigint',
  name: 'varchar(80)',
  amount: 'decimal(12,2)',
  moment: 'datetime',
  day: 'date',
});

export const words: Words = {
  upTo: (n) => `(SELECT seq AS i FROM seq_1_to_${n}) n`,
  text: (...parts) => `CONCAT(${parts.join(', ')})`,
  mod: (a, b) => `${a} MOD ${b}`,
};
const fill = (largest: number) => [...rowsOf(words, largest), ...counters(largest)];

/** What neither a rollback nor a delete puts back; each is a definition of its own. */
function counters(largest: number): string[] {
  const next = { customer: 2001, orders: 5001, item: largest + 1 };
  return Object.entries(next).map(([name, it]) => `ALTER TABLE ${name} AUTO_INCREMENT = ${it}`);
}

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
    for (const sql of [`CREATE DATABASE ${name}`, `USE ${name}`, ...schema, ...fill(largest)])
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
  const back = ['START TRANSACTION', ...undo(largest), 'COMMIT', ...counters(largest)];
  const bulk = bulkInsert();
  const reset = (empty: (table: string) => string[]) => [
    'SET foreign_key_checks = 0',
    ...tables.flatMap(empty),
    ...fill(largest),
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
