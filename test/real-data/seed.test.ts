import { snapshotOf } from '@hot-fixture/changes';
import { openDatabase } from '@hot-fixture/database';
import { seedDatabase } from '@hot-fixture/factory';
import { describe, expect, it } from 'vitest';
import { freshMariadb, services } from '../services/index.js';
import { chinookScript, hasChinook, pascal, snake } from './chinook.js';
import {
  emptied,
  type Place,
  scriptCarriedTo,
  scriptOnMariadb,
  scriptOnPostgresql,
  scriptOnSqlite,
} from './places.js';
import { hasSakila, sakilaSchema } from './sakila.js';

/** HFIT_SEED_ROWS=100000 is for a night. */
const rows = Number(process.env.HFIT_SEED_ROWS ?? 600);

const chinook = {
  employee: 0.002,
  ...{ artist: 0.02, album: 0.04, genre: 0.001, media_type: 0.0005, track: 0.2, customer: 0.02 },
  ...{ invoice: 0.2, invoice_line: 0.4165, playlist: 0.01, playlist_track: 0.09 },
};
const sakila = {
  ...{ actor: 0.02, language: 0.0005, category: 0.0005, city: 0.02, country: 0.005, address: 0.05 },
  ...{
    store: 0.002,
    staff: 0.002,
    customer: 0.05,
    film: 0.05,
    film_actor: 0.15,
    film_category: 0.05,
  },
  ...{ inventory: 0.15, rental: 0.3, payment_p2007_01: 0.15 },
};

interface Way {
  readonly name: string;
  readonly missing: boolean;
  readonly shares: Readonly<Record<string, number>>;
  readonly naming: (name: string) => string;
  fresh(): Promise<Place>;
}

const ways: Way[] = [
  {
    name: 'Chinook on PostgreSQL',
    missing: !hasChinook || !services.postgresql || !services.psql,
    shares: chinook,
    naming: snake,
    fresh: () => scriptOnPostgresql(emptied(chinookScript('postgresql'))),
  },
  {
    name: 'Chinook on MariaDB',
    missing: !hasChinook || !services.mariadb || !services.mariadbClient,
    shares: chinook,
    naming: pascal,
    fresh: () => scriptOnMariadb(emptied(chinookScript('mysql'))),
  },
  {
    name: 'Chinook on SQLite',
    missing: !hasChinook,
    shares: chinook,
    naming: pascal,
    fresh: () => scriptOnSqlite(emptied(chinookScript('sqlite'))),
  },
  {
    name: 'Sakila on PostgreSQL',
    missing: !hasSakila || !services.postgresql || !services.psql,
    shares: sakila,
    naming: snake,
    fresh: () => scriptOnPostgresql(sakilaSchema()),
  },
  {
    name: 'Sakila on MariaDB',
    missing: !hasSakila || !services.postgresql || !services.psql || !services.mariadb,
    shares: sakila,
    naming: snake,
    fresh: () => scriptCarriedTo(freshMariadb(), sakilaSchema()),
  },
  {
    name: 'Sakila on SQLite',
    missing: !hasSakila || !services.postgresql || !services.psql,
    shares: sakila,
    naming: snake,
    fresh: () => scriptCarriedTo(scriptOnSqlite('VACUUM'), sakilaSchema()),
  },
];

describe.for(ways)('seed of $name', ({ missing, shares, naming, fresh }) => {
  it.skipIf(missing)('breaks no constraint, and is the same from the same seed', async () => {
    const asked = Object.fromEntries(
      Object.entries(shares).map(([name, share]) => [naming(name), Math.ceil(share * rows)]),
    );
    const states = [];
    for (let i = 0; i < 2; i += 1) {
      const place = await fresh();
      const database = await openDatabase(place.url);
      try {
        const report = await seedDatabase(database, { rows: asked, seed: 7, fill: 'all' });
        const made = report.tables.reduce((sum, it) => sum + it.rows, 0);
        expect(made).toBeGreaterThanOrEqual(rows);
        expect(await database.orphans()).toEqual([]);
        const state = await snapshotOf(database);
        const there = state.tables.map((it) => [it.name, it.inserted.length]);
        expect(Object.fromEntries(there)).toMatchObject(
          Object.fromEntries(report.tables.map((it) => [it.table, it.rows])),
        );
        states.push(state);
      } finally {
        await database.close();
        await place.drop();
      }
    }
    expect(states[1]).toEqual(states[0]);
  });
});
