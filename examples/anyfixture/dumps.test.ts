import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnyFixture, type FixtureOptions, openDatabase } from 'hot-fixture';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createAccount, db, handle } from './app.js';

const folder = mkdtempSync(join(tmpdir(), 'hfit-example-dumps-'));
const database = await openDatabase(handle);
afterAll(() => rmSync(folder, { recursive: true }));

let blocks = 0;
beforeEach(() => {
  blocks = 0;
});

/** As each run of the tests does it, in a process of its own. */
async function run(work: (fixtures: AnyFixture) => Promise<void>): Promise<void> {
  const fixtures = new AnyFixture(database, { dumps: { folder } });
  await work(fixtures);
  await fixtures.clean();
  await fixtures.close();
}

describe('a dump', () => {
  it('is written by the first run, and loaded by the second', async () => {
    const tokens: string[] = [];
    const once = (fixtures: AnyFixture) => async () => {
      const account = await fixtures.registerDump('account', async () => {
        blocks += 1;
        const account = await createAccount({ name: 'test' });
        // Updates are in it, too.
        await db.updateTable('account').set({ tag: 'dump' }).execute();
        return account;
      });
      tokens.push(account.token);
      const found = await db.selectFrom('account').selectAll().executeTakeFirstOrThrow();
      expect(found).toEqual({ ...account, tag: 'dump' });
    };
    await run((fixtures) => once(fixtures)());
    await run((fixtures) => once(fixtures)());
    expect(blocks).toBe(1);
    // The token is the one that the database made in the first run.
    expect(tokens[1]).toBe(tokens[0]);
  });

  it('depends on the files that it watches, and on a key', async () => {
    await run(async (fixtures) => {
      await fixtures.registerDump('watching', () => createAccount({ name: 'watched' }), {
        watch: [
          import.meta.filename,
          'examples/anyfixture/app.ts',
          'examples/anyfixture/**/fix*.ts',
        ],
        cacheKey: ['str', 1, { key: 'val' }],
      });
    });
    expect(existsSync(folder)).toBe(true);
  });

  it('calls hooks before and after', async () => {
    const calls: string[] = [];
    const settings = {
      folder,
      before: ({ dump, import: importing }) => calls.push(`${dump.name}: import ${importing}`),
      after: ({ dump }) => calls.push(`${dump.name}: success ${dump.success}`),
    } satisfies FixtureOptions['dumps'];
    for (const importing of [false, true]) {
      const fixtures = new AnyFixture(database, { dumps: settings });
      await fixtures.registerDump('hooks', () => createAccount({ name: 'hooks' }));
      expect(calls.splice(0)).toEqual([`hooks: import ${importing}`, 'hooks: success true']);
      await fixtures.clean();
      await fixtures.close();
    }
  });

  it('is skipped where the database holds it already', async () => {
    const tenant = (fixtures: AnyFixture) =>
      fixtures.registerDump(
        'tenant',
        async () => {
          blocks += 1;
          return createAccount({ name: 'tenant' });
        },
        {
          // Rows stay when the others are cleaned, and for the next run.
          clean: false,
          skipIf: async ({ dump }) => {
            const found = db.selectFrom('account').select('tag').where('name', '=', 'tenant');
            return (await found.executeTakeFirst())?.tag === dump.digest;
          },
          after: async ({ dump, import: importing }) => {
            // No mark on a dump that failed, or that was loaded.
            if (importing || !dump.success) return;
            const account = db.updateTable('account').where('name', '=', 'tenant');
            await account.set({ tag: dump.digest }).execute();
          },
          find: () =>
            db
              .selectFrom('account')
              .selectAll()
              .where('name', '=', 'tenant')
              .executeTakeFirstOrThrow(),
        },
      );
    await run(async (fixtures) => {
      await tenant(fixtures);
    });
    await run(async (fixtures) => {
      expect((await tenant(fixtures)).name).toBe('tenant');
      expect(fixtures.report().fixtures[0]?.how).toEqual(['skipped']);
    });
    expect(blocks).toBe(1);
    await db.deleteFrom('account').execute();
  });

  it('is configured for all', async () => {
    const fixtures = new AnyFixture(database, {
      dumps: {
        folder,
        watch: ['db/schema.sql', 'test/factories/**/*'],
        includeStatements: /^REFRESH MATERIALIZED VIEW/,
        programUrl: 'sqlite:test.db',
      },
      report: true,
    });
    expect(fixtures.report().fixtures).toEqual([]);
  });
});
