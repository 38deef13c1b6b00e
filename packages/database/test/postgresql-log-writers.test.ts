import pg from 'pg';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { openDatabase } from '../src/index.js';
import { law, sharedPlace, stateOf, told, track } from './postgresql-log-subject.js';

describe.skipIf(!services.postgresql)('change log of PostgreSQL beside other connections', () => {
  const place = sharedPlace();
  let other: pg.Client;
  beforeAll(async () => {
    other = (await place.another()) as pg.Client;
  });
  beforeEach(() =>
    place.run(
      `CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a'), ('b')`,
    ),
  );
  const log = () => place.database.dialect.log;

  it('names the connection that is idle in a transaction, and its statement', async () => {
    await track(place);
    await other.query(`SET application_name = 'the app'`);
    await other.query('BEGIN');
    await other.query(`UPDATE t SET v = 'open' WHERE id = 1`);
    const { rows } = await other.query('SELECT pg_backend_pid() AS pid');
    const before = await stateOf(place);
    for (const call of [
      () => log().rewind(place.session, 'start', 100),
      () => log().checkpoint(place.session, 'next', 100),
      () => log().changes(place.session, 'start', 100),
    ]) {
      const error = await call().catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_LOG_WRITER' });
      expect(error.message).toMatch(
        new RegExp(
          `0.1 s: process ${rows[0].pid} \\(the app\\).*idle in transaction.*pg_backend_pid`,
        ),
      );
    }
    expect(await stateOf(place)).toEqual(before);
    await other.query('COMMIT');
    expect(await told(place)).toEqual(['t 1,a > 1,open']);
  });

  it('sees all that happens after rewinds that found nothing', async () => {
    await track(place);
    const before = await stateOf(place);
    const rewind = () => log().rewind(place.session, 'start', 1000);
    const idle = async () => {
      for (let i = 0; i < 3; i += 1) expect((await rewind()).tables).toEqual([]);
    };
    await idle();
    await other.query(`SELECT nextval('t_id_seq')`);
    expect((await rewind()).sequences).toBe(1);
    await idle();
    await other.query(`UPDATE t SET v = 'x' WHERE id = 1`);
    expect((await rewind()).tables).toHaveLength(1);
    await idle();
    await other.query('BEGIN');
    await other.query(`INSERT INTO t (v) VALUES ('open')`);
    await expect(log().rewind(place.session, 'start', 50)).rejects.toThrow(/HFIT_LOG_WRITER/);
    await other.query('COMMIT');
    await rewind();
    expect(await stateOf(place)).toEqual(before);
    await idle();
    await other.query('ALTER TABLE t DISABLE TRIGGER ALL');
    await expect(rewind()).rejects.toThrow(/HFIT_LOG_BYPASSED/);
    await other.query('ALTER TABLE t ENABLE TRIGGER ALL');
  });

  it('names who locks a row that has to go back', async () => {
    await track(place);
    await place.run(`UPDATE t SET v = 'x' WHERE id = 1`);
    await other.query('BEGIN');
    await other.query('SELECT * FROM t WHERE id = 1 FOR UPDATE');
    await expect(log().rewind(place.session, 'start', 100)).rejects.toThrow(
      /HFIT_LOG_WRITER[\s\S]*FOR UPDATE/,
    );
    await other.query('ROLLBACK');
  });

  it('gives way to who locks rows and then writes them', async () => {
    await track(place);
    const before = await stateOf(place);
    await place.run(`UPDATE t SET v = 'x'`);
    await other.query('BEGIN');
    await other.query('SELECT * FROM t FOR UPDATE');
    const rewinding = log().rewind(place.session, 'start', 20_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await other.query(`UPDATE t SET v = 'y'`);
    await other.query('COMMIT');
    await rewinding;
    expect(await stateOf(place)).toEqual(before);
  });

  it('waits for a transaction that ends in time, and rewinds what it wrote', async () => {
    await track(place);
    await law(place, async () => {
      await other.query('BEGIN');
      await other.query(`INSERT INTO t (v) VALUES ('late')`);
      const before = log().changes(place.session, 'start', 10_000);
      await other.query('COMMIT');
      expect((await before).tables).toHaveLength(1);
    });
  });

  it('lets readers be, and keeps none of the connections of a pool', async () => {
    const { user, password, host, port } = other;
    const pool = new pg.Pool({
      user: user!,
      password: password as string,
      host,
      port,
      database: place.database.name,
      max: 1,
    });
    const database = await openDatabase(pool);
    const session = await database.logSession();
    await track({ ...place, database, session });
    await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await other.query('SELECT * FROM t');
    await pool.query(`DELETE FROM t WHERE id = 1`);
    expect(await told({ ...place, session })).toEqual(['t 1,a > -']);
    await log().rewind(session, 'start', 1000);
    await other.query('COMMIT');
    await session.release(false);
    await pool.end();
  });

  it('shares the one connection of a client, and refuses to break into its transaction', async () => {
    const database = await openDatabase(other);
    const session = await database.logSession();
    const shared = { ...place, database, session };
    await track(shared);
    const settings = `SELECT name, setting FROM pg_settings ORDER BY 1`;
    const before = (await other.query(settings)).rows;
    await law(shared, () => other.query('DELETE FROM t'));
    expect((await other.query(settings)).rows).toEqual(before);
    await other.query('BEGIN');
    await expect(log().rewind(session, 'start', 1000)).rejects.toThrow('HFIT_DATABASE_BUSY');
    await other.query('ROLLBACK');
    await log().remove(session);
  });

  it.each([
    ['rows', 100_000, 1000],
    ['bytes', 64 * 1024 ** 2, 9000],
  ])('takes back more %s than it works on at a time', async (_, size, smaller) => {
    await place.run(`CREATE TABLE many (id int PRIMARY KEY); CREATE TABLE bag (id int);
      INSERT INTO many SELECT generate_series(1, 1000); INSERT INTO bag SELECT * FROM many`);
    await track(place);
    await place.run(`DO $$ BEGIN EXECUTE
      replace(pg_get_functiondef('hfit.rewind(text, int)'::regprocedure), '${size}', '${smaller}'); END $$`);
    const sums = () =>
      place.run(
        `SELECT count(*), sum(id), min(id) FROM many UNION ALL SELECT count(*), sum(id), min(id) FROM bag`,
      );
    const before = await sums();
    await place.run(`UPDATE many SET id = -id; INSERT INTO many SELECT generate_series(1, 6000);
      INSERT INTO bag SELECT id % 3000 FROM many; DELETE FROM bag WHERE id < 500`);
    await log().rewind(place.session, 'start', 1000);
    expect(await sums()).toEqual(before);
    expect(await told(place)).toEqual([]);
  });

  it('sees what another connection copies into a table, also straight into a partition', async () => {
    await place.run(`
      CREATE TABLE part (k int, v text) PARTITION BY LIST (k);
      CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1); CREATE TABLE part_2 PARTITION OF part DEFAULT`);
    await track(place);
    await law(place, async () => {
      await other.query(`COPY t (v) FROM PROGRAM 'printf "x\\ny z\\n\\\\\\N\\n"'`);
      await other.query(`COPY part FROM PROGRAM 'printf "1,a\\n2,b\\n"' (FORMAT csv)`);
      await other.query(`COPY part_1 FROM PROGRAM 'echo 1,c' (FORMAT csv)`);
      expect(await told(place)).toHaveLength(7);
    });
  });

  it('sees what a role writes that may not see the log', async () => {
    await other.query(
      `DROP ROLE IF EXISTS hfit_test_unseeing; CREATE ROLE hfit_test_unseeing LOGIN PASSWORD 'pw'`,
    );
    await place.run(`GRANT ALL ON t, t_id_seq TO hfit_test_unseeing`);
    await track(place);
    const writer = (await place.another({
      user: 'hfit_test_unseeing',
      password: 'pw',
    })) as pg.Client;
    await law(place, () =>
      writer.query(
        `INSERT INTO t (v) VALUES ('w'); UPDATE t SET v = v || '!'; DELETE FROM t WHERE id = 1`,
      ),
    );
    await expect(writer.query('SELECT * FROM hfit.log')).rejects.toThrow('permission denied');
    await place.run('DROP OWNED BY hfit_test_unseeing');
  });
});
