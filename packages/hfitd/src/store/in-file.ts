import { chmodSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { SqliteDialect, sql } from 'kysely';
import type { StoreKind } from './kind.js';

/** The store of one daemon alone: a file of SQLite in its data folder. */
export function inFile(dataDir: string): StoreKind {
  const file = join(dataDir, 'hfitd.db');
  return {
    where: file,
    dialect: () => new SqliteDialect({ database: open(file) }),
    counter: { type: 'integer', of: (column) => column.primaryKey().autoIncrement() },
    async growOnly(db, table) {
      for (const change of ['UPDATE', 'DELETE']) {
        await sql`CREATE TRIGGER ${sql.ref(`${table}_no_${change.toLowerCase()}`)}
          BEFORE ${sql.raw(change)} ON ${sql.ref(table)}
          BEGIN SELECT RAISE(ABORT, ${sql.lit(`the ${table} log only grows`)}); END`.execute(db);
      }
    },
  };
}

function open(file: string): Sqlite.Database {
  // SQLite would make the file readable by all; its side files take the mode of this one.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  const database = new Sqlite(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  // A private key that was forgotten shall not stay in a free page.
  database.pragma('secure_delete = ON');
  return database;
}
