import type { Row, Value } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import Sqlite from 'better-sqlite3';
import { Sealing } from './sealing.js';

/**
 * Sets of keys that may be larger than memory. They live in a temporary database of SQLite: in its
 * cache while they are few, then in a file without a name that is gone with the process. What the
 * policy hides is sealed: nothing unmasked comes to any disk.
 */
export class KeyStore {
  readonly #sqlite: Sqlite.Database;
  readonly #sealing = new Sealing();
  #sets = 0;

  constructor() {
    this.#sqlite = new Sqlite('');
    this.#sqlite.pragma('journal_mode = OFF');
    this.#sqlite.pragma('synchronous = OFF');
    this.#sqlite.pragma('cache_size = -16000');
    this.#sqlite.exec('BEGIN');
  }

  /** A new set for keys of so many columns as are given: whether each of them is hidden. */
  set(hidden: readonly boolean[]): KeySet {
    this.#sets += 1;
    return new KeySet(this.#sqlite, `keys_${this.#sets}`, hidden, this.#sealing);
  }

  close(): void {
    this.#sqlite.close();
  }
}

/** How many keys go into one question. */
export const chunkSize = 1000;

/** Why a key came: a number of the reason, and the position of the row that brought it. */
export interface Why {
  readonly reason: number;
  /** 0 where no row did. */
  readonly origin: number;
}

export interface Entry extends Why {
  /** From 1, in the order in which they came. */
  readonly position: number;
  readonly key: Row;
}

const nobody: Why = { reason: 0, origin: 0 };

/** Keys in the order in which they came, each once, with why the first of them came. */
export class KeySet {
  readonly #add: Sqlite.Statement;
  readonly #after: Sqlite.Statement;
  readonly #find: Sqlite.Statement;
  readonly #at: Sqlite.Statement;
  readonly #hidden: readonly boolean[];
  readonly #sealing: Sealing | null;
  #size = 0;

  constructor(sqlite: Sqlite.Database, name: string, hidden: readonly boolean[], sealing: Sealing) {
    this.#hidden = hidden;
    this.#sealing = hidden.includes(true) ? sealing : null;
    const list = hidden.map((_, i) => `c${i}`);
    const [columns, marks] = [list.join(', '), list.map(() => '?').join(', ')];
    const table = `n INTEGER PRIMARY KEY, reason, origin, ${columns}, UNIQUE (${columns})`;
    told(() => sqlite.exec(`CREATE TABLE ${name} (${table})`));
    this.#add = sqlite.prepare(
      `INSERT OR IGNORE INTO ${name} (reason, origin, ${columns}) VALUES (?, ?, ${marks})`,
    );
    const select = `SELECT n, reason, origin, ${columns} FROM ${name}`;
    const prepared = (sql: string) => sqlite.prepare(sql).raw().safeIntegers();
    this.#after = prepared(`${select} WHERE n > ? ORDER BY n LIMIT ?`);
    this.#find = prepared(`${select} WHERE (${columns}) = (${marks})`);
    this.#at = prepared(`${select} WHERE n = ?`);
  }

  /** How many keys there are, which is the position of the last of them. */
  get size(): number {
    return this.#size;
  }

  /** @returns the position of a key that is new; null for one that was there */
  add(key: Row, why: Why = nobody): number | null {
    const { changes } = told(() => this.#add.run(why.reason, why.origin, ...this.#sealed(key)));
    if (changes === 0) return null;
    this.#size += 1;
    return this.#size;
  }

  find(key: Row): Entry | null {
    const found = told(() => this.#find.get(...this.#sealed(key))) as Stored | undefined;
    return found ? this.#entry(found) : null;
  }

  at(position: number): Entry | null {
    const found = told(() => this.#at.get(BigInt(position))) as Stored | undefined;
    return found ? this.#entry(found) : null;
  }

  /** At most `size` keys that came after position `after`, and none after `to`. */
  chunk(after: number, to: number, size: number): Entry[] {
    const most = Math.min(size, to - after);
    const found = told(() => this.#after.all(BigInt(after), BigInt(most))) as Stored[];
    return found.map((it) => this.#entry(it));
  }

  /** The keys from position `after` to position `to`, in parts of at most `size`. */
  *chunks(after: number, to: number, size: number): Generator<Entry[]> {
    for (let from = after; from < to; from += size) yield this.chunk(from, to, size);
  }

  #sealed(key: Row): Row {
    const sealing = this.#sealing;
    return sealing ? key.map((it, i) => (this.#hidden[i] ? sealing.seal(it) : it)) : key;
  }

  #entry([position, reason, origin, ...stored]: Stored): Entry {
    const sealing = this.#sealing;
    const key = sealing ? stored.map((it, i) => (this.#hidden[i] ? sealing.open(it) : it)) : stored;
    return { position: Number(position), reason, origin, key };
  }
}

/** @throws HFIT_KEYS_DISK where SQLite cannot write or read its file */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string' || !/^SQLITE_(FULL|IOERR|CANTOPEN|NOMEM)/.test(code)) throw error;
    throw new HfitError('HFIT_KEYS_DISK', { reason: code }, { cause: error });
  }
}

/** Numbers of ours are written as they are: only values of rows need to be exact beyond 2^53. */
type Stored = [position: bigint, reason: number, origin: number, ...key: Value[]];
