import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import BetterSqlite3 from 'better-sqlite3';
import type { Place, Side, Subject } from '../rewind.js';
import { deleteAll, indexes, rowsOf, schemaOf, undo, type Words, writes } from './shop.js';

export const schema = [
  ...schemaOf({
    id: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    reference: 'INT',
    name: 'TEXT',
    amount: 'REAL',
    moment: 'TEXT',
    day: 'TEXT',
  }),
  ...indexes,
];

export const words: Words = {
  upTo: (n) =>
    `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${n}) SELECT i FROM n)`,
  text: (...parts) => parts.join(' || '),
  mod: (a, b) => `${a} % ${b}`,
};
const fill = (largest: number) => rowsOf(words, largest).join('; ');

const sequences = (largest: number) => `
  UPDATE sqlite_sequence SET seq = 2000 WHERE name = 'customer';
  UPDATE sqlite_sequence SET seq = 5000 WHERE name = 'orders';
  UPDATE sqlite_sequence SET seq = ${largest} WHERE name = 'item';`;

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
  template.exec(`${schema.join('; ')}; BEGIN; ${fill(largest)}; COMMIT; ANALYZE`);
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
  const back = `BEGIN; ${undo(largest).join('; ')}; ${sequences(largest)} COMMIT`;
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
          `BEGIN; ${deleteAll.join('; ')}; DELETE FROM sqlite_sequence; ${fill(largest)}; COMMIT`,
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
