import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { HfitError } from '@hot-fixture/errors';
import { batchWeight, weightOf } from '../batch.js';
import type { Session } from '../driver.js';
import type { Row } from '../model.js';
import type { Connection } from './connection.js';
import { isBusy } from './explain.js';

/** A session of this dialect also runs a statement for each of many rows. */
export interface SqliteSession extends Session {
  insert(sql: string, rows: readonly Row[]): Promise<void>;
  /** For messages. */
  readonly location: string;
  /** Runs work that nobody else's on this connection may come between. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Runs a statement, and waits so many milliseconds for the locks of others. */
  patiently(sql: string, patience: number): Promise<void>;
}

export interface SessionOptions {
  readonly location: string;
  /** How long to wait for the locks of others, in milliseconds. */
  readonly patience: number;
  /** Called once, when the session has ended and left no transaction behind. */
  readonly end: () => void;
  readonly alone?: SqliteSession['alone'];
}

export function sessionOf(
  connection: Connection,
  { location, patience, end, alone = (work) => work() }: SessionOptions,
): SqliteSession {
  const iterators = new Set<Iterator<Row>>();
  let released = false;
  return {
    location,
    alone,
    patiently: (sql, time) => whenFree(location, time, () => connection.run(sql)),
    query: (sql, parameters = []) =>
      whenFree(location, patience, () => connection.query(sql, parameters)),
    run: (sql) => whenFree(location, patience, () => connection.run(sql)),
    async insert(sql, rows) {
      connection.insert(sql, rows);
    },
    async *stream(sql, parameters, size) {
      const iterator = connection.iterate(sql, parameters);
      iterators.add(iterator);
      try {
        while (true) {
          const { rows, done } = take(iterator, size);
          if (rows.length > 0) yield rows;
          // An iterator that was ended looks like one that has no more rows.
          if (released) throw new HfitError('HFIT_DATABASE_CLOSED', { database: location });
          if (done) return;
        }
      } finally {
        iterator.return?.();
        iterators.delete(iterator);
      }
    },
    async release() {
      released = true;
      try {
        for (const iterator of iterators) iterator.return?.();
        if (connection.inTransaction) connection.run('ROLLBACK');
      } catch {
        // What could not be rolled back ends with the connection.
      } finally {
        end();
      }
    },
  };
}

function take(iterator: Iterator<Row>, size: number): { rows: Row[]; done: boolean } {
  const rows: Row[] = [];
  for (let weight = 0; rows.length < size && weight < batchWeight; ) {
    const next = iterator.next();
    if (next.done) return { rows, done: true };
    rows.push(next.value);
    weight += weightOf(next.value);
  }
  return { rows, done: false };
}

/**
 * Tries again while another connection holds a lock, as SQLite's own busy timeout does, but lets
 * the process go on in the meantime: the lock may be held by this very process.
 * @throws HFIT_DATABASE_BUSY when the lock was not let go in that time
 */
export async function whenFree<T>(location: string, patience: number, work: () => T): Promise<T> {
  const until = performance.now() + patience;
  for (let pause = 1; ; pause = Math.min(2 * pause, 50)) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= until) throw lockedBy(error, location);
    }
    await sleep(pause);
  }
}

function lockedBy(cause: unknown, location: string): HfitError {
  const reason = 'another connection holds a lock on it';
  return new HfitError('HFIT_DATABASE_BUSY', { database: location, reason }, { cause });
}
