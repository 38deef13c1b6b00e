import { beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { law, sharedPlace, told, track } from './postgresql-log-subject.js';

describe.skipIf(!services.postgresql)('the log of PostgreSQL, told of definitions,', () => {
  const place = sharedPlace();
  const noted = () => place.run('SELECT count(*) FROM hfit.definitions');
  /** Until then others run that began before the log was made, in whatever database. */
  const settled = async () => {
    await expect
      .poll(async () => [await told(place), await noted()], { timeout: 30_000 })
      .toEqual([[], [['0']]]);
  };
  const changed = async (change: string) => {
    const error = await told(place).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_LOG_SCHEMA_CHANGED' });
    expect(error.message).toContain(change);
  };
  beforeEach(() =>
    place.run(`CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')`),
  );

  it('looks at the schema after each, and goes on where nothing matters', async () => {
    await track(place);
    await settled();
    await law(place, () => place.run(`UPDATE t SET v = 'b'`));
    expect(await noted()).toEqual([['0']]);
    await law(place, async () => {
      await place.run('CREATE VIEW w AS SELECT * FROM t; DELETE FROM t');
      expect(await noted()).toEqual([['1']]);
    });
    await place.run('BEGIN; CREATE TABLE more (id int); ROLLBACK');
    await settled();
    await place.run('BEGIN READ ONLY; REINDEX TABLE t; COMMIT');
    expect(await noted()).toEqual([['0']]);
  });

  it.each([
    'CREATE TABLE more (id int)',
    'SET session_replication_role = replica; CREATE TABLE more (id int); RESET session_replication_role',
    'GRANT CREATE ON SCHEMA public TO pg_monitor; SET ROLE pg_monitor; CREATE TABLE more (id int); RESET ROLE',
    'ALTER EVENT TRIGGER hfit_definitions DISABLE; CREATE TABLE more (id int)',
    'DROP EVENT TRIGGER hfit_definitions; CREATE TABLE more (id int)',
    'SELECT * INTO more FROM t',
    'DROP FUNCTION hfit.note_definition() CASCADE; CREATE TABLE more (id int)',
  ])('tells of %s', async (definition) => {
    await track(place);
    await settled();
    await place.run(definition);
    await changed('table public.more was made');
  });

  it('tells of one by a transaction that is older than the log', async () => {
    const other = await place.another();
    await other?.query('BEGIN; CREATE TABLE more (id int)');
    await track(place);
    await law(place, () => place.run(`UPDATE t SET v = 'b'`));
    await other?.query('COMMIT');
    await changed('table public.more was made');
  });
});
