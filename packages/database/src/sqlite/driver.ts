import { existsSync, rmSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import type { Driver } from '../driver.js';
import { Turns } from '../turns.js';
import type { Connection, Open } from './connection.js';
import { dialect } from './dialect.js';
import { sessionOf, whenFree } from './session.js';

/** What a session switches on for its time: no transaction can change it once it runs. */
const setting = { read: 'query_only', write: 'foreign_keys', log: 'foreign_keys' } as const;

/**
 * A database in a file: each session has a connection of its own, so that none waits for a reader
 * or meets what the user does on his handle.
 * @param patience how long to wait for the locks of others, in milliseconds
 */
export function fileDriver(file: string, location: string, patience: number, open: Open): Driver {
  const path = resolve(file);
  const writers = new Turns();
  return {
    dialect,
    // Without its folder: a database in /tmp is not for tests by that alone.
    name: basename(path),
    location,
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
        opened.run(`PRAGMA ${setting[purpose]} = ON`);
        // The first look at the file: it tells whether it is a database at all.
        await whenFree(location, patience, () => opened.query('PRAGMA schema_version', []));
        return sessionOf(opened, { location, patience, end });
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
    async close() {
      if (!owned) return;
      await turns.take();
      connection.close();
    },
    async connect(purpose) {
      const free = await turns.take();
      try {
        if (connection.inTransaction) throw inTransaction(location);
        const name = setting[purpose];
        const [before] = connection.query(`PRAGMA ${name}`, [])[0] ?? [];
        connection.run(`PRAGMA ${name} = ON`);
        const end = () => {
          try {
            connection.run(`PRAGMA ${name} = ${before}`);
          } catch {
            // The user has closed his handle: there is nothing to put back.
          }
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

/** Ours would become a part of it, and a rollback of ours would undo it. */
function inTransaction(location: string): HfitError {
  const reason = 'a transaction is open on the handle';
  return new HfitError('HFIT_DATABASE_BUSY', { database: location, reason });
}
