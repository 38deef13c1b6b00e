import { finished } from 'node:stream/promises';
import type pg from 'pg';
import type { Driver } from '../driver.js';
import { optionalPackage } from '../optional.js';
import { Turns } from '../turns.js';
import { withoutPassword } from '../url.js';
import { fetchAll } from './cursor.js';
import { type CopySession, dialect } from './dialect.js';
import { isInTransaction, transactionIsOpen } from './open-transaction.js';

/** Values stay the text that the server sent. */
const asText = { getTypeParser: () => (text: unknown) => text } as unknown as pg.CustomTypesConfig;

/** How many connections one opened database may hold at the same time. */
const poolSize = 4;

export async function fromPgUrl(url: string): Promise<Driver> {
  const { default: pg } = await optionalPackage('pg', () => import('pg'));
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: 10_000,
    application_name: 'hot-fixture',
  });
  // A connection that dies while idle is told to its next user by a failed query.
  pool.on('error', () => {});
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  return driverOf(pool, name, withoutPassword(url), () => pool.end());
}

/** Takes a `pg.Pool` or a connected `pg.Client`; null for anything else. */
export function fromPgHandle(handle: unknown): Driver | null {
  const { options, database, host } = handle as Partial<pg.Client> & Partial<pg.Pool>;
  const isPool = 'totalCount' in (handle as object) && 'idleCount' in (handle as object);
  const isClient = 'connectionParameters' in (handle as object);
  if (!isPool && !isClient) return null;
  const name = (isPool ? databaseOf(options) : database) ?? '';
  const location = `${isPool ? 'pg.Pool' : 'pg.Client'} of ${name}${host ? ` on ${host}` : ''}`;
  if (isPool) return driverOf(handle as pg.Pool, name, location, async () => {});
  return oneByOne(handle as pg.Client, name, location);
}

function databaseOf(options: pg.PoolOptions | undefined): string | undefined {
  const url = options?.connectionString;
  if (options?.database) return options.database;
  return url ? decodeURIComponent(new URL(url).pathname.slice(1)) : process.env.PGDATABASE;
}

function driverOf(
  pool: pg.Pool,
  name: string,
  location: string,
  close: () => Promise<void>,
): Driver {
  return {
    dialect,
    name,
    location,
    inMemory: false,
    close,
    connect: async () => {
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

/** A single client serves one session after the other. */
function oneByOne(client: pg.Client, name: string, location: string): Driver {
  const turns = new Turns();
  return {
    dialect,
    name,
    location,
    inMemory: false,
    close: async () => {},
    connect: async () => {
      const free = await turns.take();
      try {
        const { rows } = await client.query(isInTransaction);
        if (rows[0].open) throw transactionIsOpen(location);
      } catch (error) {
        free();
        throw error;
      }
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
    stream: (sql, parameters, size) => fetchAll(session, sql, parameters, size),
    async copyIn(sql, text) {
      const { from } = await optionalPackage('pg-copy-streams', () => import('pg-copy-streams'));
      const stream = client.query(from(`${sql} STDIN`));
      stream.end(text);
      await finished(stream);
    },
    release,
  };
  return session;
}
