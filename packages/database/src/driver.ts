import type { Dialect } from './dialect.js';
import type { Row, Value } from './model.js';
import type { ReadingNow } from './reading.js';
import type { Server } from './server/server.js';

/**
 * One connection, held by one user at a time. A driver package is wrapped into this; everything
 * above it is SQL.
 */
export interface Session {
  /** Runs one statement with bound parameters; rows come as the database writes them. */
  query(sql: string, parameters?: readonly Value[]): Promise<Row[]>;
  /** Runs a script of statements without parameters. */
  run(sql: string): Promise<void>;
  /** The same for several statements that could stand in a routine, where it takes less time. */
  runAll?(statements: readonly string[]): Promise<void>;
  /**
   * Reads the rows of one query in batches, without holding more than a few of them.
   * @param all whether the last row counts more than the first: the server may find them in another
   *   way then
   */
  stream(
    sql: string,
    parameters: readonly Value[],
    size: number,
    all?: boolean,
  ): AsyncIterable<Row[]>;
  /** Gives the connection back; a broken one is thrown away. */
  release(broken: boolean): Promise<void>;
}

/**
 * What a session is for: `read` never makes what is not there; `write` is for one transaction;
 * `log` is held as long as a change log is open, so it must not keep others from the database.
 */
export type Purpose = 'read' | 'write' | 'log';

/** Where sessions come from: opened from a URL, or the user's own handle. */
export interface Driver {
  readonly dialect: Dialect;
  /** The name of the database, as its server knows it. */
  readonly name: string;
  /** For messages: where it is, never with a password. */
  readonly location: string;
  /** Lives in memory alone, so that nothing of value can be in it. */
  readonly inMemory: boolean;
  /** The file or folder that it is, where it is one. */
  readonly home?: string;
  /**
   * All of it runs in this process, and its one connection is the only way to its data: nobody
   * writes while that is lent to a reader.
   */
  readonly inProcess?: true;
  /** How many sessions may be held for reading at the same time; without a word, one. */
  readonly readers?: number;
  /** How much of it is taken at this moment, where it was opened to be read from alone. */
  readingNow?(): ReadingNow;
  connect(purpose: Purpose): Promise<Session>;
  /** A session that waits for no other, to end what one is about; absent where none can be had. */
  beside?(): Promise<Session>;
  /** Ends what was opened here; the user's own handle stays open. */
  close(): Promise<void>;
}

/** Opens databases of one dialect. */
export interface Opener {
  /** Of the URLs that it opens, such as `postgresql:`. */
  readonly schemes: readonly string[];
  /** Of the handles that it takes, for messages. */
  readonly handles: readonly string[];
  /**
   * Throws HFIT_DRIVER_MISSING where the package of the driver is not installed.
   * @param throwAway what is written need not outlive a crash of the machine
   * @param connections how many have to be there for readers at the same time
   */
  fromUrl(url: string, throwAway?: boolean, connections?: number): Promise<Driver>;
  /** Null where the value is no handle of this dialect. */
  fromHandle(handle: unknown): Promise<Driver | null>;
  /** Where the database of a URL lies, to make others beside it; absent where that is not known. */
  server?(url: string): Promise<Server>;
}
