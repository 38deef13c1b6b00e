import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { it } from 'vitest';
import { freshMariadb, freshPostgresql, redisUrl, services } from '../index.js';
import type { Held } from './held.js';

it('holds its servers until it is killed', async () => {
  const held: Held[] = [];
  if (services.postgresql) held.push(await holdPostgresql());
  if (services.mariadb) held.push(await holdMariadb());
  if (services.redis) held.push(await holdRedis());
  const report = process.env.HFIT_HELD_REPORT!;
  writeFileSync(`${report}.part`, JSON.stringify(held));
  renameSync(`${report}.part`, report);
  await new Promise(() => {});
});

/** With a query that is still running: its backend is a process group of its own. */
async function holdPostgresql(): Promise<Held> {
  const client = new pg.Client({ connectionString: (await freshPostgresql()).url });
  await client.connect();
  const { rows } = await client.query(
    "select pg_backend_pid() as pid, current_setting('data_directory') as folder",
  );
  client.query('select pg_sleep(600)').catch(() => {});
  return {
    folder: rows[0].folder,
    pids: [rows[0].pid, firstNumber(`${rows[0].folder}/postmaster.pid`)],
  };
}

async function holdMariadb(): Promise<Held> {
  const connection = await mysql.createConnection((await freshMariadb()).url);
  const [rows] = await connection.query<mysql.RowDataPacket[]>(
    'select @@datadir as folder, @@pid_file as file',
  );
  return { folder: rows[0]!.folder, pids: [firstNumber(rows[0]!.file)] };
}

async function holdRedis(): Promise<Held> {
  const redis = new Redis(await redisUrl());
  const [, folder] = (await redis.config('GET', 'dir')) as [string, string];
  const pid = /process_id:(\d+)/.exec(await redis.info('server'))![1];
  return { folder, pids: [Number(pid)] };
}

function firstNumber(file: string): number {
  return Number.parseInt(readFileSync(file, 'utf8'), 10);
}
