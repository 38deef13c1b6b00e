import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { inject } from 'vitest';
import type { ServiceName } from './service.js';

const { asking, ...present } = inject('services');

/**
 * What this run has: `postgresql`, `mariadb` and `redis` are true or false; `psql` and
 * `mariadbClient` are the path of the program or null. For `describe.skipIf(!services.redis)`.
 */
export const services = present;

/** An empty database of its own for a suite or a test. */
export interface FreshDatabase {
  readonly url: string;
  readonly name: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/** Makes an empty database on PostgreSQL. Its name holds `hfit_test_`. */
export async function freshPostgresql(): Promise<FreshDatabase> {
  const server = await urlOf('postgresql');
  const name = freshName();
  await onPostgresql(server, `create database ${name} template template0 strategy file_copy`);
  return {
    url: withDatabase(server, name),
    name,
    drop: () => onPostgresql(server, `drop database if exists ${name} with (force)`),
  };
}

/** Makes an empty database on MariaDB, in utf8mb4. Its name holds `hfit_test_`. */
export async function freshMariadb(): Promise<FreshDatabase> {
  const server = await urlOf('mariadb');
  const name = freshName();
  await onMariadb(server, `create database ${name} character set utf8mb4`);
  return {
    url: withDatabase(server, name),
    name,
    drop: () => onMariadb(server, `drop database if exists ${name}`),
  };
}

/** The URL of Redis. All suites of a run share it, so each puts a word of its own before its keys. */
export function redisUrl(): Promise<string> {
  return urlOf('redis');
}

/** The command that runs the script on its standard input against a database of PostgreSQL. */
export function psqlCommand(url: string): [program: string, ...args: string[]] {
  if (services.psql === null) throw new Error('there is no psql');
  return [services.psql, '--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', url];
}

/** The command that runs the script on its standard input against a database of MariaDB. */
export function mariadbCommand(url: string): [program: string, ...args: string[]] {
  if (services.mariadbClient === null) throw new Error('there is no mariadb client');
  const { hostname, port, username, password, pathname } = new URL(url);
  return [
    services.mariadbClient,
    '--no-defaults',
    '--protocol=tcp',
    `--host=${hostname}`,
    `--port=${port || 3306}`,
    `--user=${decodeURIComponent(username)}`,
    `--password=${decodeURIComponent(password)}`,
    '--default-character-set=utf8mb4',
    pathname.slice(1),
  ];
}

async function urlOf(name: ServiceName): Promise<string> {
  const answer = await fetch(`${asking}/${name}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

function freshName(): string {
  return `hfit_test_${process.pid.toString(36)}_${randomBytes(5).toString('hex')}`;
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function onPostgresql(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

async function onMariadb(server: string, statement: string): Promise<void> {
  const connection = await mysql.createConnection(server);
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
