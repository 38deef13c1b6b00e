import { createReadStream } from 'node:fs';
import { type Database, type Dataset, deleteAll, openDatabase } from '@hot-fixture/database';
import { apply, invert, readNdjson, track } from '../src/index.js';

/** Works until it is killed; its first word says that it has begun. */
const [job, url, file] = process.argv.slice(2) as [string, string, string];
const database = await openDatabase(url);
const changes = await readNdjson(createReadStream(file), file);

if (job === 'rewind') {
  const log = await track(database);
  await forever(async () => {
    await apply(database, changes, { sequences: 'set' });
    await log.rewind('here');
  });
} else if (job === 'apply') {
  await forever(async () => {
    await apply(database, changes, { sequences: 'set' });
    await apply(database, invert(changes), { sequences: 'set' });
  });
} else {
  const dataset = await fillingOf(database);
  const [table] = dataset.tables;
  await forever(async () => {
    await database.load(dataset);
    await database.transaction((session) => deleteAll(database.dialect, session, table!));
  });
}

async function forever(work: () => Promise<void>): Promise<void> {
  process.stdout.write('begun\n');
  while (true) await work();
}

async function fillingOf({ dialect }: Database): Promise<Dataset> {
  const { tables } = await database.introspect();
  const table = tables.filter(({ name }) => name === 'filled');
  const [{ columns } = { columns: [] }] = table;
  const value = (id: number) => dialect.bind(columns[0]!, String(id));
  return {
    dialect: dialect.name,
    schemas: [],
    create: [],
    tables: table,
    async *rows() {
      yield { table: table[0]!, columns, batches: batches() };
    },
  };
  async function* batches() {
    for (let at = 0; at < 10; at += 1) {
      yield Array.from({ length: 200 }, (_, i) => [value(at * 200 + i), `row ${i}`]);
    }
  }
}
