import { type Database, openDatabase } from '@hot-fixture/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { fresh } from '../../database/test/mysql-server.js';
import { apply, snapshotOf, track, untrack } from '../src/index.js';

describe.skipIf(!services.mariadb)('track on MariaDB', () => {
  let server: Awaited<ReturnType<typeof fresh>>;
  let database: Database;
  beforeEach(async () => {
    server = await fresh();
    database = await openDatabase(server.url);
  });
  afterEach(async () => {
    await database.close();
    await server.drop();
  });

  it('keeps copies of tables that are too wide for a log, and says which', async () => {
    await server.run(['CREATE TABLE wide (id int PRIMARY KEY, a varchar(16000), b varchar(380))']);
    const log = await track(database);
    expect(log.report).toMatchObject({ strategy: 'copies' });
    expect(log.report.reason).toMatch(/^no log: .* table wide is so wide/);
    await log.close();
    await untrack(database);
  });

  it('refuses tables without transactions, and so does apply', async () => {
    await server.run(['CREATE TABLE old (id int PRIMARY KEY)']);
    const before = await snapshotOf(database);
    await server.run(['INSERT INTO old VALUES (1)']);
    const after = await snapshotOf(database);
    await server.run(['ALTER TABLE old ENGINE=MyISAM', 'DELETE FROM old']);
    const told = /HFIT_TABLE_NOT_ATOMIC.*table old .*its engine MyISAM has no transactions/;
    await expect(track(database)).rejects.toThrow(told);
    await expect(track(database, { strategy: 'copies' })).rejects.toThrow(told);
    expect(before.tables).toEqual([]);
    await expect(apply(database, after)).rejects.toThrow(told);
  });
});
