import type { Row, Value } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';

/**
 * Sets of keys that may be larger than memory. They live in a temporary database of SQLite: in its
 * cache while they are few, then in a file without a name that is gone with the process.
 */
export class KeyStore {
  readonly #sqlite: Sqlite.Database;
  #sets = 0;

  constructor() {
    this.#sqlite = new Sqlite('');
    this.#sqlite.pragma('journal_mode = OFF');
    this.#sqlite.pragma('synchronous = OFF');
    this.#sqlite.pragma('cache_size = -16000');
    this.#sqlite.exec('BEGIN');
  }

  /** A new set for keys of that many columns. */
  set(width: number): KeySet {
    this.#sets += 1;
    return new KeySet(this.#sqlite, `keys_${this.#sets}`, width);
  }

  close(): void {
    this.#sqlite.close();
  }
}

/** Keys in the order in which they came, each once. */
export class KeySet {
  readonly #add: Sqlite.Statement;
  readonly #after: Sqlite.Statement;
  #size = 0;

  constructor(sqlite: Sqlite.Database, name: string, width: number) {
    const columns = Array.from({ length: width }, (_, i) => `c${i}`).join(', ');
    const marks = Array.from({ length: width }, () => '?').join(', ');
    sqlite.exec(`CREATE TABLE ${name} (n INTEGER PRIMARY KEY, ${columns}, UNIQUE (${columns}))`);
    this.#add = sqlite.prepare(`INSERT OR IGNORE INTO ${name} (${columns}) VALUES (${marks})`);
    this.#after = sqlite
      .prepare(`SELECT n, ${columns} FROM ${name} WHERE n > ? ORDER BY n LIMIT ?`)
      .raw()
      .safeIntegers();
  }

  /** How many keys there are, which is the position of the last of them. */
  get size(): number {
    return this.#size;
  }

  /** @returns whether the key is new */
  add(key: Row): boolean {
    const isNew = this.#add.run(...key).changes === 1;
    if (isNew) this.#size += 1;
    return isNew;
  }

  /** The keys that came after position `after`, and the position of the last of them. */
  chunk(after: bigint, size: number): { keys: Row[]; last: bigint } {
    const rows = this.#after.all(after, size) as [bigint, ...Value[]][];
    return { keys: rows.map(([, ...key]) => key), last: rows.at(-1)?.[0] ?? after };
  }

  /** The keys from position `after` to position `to`, in parts of at most `size`. */
  *chunks(after: bigint, to: bigint, size: number): Generator<Row[]> {
    while (after < to) {
      const left = Number(to - after);
      const { keys, last } = this.chunk(after, Math.min(size, left));
      after = last;
      yield keys;
    }
  }
}
