import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { feed } from '../../packages/database/test/feed.js';
import { hfit, quoted, shell } from '../../packages/hfit/test/hfit.js';
import {
  freshMariadb,
  freshPostgresql,
  mariadbCommand,
  psqlCommand,
  services,
} from '../services/index.js';
import {
  chinookPolicy,
  chinookScript,
  chinookTemplate,
  hasChinook,
  type Naming,
  pascal,
  snake,
} from './chinook.js';

interface Place {
  readonly url: string;
  drop(): Promise<void>;
}

interface Way {
  readonly name: string;
  readonly missing: boolean;
  readonly naming: Naming;
  /** An empty database. */
  fresh(): Promise<Place>;
  fill(url: string): Promise<void>;
  /** The client program that takes a script, where there is one. */
  client?: (url: string) => [string, ...string[]];
}

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hfit-test-chinook-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ways: Way[] = [
  {
    name: 'PostgreSQL',
    missing: !services.postgresql || !services.psql,
    naming: snake,
    fresh: freshPostgresql,
    fill: (url) => feed(psqlCommand(url), chinookScript('postgresql')),
    client: psqlCommand,
  },
  {
    name: 'MariaDB',
    missing: !services.mariadb || !services.mariadbClient,
    naming: pascal,
    fresh: freshMariadb,
    fill: (url) => feed(mariadbCommand(url), chinookScript('mysql')),
    client: mariadbCommand,
  },
  {
    name: 'SQLite',
    missing: false,
    naming: pascal,
    async fresh() {
      files += 1;
      return { url: `sqlite:${join(folder, `hfit_test_${files}.db`)}`, drop: async () => {} };
    },
    async fill(url) {
      const sqlite = new Sqlite(url.slice('sqlite:'.length));
      sqlite.exec(chinookScript('sqlite'));
      sqlite.close();
    },
  },
];

/** What customer 5 needs: seven invoices, and the 14 tracks of the last with what they belong to. */
async function countsOf(url: string): Promise<Record<string, number>> {
  const database = await openDatabase(url);
  const snapshot = await database.snapshot();
  try {
    const counts: Record<string, number> = {};
    for (const table of (await snapshot.introspect()).tables) {
      counts[table.name.toLowerCase().replaceAll('_', '')] = await snapshot.count(table);
    }
    return counts;
  } finally {
    await snapshot.close();
    await database.close();
  }
}

describe.each(ways)(
  'hfit extract on Chinook: $name',
  ({ missing, naming, fresh, fill, client }) => {
    it.skipIf(!hasChinook || missing)(
      'loads one customer with all that it needs into an empty database',
      async () => {
        const source = await fresh();
        await fill(source.url);
        const templateFile = join(folder, 'template.yaml');
        const policyFile = join(folder, 'policy.yaml');
        await writeFile(templateFile, chinookTemplate(naming));
        await writeFile(policyFile, chinookPolicy(naming));
        const options = { home: join(folder, 'home') };
        const args = [
          'extract',
          templateFile,
          '5',
          '--source',
          `chinook=${source.url}`,
          '--policy',
          policyFile,
        ];

        const target = await fresh();
        const loaded = await hfit([...args, '--into', target.url], options);
        expect(loaded).toMatchObject({ code: 0 });
        const counts = await countsOf(target.url);
        expect(counts).toMatchObject({ customer: 1, invoice: 7, employee: 3 });
        expect(counts.invoiceline).toBeGreaterThan(0);
        expect(counts.track).toBe(counts.invoiceline);
        console.log(`Chinook, customer 5, ${naming('invoice_line')}:`, JSON.stringify(counts));

        const [from, to] = await Promise.all([openDatabase(source.url), openDatabase(target.url)]);
        expect(await to.orphans()).toEqual([]);
        const emails = await Promise.all(
          [from, to].map(async (database) => {
            const snapshot = await database.snapshot();
            const table = (await snapshot.introspect()).tables.find(
              (it) => it.name.toLowerCase() === 'customer',
            )!;
            const email = table.columns.filter(({ name }) => name.toLowerCase() === 'email');
            const rows = await snapshot.list({ table, columns: email });
            await snapshot.close();
            return rows.map(([it]) => it);
          }),
        );
        expect(emails[0]).not.toContain(emails[1]?.[0]);
        await Promise.all([from.close(), to.close()]);

        if (client) {
          const piped = await fresh();
          const line = `hfit ${quoted(args)} | ${quoted(client(piped.url))}`;
          expect(await shell(line, options)).toMatchObject({ code: 0 });
          expect(await countsOf(piped.url)).toEqual(counts);
          await piped.drop();
        }
        await target.drop();
        await source.drop();
      },
    );
  },
);
