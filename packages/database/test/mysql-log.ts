import mysql from 'mysql2/promise';
import { expect } from 'vitest';
import {
  type Database,
  type LoggedChanges,
  openDatabase,
  type Row,
  type Schema,
  type Session,
} from '../src/index.js';
import { type Difference, difference } from './log-ddl-law.js';
import { fresh } from './mysql-server.js';

/** A database under the log, and what a test asks of it. */
export interface Logged {
  readonly server: Awaited<ReturnType<typeof fresh>>;
  readonly database: Database;
  readonly session: Session;
  /** Of an application: a connection that the log knows nothing of. */
  readonly user: mysql.Connection;
  /** Runs statements as an application would, foreign keys checked. */
  act(...statements: string[]): Promise<void>;
  install(): Promise<void>;
  checkpoint(name?: string): Promise<void>;
  rewind(name?: string, patience?: number): ReturnType<Database['dialect']['log']['rewind']>;
  changes(name?: string): ReturnType<Database['dialect']['log']['changes']>;
  /** As it was when the log was installed. */
  schema(): Promise<Schema>;
  /** Checksums of all tables, and counters. */
  state(): Promise<unknown>;
  /** What the log sees of each table since the checkpoint, values as text. */
  seen(name?: string): Promise<Record<string, [before: Row | null, after: Row | null][]>>;
  drop(): Promise<void>;
}

export async function logged(statements: readonly string[]): Promise<Logged> {
  const server = await fresh();
  await server.run(statements);
  const database = await openDatabase(server.url);
  const session = await database.logSession();
  const user = await mysql.createConnection({ uri: server.url, charset: 'utf8mb4' });
  const { dialect } = database;
  let known: Promise<Schema> | undefined;
  const it: Logged = {
    server,
    database,
    session,
    user,
    async act(...list) {
      for (const statement of list) await user.query(statement);
    },
    async install() {
      known = database.introspect();
      await dialect.log.install(session, await known);
    },
    checkpoint: (name = 'start') => dialect.log.checkpoint(session, name, 2000),
    rewind: (name = 'start', patience = 2000) => dialect.log.rewind(session, name, patience),
    changes: (name = 'start') => dialect.log.changes(session, name, 2000),
    async state() {
      const { tables, sequences } = await it.schema();
      const sums: Record<string, string> = {};
      for (const table of tables) sums[table.name] = await dialect.checksum(session, table);
      return { sums, counters: await dialect.readSequences(session, sequences) };
    },
    schema() {
      known ??= database.introspect();
      return known;
    },
    async seen(name) {
      const { tables } = await it.changes(name);
      return Object.fromEntries(
        tables.map(({ table, rows }) => [
          table.name,
          rows.map(({ before, after }) => [before, after]),
        ]),
      );
    },
    async drop() {
      await user.end();
      await session.release(false);
      await database.close();
      await server.drop();
    },
  };
  await it.install();
  await it.checkpoint();
  return it;
}

/** The rows of all columns that are written, since the log keeps no others. */
async function written({ session, database, schema }: Logged): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {};
  for (const { name, columns } of (await schema()).tables) {
    const list = columns.filter(({ generated }) => !generated);
    found[name] = await session.query(
      `SELECT ${list.map((it) => database.dialect.selected(it))} FROM ${mysql.escapeId(name, true)}`,
    );
  }
  return found;
}

/** The same, as the log tells it. */
export function told({ tables }: LoggedChanges): Difference {
  const [gone, come]: Record<string, Row[]>[] = [{}, {}];
  for (const { table, rows } of tables) {
    gone![table.name] = rows.flatMap((row) => (row.before ? [row.before] : []));
    come![table.name] = rows.flatMap((row) => (row.after ? [row.after] : []));
  }
  return difference(gone!, come!);
}

/**
 * Acts, holds what the log tells to a comparison of all rows, rewinds, and holds all rows and
 * counters to what they were.
 */
export async function undone(log: Logged, act: () => Promise<void>): Promise<Difference> {
  const [state, before] = [await log.state(), await written(log)];
  await act();
  const expected = difference(before, await written(log));
  expect(told(await log.changes())).toEqual(expected);
  await log.rewind();
  expect(await log.state()).toEqual(state);
  expect(await log.changes()).toEqual({ tables: [], sequences: [] });
  return expected;
}
