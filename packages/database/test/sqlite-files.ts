import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { findProgram } from '../../../test/services/programs.js';
import { feed } from './feed.js';
import type { Fresh } from './subject.js';

export const sqlite3 = findProgram('sqlite3');

/** A folder of its own, whose path says nothing of tests. */
export function freshFolder(): { path: (name: string) => string; drop: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  return {
    path: (name) => join(folder, name),
    drop: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const cycle = [
  'PRAGMA foreign_keys = OFF',
  'CREATE TABLE chicken (id INTEGER PRIMARY KEY, egg_id INT NOT NULL REFERENCES egg)',
  'CREATE TABLE egg (id INTEGER PRIMARY KEY, chicken_id INT NOT NULL REFERENCES chicken)',
  'INSERT INTO chicken VALUES (1, 2), (2, 1)',
  'INSERT INTO egg VALUES (1, 1), (2, 2)',
];

/** A database in a file, empty. */
export async function freshFile(): Promise<Fresh & { readonly file: string }> {
  const folder = freshFolder();
  const file = folder.path('hfit_test.db');
  await runOn(file, ['VACUUM']);
  return {
    file,
    target: `sqlite:${file}`,
    run: (statements) => runOn(file, statements),
    ...(sqlite3 && { feed: (text: string) => feed([sqlite3, file], text) }),
    drop: async () => folder.drop(),
  };
}

/** Runs statements on a connection of its own, waiting for readers as a patient program does. */
async function runOn(file: string, statements: readonly string[]): Promise<void> {
  const database = new BetterSqlite3(file, { timeout: 0 });
  try {
    for (const statement of statements) {
      while (!tried(() => database.exec(statement))) await sleep(5);
    }
  } finally {
    database.close();
  }
}

function tried(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return false;
    throw error;
  }
}
