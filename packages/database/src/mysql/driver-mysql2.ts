import { HfitError } from '@hot-fixture/errors';
import type { Pool, PoolConnection } from 'mysql2';
import type { Driver } from '../driver.js';
import { optionalPackage } from '../optional.js';
import { Turns } from '../turns.js';
import { readUrl, withoutPassword } from '../url.js';
import { dialect } from './dialect.js';
import { connectLike, sharedSession } from './held.js';
import { type MysqlSession, openSession } from './session.js';
import { type Connection, send } from './wire.js';

export const schemes = ['mysql:', 'mariadb:'];

/** How many connections one opened database may hold at the same time. */
const poolSize = 4;

export async function fromMysqlUrl(
  url: string,
  _throwAway?: boolean,
  connections = poolSize,
): Promise<Driver> {
  const location = withoutPassword(url);
  const { database: name } = readUrl(url);
  const { default: mysql2 } = await optionalPackage('mysql2', () => import('mysql2'));
  const pool = mysql2.createPool({
    uri: url,
    connectionLimit: Math.max(poolSize, connections),
    connectTimeout: 10_000,
    multipleStatements: false,
  });
  const close = () =>
    new Promise<void>((resolve, reject) => {
      pool.end((error) => (error ? reject(error) : resolve()));
    });
  return ofPool(pool, name, location, close, true);
}

interface Options {
  readonly database?: string;
  readonly host?: string;
  readonly socketPath?: string;
  readonly connectionConfig?: Options;
}

/** Takes a pool or a connection of mysql2, of either flavour; null for anything else. */
export async function fromMysqlHandle(handle: unknown): Promise<Driver | null> {
  const flavours = handle as { pool?: unknown; connection?: unknown };
  // The promise flavour holds the one with callbacks.
  const core = [flavours.pool, flavours.connection, handle].find(isCore);
  if (!core) return null;
  const config = core.config.connectionConfig ?? core.config;
  const where = config.socketPath ?? config.host;
  const locate = (what: string, name: string) =>
    `mysql2 ${what} of ${name || 'no database'}${where ? ` on ${where}` : ''}`;
  if ('getConnection' in core) {
    const name = config.database ?? '';
    return ofPool(core as unknown as Pool, name, locate('pool', name), async () => {});
  }
  const connection = core as unknown as Connection;
  const name = (await currentDatabase(connection)) ?? config.database ?? '';
  return ofConnection(connection, name, locate('connection', name));
}

function isCore(value: unknown): value is { config: Options } {
  if (typeof value !== 'object' || value === null) return false;
  const { config, execute } = value as { config?: unknown; execute?: unknown };
  if (typeof config !== 'object' || config === null || typeof execute !== 'function') return false;
  return 'threadId' in value || 'connectionConfig' in config;
}

/** A connection may have moved by USE since it was opened. */
async function currentDatabase(connection: Connection): Promise<string | null> {
  try {
    const [row] = await send(connection, 'SELECT DATABASE()');
    return (row?.[0] as string | null) ?? '';
  } catch {
    return null;
  }
}

// Without a listener, a connection that dies between two queries would end the process.
const onError = () => {};

/** @param isOurs nobody else takes connections from it */
function ofPool(
  pool: Pool,
  name: string,
  location: string,
  close: Driver['close'],
  isOurs = false,
): Driver {
  return {
    dialect,
    name,
    location,
    inMemory: false,
    close,
    beside: () => ownSession(pool, name, location),
    connect: async (purpose) => {
      if (purpose === 'log') return ownSession(pool, name, location);
      const connection = await take(pool);
      connection.on('error', onError);
      const home = {
        location,
        database: name,
        isOurs,
        abandon: () => endNow(connection),
        giveBack: () => {
          connection.off('error', onError);
          connection.release();
        },
      };
      return openSession(connection, home).catch((error) => {
        if (!(error instanceof HfitError)) home.abandon();
        home.giveBack();
        throw error;
      });
    },
  };
}

/** On a connection beside the pool, which would otherwise have one less for so long. */
async function ownSession(pool: Pool, database: string, location: string): Promise<MysqlSession> {
  const { config } = pool as unknown as { config: { connectionConfig: object } };
  const connection = await connectLike(config.connectionConfig);
  const abandon = () => connection.destroy();
  const giveBack = () => connection.destroy();
  return openSession(connection, { location, database, isOurs: true, abandon, giveBack }).catch(
    (error) => {
      abandon();
      throw error;
    },
  );
}

/** A single connection serves one session after the other. */
function ofConnection(connection: Connection, name: string, location: string): Driver {
  const turns = new Turns();
  const lend = async () => {
    const free = await turns.takeSoon(location);
    connection.on('error', onError);
    const giveBack = () => {
      connection.off('error', onError);
      free();
    };
    return openSession(connection, { location, database: name, giveBack }).catch((error) => {
      giveBack();
      throw error;
    });
  };
  return {
    dialect,
    name,
    location,
    inMemory: false,
    close: async () => {},
    connect: (purpose) => (purpose === 'log' ? sharedSession(lend) : lend()),
  };
}

function take(pool: Pool): Promise<PoolConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
  });
}

/** Closes the socket at once: a server that still sends rows would not see a polite end. */
function endNow(connection: PoolConnection): void {
  connection.destroy();
  (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
}
