import { HfitError } from '@hot-fixture/errors';
import type { Session } from '../driver.js';
import type { Row, Value } from '../model.js';
import { Turns } from '../turns.js';
import { type Collector, RowCollector, readPieces } from './cursor.js';
import { quote } from './quote.js';
import { encoding, readSettings, restoreSettings } from './settings.js';
import {
  type Connection,
  execute,
  type FileTaken,
  forget,
  inTransaction,
  prepare,
  send,
  sendAll,
  sendFile,
  sendTogether,
  takesFiles,
} from './wire.js';

/** A session of this dialect knows what one packet may hold, and can bind a whole row. */
export interface MysqlSession extends Session {
  /** In bytes. */
  readonly maxPacket: number;
  execute(sql: string, values: readonly Value[]): Promise<void>;
  /**
   * Runs statements one after the other up to the first that fails, in one way to the server where
   * the connection allows it; gives the rows of each.
   */
  batch(statements: readonly string[]): Promise<Row[][]>;
  /**
   * The same for statements that may stand in a routine, in one way to any MariaDB. Either all of
   * them give rows, or none does.
   */
  together(statements: readonly string[]): Promise<Row[][]>;
  /** A session of one connection that others use as well is lent for one call after the other. */
  readonly lend?: () => Promise<MysqlSession>;
}

/** A session that also moves rows as bytes. */
export interface BulkSession extends MysqlSession {
  /** Streams what the collector makes of the rows of a query without parameters. */
  pieces<T>(sql: string, collector: Collector<T>): AsyncIterable<T>;
  /** Whether the server and the connection take what LOAD DATA LOCAL sends. */
  readonly takesFiles: boolean;
  sendFile(sql: string, file: Buffer): Promise<FileTaken>;
}

/** How a connection goes back to where it came from. */
export interface Home {
  readonly location: string;
  /** The database that the session works on, wherever a USE has led the connection; may be empty. */
  readonly database: string;
  /** Nobody but sessions has used the connection, so no transaction is open and no USE has led it away. */
  readonly isOurs?: boolean;
  /** Ends a connection that is of no use any more; without it, it stays its owner's. */
  readonly abandon?: () => void;
  readonly giveBack: () => void;
}

/**
 * Makes a session of a connection. Its settings are put back when the session ends.
 * @throws HFIT_DATABASE_BUSY where a transaction of the owner is open: ours would commit it
 */
export async function openSession(connection: Connection, home: Home): Promise<BulkSession> {
  const busy = (reason: string) =>
    new HfitError('HFIT_DATABASE_BUSY', { database: home.location, reason });
  if (!home.isOurs && (await inTransaction(connection)))
    throw busy('a transaction is open on its connection');
  const saved = (await send(connection, readSettings))[0] as Row;
  if (home.database !== '' && saved[1] !== home.database) {
    await send(connection, `USE ${quote(home.database)}`);
  }
  await send(connection, encoding);

  const turns = new Turns();
  let reading: AsyncGenerator<unknown> | null = null;
  let bound = 0;

  /** One after the other: a query that binds takes several steps. */
  async function turn<T>(work: () => Promise<T>): Promise<T> {
    if (reading) throw busy('rows of it are still being read');
    const free = await turns.take();
    try {
      return await work();
    } finally {
      free();
    }
  }

  async function ready(sql: string, parameters: readonly Value[]): Promise<string> {
    if (parameters.length === 0) return sql;
    bound = Math.max(bound, parameters.length);
    return prepare(connection, sql, parameters);
  }

  const together = (statements: readonly string[]) =>
    turn(() => sendTogether(connection, statements, Number(saved[0])));

  async function* pieces<T>(
    sql: string,
    parameters: readonly Value[],
    collector: Collector<T>,
  ): AsyncGenerator<T> {
    if (reading) throw busy('rows of it are still being read');
    const free = await turns.take();
    try {
      const statement = await ready(sql, parameters);
      const read = readPieces(connection, statement, collector, home.abandon);
      reading = read;
      yield* read;
    } finally {
      reading = null;
      free();
    }
  }

  return {
    maxPacket: Number(saved[0]),
    query: (sql, parameters = []) =>
      turn(async () => send(connection, await ready(sql, parameters))),
    run: (sql) =>
      turn(async () => {
        await send(connection, sql);
      }),
    execute: (sql, values) => turn(() => execute(connection, sql, values)),
    batch: (statements) => turn(() => sendAll(connection, statements, Number(saved[0]))),
    together,
    runAll: async (statements) => void (await together(statements)),

    stream: (sql, parameters, size) => pieces(sql, parameters, new RowCollector(size)),
    pieces: (sql, collector) => pieces(sql, [], collector),
    takesFiles: saved[2] === '1' && takesFiles(connection),
    sendFile: (sql, file) => turn(() => sendFile(connection, sql, file)),

    async release(broken) {
      try {
        if (broken && home.abandon) return home.abandon();
        await reading?.return(undefined);
        const statements = ['ROLLBACK', ...restoreSettings(saved, !home.isOurs)];
        for (const statement of statements) await send(connection, statement);
        if (bound > 0) for (const statement of forget(bound)) await send(connection, statement);
      } catch {
        // What cannot be put back is not given to the next user.
        home.abandon?.();
      } finally {
        home.giveBack();
      }
    },
  };
}
