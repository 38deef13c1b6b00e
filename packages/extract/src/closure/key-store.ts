import { getHeapStatistics } from 'node:v8';
import type { Row } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { DiskKeys } from './disk-keys.js';
import type { Entry, Keys, Why } from './keys.js';
import { MemoryKeys, weightOfKey } from './memory-keys.js';
import { Sealing } from './sealing.js';

/** Bytes of keys that stay in memory: about 250,000 rows that numbers tell apart. */
const roomInMemory = 32 << 20;

/** How many keys go into one question. */
export const chunkSize = 1000;

const nobody: Why = { reason: 0, origin: 0 };

/**
 * Sets of keys that may be larger than memory. While they are few they are in memory; then all of
 * them move to a temporary database of SQLite, in a file without a name that is gone with the
 * process.
 */
export class KeyStore {
  readonly #room: number;
  readonly #sets: KeySet[] = [];
  #weight = 0;
  #tables = 0;
  #disk: Disk | null = null;

  /** @param room how many bytes of keys may be in memory, about */
  constructor(room = Math.min(roomInMemory, getHeapStatistics().heap_size_limit / 8)) {
    this.#room = room;
  }

  /** A new set for keys of so many columns as are given: whether each of them is hidden. */
  set(hidden: readonly boolean[]): KeySet {
    const set = new KeySet(hidden, this.#disk && this.#onDisk(this.#disk, hidden), this.#weigh);
    this.#sets.push(set);
    return set;
  }

  close(): void {
    this.#disk?.sqlite.close();
  }

  readonly #weigh = (key: Row): void => {
    this.#weight += weightOfKey(key);
    if (this.#weight > this.#room && !this.#disk) this.#moveToDisk();
  };

  #moveToDisk(): void {
    const sqlite = new Sqlite('');
    const disk = { sqlite, sealing: new Sealing() };
    this.#disk = disk;
    sqlite.pragma('journal_mode = OFF');
    sqlite.pragma('synchronous = OFF');
    sqlite.pragma('cache_size = -16000');
    sqlite.exec('BEGIN');
    for (const set of this.#sets) set.move(this.#onDisk(disk, set.hidden));
  }

  #onDisk({ sqlite, sealing }: Disk, hidden: readonly boolean[]): DiskKeys {
    this.#tables += 1;
    return new DiskKeys(sqlite, `keys_${this.#tables}`, hidden, sealing);
  }
}

interface Disk {
  readonly sqlite: Sqlite.Database;
  readonly sealing: Sealing;
}

/** Keys in the order in which they came, each once, with why the first of them came. */
export class KeySet {
  readonly hidden: readonly boolean[];
  readonly #weigh: (key: Row) => void;
  #keys: Keys;

  constructor(hidden: readonly boolean[], disk: DiskKeys | null, weigh: (key: Row) => void) {
    this.hidden = hidden;
    this.#keys = disk ?? new MemoryKeys(hidden.length);
    this.#weigh = weigh;
  }

  /** How many keys there are, which is the position of the last of them. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * @returns the position of a key that is new; null for one that was there
   * @throws HFIT_KEYS_DISK, as all that looks at keys
   */
  add(key: Row, why = nobody): number | null {
    if (!this.#keys.add(key, why)) return null;
    const { size } = this.#keys;
    if (this.#keys instanceof MemoryKeys) this.#weigh(key);
    return size;
  }

  /** @returns the position of a key; null where it is not there */
  find(key: Row): number | null {
    return this.#keys.find(key) || null;
  }

  at(position: number): Entry | null {
    return this.#keys.at(position);
  }

  /** At most `size` keys that came after position `after`, and none after `to`. */
  chunk(after: number, to: number, size: number): Entry[] {
    return this.#keys.chunk(after, Math.min(size, to - after));
  }

  /** The keys from position `after` to position `to`, in parts of at most `size`. */
  *chunks(after: number, to: number, size: number): Generator<Entry[]> {
    for (let from = after; from < to; from += size) yield this.chunk(from, to, size);
  }

  /** Puts its keys elsewhere. */
  move(disk: DiskKeys): void {
    for (const entries of this.chunks(0, this.size, chunkSize)) {
      for (const entry of entries) disk.add(entry.key, entry);
    }
    this.#keys = disk;
  }
}
