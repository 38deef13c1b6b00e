import {
  attempt,
  copyTable,
  type Database,
  dropTables,
  type Guard,
  makeNotes,
  type Rewound,
  readNotes,
  removeNotes,
  type Schema,
  type Table,
  writeNote,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { apply } from '../apply.js';
import type { ChangeSet } from '../change-set.js';
import { diff } from '../diff.js';
import type { State } from '../state.js';
import { ownColumns } from '../state.js';
import { assertSchemaKept, find, type KeptCheckpoint, keep, schemasFor, statusOf } from './kept.js';
import type { Strategy } from './strategy.js';

interface CopiesOptions extends Guard {
  readonly schemas?: readonly string[];
}

interface CopiedCheckpoint extends KeptCheckpoint {
  readonly position: number;
}

/**
 * By copies of all tables, made in the database at each checkpoint: for a role that may make tables
 * but no triggers. It compares every row with its copy. Who writes while a checkpoint is set may be
 * in it by half.
 * @throws HFIT_DATABASE_QUERY where the role may not make tables
 */
export async function byCopies(database: Database, options: CopiesOptions): Promise<Strategy> {
  await database.transaction((session) => makeNotes(database.dialect, session), options);
  return {
    name: 'copies',
    async status() {
      return statusOf(await checkpointsOf(database));
    },
    checkpoint: (name) => setCheckpoint(database, name, options),
    changes: (since) => compare(database, since, false),
    async rewind(to) {
      const back = await compare(database, to, true);
      await apply(database, back, { ...options, sequences: 'set', allowOrphans: true });
      const checkpoints = await checkpointsOf(database);
      const { position } = find(database, checkpoints, to);
      const later = checkpoints.filter((it) => it.position > position);
      await forget(database, later, options);
      return rewoundBy(back);
    },
    close: async () => {},
  };
}

/** Drops all that this strategy has made, if there is any. */
export async function removeCopies(database: Database, options: Guard): Promise<boolean> {
  const checkpoints = await readCheckpoints(database);
  if (checkpoints === null) return false;
  await forget(database, checkpoints, options);
  await database.transaction((session) => removeNotes(database.dialect, session), options);
  return true;
}

/** Whether an earlier run has switched this strategy on. */
export async function hasCopies(database: Database): Promise<boolean> {
  return (await readCheckpoints(database)) !== null;
}

export function rewoundBy({ tables, sequences }: ChangeSet): Rewound {
  return {
    tables: tables.map(({ schema, name, inserted, updated, deleted }) => ({
      table: { schema, name },
      rows: inserted.length + updated.length + deleted.length,
    })),
    sequences: sequences.length,
  };
}

async function setCheckpoint(
  database: Database,
  name: string,
  options: CopiesOptions,
): Promise<void> {
  const { dialect } = database;
  const known = await checkpointsOf(database);
  const position = Math.max(0, ...known.map((it) => it.position)) + 1;
  const schemas = schemasFor(known, options.schemas);
  await database.transaction(async (session) => {
    const schema = await dialect.introspect(session, schemas);
    await dropTables(dialect, session, copiesOf(database, schema.tables, position));
    const sequences = await dialect.readSequences(session, schema.sequences);
    for (const [i, table] of schema.tables.entries()) {
      await copyTable(dialect, session, table, ownColumns(table), copyName(database, position, i));
    }
    // The note comes last: without it, what a killed process has left is no checkpoint.
    const content = keep(name, schema, sequences, schemas);
    await writeNote(dialect, session, { position, content });
  }, options);
  const moved = known.filter((it) => it.name === name);
  await forget(database, moved, options);
}

/** Compares the live tables with their copies, in one snapshot. */
async function compare(database: Database, name: string, backwards: boolean): Promise<ChangeSet> {
  const kept = find(database, await checkpointsOf(database), name);
  const snapshot = await database.snapshot();
  try {
    const schema: Schema = await snapshot.introspect(kept.schemas);
    assertSchemaKept(database, kept, schema);
    const now: State = {
      schema,
      rows: (table, columns) => snapshot.rows({ table, columns }),
      sequences: () =>
        snapshot.using((session) => database.dialect.readSequences(session, schema.sequences)),
    };
    const copies = new Map(
      kept.tables.map((table, i) => [JSON.stringify([table.schema, table.name]), i]),
    );
    const then: State = {
      schema,
      rows: (table, columns) => {
        const i = copies.get(JSON.stringify([table.schema, table.name])) as number;
        return snapshot.rows({
          table: copyOf(table, copyName(database, kept.position, i)),
          columns,
        });
      },
      sequences: async () => kept.sequences,
    };
    return await (backwards ? diff(now, then) : diff(then, now));
  } finally {
    await snapshot.close();
  }
}

function copyName({ dialect }: Database, position: number, i: number) {
  return dialect.ownTable(`copy_${position}_${i + 1}`);
}

function copiesOf(database: Database, tables: readonly Table[], position: number) {
  return tables.map((_, i) => copyName(database, position, i));
}

/** The copy has the columns that can be written, and nothing else of the table. */
function copyOf({ hasHeirs: _, ...table }: Table, name: { schema: string; name: string }): Table {
  return { ...table, ...name, columns: ownColumns(table), primaryKey: null, uniques: [] };
}

/** Null where nothing of this strategy can be read. */
async function readCheckpoints(database: Database): Promise<CopiedCheckpoint[] | null> {
  const { dialect } = database;
  const snapshot = await database.snapshot();
  try {
    return await snapshot.using(async (session) => {
      const found: CopiedCheckpoint[] = [];
      // Mostly it is absent, for which no connection is to be thrown away.
      const failed = await attempt(dialect, session, async () => {
        for (const { position, content } of await readNotes(dialect, session)) {
          found.push({ ...(content as KeptCheckpoint), position });
        }
      });
      return failed ? null : found;
    });
  } finally {
    await snapshot.close();
  }
}

/** @throws HFIT_LOG_ABSENT */
async function checkpointsOf(database: Database): Promise<CopiedCheckpoint[]> {
  const found = await readCheckpoints(database);
  if (found) return found;
  throw new HfitError('HFIT_LOG_ABSENT', { database: database.location });
}

/** Drops the copies of some checkpoints; their notes first, for a killed process leaves the rest. */
async function forget(
  database: Database,
  checkpoints: readonly CopiedCheckpoint[],
  options: Guard,
): Promise<void> {
  const { dialect } = database;
  for (const { position, tables } of checkpoints) {
    await database.transaction(async (session) => {
      await removeNotes(dialect, session, position);
      const copies = tables.map((_, i) => copyName(database, position, i));
      await dropTables(dialect, session, copies);
    }, options);
  }
}
