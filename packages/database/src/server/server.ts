import type { Dialect } from '../dialect.js';

/**
 * Where databases are made, copied and dropped: a server of one dialect, a folder that serves as
 * one, or memory. Opened by `openServer`.
 */
export interface Server {
  readonly dialect: Dialect;
  /** For messages: where it is, never with a password. */
  readonly location: string;
  /** Whether other processes can reach a database that was made here. */
  readonly reachable: boolean;
  /** Of the database that the URL names; empty where it names none. */
  readonly named: string;

  /** Those whose names begin so. */
  databases(prefix: string): Promise<ServedDatabase[]>;
  /** Makes an empty one. */
  create(name: string): Promise<void>;
  /** Makes one with all that is in another one, which nobody may be writing to. */
  copy(from: string, to: string): Promise<void>;
  /** Drops one where it is there, whoever is connected. */
  drop(name: string): Promise<void>;
  /** Notes something about a database, which `databases` tells. */
  mark(name: string, mark: DatabaseMark): Promise<void>;
  /** Runs a script of SQL in a database. */
  run(name: string, script: string): Promise<void>;
  /** What reaches a database: its URL, or a handle. */
  open(name: string): Promise<OpenedDatabase>;

  /**
   * Takes a lock that ends with this process, however that ends: the database's own, or one that
   * knows the process. Null where somebody else holds it.
   */
  lock(key: string): Promise<ServerLock | null>;
  /** Those of these keys that are held, by whoever. */
  held(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Who is connected to a database, this process among them; nobody where that cannot be told. */
  visitors(name: string): Promise<Visitor[]>;

  /** Lets all locks go, and ends the connections that were opened here. */
  close(): Promise<void>;
}

/** `ready`: a template that is whole. `kept`: somebody wants to look at it. */
export type DatabaseMark = 'ready' | 'kept';

export interface ServedDatabase {
  readonly name: string;
  readonly mark: DatabaseMark | null;
}

export interface OpenedDatabase {
  /** A URL, or the handle of an embedded database. */
  readonly target: string | object;
  /** Empty where no URL leads to it. */
  readonly url: string;
  /** Ends a handle that was made for this. */
  close(): Promise<void>;
}

export interface ServerLock {
  release(): Promise<void>;
}

/** A connection to a database. */
export interface Visitor {
  /** As the server numbers it. */
  readonly id: string;
  /** What it says of itself, and where it comes from. */
  readonly name: string;
  readonly inTransaction: boolean;
  /** What it runs or ran last, as far as this role may see it. */
  readonly query: string;
}
