import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import type { Driver } from '../driver.js';
import { optionalPackage } from '../optional.js';
import { Turns } from '../turns.js';
import { readUrl, withoutPassword } from '../url.js';
import type { CopySession } from './copy.js';
import { CopyOut } from './copy-out.js';
import { fetchAll } from './cursor.js';
import { dialect } from './dialect.js';
import { type LogSession, ownSession, sharedSession } from './log/session.js';
import { isInTransaction, transactionIsOpen } from './open-transaction.js';

/** Values stay the text that the server sent. */
const asText = { getTypeParser: () => (text: unknown) => text } as unknown as pg.CustomTypesConfig;

/** How many connections one opened database may hold at the same time. */
const poolSize = 6;
/** How many of them may read at the same time, so that some are left for those who write. */
const readers = 4;

/** @param throwAway a commit may be lost in a crash of the server, and so waits for no disk */
export async function fromPgUrl(
  url: string,
  throwAway = false,
  connections = readers,
): Promise<Driver> {
  const { database: name } = readUrl(url);
  const { default: pg } = await optionalPackage('pg', () => import('pg'));
  const pool = new pg.Pool({
    connectionString: url,
    max: Math.max(poolSize, connections),
    connectionTimeoutMillis: 10_000,
    application_name: 'hot-fixture',
  });
  // A connection that dies while idle is told to its next user by a failed query.
  pool.on('error', () => {});
  const prepare = async (client: pg.ClientBase) => {
    if (throwAway) await client.query('SET synchronous_commit = off');
  };
  // It goes before all other queries; where it fails, so will they.
  pool.on('connect', (client) => void prepare(client).catch(() => {}));
  return driverOf(pool, name, withoutPassword(url), connections, () => pool.end(), prepare);
}

/** Takes a `pg.Pool` or a connected `pg.Client`; null for anything else. */
export function fromPgHandle(handle: unknown): Driver | null {
  const { options, database, host } = handle as Partial<pg.Client> & Partial<pg.Pool>;
  const isPool = 'totalCount' in (handle as object) && 'idleCount' in (handle as object);
  const isClient = 'connectionParameters' in (handle as object);
  if (!isPool && !isClient) return null;
  const name = (isPool ? databaseOf(options) : database) ?? '';
  const location = `${isPool ? 'pg.Pool' : 'pg.Client'} of ${name}${host ? ` on ${host}` : ''}`;
  if (isPool) {
    // Not all that a pool of somebody else has.
    const readers = Math.max(1, Math.min(4, (options?.max ?? 10) - 1));
    return driverOf(handle as pg.Pool, name, location, readers, async () => {});
  }
  return oneByOne(handle as pg.Client, name, location);
}

function databaseOf(options: pg.PoolOptions | undefined): string | undefined {
  const url = options?.connectionString;
  if (options?.database) return options.database;
  return url ? readUrl(url).database : process.env.PGDATABASE;
}

function driverOf(
  pool: pg.Pool,
  name: string,
  location: string,
  readers: number,
  close: () => Promise<void>,
  prepare: (client: pg.ClientBase) => Promise<void> = async () => {},
): Driver {
  return {
    dialect,
    name,
    location,
    readers,
    inMemory: false,
    close,
    beside: () => logSession(pool, prepare),
    connect: async (purpose) => {
      if (purpose === 'log') return logSession(pool, prepare);
      const client = await pool.connect();
      // Without a listener, a connection that dies between two queries would end the process.
      const onError = () => {};
      client.on('error', onError);
      return sessionOf(client, async (broken) => {
        client.off('error', onError);
        client.release(broken);
      });
    },
  };
}

/** A connection beside the pool, made as the pool makes its own. */
async function logSession(
  pool: pg.Pool,
  prepare: (client: pg.ClientBase) => Promise<void>,
): Promise<LogSession> {
  const { Client, options } = pool as pg.Pool & { Client: typeof pg.Client };
  const client = new Client(options);
  client.on('error', () => {});
  await client.connect();
  await prepare(client);
  return ownSession(
    sessionOf(client, async (broken) => {
      const ended = client.end();
      if (!broken) await ended;
    }),
  );
}

/** A single client serves one session after the other. */
function oneByOne(client: pg.Client, name: string, location: string): Driver {
  const turns = new Turns();
  const take = async () => {
    const free = await turns.takeSoon(location);
    try {
      const { rows } = await client.query(isInTransaction);
      if (rows[0].open) throw transactionIsOpen(location);
    } catch (error) {
      free();
      throw error;
    }
    return free;
  };
  return {
    dialect,
    name,
    location,
    inMemory: false,
    close: async () => {},
    connect: async (purpose) => {
      if (purpose === 'log')
        return sharedSession(
          sessionOf(client, async () => {}),
          take,
        );
      const free = await take();
      return sessionOf(client, async (broken) => {
        if (broken) await client.query(dialect.rollback).catch(() => {});
        free();
      });
    },
  };
}

function sessionOf(client: pg.ClientBase, release: CopySession['release']): CopySession {
  const session: CopySession = {
    async query(text, values = []) {
      const result = await client.query({
        text,
        values: [...values],
        rowMode: 'array',
        types: asText,
      });
      return result.rows;
    },
    async run(sql) {
      await client.query(sql);
    },
    stream: (sql, parameters, size, all) => fetchAll(session, sql, parameters, size, all),
    async *copyOut(sql) {
      yield* client.query(new CopyOut(`${sql} STDOUT`));
    },
    async copyIn(sql, chunks) {
      const { from } = await optionalPackage('pg-copy-streams', () => import('pg-copy-streams'));
      const stream = client.query(from(`${sql} STDIN`));
      await pipeline(chunks, stream);
      return stream.rowCount;
    },
    release,
  };
  return session;
}
