import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';
import { type Database, openDatabase, qualified, type Session } from '../src/index.js';

/** A database with a log: the same tests run on a server and embedded. */
export interface Place {
  readonly database: Database;
  /** Of purpose `log`. */
  readonly session: Session;
  /** Runs one statement of a user, by a connection that knows nothing of the log. */
  run(sql: string): Promise<string[][]>;
  /** Another user connection; where there is only one connection, that one. */
  another(role?: { user: string; password: string }): Promise<pg.Client | null>;
  drop(): Promise<void>;
}

export interface LogSubject {
  readonly name: string;
  readonly missing: string;
  place(): Promise<Place>;
}

const asText = { getTypeParser: () => (text: unknown) => text } as unknown as pg.CustomTypesConfig;

const onServer: LogSubject = {
  name: 'PostgreSQL',
  missing: services.postgresql ? '' : 'no server',
  async place() {
    const { url, drop } = await freshPostgresql();
    const clients: pg.Client[] = [];
    const another = async (role?: { user: string; password: string }) => {
      const client = new pg.Client({ connectionString: url, ...role });
      client.on('error', () => {});
      await client.connect();
      clients.push(client);
      return client;
    };
    const client = await another();
    const database = await openDatabase(url);
    const session = await database.logSession();
    return {
      database,
      session,
      another,
      async run(sql) {
        const { rows } = await client.query({ text: sql, rowMode: 'array', types: asText });
        return rows;
      },
      async drop() {
        for (const it of clients) await it.end();
        await session.release(false);
        await database.close();
        await drop();
      },
    };
  },
};

/** An instance takes seconds to start, so one that was used is emptied and used again. */
const idle: PGlite[] = [];

const embedded: LogSubject = {
  name: 'PGlite',
  missing: '',
  async place() {
    const pglite = idle.pop() ?? (await freshPglite());
    const database = await openDatabase(pglite);
    return {
      database,
      session: await database.logSession(),
      another: async () => null,
      async run(sql) {
        const results = await pglite.exec(sql, { rowMode: 'array' });
        return (results.at(-1)?.rows ?? []) as never;
      },
      async drop() {
        await pglite.exec(
          'DROP SCHEMA IF EXISTS hfit CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public',
        );
        idle.push(pglite);
      },
    };
  },
};

export const subjects = [onServer, embedded];

/** Every row of every table, and where every sequence stands. */
export async function stateOf({ database }: Place): Promise<Record<string, unknown>> {
  const snapshot = await database.snapshot();
  try {
    const { tables, sequences } = await snapshot.introspect();
    const state: Record<string, unknown> = {};
    for (const table of tables) {
      const rows = await snapshot.list({ table, columns: table.columns });
      state[qualified(table)] = rows.map((row) => JSON.stringify(row)).sort();
    }
    state.sequences = await snapshot.using((session) =>
      database.dialect.readSequences(session, sequences),
    );
    return state;
  } finally {
    await snapshot.close();
  }
}

/** Switches the log on, with a checkpoint `start`. */
export async function track({ database, session }: Place): Promise<void> {
  const { log } = database.dialect;
  await log.install(session, await database.introspect());
  await log.checkpoint(session, 'start', 1000);
}

/** What the log tells, in short: table, before, after. */
export async function told({ database, session }: Place, since = 'start'): Promise<string[]> {
  const { tables, sequences } = await database.dialect.log.changes(session, since, 1000);
  return [
    ...tables.flatMap(({ table, rows }) =>
      rows.map(({ before, after }) => `${table.name} ${before ?? '-'} > ${after ?? '-'}`),
    ),
    ...sequences.map(({ name, before, after }) => `${name} ${before?.last} > ${after?.last}`),
  ];
}
