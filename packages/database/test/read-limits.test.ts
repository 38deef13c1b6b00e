import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshMariadb, freshPostgresql, services } from '../../../test/services/index.js';
import {
  type Database,
  openDatabase,
  type ReadLimits,
  type ReadOptions,
  type Snapshot,
  type Table,
  type TableName,
} from '../src/index.js';

interface Subject {
  readonly database: Database;
  /** Another session of the server. */
  ask(sql: string): Promise<unknown[][]>;
  /** Says what the server says when its disk is full. */
  readonly fill: string;
  readonly sleep: string;
  readonly lock: string;
  readonly unlock: string;
  /** A row where the session of this name is there, and where it is about something. */
  readonly there: (name: string) => string;
  readonly running: (name: string) => string;
  readonly settings: string;
  /** What is one statement, however long its reader takes. */
  readonly reads: 'rows' | 'bytes';
  /** The least limit for locks, in seconds. */
  readonly least: number;
  readonly ownName: string;
  close(): Promise<void>;
}

const none: ReadLimits = { statement: null, lock: null, idle: null };
const rows = 60_000;
const text = 'x'.repeat(200);

async function postgresql(): Promise<Subject> {
  const { url, drop } = await freshPostgresql();
  const client = new pg.Client(url);
  await client.connect();
  const ask = async (sql: string) =>
    (await client.query({ text: sql, rowMode: 'array' })).rows as unknown[][];
  await ask(
    `CREATE TABLE big AS SELECT i AS id, '${text}' AS word FROM generate_series(1, ${rows}) i`,
  );
  await ask('CREATE TABLE held (id int PRIMARY KEY CHECK (id > 0))');
  const database = await openDatabase(url);
  return {
    database,
    ask,
    fill: 'DO $$ BEGIN RAISE disk_full; END $$',
    sleep: 'SELECT pg_sleep(50)',
    lock: 'BEGIN; LOCK TABLE held',
    unlock: 'ROLLBACK',
    there: (name) => `SELECT 1 FROM pg_stat_activity WHERE pid = ${name}`,
    running: (name) => `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND pid = ${name}`,
    settings: `SELECT current_setting('statement_timeout'), current_setting('lock_timeout')`,
    reads: 'bytes',
    least: 0.3,
    ownName: 'SELECT pg_backend_pid()',
    async close() {
      await client.end();
      await database.close();
      await drop();
    },
  };
}

async function mariadb(): Promise<Subject> {
  const { url, drop } = await freshMariadb();
  const connection = await mysql.createConnection(url);
  const ask = async (sql: string) => {
    const [found] = await connection.query({ sql, rowsAsArray: true });
    return found as unknown[][];
  };
  await ask(`CREATE TABLE big AS SELECT seq AS id, '${text}' AS word FROM seq_1_to_${rows}`);
  await ask('CREATE TABLE held (id int PRIMARY KEY)');
  const database = await openDatabase(url);
  return {
    database,
    ask,
    fill: "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full'",
    sleep: 'SELECT SLEEP(50)',
    lock: 'LOCK TABLES held WRITE',
    unlock: 'UNLOCK TABLES',
    there: (name) => `SELECT 1 FROM information_schema.processlist WHERE id = ${name}`,
    settings:
      'SELECT @@max_statement_time, @@lock_wait_timeout, @@idle_readonly_transaction_timeout',
    reads: 'rows',
    least: 1,
    running: (name) =>
      `SELECT 1 FROM information_schema.processlist WHERE command <> 'Sleep' AND id = ${name}`,
    ownName: 'SELECT CONNECTION_ID()',
    async close() {
      await connection.end();
      await database.close();
      await drop();
    },
  };
}

const subjects = [
  { name: 'PostgreSQL', open: postgresql, isThere: services.postgresql },
  { name: 'MariaDB', open: mariadb, isThere: services.mariadb },
].filter(({ isThere }) => isThere);

describe.each(subjects)('reading from $name', ({ open }) => {
  let subject: Subject;
  let tables: readonly Table[];
  beforeAll(async () => {
    subject = await open();
    tables = (await subject.database.introspect()).tables;
  });
  afterAll(() => subject?.close());

  const table = (name: string) => tables.find((it) => it.name === name) as Table;

  async function reading<T>(options: ReadOptions, work: (it: Snapshot) => Promise<T>): Promise<T> {
    const snapshot = await subject.database.snapshot(options);
    try {
      return await work(snapshot);
    } finally {
      await snapshot.close();
    }
  }

  async function nameOf(snapshot: Snapshot): Promise<string> {
    const [row] = await snapshot.using((session) => session.query(subject.ownName));
    return String(row?.[0]);
  }

  const settingsOf = (snapshot: Snapshot) =>
    snapshot.using((session) => session.query(subject.settings));

  async function until(sql: string, isThere: boolean) {
    while ((await subject.ask(sql)).length > 0 !== isThere) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async function all(snapshot: Snapshot, name: string) {
    for await (const _ of snapshot.rows({ table: table(name), columns: table(name).columns }));
  }

  async function held<T>(work: () => Promise<T>): Promise<T> {
    await subject.ask(subject.lock.split('; ')[0] as string);
    for (const more of subject.lock.split('; ').slice(1)) await subject.ask(more);
    try {
      return await work();
    } finally {
      await subject.ask(subject.unlock);
    }
  }

  it('ends a question in the server when its reader has gone', async () => {
    const gone = new AbortController();
    const reason = new Error('gone');
    await reading({ signal: gone.signal }, async (snapshot) => {
      const running = subject.running(await nameOf(snapshot));
      const slow = snapshot.using((session) => session.query(subject.sleep));
      await until(running, true);
      gone.abort(reason);
      await expect(slow).rejects.toBe(reason);
      await until(running, false);
    });
    // The pool has others, and none that a late cancel would hit.
    await reading({}, nameOf);
  });

  it.each(['rows', 'bytes'] as const)(
    'ends a table that is read as %s when its reader has gone',
    async (form) => {
      const gone = new AbortController();
      const reason = new Error('gone');
      await reading({ signal: gone.signal }, async (snapshot) => {
        const running = subject.running(await nameOf(snapshot));
        const { batches, bytes } = snapshot.tableRows(table('big'));
        const pieces = (form === 'rows' ? batches : bytes?.chunks) as AsyncIterable<unknown>;
        const read = async () => {
          for await (const _ of pieces) if (!gone.signal.aborted) gone.abort(reason);
        };
        await expect(read()).rejects.toBe(reason);
        await until(running, false);
      });
    },
  );

  it('ends a question that takes longer than its limit, and tells which', async () => {
    await reading({ limits: { ...none, statement: 0.2 } }, async (snapshot) => {
      const slow = snapshot.using((session) => session.query(subject.sleep));
      await expect(slow).rejects.toMatchObject({
        code: 'HFIT_READ_SLOW',
        message: expect.stringMatching(/reading the schema of .* limit of 0\.2 seconds/),
      });
    });
  });

  it('ends the reading of a table that does not begin in time, and names it', async () => {
    await held(() =>
      reading({ limits: { ...none, statement: 0.2 } }, async (snapshot) => {
        await expect(all(snapshot, 'held')).rejects.toMatchObject({
          code: 'HFIT_READ_SLOW',
          message: expect.stringMatching(/table (\w+\.)?held of/),
        });
      }),
    );
  });

  it('lets a slow reader take its time, and limits the next question again', async () => {
    const limits = { ...none, statement: 1 };
    await reading({ limits }, async (snapshot) => {
      const before = await settingsOf(snapshot);
      const { batches, bytes } = snapshot.tableRows(table('big'));
      let isFirst = true;
      for await (const _ of (subject.reads === 'rows' ? batches : bytes?.chunks) ?? []) {
        if (isFirst) await new Promise((resolve) => setTimeout(resolve, 1200));
        isFirst = false;
      }
      expect(isFirst).toBe(false);
      expect(await settingsOf(snapshot)).toEqual(before);
    });
  });

  it('waits for a lock no longer than its limit', async () => {
    await held(() =>
      reading({ limits: { ...none, lock: subject.least } }, async (snapshot) => {
        await expect(all(snapshot, 'held')).rejects.toMatchObject({
          code: 'HFIT_READ_LOCKED',
          message: expect.stringMatching(/table (\w+\.)?held of .* limit of (1|0.3) seconds/),
        });
      }),
    );
  });

  it('tells the table that another session holds while the schema is read, to who may see it', async () => {
    const reads = (tells?: (it: TableName) => boolean) =>
      reading({ limits: { ...none, lock: subject.least }, tells }, (it) => it.introspect());
    await held(async () => {
      if (!subject.database.dialect.heldTables) return expect(await reads()).toBeTruthy();
      const locked = (what: RegExp) => ({
        code: 'HFIT_READ_LOCKED',
        message: expect.stringMatching(what),
      });
      await expect(reads(({ name }) => name === 'held')).rejects.toMatchObject(
        locked(/: table (\w+\.)?held of .* was held/),
      );
      await expect(reads()).rejects.toMatchObject(locked(/: the schema of .* was held/));
    });
  });

  it('tells a full disk as one', async () => {
    await reading({}, async (snapshot) => {
      await expect(snapshot.using((session) => session.run(subject.fill))).rejects.toMatchObject({
        code: 'HFIT_DATABASE_FULL',
        message: expect.stringMatching(/ has no room for more: .*full/),
      });
    });
  });

  it('is ended by the server where nothing is asked for too long', async () => {
    await reading({ limits: { ...none, idle: 1 } }, async (snapshot) => {
      const late = async () => {
        await until(subject.there(await nameOf(snapshot)), false);
        await all(snapshot, 'held');
      };
      await expect(late()).rejects.toMatchObject({ code: 'HFIT_READ_IDLE' });
    });
  });

  it('writes nothing', async () => {
    await reading({}, async (snapshot) => {
      const write = snapshot.using((session) => session.query('DELETE FROM held'));
      await expect(write).rejects.toMatchObject({ code: 'HFIT_DATABASE_QUERY' });
    });
  });

  it('leaves the next session of the connection as it was', async () => {
    const before = await reading({}, settingsOf);
    const limits = { statement: 7, lock: 8, idle: 9 };
    expect(await reading({ limits }, settingsOf)).not.toEqual(before);
    expect(await reading({}, settingsOf)).toEqual(before);
  });
});
