import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';
import {
  type Database,
  openDatabase,
  qualified,
  type Row,
  type SequenceState,
  type Session,
} from '../src/index.js';

/** A database with a log: the same tests run on a server and embedded. */
export interface Place {
  /** Null where it is embedded. */
  readonly url: string | null;
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

/** The same database as another role. */
export function urlAs(url: string, role: { user: string; password: string }): string {
  const other = new URL(url);
  other.username = role.user;
  other.password = role.password;
  return other.href;
}

const onServer: LogSubject = {
  name: 'PostgreSQL',
  missing: services.postgresql ? '' : 'no server',
  async place() {
    const { url, drop } = await freshPostgresql();
    const clients: pg.Client[] = [];
    const another = async (role?: { user: string; password: string }) => {
      const client = new pg.Client(role ? urlAs(url, role) : url);
      client.on('error', () => {});
      await client.connect();
      clients.push(client);
      return client;
    };
    const client = await another();
    const database = await openDatabase(url);
    const session = await database.logSession();
    return {
      url,
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

/** The same database as an ordinary role, which may make schemas in it. */
export async function placeOfRole(place: Place, user: string): Promise<Place> {
  const role = { user, password: 'pw' };
  await place.run(`
    DO $$ BEGIN
      CREATE ROLE ${user} LOGIN PASSWORD 'pw';
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
  await place.run(`GRANT CREATE ON DATABASE "${place.database.name}" TO ${user}`);
  const client = (await place.another(role)) as pg.Client;
  const database = await openDatabase(urlAs(place.url as string, role));
  const session = await database.logSession();
  return {
    ...place,
    database,
    session,
    async run(sql) {
      const { rows } = await client.query({ text: sql, rowMode: 'array', types: asText });
      return rows;
    },
    async drop() {
      await session.release(false);
      await database.close();
    },
  };
}

/** An instance takes seconds to start, so one that was used is emptied and used again. */
const idle: PGlite[] = [];

const embedded: LogSubject = {
  name: 'PGlite',
  missing: '',
  async place() {
    const pglite = idle.pop() ?? (await freshPglite());
    const database = await openDatabase(pglite);
    return {
      url: null,
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

/** A suite on each of them that is there. */
export function onEach(title: string, suite: (subject: LogSubject) => void): void {
  for (const subject of subjects) {
    describe.skipIf(Boolean(subject.missing))(title.replace('$name', subject.name), () => {
      suite(subject);
    });
  }
}

/** A place for all tests of a suite, which each of them leaves empty. */
export function sharedPlace(subject: LogSubject = onServer): Place {
  const place = {} as Place;
  beforeAll(async () => {
    Object.assign(place, await subject.place());
  });
  afterEach(() => emptied(place));
  afterAll(() => place.drop?.());
  return place;
}

/** By table its rows, without generated columns and with them; and where every sequence stands. */
export interface State {
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly rows: Readonly<Record<string, readonly string[]>>;
  readonly all: Readonly<Record<string, readonly string[]>>;
  readonly sequences: readonly SequenceState[];
}

export async function stateOf({ database }: Place): Promise<State> {
  const snapshot = await database.snapshot();
  try {
    const { tables, sequences } = await snapshot.introspect();
    const [rows, all, columns]: Record<string, string[]>[] = [{}, {}, {}];
    for (const table of tables) {
      const list = await snapshot.list({ table, columns: table.columns });
      const written = (_: unknown, i: number) => !table.columns[i]?.generated;
      const text = (row: readonly unknown[]) => JSON.stringify(row);
      rows![qualified(table)] = list.map((row) => text(row.filter(written))).sort();
      all![qualified(table)] = list.map(text).sort();
      columns![qualified(table)] = table.columns.map(({ name }) => name);
    }
    const states = await snapshot.using((session) =>
      database.dialect.readSequences(session, sequences),
    );
    return { rows: rows!, all: all!, columns: columns!, sequences: states };
  } finally {
    await snapshot.close();
  }
}

/** What the log has to tell of the way from one state to another: rows that went and that came. */
export function difference(before: State, after: State): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, rows] of Object.entries(after.rows)) {
    const old = before.rows[name] ?? [];
    const [gone, come] = [without(old, rows), without(rows, old)];
    if (gone.length + come.length > 0) found[name] = { gone, come };
  }
  return found;
}

function without(rows: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return rows.filter((row) => {
    const i = left.indexOf(row);
    if (i >= 0) left.splice(i, 1);
    return i < 0;
  });
}

/** The same, as the log tells it. */
export async function logged(
  { database, session }: Place,
  since = 'start',
): Promise<Record<string, unknown>> {
  const { tables } = await database.dialect.log.changes(session, since, 1000);
  const text = (row: Row | null) => (row ? [JSON.stringify(row)] : []);
  return Object.fromEntries(
    tables.map(({ table, rows }) => [
      qualified(table),
      {
        gone: rows.flatMap(({ before }) => text(before)).sort(),
        come: rows.flatMap(({ after }) => text(after)).sort(),
      },
    ]),
  );
}

/**
 * The law of the log: it tells exactly what is different, a rewind puts all back, and nothing is
 * told after it.
 */
export async function law(place: Place, act: () => Promise<unknown>): Promise<void> {
  const { database, session } = place;
  const before = await stateOf(place);
  await act();
  expect(await logged(place)).toEqual(difference(before, await stateOf(place)));
  await database.dialect.log.rewind(session, 'start', 1000);
  expect(await stateOf(place)).toEqual(before);
  expect(await database.dialect.log.changes(session, 'start', 1000)).toEqual({
    tables: [],
    sequences: [],
  });
}

/** Leaves nothing in the database. */
export async function emptied(place: Place): Promise<void> {
  await place.database.dialect.log.remove(place.session);
  await place.run(
    'DROP SCHEMA IF EXISTS other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO public',
  );
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
