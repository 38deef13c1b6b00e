import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { type FixpointOptions, Fixpoints } from '../src/index.js';

/** A folder with a small SQLite shop and a directory of fixpoints. */
export class Shop {
  readonly folder = mkdtempSync(join(tmpdir(), 'hfit-shop-'));
  readonly directory = join(this.folder, 'fixpoints');
  readonly file = join(this.folder, 'shop_test.db');
  readonly #handle = new Sqlite(this.file);
  readonly #opened: Database[] = [];

  constructor() {
    this.run(`CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, seen TEXT);
      CREATE TABLE items (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT,
        user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE);
      CREATE TABLE notes (text TEXT);
      INSERT INTO users (name, seen) VALUES ('Tom', '10:00')`);
  }

  run(sql: string): void {
    this.#handle.exec(sql);
  }

  rows(sql: string): unknown[] {
    return this.#handle.prepare(sql).all();
  }

  /** A connection and fixpoints of its own, as another process would have. */
  async open(
    options: Partial<FixpointOptions> = {},
    unset: readonly (keyof FixpointOptions)[] = [],
  ): Promise<Fixpoints> {
    const database = await openDatabase(`sqlite:${this.file}`);
    this.#opened.push(database);
    const usual = { directory: this.directory, ci: false, update: false, pages: false as const };
    const all: FixpointOptions = { ...usual, ...options };
    for (const it of unset)
      delete (all as { -readonly [K in keyof FixpointOptions]?: FixpointOptions[K] })[it];
    return new Fixpoints(database, all);
  }

  read(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.directory, name), text);
  }

  async close(): Promise<void> {
    for (const it of this.#opened) await it.close();
    this.#handle.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
