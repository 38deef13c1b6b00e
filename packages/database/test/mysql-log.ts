import mysql from 'mysql2/promise';
import { type Database, openDatabase, type Row, type Session } from '../src/index.js';
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
  const it: Logged = {
    server,
    database,
    session,
    user,
    async act(...list) {
      for (const statement of list) await user.query(statement);
    },
    install: async () => dialect.log.install(session, await database.introspect()),
    checkpoint: (name = 'start') => dialect.log.checkpoint(session, name, 2000),
    rewind: (name = 'start', patience = 2000) => dialect.log.rewind(session, name, patience),
    changes: (name = 'start') => dialect.log.changes(session, name, 2000),
    async state() {
      const snapshot = await database.snapshot();
      try {
        const schema = await snapshot.introspect();
        const sums: Record<string, string> = {};
        for (const table of schema.tables)
          sums[table.name] = await snapshot.using((one) => dialect.checksum(one, table));
        const counters = await snapshot.using((one) =>
          dialect.readSequences(one, schema.sequences),
        );
        return { sums, counters };
      } finally {
        await snapshot.close();
      }
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
