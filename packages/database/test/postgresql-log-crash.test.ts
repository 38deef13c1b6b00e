import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { postgresql } from '../../../test/services/postgresql.js';
import { Watchdog } from '../../../test/services/watchdog.js';
import { openDatabase } from '../src/index.js';
import { law, type Place, track } from './postgresql-log-subject.js';

describe.skipIf(!services.postgresql || !postgresql.isInstalled())(
  'change log of PostgreSQL after a crash of the server',
  () => {
    // A server of its own, for others use the one of the run.
    let watchdog: Watchdog;
    let url: string;
    const connected = async () => {
      for (;;) {
        const client = new pg.Client(url);
        client.on('error', () => {});
        try {
          await client.connect();
          return client;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    };
    beforeAll(async () => {
      watchdog = await Watchdog.start();
      url = await postgresql.start(watchdog);
    });
    afterAll(() => watchdog?.stop());

    it('tells that the log is lost, leaves the rows alone, and begins anew', async () => {
      const client = await connected();
      await client.query(
        `CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a')`,
      );
      let database = await openDatabase(url);
      const place = async (): Promise<Place> => {
        const other = await connected();
        const session = await database.logSession();
        return {
          url,
          database,
          session,
          run: async (sql) => (await other.query({ text: sql, rowMode: 'array' })).rows,
          another: async () => null,
          async drop() {
            await other.end();
            await session.release(false);
          },
        };
      };
      await track(await place());
      // The servers of the tests do not wait for the disk, so the crash could take the schema too.
      await client.query(`INSERT INTO t (v) VALUES ('b')`);
      await client.query('CHECKPOINT');
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
      const ended = new Promise((resolve) => client.once('end', resolve));
      process.kill(rows[0].pid, 'SIGKILL');
      await ended;
      await database.close();

      database = await openDatabase(url);
      const after = await place();
      const { log } = database.dialect;
      await expect(log.rewind(after.session, 'start', 1000)).rejects.toThrow(
        /HFIT_LOG_BYPASSED[\s\S]*stopped without warning/,
      );
      await expect(log.checkpoint(after.session, 'next', 1000)).rejects.toThrow(
        'HFIT_LOG_BYPASSED',
      );
      expect(await after.run('SELECT v FROM t ORDER BY id')).toEqual([['a'], ['b']]);
      await track(after);
      await law(after, () => after.run('DELETE FROM t'));
      await after.drop();
      await database.close();
    });
  },
);
