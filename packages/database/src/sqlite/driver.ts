import { existsSync, rmSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import type { Driver, Purpose } from '../driver.js';
import { Turns } from '../turns.js';
import type { Connection, Open } from './connection.js';
import { dialect } from './dialect.js';
import { type SqliteSession, sessionOf, whenFree } from './session.js';

/** What a session sets for its time: no transaction can change it once it runs. */
const settings = {
  read: { query_only: 1 },
  write: { foreign_keys: 1 },
  // What was there before is put back as it was: no key acts on it, and no check refuses it.
  log: { foreign_keys: 0, ignore_check_constraints: 1, query_only: 0 },
} as const;

/**
 * A database in a file: each session has a connection of its own, so that none waits for a reader
 * or meets what the user does on his handle.
 * @param patience how long to wait for the locks of others, in milliseconds
 * @param throwAway no commit waits for the disk; a crash of the machine may spoil the file
 */
export function fileDriver(
  file: string,
  location: string,
  patience: number,
  open: Open,
  throwAway = false,
): Driver {
  const path = resolve(file);
  const writers = new Turns();
  return {
    dialect,
    // Without its folder: a database in /tmp is not for tests by that alone.
    name: basename(path),
    location,
    home: path,
    inMemory: false,
    close: async () => {},
    async connect(purpose) {
      const made = !existsSync(path);
      if (purpose === 'read' && made) throw new Error('there is no such file');
      const free = purpose === 'write' ? await writers.take() : () => {};
      let connection: Connection | undefined;
      const end = () => {
        try {
          connection?.close();
          if (made) removeEmpty(path);
        } finally {
          free();
        }
      };
      try {
        const opened = open(path, purpose);
        connection = opened;
        set(opened, { ...settings[purpose], ...(throwAway && { synchronous: 'OFF' }) });
        // The first look at the file: it tells whether it is a database at all.
        await whenFree(location, patience, () => opened.query('PRAGMA schema_version', []));
        const turns = new Turns();
        const alone: SqliteSession['alone'] = (work) => inTurn(() => turns.take(), work);
        return sessionOf(opened, { location, patience, end, alone });
      } catch (error) {
        end();
        throw error;
      }
    },
  };
}

/** Removes the file that a load made and committed nothing to. */
function removeEmpty(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.size === 0) rmSync(path);
}

/**
 * A database in memory: all sessions share its one connection, one at a time.
 * @param owned opened here, so that nobody else uses it and it is closed at the end
 */
export function memoryDriver(connection: Connection, location: string, owned: boolean): Driver {
  const turns = new Turns();
  // An iterator would keep the user from running statements on his handle between two batches.
  const unheld: Connection = {
    ...connection,
    get inTransaction() {
      return connection.inTransaction;
    },
    iterate: (sql, parameters) => connection.query(sql, parameters)[Symbol.iterator](),
  };
  return {
    dialect,
    name: ':memory:',
    location,
    inMemory: true,
    inProcess: true,
    async close() {
      if (!owned) return;
      await turns.take();
      connection.close();
    },
    async connect(purpose) {
      if (purpose === 'log') {
        // It is held for long, so it takes the connection only for each piece of work.
        const alone: SqliteSession['alone'] = (work) =>
          inTurn(
            () => turns.takeSoon(location),
            async () => {
              const putBack = borrow(connection, location, purpose);
              try {
                return await work();
              } finally {
                if (connection.inTransaction) connection.run('ROLLBACK');
                putBack();
              }
            },
          );
        return sessionOf(unheld, { location, patience: 0, end: () => {}, alone });
      }
      const free = await turns.takeSoon(location);
      try {
        const putBack = borrow(connection, location, purpose);
        const end = () => {
          putBack();
          free();
        };
        return sessionOf(owned ? connection : unheld, { location, patience: 0, end });
      } catch (error) {
        free();
        throw error;
      }
    },
  };
}

async function inTurn<T>(take: Turns['take'], work: () => Promise<T>): Promise<T> {
  const free = await take();
  try {
    return await work();
  } finally {
    free();
  }
}

function set(connection: Connection, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) connection.run(`PRAGMA ${name} = ${value}`);
}

/**
 * Sets a shared connection up for a purpose.
 * @returns what puts its settings back
 */
function borrow(connection: Connection, location: string, purpose: Purpose): () => void {
  if (connection.inTransaction) throw inTransaction(location);
  const before = Object.keys(settings[purpose]).map((name) => [
    name,
    connection.query(`PRAGMA ${name}`, [])[0]?.[0],
  ]);
  set(connection, settings[purpose]);
  return () => {
    try {
      set(connection, Object.fromEntries(before));
    } catch {
      // The user has closed his handle: there is nothing to put back.
    }
  };
}

/** Ours would become a part of it, and a rollback of ours would undo it. */
function inTransaction(location: string): HfitError {
  const reason = 'a transaction is open on the handle';
  return new HfitError('HFIT_DATABASE_BUSY', { database: location, reason });
}
