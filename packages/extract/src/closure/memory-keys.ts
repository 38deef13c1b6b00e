import type { Row, Value } from '@hot-fixture/database';
import type { Entry, Keys, Why } from './keys.js';

/** Keys in memory, for as long as they are few. */
export class MemoryKeys implements Keys {
  readonly #positions = new Map<Value, number>();
  readonly #columns: Value[][];
  readonly #reasons: number[] = [];
  readonly #origins: number[] = [];

  constructor(width: number) {
    this.#columns = Array.from({ length: width }, () => []);
  }

  get size(): number {
    return this.#reasons.length;
  }

  add(key: Row, { reason, origin }: Why): boolean {
    const identity = identityOf(key);
    if (this.#positions.has(identity)) return false;
    // As in SQL a null is like nothing, not even another null.
    if (!key.includes(null)) this.#positions.set(identity, this.size + 1);
    for (const [i, column] of this.#columns.entries()) column.push(owned(key[i] as Value));
    this.#reasons.push(reason);
    this.#origins.push(origin);
    return true;
  }

  find(key: Row): number {
    return this.#positions.get(identityOf(key)) ?? 0;
  }

  at(position: number): Entry | null {
    const at = position - 1;
    const [reason, origin] = [this.#reasons[at], this.#origins[at]];
    if (reason === undefined || origin === undefined) return null;
    return { position, reason, origin, key: this.#columns.map((column) => column[at] as Value) };
  }

  chunk(after: number, count: number): Entry[] {
    const length = Math.min(count, this.size - after);
    return Array.from({ length }, (_, i) => this.at(after + 1 + i) as Entry);
  }
}

/** How many bytes of memory a key takes, about. */
export function weightOfKey(key: Row): number {
  // The values of several columns are there once more, as what tells them apart.
  const copies = key.length > 1 ? 2 : 1;
  return key.reduce<number>((sum, value) => sum + copies * weightOf(value), 100);
}

function weightOf(value: Value): number {
  if (typeof value === 'string') return 24 + 2 * value.length;
  return value instanceof Uint8Array ? 200 + 2 * value.length : 24;
}

/** The same for equal keys alone: equal as SQLite has it, for which 1 and 1.0 are one number. */
function identityOf(key: Row): Value {
  if (key.length === 1) return plain(key[0] as Value);
  const texts = key.map((value) => {
    const it = plain(value);
    return `${typeof it === 'string' ? it.length : ''}:${it}`;
  });
  return texts.join();
}

/** Bytes of a driver are a part of what it has read, which is larger. */
function owned(value: Value): Value {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

const mark = '\u0001';

function plain(value: Value): Exclude<Value, Uint8Array> {
  if (typeof value === 'string') return value.startsWith(mark) ? mark + value : value;
  if (value instanceof Uint8Array) return `${mark}.${Buffer.from(value).toString('latin1')}`;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}
