import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { carry, type Dataset, openDatabase, orderByForeignKeys } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { feed } from '../../packages/database/test/feed.js';
import { freshMariadb, freshPostgresql, mariadbCommand, psqlCommand } from '../services/index.js';
import { chinookScript } from './chinook.js';

/** Whether there is time for more than a look; to carry Sakila from PostgreSQL takes longer than that. */
export const isNight = process.env.HFIT_TEST_ROUNDS !== undefined;

/** A database with data, for one suite. */
export interface Place {
  readonly url: string;
  drop(): Promise<void>;
}

export async function scriptOnPostgresql(script: string): Promise<Place> {
  const made = await freshPostgresql();
  await feed(psqlCommand(made.url), script);
  return made;
}

export function chinookOnMariadb(): Promise<Place> {
  return scriptOnMariadb(chinookScript('mysql'));
}

export async function scriptOnMariadb(script: string): Promise<Place> {
  const made = await freshMariadb();
  await feed(mariadbCommand(made.url), script);
  return made;
}

export function chinookOnSqlite(): Promise<Place> {
  return scriptOnSqlite(chinookScript('sqlite'));
}

export async function scriptOnSqlite(script: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'hfit-test-chinook-'));
  const file = join(folder, 'hfit_test.db');
  const sqlite = new Sqlite(file);
  sqlite.exec(script);
  sqlite.close();
  return { url: `sqlite:${file}`, drop: () => rm(folder, { recursive: true }) };
}

/** What PostgreSQL makes of a script, carried to another database: there is no other copy of it. */
export async function scriptCarriedTo(target: Promise<Place>, script: string): Promise<Place> {
  const [from, place] = [await scriptOnPostgresql(script), await target];
  const [source, database] = [await openDatabase(from.url), await openDatabase(place.url)];
  const snapshot = await source.snapshot();
  try {
    const { dialect, tables: all } = await snapshot.introspect();
    const { tables } = orderByForeignKeys(all);
    const dataset: Dataset = {
      ...{ dialect, schemas: [], tables },
      create: tables.map((table) => ({ table, mode: 'absent' })),
      async *rows() {
        for (const table of tables) yield snapshot.tableRows(table);
      },
    };
    await database.load((await carry(dataset, database)).dataset);
    return place;
  } finally {
    await snapshot.close();
    await source.close();
    await database.close();
    await from.drop();
  }
}

/** A script without its rows. */
export function emptied(script: string): string {
  return script.replace(/^INSERT INTO [\s\S]*?\);\s*$/gm, '');
}
