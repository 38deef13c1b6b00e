import { spawnSync } from 'node:child_process';
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import {
  freshMariadb,
  freshPostgresql,
  mariadbCommand,
  psqlCommand,
  redisUrl,
  services,
} from './index.js';

describe.skipIf(!services.postgresql)('freshPostgresql', () => {
  it('gives an empty database that is gone after its drop, though somebody is connected', async () => {
    const { url, name, drop } = await freshPostgresql();
    expect(name).toContain('hfit_test_');
    const client = new pg.Client({ connectionString: url });
    const thrownOut = new Promise<Error>((resolve) => client.on('error', resolve));
    await client.connect();
    const { rows } = await client.query(
      'select current_database() as name, count(*) from pg_tables where schemaname = $1',
      ['public'],
    );
    expect(rows).toEqual([{ name, count: '0' }]);
    await drop();
    await thrownOut;
    await expect(new pg.Client({ connectionString: url }).connect()).rejects.toThrow(
      /does not exist/,
    );
  });

  it('gives each its own', async () => {
    const databases = await Promise.all([freshPostgresql(), freshPostgresql(), freshPostgresql()]);
    expect(new Set(databases.map(({ url }) => url)).size).toBe(3);
    await Promise.all(databases.map(({ drop }) => drop()));
  });

  it.skipIf(process.env.HFIT_TEST_POSTGRESQL_URL)('runs version 18', async () => {
    const { url, drop } = await freshPostgresql();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query('show server_version_num');
    expect(rows[0].server_version_num).toMatch(/^18/);
    await client.end();
    await drop();
  });

  it.skipIf(services.psql === null)('takes a script through psql', async () => {
    const { url, drop } = await freshPostgresql();
    const [program, ...args] = psqlCommand(url);
    const good = spawnSync(program, args, { input: 'select 6 * 7;', encoding: 'utf8' });
    expect(good.stderr).toBe('');
    expect(good.stdout).toContain('42');
    expect(spawnSync(program, args, { input: 'select nothing; select 1;' }).status).not.toBe(0);
    await drop();
  });
});

describe.skipIf(!services.mariadb)('freshMariadb', () => {
  it('gives an empty utf8mb4 database that is gone after its drop', async () => {
    const { url, name, drop } = await freshMariadb();
    expect(name).toContain('hfit_test_');
    const connection = await mysql.createConnection(url);
    const [rows] = await connection.query(
      'select database() as name, @@character_set_database as characters, count(*) as tables' +
        ' from information_schema.tables where table_schema = database()',
    );
    expect(rows).toEqual([{ name, characters: 'utf8mb4', tables: 0 }]);
    await connection.end();
    await drop();
    await expect(mysql.createConnection(url)).rejects.toThrow(/Unknown database/);
  });

  it.skipIf(services.mariadbClient === null)('takes a script through the client', async () => {
    const { url, drop } = await freshMariadb();
    const [program, ...args] = mariadbCommand(url);
    const good = spawnSync(program, args, { input: "select '✓', 6 * 7;", encoding: 'utf8' });
    expect(good.stderr).toBe('');
    expect(good.stdout).toContain('✓\t42');
    expect(spawnSync(program, args, { input: 'select nothing;' }).status).not.toBe(0);
    await drop();
  });
});

describe.skipIf(!services.redis)('redisUrl', () => {
  it('gives a server that keeps what it is told', async () => {
    const redis = new Redis(await redisUrl());
    await redis.set('services.test:answer', '42', 'EX', 60);
    expect(await redis.get('services.test:answer')).toBe('42');
    await redis.quit();
  });
});
