import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Database, openDatabase } from '@hot-fixture/database';

/** What the copier, a process of its own, is asked to do. */
export interface Order {
  readonly way: 'out' | 'in';
  readonly url: string;
  readonly file: string;
}

async function out(database: Database, file: string): Promise<void> {
  const snapshot = await database.snapshot();
  const [table] = (await snapshot.introspect()).tables;
  if (!table) throw new Error('the source has no table');
  const { bytes } = snapshot.tableRows(table);
  if (!bytes) throw new Error(`${database.dialect.name} has no bulk form`);
  await pipeline(bytes.chunks, createWriteStream(file));
  await snapshot.close();
}

async function into(database: Database, file: string): Promise<void> {
  const { name, bulk } = database.dialect;
  const [table] = (await database.introspect()).tables;
  if (!table || !bulk) throw new Error(`${name} has no table or no bulk form`);
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

process.once('message', async ({ way, url, file }: Order) => {
  const began = performance.now();
  const database = await openDatabase(url);
  await (way === 'out' ? out : into)(database, file);
  await database.close();
  process.send?.((performance.now() - began) / 1000, () => process.disconnect());
});
process.send?.('ready');
