import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untrack } from '@hot-fixture/changes';
import { type Database, deleteAll, openDatabase } from '@hot-fixture/database';
import { Fixpoints } from '@hot-fixture/fixpoint';
import { describe, expect, it } from 'vitest';
import { freshMariadb, psqlCommand, services } from '../services/index.js';
import { findProgram } from '../services/programs.js';
import { chinookScript, hasChinook } from './chinook.js';
import {
  chinookOnMariadb,
  chinookOnSqlite,
  isNight,
  type Place,
  scriptCarriedTo,
  scriptOnPostgresql,
  scriptOnSqlite,
} from './places.js';
import { hasSakila, sakilaScript } from './sakila.js';

interface Way {
  readonly name: string;
  readonly missing: boolean;
  fresh(): Promise<Place>;
  /** All of it, as the programs of the database tell it; in whatever order rows lie. */
  dump(url: string): string;
}

const run = (program: string, ...words: string[]) =>
  execFileSync(program, words, { encoding: 'utf8', maxBuffer: 200_000_000 });
/** Rows that were deleted come back to other places of their files. */
const sorted = (text: string) => text.split('\n').sort().join('\n');

/** What pg_dump would copy: the program of this machine may be older than the server. */
function dumpByPsql(url: string): string {
  const [program, ...words] = psqlCommand(url);
  const list = `SELECT format('COPY (SELECT %L, t.* FROM ONLY %s t) TO STDOUT', c.oid::regclass::text, c.oid::regclass)
      FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT format('COPY (SELECT %L, last_value, is_called FROM %s) TO STDOUT', c.oid::regclass::text, c.oid::regclass)
      FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace = 'public'::regnamespace`;
  const copies = run(program, ...words, '-At', '-c', list)
    .trim()
    .split('\n');
  return run(program, ...words, ...copies.flatMap((it) => ['-c', it]));
}

const onPostgresql = !services.postgresql || !services.psql;
const mariadbDump = findProgram('mariadb-dump') as string;
const sqlite3 = findProgram('sqlite3') as string;

function dumpOfMariadb(text: string): string {
  const url = new URL(text);
  const login = [`--host=${url.hostname}`, `--port=${url.port}`, `--user=${url.username}`];
  const how = ['--skip-comments', '--skip-extended-insert', '--triggers', '--protocol=tcp'];
  const password = url.password === '' ? [] : [`--password=${url.password}`];
  return run(mariadbDump, ...login, ...password, ...how, url.pathname.slice(1));
}

const dumpOfSqlite = (url: string) => run(sqlite3, url.slice('sqlite:'.length), '.dump');

const ways: Way[] = [
  {
    name: 'Chinook on PostgreSQL',
    missing: !hasChinook || onPostgresql,
    fresh: () => scriptOnPostgresql(chinookScript('postgresql')),
    dump: dumpByPsql,
  },
  {
    name: 'Sakila on PostgreSQL',
    missing: !hasSakila || onPostgresql,
    fresh: () => scriptOnPostgresql(sakilaScript()),
    dump: dumpByPsql,
  },
  {
    name: 'Chinook on MariaDB',
    missing: !hasChinook || !services.mariadb || !services.mariadbClient || !mariadbDump,
    fresh: chinookOnMariadb,
    dump: dumpOfMariadb,
  },
  {
    name: 'Chinook on SQLite',
    missing: !hasChinook || !sqlite3,
    fresh: chinookOnSqlite,
    dump: dumpOfSqlite,
  },
  {
    name: 'Sakila on MariaDB',
    missing: !isNight || !hasSakila || onPostgresql || !services.mariadb || !mariadbDump,
    fresh: () => scriptCarriedTo(freshMariadb(), sakilaScript()),
    dump: dumpOfMariadb,
  },
  {
    name: 'Sakila on SQLite',
    missing: !isNight || !hasSakila || onPostgresql || !sqlite3,
    fresh: () => scriptCarriedTo(scriptOnSqlite('VACUUM'), sakilaScript()),
    dump: dumpOfSqlite,
  },
];

async function wipe(database: Database): Promise<void> {
  const { tables } = await database.introspect();
  await database.transactionWithoutKeys(async (session) => {
    const unmuted = await database.dialect.muteTriggers(session, tables);
    for (const table of tables) await deleteAll(database.dialect, session, table);
    for (const statement of unmuted) await session.run(statement);
  });
}

describe.each(ways)('fixpoints of $name', ({ missing, fresh, dump }) => {
  it.skipIf(missing)(
    'are stored, wiped, restored, and the same text to its own programs',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'hfit-real-fixpoints-'));
      const place = await fresh();
      const database = await openDatabase(place.url);
      try {
        const before = sorted(dump(place.url));
        const fixpoints = new Fixpoints(database, { directory, ci: false, log: 'at once' });
        await fixpoints.store('all');
        for (const by of ['whole database', 'log']) {
          await wipe(database);
          const { equal, changes } = await fixpoints.difference('all');
          expect(equal).toBe(false);
          expect(changes.tables.length).toBeGreaterThan(5);
          expect(await fixpoints.restore('all')).toMatchObject({ by });
          expect(await fixpoints.compare('all')).toMatchObject({ equal: true });
        }
        await fixpoints.close();
        await untrack(database);
        expect(sorted(dump(place.url)) === before).toBe(true);
        const again = new Fixpoints(database, { directory, ci: false, log: false });
        expect(await again.compare('all')).toMatchObject({ equal: true, by: 'whole database' });
      } finally {
        await database.close();
        await place.drop();
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );
});
