import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type FreshDatabase,
  freshMariadb,
  freshPostgresql,
  services,
} from '../../../test/services/index.js';
import { Sources } from '../src/sources.js';
import { startTestDaemon } from './daemon.js';
import { readerNamed } from './reader.js';

const { role, asReader, documented } = readerNamed('account');
let postgresql: FreshDatabase;
let mariadb: FreshDatabase | undefined;
let admin: pg.Client;

beforeAll(async () => {
  postgresql = await freshPostgresql();
  admin = new pg.Client(postgresql.url);
  await admin.connect();
  await admin.query('CREATE TABLE things (id int PRIMARY KEY, note text)');
  for (const statement of documented('PostgreSQL')) await admin.query(statement);
  if (services.mariadb) mariadb = await freshMariadb();
});
afterAll(async () => {
  await mariadb?.drop();
  await admin.query(`DROP OWNED BY ${role}`);
  await admin.query(`DROP ROLE ${role}`);
  await admin.end();
  await postgresql.drop();
});

describe('an account that may do more than read', () => {
  const start = async (url: string, dangerouslyAllowWriters = false) => {
    const started = await startTestDaemon({ sources: { it: { url, dangerouslyAllowWriters } } });
    await started.stop();
  };

  test('is refused at the start, unless it is allowed', async () => {
    await expect(start(postgresql.url)).rejects.toThrow('HFIT_ACCOUNT_WRITES');
    await start(postgresql.url, true);
  });

  const found = async () => {
    const sources = await Sources.open({ it: { url: asReader(postgresql.url) } });
    const { it } = await sources.check().finally(() => sources.close());
    return `${it?.code} ${it?.what}`;
  };

  test.each([
    ['GRANT INSERT ON things TO', 'REVOKE INSERT ON things FROM', 'write to public.things'],
    ['GRANT UPDATE (note) ON things TO', 'REVOKE UPDATE ON things FROM', 'write to public.things'],
    ['GRANT CREATE ON SCHEMA public TO', 'REVOKE CREATE ON SCHEMA public FROM', 'schema public'],
    ['GRANT pg_read_server_files TO', 'REVOKE pg_read_server_files FROM', 'pg_read_server_files'],
    ['GRANT TRIGGER ON things TO', 'REVOKE TRIGGER ON things FROM', 'write to public.things'],
    ['GRANT MAINTAIN ON things TO', 'REVOKE MAINTAIN ON things FROM', 'maintain public.things'],
    ['GRANT pg_maintain TO', 'REVOKE pg_maintain FROM', 'pg_maintain'],
  ])('is found by what it may: %s', async (grant, revoke, words) => {
    await admin.query(`${grant} ${role}`);
    try {
      expect(await found()).toMatch(words);
    } finally {
      await admin.query(`${revoke} ${role}`);
    }
  });

  test.each(['INHERIT FALSE, SET TRUE', 'INHERIT FALSE, SET FALSE, ADMIN TRUE'])(
    'is found by what a role may that it can become: %s',
    async (options) => {
      const writers = `${role}_writers`;
      await admin.query(`CREATE ROLE ${writers}; GRANT INSERT ON things TO ${writers}`);
      await admin.query(`GRANT ${writers} TO ${role} WITH ${options}`);
      try {
        expect(await found()).toMatch('write to public.things');
      } finally {
        await admin.query(`DROP OWNED BY ${writers}; DROP ROLE ${writers}`);
      }
    },
  );

  test.skipIf(!services.mariadb)('is found on MariaDB, by its roles too', async () => {
    const { url, name } = mariadb as FreshDatabase;
    await expect(start(url)).rejects.toThrow(/HFIT_ACCOUNT_WRITES.*ALL PRIVILEGES/s);
    const client = await mysql.createConnection(url);
    for (const statement of documented('MySQL')) {
      await client.query(statement.replace('shop.*', `${name}.*`));
    }
    await client.query(`CREATE ROLE ${role}_files`);
    await client.query(`GRANT FILE ON *.* TO ${role}_files`);
    await client.query(`GRANT ${role}_files TO '${role}'@'%'`);
    try {
      await expect(start(asReader(url))).rejects.toThrow('it has FILE on *.*');
    } finally {
      await client.query(`DROP ROLE ${role}_files`);
      await client.query(`DROP USER '${role}'@'%'`);
      await client.end();
    }
  });
});
