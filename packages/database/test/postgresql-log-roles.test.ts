import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, openDatabase } from '../src/index.js';
import { emptied, law, type Place, subjects, track, urlAs } from './postgresql-log-subject.js';

const constraints = `
  SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated,
         obj_description(oid, 'pg_constraint') FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`;
const triggers = `SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2`;

describe.skipIf(!services.postgresql)(
  'change log of PostgreSQL for a role without privileges',
  () => {
    let place: Place;
    let owner: Place;
    let client: pg.Client;
    const opened: Database[] = [];
    const as = async (user: string): Promise<Place> => {
      const database = await openDatabase(urlAs(place.url as string, { user, password: 'pw' }));
      opened.push(database);
      const session = await database.logSession();
      return { ...place, database, session, drop: () => session.release(false) };
    };
    beforeAll(async () => {
      place = await subjects[0]!.place();
      await place.run(`
      DO $$ BEGIN
        CREATE ROLE hfit_test_owner LOGIN PASSWORD 'pw'; CREATE ROLE hfit_test_nobody LOGIN PASSWORD 'pw';
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
      await place.run(`GRANT CREATE ON DATABASE "${place.database.name}" TO hfit_test_owner`);
      await place.run('ALTER SCHEMA public OWNER TO hfit_test_owner');
      owner = await as('hfit_test_owner');
      client = (await place.another({ user: 'hfit_test_owner', password: 'pw' })) as pg.Client;
    });
    afterEach(async () => {
      await emptied(place);
      await place.run('ALTER SCHEMA public OWNER TO hfit_test_owner');
    });
    afterAll(async () => {
      await owner.drop();
      for (const it of opened) await it.close();
      await place.run('DROP OWNED BY hfit_test_owner, hfit_test_nobody');
      await place.drop();
    });
    const log = () => place.database.dialect.log;

    const rich = `
    CREATE TABLE a (id int PRIMARY KEY, v text UNIQUE, up int REFERENCES a ON DELETE CASCADE);
    CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a ON DELETE CASCADE ON UPDATE CASCADE, v text REFERENCES a (v) ON UPDATE CASCADE);
    CREATE TABLE c (id int PRIMARY KEY, b_id int NOT NULL REFERENCES b ON DELETE RESTRICT DEFERRABLE, a_id int REFERENCES a);
    CREATE TABLE d (id int PRIMARY KEY, a_id int DEFAULT 1 REFERENCES a ON DELETE SET DEFAULT, b_id int REFERENCES b ON DELETE SET NULL);
    ALTER TABLE a ADD b_id int REFERENCES b DEFERRABLE INITIALLY DEFERRED;
    CREATE TABLE part (k int, a_id int REFERENCES a ON DELETE CASCADE) PARTITION BY RANGE (k);
    CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
    CREATE TABLE part_2 PARTITION OF part DEFAULT;
    INSERT INTO a VALUES (1, 'x', NULL), (2, 'y', 1), (3, 'z', 2);
    INSERT INTO b (a_id, v) VALUES (1, 'x'), (2, 'y'), (3, 'z');
    INSERT INTO c VALUES (1, 1, 1), (2, 2, 2); INSERT INTO d VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3);
    INSERT INTO part VALUES (1, 1), (2, 3), (11, 3);
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$;
    CREATE TRIGGER refuse BEFORE DELETE ON d FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE TRIGGER always AFTER DELETE ON part FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE TRIGGER off AFTER DELETE ON part FOR EACH ROW EXECUTE FUNCTION refuse();
    ALTER TABLE part DISABLE TRIGGER off; ALTER TABLE part ENABLE REPLICA TRIGGER always;
    CREATE RULE kept AS ON DELETE TO c DO INSTEAD NOTHING;
    CREATE TABLE old (id int PRIMARY KEY, v int, a_id int); INSERT INTO old VALUES (1, -1, 99), (2, -2, 1);
    ALTER TABLE old ADD CONSTRAINT positive CHECK (v > 0) NOT VALID, ADD CONSTRAINT lost FOREIGN KEY (a_id) REFERENCES a NOT VALID;
    COMMENT ON CONSTRAINT positive ON old IS 'old rows'; COMMENT ON CONSTRAINT b_a_id_fkey ON b IS 'it''s kept'`;

    it('rewinds as the owner: cascades, swaps, triggers, partitions; constraints are as they were', async () => {
      await client.query(rich);
      expect(await log().obstacle(owner.session, await owner.database.introspect())).toBeNull();
      await track(owner);
      const before = [await place.run(constraints), await place.run(triggers)];
      for (const acts of [
        'DELETE FROM part WHERE a_id = 3; DELETE FROM a WHERE id = 3',
        `UPDATE a SET v = v || '!'; UPDATE a SET v = 'x' WHERE id = 2; UPDATE a SET v = 'y' WHERE id = 1`,
        `INSERT INTO a VALUES (9, 'n', 1, 1); UPDATE d SET a_id = 9, b_id = 3; INSERT INTO b (a_id, v) VALUES (9, 'n'); INSERT INTO c VALUES (9, 4, 9)`,
        'TRUNCATE a, b, c, d, part, old RESTART IDENTITY',
        'DELETE FROM old; UPDATE a SET v = v || 1; UPDATE b SET a_id = 3',
        'BEGIN; UPDATE a SET b_id = 77 WHERE id = 1; INSERT INTO b VALUES (77, 1, NULL); COMMIT; UPDATE part SET k = k + 5',
      ]) {
        await law(owner, () => client.query(acts));
        expect([await place.run(constraints), await place.run(triggers)]).toEqual(before);
      }
    });

    it('tells why a role cannot keep a log', async () => {
      await client.query('CREATE TABLE mine (id int PRIMARY KEY)');
      const nobody = await as('hfit_test_nobody');
      const schema = await place.database.introspect();
      expect(await log().obstacle(nobody.session, schema)).toMatch(
        /hfit_test_nobody may not make a schema/,
      );
      await place.run('CREATE TABLE theirs (id serial PRIMARY KEY)');
      const both = await place.database.introspect();
      await place.run('GRANT USAGE ON SEQUENCE theirs_id_seq TO hfit_test_nobody');
      const read = place.database.dialect.readSequences(nobody.session, both.sequences);
      await expect(read).rejects.toThrow(/HFIT_SEQUENCE_HIDDEN.*theirs_id_seq/);
      expect(await log().obstacle(owner.session, both)).toMatch(/does not own table public.theirs/);
      for (const theirs of [
        'TABLE hfit.other (id int)',
        'TABLE hfit.installed (version text)',
        'VIEW hfit.log AS SELECT 1',
        'FUNCTION hfit.helper() RETURNS int LANGUAGE sql RETURN 1',
        `FUNCTION hfit.rewind() RETURNS int LANGUAGE sql RETURN 1`,
        `TYPE hfit.mood AS ENUM ('sad')`,
        'DOMAIN hfit.label AS int',
        'TYPE hfit.pair AS (a int)',
      ]) {
        await place.run(`CREATE SCHEMA hfit; CREATE ${theirs}`);
        expect(await log().obstacle(place.session, schema)).toMatch(
          /somebody else has made .*hfit/,
        );
        await expect(log().install(place.session, schema)).rejects.toThrow('HFIT_TRACK_IMPOSSIBLE');
        await place.run('DROP SCHEMA hfit CASCADE');
      }
      await place.run('CREATE SCHEMA hfit');
      expect(await log().obstacle(place.session, schema)).toBeNull();
      await track(place);
      await place.run('CREATE FUNCTION hfit.mine() RETURNS int LANGUAGE sql RETURN 1');
      await log().remove(place.session);
      expect(await place.run('SELECT hfit.mine()')).toEqual([['1']]);
      await place.run('DROP SCHEMA hfit CASCADE; ALTER TABLE mine ENABLE ROW LEVEL SECURITY');
      expect(await log().obstacle(owner.session, schema)).toBeNull();
      await place.run('ALTER TABLE mine FORCE ROW LEVEL SECURITY');
      expect(await log().obstacle(owner.session, schema)).toMatch(
        /row-level security hides rows of table public.mine/,
      );
      await place.run('ALTER TABLE mine NO FORCE ROW LEVEL SECURITY; DROP TABLE theirs');
      await track(owner);
      expect(await log().obstacle(nobody.session, schema)).toMatch(
        /does not own the schema "hfit"/,
      );
      await place.run(
        `CREATE SUBSCRIPTION hfit_test_sub CONNECTION 'dbname=none' PUBLICATION p WITH (connect = false)`,
      );
      expect(await log().obstacle(owner.session, schema)).toMatch(
        /subscription hfit_test_sub brings rows of another server/,
      );
      await place.run('ALTER SUBSCRIPTION hfit_test_sub SET (slot_name = NONE)');
      await place.run('DROP SUBSCRIPTION hfit_test_sub');
      await nobody.drop();
    });

    it('logs and rewinds rows that row-level security hides from their writer', async () => {
      await client.query(`
      CREATE TABLE note (id int PRIMARY KEY, owner text); ALTER TABLE note ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON note USING (owner = current_user); GRANT ALL ON note TO hfit_test_nobody;
      INSERT INTO note VALUES (1, 'hfit_test_nobody'), (2, 'else')`);
      await track(owner);
      const writer = (await place.another({
        user: 'hfit_test_nobody',
        password: 'pw',
      })) as pg.Client;
      await law(owner, () =>
        writer.query(`UPDATE note SET id = id + 10; INSERT INTO note VALUES (3, current_user)`),
      );
    });
  },
);
