import pg from 'pg';
import { expect, it } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { openDatabase } from '../src/index.js';

it.skipIf(!services.postgresql)(
  'a slow query ends in the server when its reader has gone',
  async () => {
    const { url, drop } = await freshPostgresql();
    const database = await openDatabase(url);
    const client = new pg.Client(url);
    await client.connect();
    const gone = new AbortController();
    const reason = new Error('gone');
    try {
      const snapshot = await database.snapshot(gone.signal);
      const slow = snapshot.using((session) => session.query('SELECT pg_sleep(50)'));
      const running = async () => {
        const { rows } = await client.query(
          `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'`,
        );
        return rows.length;
      };
      while ((await running()) === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      gone.abort(reason);
      await expect(slow).rejects.toBe(reason);
      expect(await running()).toBe(0);
      await snapshot.close();
      // The pool has others, and none that a late cancel would hit.
      const next = await database.snapshot();
      expect(await next.using((session) => session.query('SELECT 1'))).toEqual([['1']]);
      await next.close();
    } finally {
      await client.end();
      await database.close();
      await drop();
    }
  },
);
