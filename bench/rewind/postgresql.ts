import { track } from '@hot-fixture/changes';
import { openDatabase } from '@hot-fixture/database';
import pg from 'pg';
import { Services } from '../../test/services/services.js';
import type { Place, Side, Subject } from '../rewind.js';
import { deleteAll, indexes, rowsOf, schemaOf, tables, undo, type Words, writes } from './shop.js';

export const schema = [
  ...schemaOf({
    id: 'bigserial PRIMARY KEY',
    reference: 'bigint',
    name: 'varchar(80)',
    amount: 'numeric(12,2)',
    moment: 'timestamptz',
    day: 'date',
  }),
  ...indexes,
].join('; ');

export const words: Words = {
  upTo: (n) => `generate_series(1, ${n}) i`,
  text: (...parts) => parts.join(' || '),
  mod: (a, b) => `${a} % ${b}`,
};
const fill = (largest: number) => rowsOf(words, largest).join('; ');

const sequences = (largest: number) =>
  `SELECT setval('customer_id_seq', 2000), setval('orders_id_seq', 5000), setval('item_id_seq', ${largest})`;

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
  for (const sql of [schema, fill(largest), 'VACUUM ANALYZE']) await template.query(sql);
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
  const back = `BEGIN; ${undo(largest).join('; ')}; ${sequences(largest)}; COMMIT`;

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
        plain(`BEGIN; ${deleteAll.join('; ')}; ${restart} ${fill(largest)}; COMMIT`),
      'TRUNCATE and load': () =>
        plain(`BEGIN; TRUNCATE ${tables.join(', ')} RESTART IDENTITY; ${fill(largest)}; COMMIT`),
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
