import type pg from 'pg';
import { optionalPackage } from '../optional.js';
import { keyNumber } from '../server/key.js';
import type { DatabaseMark, Server, ServerLock } from '../server/server.js';
import { readUrl, withoutPassword } from '../url.js';
import { dialect } from './dialect.js';
import { literal, quote } from './quote.js';

/** Locks are told apart by the database of their holder, so all of us meet in one, if we may. */
const meetingPlace = 'postgres';

/** A PostgreSQL server, entered with the role of a URL. */
export async function postgresqlServer(url: string): Promise<Server> {
  const { database: named } = readUrl(url);
  const { default: pg } = await optionalPackage('pg', () => import('pg'));
  const client = await enter(pg, url, named);
  const ask = async (sql: string, values: readonly unknown[] = []) =>
    (await client.query({ text: sql, values: [...values], rowMode: 'array' })).rows;

  const own = new Set<string>();

  return {
    dialect,
    location: withoutPassword(url),
    reachable: true,
    named,

    async databases(prefix) {
      const rows = await ask(
        `SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database
         WHERE starts_with(datname, $1) ORDER BY 1`,
        [prefix],
      );
      return rows.map(([name, comment]) => ({ name, mark: markOf(comment) }));
    },
    async create(name) {
      await ask(`CREATE DATABASE ${quote(name)} TEMPLATE template0`);
    },
    async copy(from, to) {
      // Idle connections of ours would be in the way.
      await ask(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = $1 AND application_name = 'hot-fixture' AND state = 'idle'`,
        [from],
      );
      await ask(`CREATE DATABASE ${quote(to)} TEMPLATE ${quote(from)}`);
    },
    async drop(name) {
      await ask(`DROP DATABASE IF EXISTS ${quote(name)} WITH (FORCE)`);
    },
    async mark(name, mark) {
      await ask(`COMMENT ON DATABASE ${quote(name)} IS ${literal(comments[mark])}`);
      // Nobody gets into a template any more: a connection would keep it from being copied.
      if (mark === 'ready') await ask(`ALTER DATABASE ${quote(name)} ALLOW_CONNECTIONS false`);
    },
    async run(name, script) {
      const there = await connect(pg, withDatabase(url, name));
      try {
        await there.query(script);
      } finally {
        await there.end();
      }
    },
    async open(name) {
      const target = withDatabase(url, name);
      return { target, url: target, close: async () => {} };
    },

    async lock(key) {
      const { whole, high, low } = keyNumber(key);
      // One connection gets its own lock a second time.
      if (own.has(key)) return null;
      const [[taken] = []] = await ask('SELECT pg_try_advisory_lock($1)', [whole]);
      if (!taken) return null;
      own.add(key);
      const lock: ServerLock = {
        async release() {
          own.delete(key);
          await ask('SELECT pg_advisory_unlock($1)', [whole]);
        },
      };
      // Somebody who may not enter the meeting place holds it from another database.
      const others = await ask(
        `SELECT 1 FROM pg_locks WHERE ${isLock(1, 2)} AND pid <> pg_backend_pid()`,
        [high, low],
      );
      if (others.length === 0) return lock;
      await lock.release();
      return null;
    },
    async held(keys) {
      const found = new Set<string>();
      for (const key of keys) {
        const { high, low } = keyNumber(key);
        const rows = await ask(`SELECT 1 FROM pg_locks WHERE ${isLock(1, 2)}`, [high, low]);
        if (rows.length > 0) found.add(key);
      }
      return found;
    },
    async visitors(name) {
      const rows = await ask(
        `SELECT pid::text, concat_ws(' ', nullif(application_name, ''), 'of role ' || usename,
                'from ' || host(client_addr), 'port ' || client_port),
                state LIKE 'idle in transaction%', query
         FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend' ORDER BY pid`,
        [name],
      );
      return rows.map(([id, who, open, query]) => ({
        id,
        name: who,
        inTransaction: open === true,
        query: query ?? '',
      }));
    },
    close: () => client.end(),
  };
}

const comments: Record<DatabaseMark, string> = {
  ready: 'hot-fixture: a template, made by migrations',
  kept: 'hot-fixture: kept to be looked at',
};

function markOf(comment: string | null): DatabaseMark | null {
  const found = Object.entries(comments).find(([, text]) => text === comment);
  return (found?.[0] as DatabaseMark | undefined) ?? null;
}

/** A lock on one number of 64 bits, in whatever database. */
const isLock = (high: number, low: number) =>
  `locktype = 'advisory' AND granted AND objsubid = 1 AND classid = $${high} AND objid = $${low}`;

async function enter(pg: typeof import('pg').default, url: string, named: string) {
  try {
    return await connect(pg, withDatabase(url, meetingPlace));
  } catch (error) {
    // There is no such database, or this role may not connect to it.
    const mayTry = ['3D000', '42501', '28000'].includes((error as { code?: string }).code ?? '');
    if (!mayTry || named === '' || named === meetingPlace) throw error;
    return connect(pg, url);
  }
}

async function connect(pg: typeof import('pg').default, url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: `hot-fixture ${process.pid}`,
  });
  // A connection that dies while idle is told to its next user by a failed query.
  client.on('error', () => {});
  await client.connect();
  return client;
}

function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other.href;
}
