import type { Row, Value } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type Sqlite from 'better-sqlite3';
import type { Entry, Keys, Why } from './keys.js';
import type { Sealing } from './sealing.js';

/** Keys in a table of SQLite. What the policy hides is sealed: nothing unmasked comes to a disk. */
export class DiskKeys implements Keys {
  readonly #add: Sqlite.Statement;
  readonly #after: Sqlite.Statement;
  readonly #find: Sqlite.Statement;
  readonly #at: Sqlite.Statement;
  readonly #hidden: readonly boolean[];
  readonly #sealing: Sealing | null;
  #size = 0;

  /**
   * @param hidden of each column, whether it is sealed
   * @throws HFIT_KEYS_DISK, as each method does
   */
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
    this.#at = prepared(`${select} WHERE n = ?`);
    this.#find = sqlite.prepare(`SELECT n FROM ${name} WHERE (${columns}) = (${marks})`).pluck();
  }

  get size(): number {
    return this.#size;
  }

  add(key: Row, { reason, origin }: Why): boolean {
    const { changes } = told(() => this.#add.run(reason, origin, ...this.#sealed(key)));
    this.#size += changes;
    return changes > 0;
  }

  find(key: Row): number {
    const found = told(() => this.#find.get(...this.#sealed(key))) as number | undefined;
    return found ?? 0;
  }

  at(position: number): Entry | null {
    const found = told(() => this.#at.get(BigInt(position))) as Stored | undefined;
    return found ? this.#entry(found) : null;
  }

  chunk(after: number, count: number): Entry[] {
    const found = told(() => this.#after.all(BigInt(after), BigInt(count))) as Stored[];
    return found.map((it) => this.#entry(it));
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

/** Numbers of ours are written as they are: only values of rows need to be exact beyond 2^53. */
type Stored = [position: bigint, reason: number, origin: number, ...key: Value[]];

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'string' || !/^SQLITE_(FULL|IOERR|CANTOPEN|NOMEM)/.test(code)) throw error;
    throw new HfitError('HFIT_KEYS_DISK', { reason: code }, { cause: error });
  }
}
