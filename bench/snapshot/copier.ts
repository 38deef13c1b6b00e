import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Database, type Dataset, openDatabase, script } from '@hot-fixture/database';

/** What the copier, a process of its own, is asked to do. */
export interface Order {
  readonly way: 'out' | 'in';
  readonly url: string;
  readonly file: string;
  /** Where rows come from that have no form as bytes. */
  readonly source: string;
}

async function out(database: Database, file: string): Promise<void> {
  const snapshot = await database.snapshot();
  const [table] = (await snapshot.introspect()).tables;
  if (!table) throw new Error('the source has no table');
  const rows = snapshot.tableRows(table);
  const whole: Dataset = {
    dialect: database.dialect.name,
    schemas: [],
    create: [{ table, mode: 'absent' }],
    tables: [table],
    async *rows() {
      yield rows;
    },
  };
  const text = () => script(database.dialect, whole);
  await pipeline(rows.bytes?.chunks ?? text(), createWriteStream(file));
  await snapshot.close();
}

async function into(database: Database, file: string, source: string): Promise<void> {
  const { name, bulk } = database.dialect;
  const [table] = (await database.introspect()).tables;
  if (!table) throw new Error('the target has no table');
  if (!bulk) return copied(database, source);
  const columns = table.columns.filter(({ generated }) => !generated);
  const chunks = createReadStream(file, { highWaterMark: 256 * 1024 });
  const none = (async function* () {})();
  await database.load({
    dialect: name,
    schemas: [],
    create: [],
    tables: [table],
    async *rows() {
      yield { table, columns, batches: none, bytes: { format: bulk.format, chunks } };
    },
  });
}

async function copied(database: Database, source: string): Promise<void> {
  const from = await openDatabase(source);
  const snapshot = await from.snapshot();
  const { tables } = await snapshot.introspect();
  await database.load({
    dialect: database.dialect.name,
    schemas: [],
    create: [],
    tables,
    async *rows() {
      for (const table of tables) yield snapshot.tableRows(table);
    },
  });
  await snapshot.close();
  await from.close();
}

process.once('message', async ({ way, url, file, source }: Order) => {
  const began = performance.now();
  const database = await openDatabase(url);
  await (way === 'out' ? out(database, file) : into(database, file, source));
  await database.close();
  process.send?.((performance.now() - began) / 1000, () => process.disconnect());
});
process.send?.('ready');
