import { openDatabase } from '@hot-fixture/database';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import {
  apply,
  compose,
  invert,
  isEmpty,
  openChangeLog,
  snapshotOf,
  track,
  untrack,
} from '../src/index.js';
import { ends, folderOfFiles } from './afterwards.js';
import { stateOf } from './contents.js';

describe.skipIf(!services.postgresql)('track on PostgreSQL', () => {
  let server: Awaited<ReturnType<typeof freshPostgresql>>;
  let owner: pg.Client;
  const role = `hfit_test_role_${process.pid}`;

  beforeAll(async () => {
    server = await freshPostgresql();
    owner = new pg.Client(server.url);
    owner.on('error', () => {});
    await owner.connect();
    await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'pass'`);
    await owner.query(
      `CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t VALUES (1, 'one'), (2, 'two');
       CREATE TABLE child (id int PRIMARY KEY, t int REFERENCES t); INSERT INTO child VALUES (1, 1);
       CREATE SEQUENCE loose;
       GRANT USAGE ON SCHEMA public TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role};
       GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
    );
  });
  afterAll(async () => {
    await owner?.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
    await owner?.end();
    await server?.drop();
  });

  const open = async (as?: string) => {
    const url = new URL(server.url);
    if (as) [url.username, url.password] = [as, 'pass'];
    const database = await openDatabase(url.href);
    ends.push(() => database.close());
    return database;
  };

  it('is on for the schemas that were asked for, and for fewer only after it was off', async () => {
    await owner.query('CREATE SCHEMA other CREATE TABLE u (id int PRIMARY KEY)');
    const database = await open();
    ends.push(async () => {
      await untrack(database);
      await owner.query('DROP SCHEMA other CASCADE');
    });
    const log = await track(database);
    await log.checkpoint('kept');
    await expect(track(database, { schemas: ['other'] })).rejects.toThrow('HFIT_TRACK_SCHEMAS');
    expect((await log.status()).checkpoints.map(({ name }) => name)).toContain('kept');
    await log.close();
    await untrack(database);
    const empty = await track(database, { schemas: ['nothing'] });
    expect(isEmpty(await empty.changes())).toBe(true);
    await empty.rewind();
    await empty.close();
  });

  it('refuses schemas that tables of others point into, and takes both', async () => {
    await owner.query(`
      CREATE SCHEMA other CREATE TABLE u (id int PRIMARY KEY, t int REFERENCES public.t ON DELETE CASCADE);
      INSERT INTO other.u VALUES (1, 2)`);
    const database = await open();
    ends.push(async () => {
      await untrack(database);
      await owner.query('DROP SCHEMA other CASCADE');
    });
    const one = track(database, { schemas: ['public'] });
    await expect(one).rejects.toThrow(/HFIT_TRACK_REACHES.*u_t_fkey.*other\.u.*public\.t/);
    const both = await track(database, { schemas: ['public', 'other'], verify: true });
    await owner.query('DELETE FROM t WHERE id = 2');
    await both.rewind();
    expect((await owner.query('SELECT * FROM other.u')).rows).toEqual([{ id: 1, t: 2 }]);
    await both.close();
    await untrack(database);
    const other = await track(database, { schemas: ['other'] });
    await owner.query('DELETE FROM other.u; DELETE FROM t WHERE id = 2');
    await expect(other.rewind()).rejects.toThrow(/HFIT_REWIND_REFUSED.*other\.u.*public\.t/);
    await owner.query(`INSERT INTO t VALUES (2, 'two')`);
    await other.rewind();
    await other.close();
    await untrack(database);
    await owner.query('ALTER TABLE other.u DROP CONSTRAINT u_t_fkey');
    const late = await track(database, { schemas: ['public'] });
    await owner.query('ALTER TABLE other.u ADD CONSTRAINT late FOREIGN KEY (t) REFERENCES t');
    await expect(late.rewind()).rejects.toThrow(
      /HFIT_LOG_SCHEMA_CHANGED.*late of table other\.u, which points to table public\.t, is new/,
    );
    await late.close();
  });

  it.each(['copies', 'reload'] as const)(
    'stays on the schemas that it was switched on for, by %s',
    async (strategy) => {
      await owner.query(`CREATE SCHEMA other CREATE TABLE u (id int PRIMARY KEY)`);
      const database = await open();
      const folder = await folderOfFiles();
      ends.push(async () => {
        await untrack(database, { folder });
        await owner.query(`DROP SCHEMA other CASCADE; UPDATE t SET name = 'two' WHERE id = 2`);
      });
      await track(database, { strategy, folder, schemas: ['other'] });
      const log = await openChangeLog(database, { folder, verify: true });
      await log.checkpoint('next');
      await owner.query(`INSERT INTO other.u VALUES (1); UPDATE t SET name = 'x' WHERE id = 2`);
      expect((await log.changes()).tables.map(({ name }) => name)).toEqual(['u']);
      expect((await log.status()).tables).toEqual([{ schema: 'other', name: 'u' }]);
      await log.rewind('start');
      expect((await owner.query('SELECT 1 FROM other.u')).rows).toEqual([]);
      const again = await track(database, { folder });
      expect(again.report).toEqual({ strategy, reason: 'it was switched on before' });
      expect(isEmpty(await again.changes())).toBe(true);
      const narrow = track(database, { folder, schemas: ['public'] });
      await expect(narrow).rejects.toThrow(/HFIT_TRACK_SCHEMAS.*other/);
      const wide = await track(database, { folder, strategy, schemas: ['other', 'public'] });
      await owner.query('INSERT INTO t VALUES (3)');
      await wide.rewind();
      expect((await owner.query('SELECT 1 FROM t WHERE id = 3')).rows).toEqual([]);
    },
  );

  it('keeps copies for a role that may make tables but no triggers, and says why', async () => {
    await owner.query(`GRANT CREATE ON DATABASE ${server.name} TO ${role}`);
    ends.push(() => owner.query(`REVOKE CREATE ON DATABASE ${server.name} FROM ${role}`));
    const database = await open(role);
    const log = await track(database, { verify: true });
    expect(log.report.strategy).toBe('copies');
    expect(log.report.reason).toMatch(/^no log: /);
    const before = await stateOf(database);
    ends.push(() => owner.query('DROP SCHEMA IF EXISTS hfit CASCADE'));
    await owner.query(
      `UPDATE t SET name = 'x' WHERE id = 2; INSERT INTO t VALUES (3, 'three'); UPDATE child SET t = 3;
       DELETE FROM t WHERE id = 1; SELECT nextval('loose')`,
    );
    expect((await log.changes()).tables.map(({ name }) => name)).toEqual(['child', 't']);
    await log.rewind();
    expect(await stateOf(database)).toEqual(before);
    expect(isEmpty(await log.changes())).toBe(true);
    await untrack(database);
    const left = await owner.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'hfit'`);
    expect(left.rows).toEqual([]);
  });

  it('applies as a plain owner, whose foreign keys act meanwhile', async () => {
    await owner.query(
      `CREATE TABLE top (id int PRIMARY KEY, code text UNIQUE);
       CREATE TABLE low (id int PRIMARY KEY, top int REFERENCES top ON DELETE CASCADE, low int REFERENCES low);
       INSERT INTO top VALUES (1, 'a'), (2, 'b'); INSERT INTO low VALUES (1, 1, 2), (2, 1, 1), (3, 2, 3);
       ALTER TABLE top OWNER TO ${role}; ALTER TABLE low OWNER TO ${role}`,
    );
    ends.push(() => owner.query('DROP TABLE low, top'));
    const database = await open(role);
    const folder = await folderOfFiles();
    const log = await track(database, { strategy: 'reload', folder });
    const before = await stateOf(database);
    await owner.query(
      `INSERT INTO top VALUES (3, 'c'); UPDATE low SET top = 3 WHERE id = 2; UPDATE low SET low = 2;
       DELETE FROM low WHERE id = 1; DELETE FROM top WHERE id = 1; UPDATE top SET code = 'a' WHERE id = 3`,
    );
    const after = await stateOf(database);
    const changes = await log.changes();
    await apply(database, invert(changes));
    expect(await stateOf(database)).toEqual(before);
    await apply(database, changes);
    expect(await stateOf(database)).toEqual(after);
    await log.rewind();
    expect(await stateOf(database)).toEqual(before);
  });

  describe('where foreign keys act', () => {
    const swap = `UPDATE top SET code = 'x' WHERE id = 1; UPDATE top SET code = 'a' WHERE id = 2;
      UPDATE top SET code = 'b' WHERE id = 1`;
    const quietly = (sql: string) =>
      owner.query(`SET session_replication_role = replica; ${sql}; RESET session_replication_role`);
    const shop = async (rights: string) => {
      await owner.query(
        `CREATE TABLE top (id int PRIMARY KEY, code text UNIQUE);
         CREATE TABLE low (id int PRIMARY KEY, code text);
         ALTER TABLE low ADD CONSTRAINT follow FOREIGN KEY (code) REFERENCES top (code) ON DELETE CASCADE ON UPDATE CASCADE;
         COMMENT ON CONSTRAINT follow ON low IS 'it''s ours';
         INSERT INTO top VALUES (1, 'a'), (2, 'b'); INSERT INTO low VALUES (1, 'a'), (2, 'b'); ${rights}`,
      );
      ends.push(() => owner.query('DROP TABLE low, top'));
      const database = await open(role);
      return { database, before: await snapshotOf(database), state: await stateOf(database) };
    };
    const owned = `ALTER TABLE top OWNER TO ${role}; ALTER TABLE low OWNER TO ${role}`;
    const lent = `GRANT ALL ON top, low TO ${role}`;
    const key = () =>
      owner.query(`SELECT pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint')
        FROM pg_constraint WHERE conname = 'follow'`);

    it.each([
      ['a unique value is swapped under rows that stay', () => quietly(swap)],
      [
        'another row takes a key over, and with it the rows that point to it',
        () => quietly(`DELETE FROM top WHERE id = 1; INSERT INTO top VALUES (3, 'a')`),
      ],
      ['a cascade went along', () => owner.query(`UPDATE top SET code = 'z' WHERE id = 2`)],
      [
        'rows go by a cascade, and others come back to their key',
        () => owner.query(`DELETE FROM top; INSERT INTO top VALUES (2, 'a'), (1, 'b')`),
      ],
    ])('applies as their owner where %s', async (_, work) => {
      const { database, before, state } = await shop(owned);
      const kept = await key();
      await work();
      const [after, changed] = [await snapshotOf(database), await stateOf(database)];
      const changes = compose(invert(before), after);
      await apply(database, invert(changes));
      expect(await stateOf(database)).toEqual(state);
      await apply(database, changes);
      expect(await stateOf(database)).toEqual(changed);
      expect((await key()).rows).toEqual(kept.rows);
    });

    it.each([
      ['their owner', owned, /low, 1 row: the foreign key follow would point to nothing/],
      [
        'another role',
        lent,
        /top, row id 2: the foreign key follow would change rows of public.low/,
      ],
    ])('leaves rows alone that the change set does not know, as %s', async (_, rights, message) => {
      const { database, before } = await shop(rights);
      await owner.query('DELETE FROM top WHERE id = 2');
      const changes = compose(invert(before), await snapshotOf(database));
      await apply(database, invert(changes));
      await owner.query(`INSERT INTO low VALUES (9, 'b')`);
      const state = await stateOf(database);
      await expect(apply(database, changes)).rejects.toThrow(message);
      expect(await stateOf(database)).toEqual(state);
      await owner.query('DELETE FROM low WHERE id = 9');
      await apply(database, changes);
      expect((await owner.query('SELECT id FROM low')).rows).toEqual([{ id: 1 }]);
    });

    it('says as another role which key would change rows with a unique value', async () => {
      const { database, before, state } = await shop(lent);
      await quietly(swap);
      const changes = compose(invert(before), await snapshotOf(database));
      await quietly(
        swap
          .replaceAll('id = 1', 'id = 0')
          .replaceAll('id = 2', 'id = 1')
          .replaceAll('id = 0', 'id = 2'),
      );
      expect(await stateOf(database)).toEqual(state);
      const error = await apply(database, changes).catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_CHANGES_CONFLICT' });
      expect(error.message).toContain('the foreign key follow would change rows of public.low');
      expect(await stateOf(database)).toEqual(state);
    });
  });

  it('keeps files for a role that may write rows and no more', async () => {
    const database = await open(role);
    await expect(track(database)).rejects.toThrow(/HFIT_TRACK_IMPOSSIBLE.*no log: .*no copies: /);
    const folder = await folderOfFiles();
    const log = await track(database, { folder });
    expect(log.report.strategy).toBe('reload');
    expect(log.report.reason).toMatch(/^no log: .*; no copies: /);
    const before = await stateOf(database);
    await owner.query(`DELETE FROM child; DELETE FROM t WHERE id = 1; SELECT nextval('loose')`);
    const changes = await log.changes();
    expect(changes.tables.map(({ name }) => name)).toEqual(['child', 't']);
    expect(changes.sequences).toMatchObject([
      { name: 'loose', after: { last: '1', called: true } },
    ]);
    await log.rewind();
    expect(await stateOf(database)).toEqual(before);
  });

  it('takes a new connection where its own was lost', async () => {
    const database = await open();
    const log = await track(database);
    ends.push(() => untrack(database));
    await log.checkpoint('kept');
    await owner.query(`UPDATE t SET name = 'x'`);
    await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    const answers = [];
    for (let i = 0; i < 2; i += 1) answers.push(await log.changes().catch((error) => error.code));
    expect(answers[0]).toBe('HFIT_DATABASE_LOST');
    expect(answers[1]).toMatchObject({ tables: [{ name: 't' }] });
    await log.rewind('kept');
    expect(isEmpty(await log.changes())).toBe(true);
    await log.close();
  });

  it('names who has a transaction open, when the patience is over', async () => {
    const database = await open();
    const log = await track(database, { patience: 200 });
    ends.push(() => untrack(database));
    await owner.query(`BEGIN; INSERT INTO t VALUES (9, 'nine')`);
    await expect(log.rewind()).rejects.toThrow(/HFIT_LOG_WRITER.*within 0.2 s/);
    await owner.query('COMMIT');
    await log.rewind();
    const rows = await owner.query('SELECT id FROM t ORDER BY id');
    expect(rows.rows).toEqual([{ id: 1 }, { id: 2 }]);
    await log.close();
  });
});
