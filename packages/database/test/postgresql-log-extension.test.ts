import { citext } from '@electric-sql/pglite/contrib/citext';
import { expect, it } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import { openDatabase } from '../src/index.js';
import { law, type Place, told, track } from './postgresql-log-subject.js';

it('keeps a log of tables whose keys are of a type of an extension', async () => {
  const pglite = await freshPglite(undefined, { citext });
  const run = async (sql: string) => {
    const results = await pglite.exec(sql, { rowMode: 'array' });
    return (results.at(-1)?.rows ?? []) as unknown as string[][];
  };
  await run(`
    CREATE EXTENSION citext; CREATE DOMAIN email AS citext;
    CREATE TABLE account (name citext PRIMARY KEY, email email UNIQUE);
    INSERT INTO account VALUES ('Ada', 'ada@x'), ('Bob', 'bob@x')`);
  const database = await openDatabase(pglite);
  const session = await database.logSession();
  const drop = () => pglite.close();
  const place: Place = { url: null, database, session, run, another: async () => null, drop };
  await track(place);
  await law(place, async () => {
    await run(
      `UPDATE account SET name = 'ADA' WHERE name = 'ada'; DELETE FROM account WHERE name = 'BOB'`,
    );
    expect(await told(place)).toEqual([
      'account Ada,ada@x > -',
      'account - > ADA,ada@x',
      'account Bob,bob@x > -',
    ]);
  });
  await drop();
});
