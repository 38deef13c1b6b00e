import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  attempt,
  type Column,
  type Database,
  deleteAll,
  type Guard,
  orderByForeignKeys,
  type Rewound,
  type Row,
  type Schema,
  type Session,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { diff, sequenceChanges } from '../diff.js';
import { fromJson, rowToJson } from '../files/json-value.js';
import { linesOf } from '../files/lines.js';
import { ownColumns, type State, withState } from '../state.js';
import { assertSchemaKept, find, type KeptCheckpoint, keep, schemasFor, statusOf } from './kept.js';
import type { Strategy } from './strategy.js';

interface ReloadOptions extends Guard {
  readonly schemas?: readonly string[];
}

interface StoredCheckpoint extends KeptCheckpoint {
  readonly position: number;
}

/** The file that makes a folder of rows a checkpoint: written last, and removed first. */
const about = 'checkpoint.json';
const batchSize = 500;

/**
 * By files of all rows, one folder for each checkpoint: for a role that may do no more than write
 * rows. A rewind deletes all rows and loads those of the files, in one transaction.
 */
export function byReload(database: Database, folder: string, options: ReloadOptions): Strategy {
  return {
    name: 'reload',
    async status() {
      return statusOf(await stored(folder));
    },
    checkpoint: (name) => store(database, folder, name, options),
    async changes(since) {
      const kept = find(database, await stored(folder), since);
      return withState(database, kept.schemas, (now) => {
        assertSchemaKept(database, kept, now.schema);
        return diff(storedState(folder, kept, now.schema), now);
      });
    },
    async rewind(to) {
      const checkpoints = await stored(folder);
      const kept = find(database, checkpoints, to);
      const rewound = await reload(database, folder, kept, options);
      for (const { position } of checkpoints.filter((it) => it.position > kept.position)) {
        await removeOne(folder, position);
      }
      return rewound;
    },
    close: async () => {},
  };
}

/** Whether an earlier run has left checkpoints in this folder. */
export async function hasReload(folder: string): Promise<boolean> {
  return (await stored(folder)).length > 0;
}

/**
 * Deletes the checkpoints of a folder, also what a killed process has left of one, and nothing else
 * in it.
 * @returns whether there was one
 */
export async function removeReload(folder: string): Promise<boolean> {
  const there = await positions(folder);
  for (const position of there) await removeOne(folder, position);
  return there.length > 0;
}

async function removeOne(folder: string, position: number): Promise<void> {
  const place = join(folder, String(position));
  await rm(join(place, about), { force: true });
  const names = await readdir(place).catch(() => []);
  for (const name of names.filter((it) => /^(\d+\.ndjson|new\.json)$/.test(it))) {
    await rm(join(place, name), { force: true });
  }
  // One that holds files of others stays.
  await rmdir(place).catch(() => {});
}

async function positions(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

async function stored(folder: string): Promise<StoredCheckpoint[]> {
  const found: StoredCheckpoint[] = [];
  for (const position of await positions(folder)) {
    const file = join(folder, String(position), about);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) found.push({ ...(JSON.parse(text) as KeptCheckpoint), position });
  }
  return found;
}

async function store(
  database: Database,
  folder: string,
  name: string,
  options: ReloadOptions,
): Promise<void> {
  const known = await stored(folder);
  const position = Math.max(0, ...known.map((it) => it.position)) + 1;
  const place = join(folder, String(position));
  const schemas = schemasFor(known, options.schemas);
  await removeOne(folder, position);
  const made = await mkdir(place, { recursive: true, mode: 0o700 });
  try {
    await withState(database, schemas, async (state) => {
      for (const [i, table] of state.schema.tables.entries()) {
        const file = createWriteStream(rowsFile(folder, position, i));
        await pipeline(Readable.from(lines(state, table)), file);
      }
      const kept = keep(name, state.schema, await state.sequences(), schemas);
      await writeFile(join(place, 'new.json'), JSON.stringify(kept));
    });
    await rename(join(place, 'new.json'), join(place, about));
  } catch (error) {
    // Rows of people do not stay where nobody looks for them.
    await removeOne(folder, position);
    if (made !== undefined) await removeMade(made, folder);
    throw error;
  }
  for (const it of known.filter((other) => other.name === name)) {
    await removeOne(folder, it.position);
  }
}

/** Removes the empty folders that were made, from the innermost out. */
async function removeMade(first: string, folder: string): Promise<void> {
  const outermost = resolve(first);
  for (let at = resolve(folder); at.startsWith(outermost); at = dirname(at)) {
    await rmdir(at).catch(() => {});
  }
}

async function* lines(state: State, table: Table): AsyncGenerator<string> {
  for await (const batch of state.rows(table, ownColumns(table))) {
    yield batch.map((row) => `${JSON.stringify(rowToJson(row))}\n`).join('');
  }
}

function storedState(folder: string, kept: StoredCheckpoint, schema: Schema): State {
  return {
    schema,
    rows: (table) => readRows(folder, kept, table),
    sequences: async () => kept.sequences,
  };
}

async function* readRows(
  folder: string,
  { tables, position }: StoredCheckpoint,
  table: Table,
): AsyncGenerator<Row[]> {
  const i = tables.findIndex((it) => it.schema === table.schema && it.name === table.name);
  const file = createReadStream(rowsFile(folder, position, i));
  let batch: Row[] = [];
  for await (const line of linesOf(file)) {
    batch.push((JSON.parse(line) as unknown[]).map((value) => fromJson(value) as Value));
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const rowsFile = (folder: string, position: number, i: number) =>
  join(folder, String(position), `${i + 1}.ndjson`);

async function reload(
  database: Database,
  folder: string,
  kept: StoredCheckpoint,
  options: ReloadOptions,
): Promise<Rewound> {
  const { dialect } = database;
  const { transactionalSequences } = dialect.capabilities;
  const rewound: { table: Table; rows: number }[] = [];
  let sequences = 0;
  const schema = await database.transactionWithoutKeys(async (session, keysAreOff) => {
    const found = await dialect.introspect(session, kept.schemas);
    assertSchemaKept(database, kept, found);
    const { tables, cyclic } = orderByForeignKeys(found.tables);
    const unmuted = await dialect.muteTriggers(session, tables);
    // Who does not own the tables has to do without: most rows come in an order that serves.
    const deferred =
      !keysAreOff &&
      !(await attempt(dialect, session, async () => {
        for (const it of dialect.defer(cyclic)) await session.run(it);
      }));
    for (const table of tables.toReversed()) await deleteAll(dialect, session, table);
    for (const table of tables) {
      const columns: Column[] = ownColumns(table);
      let rows = 0;
      for await (const batch of readRows(folder, kept, table)) {
        await dialect.insert(session, table, columns, batch);
        rows += batch.length;
      }
      rewound.push({ table, rows });
    }
    if (deferred) for (const it of dialect.settle(cyclic)) await session.run(it);
    for (const statement of unmuted) await session.run(statement);
    if (transactionalSequences) sequences = await putSequences(database, session, found, kept);
    return found;
  }, options);
  if (!transactionalSequences) {
    await database.transaction(async (session) => {
      sequences = await putSequences(database, session, schema, kept);
    }, options);
  }
  return {
    tables: rewound.map(({ table: { schema: inSchema, name }, rows }) => ({
      table: { schema: inSchema, name },
      rows,
    })),
    sequences,
  };
}

/** Puts those back that moved; gives how many. */
async function putSequences(
  { dialect }: Database,
  session: Session,
  schema: Schema,
  kept: KeptCheckpoint,
): Promise<number> {
  const now = await dialect.readSequences(session, schema.sequences);
  const moved = sequenceChanges(now, kept.sequences).map(({ after, ...name }) => ({
    schema: name.schema,
    name: name.name,
    value: after,
  }));
  if (moved.length > 0) await dialect.writeSequences(session, moved);
  return moved.length;
}
