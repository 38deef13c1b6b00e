import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdsForDefinitions, logCalls } from './log-ddl-law.js';
import { definition, functions } from './postgresql-ddl-statements.js';
import { statement, there } from './postgresql-log-statements.js';
import {
  difference,
  logged,
  onEach,
  type Place,
  placeOfRole,
  type State,
  stateOf,
} from './postgresql-log-subject.js';

/** What a rewind has to leave as it is: rules, triggers, constraints, indexes, views, types. */
const definitions = `
  SELECT concat_ws(' ', 'c', conrelid::regclass, contypid::regtype, conname, pg_get_constraintdef(oid), convalidated, condeferrable, condeferred,
                   obj_description(oid, 'pg_constraint')) FROM pg_constraint WHERE connamespace::regnamespace::text IN ('public', 'other')
  UNION ALL SELECT concat_ws(' ', 't', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE tgname !~ '^hfit_' AND NOT tgisinternal
  UNION ALL SELECT concat_ws(' ', 'r', ev_class::regclass, rulename, ev_enabled) FROM pg_rewrite WHERE ev_class >= 16384
  UNION ALL SELECT concat_ws(' ', 'a', attrelid::regclass, attnum, attname, attisdropped, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
                   (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum))
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace::regnamespace::text IN ('public', 'other') AND attnum > 0
  UNION ALL SELECT concat_ws(' ', 'i', relnamespace::regnamespace, relname, relkind, relpersistence, relispartition, relrowsecurity, pg_get_expr(relpartbound, oid))
    FROM pg_class WHERE relnamespace::regnamespace::text IN ('public', 'other')
  ORDER BY 1`;

/** @param as whom the log is of, who may be another than the user */
async function holds(place: Place, as: Place, runs: number): Promise<void> {
  const { database, session } = as;
  const [[me]] = (await as.run('SELECT current_user')) as [[string]];
  await holdsForDefinitions(statement, definition, runs, async (work) => {
    for (const it of ['hfit', 'public', 'other', 'elsewhere', 'x'])
      await place.run(`DROP SCHEMA IF EXISTS ${it} CASCADE`);
    await place.run(
      `CREATE SCHEMA public AUTHORIZATION ${me}; CREATE SCHEMA other AUTHORIZATION ${me}`,
    );
    await as.run(`${there}; ${functions}`);
    await work({
      run: (sql) => as.run(sql),
      async settle() {
        await as.run('ROLLBACK; DISCARD TEMP; RESET ALL; RESET ROLE');
      },
      state: async () => ({
        data: await stateOf(place),
        definitions: (await place.run(definitions)).flat(),
      }),
      ...logCalls(database, session, 1000),
      async compare(name, before, now) {
        const expected = difference(before.data as State, now.data as State);
        expect(await logged(as, name)).toEqual(expected);
      },
    });
  });
}

const timeout = 3_600_000;

onEach('the log of $name, whatever is defined meanwhile,', (subject) => {
  let place: Place;
  beforeAll(async () => {
    place = await subject.place();
  });
  afterAll(() => place?.drop());

  it('comes back or says why not', { timeout }, () =>
    holds(place, place, subject.name === 'PGlite' ? 2 : 5),
  );

  it('comes back or says why not, as a plain owner', { timeout }, async ({ skip }) => {
    if (place.url === null) return skip('it has one role');
    const owner = await placeOfRole(place, 'hfit_test_definer');
    await holds(place, owner, 4);
    await owner.drop();
  });
});
