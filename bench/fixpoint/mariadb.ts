import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { findProgram } from '../../test/services/programs.js';
import { Services } from '../../test/services/services.js';
import type { Field } from '../fixpoint.js';
import { schema, words } from '../rewind/mariadb.js';
import { tables } from '../rewind/shop.js';
import { runProgram } from '../snapshot/run-program.js';
import { fewRows, fewWrites } from './rows.js';

/** Beside the dump program of MariaDB, rows alone, and its client that reads the dump. */
export async function mariadb(folder: string): Promise<Field> {
  const [program, reader] = [findProgram('mariadb-dump'), findProgram('mariadb')];
  if (!program || !reader) throw new Error('there is no client: apt-get install mariadb-client');
  const services = new Services();
  const server = await services.url('mariadb');
  const name = 'hfit_bench_fixpoint';
  const client = await mysql.createConnection(server.replace(/^mariadb:/, 'mysql:'));
  for (const statement of [
    `DROP DATABASE IF EXISTS ${name}`,
    `CREATE DATABASE ${name}`,
    `USE ${name}`,
    ...schema,
    ...fewRows(words),
  ]) {
    await client.query(statement);
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  const login = [
    '--no-defaults',
    '--protocol=tcp',
    `--host=${url.hostname}`,
    `--port=${url.port}`,
    `--user=${decodeURIComponent(url.username)}`,
    `--password=${decodeURIComponent(url.password)}`,
  ];
  const file = join(folder, 'mariadb.sql');
  const options = ['--single-transaction', '--no-create-info', '--skip-triggers'];
  return {
    dialect: 'mariadb',
    peer: 'mariadb-dump, mariadb',
    url: url.href,
    async empty() {
      await client.query('SET foreign_key_checks = 0');
      for (const table of tables) await client.query(`TRUNCATE ${table}`);
      await client.query('SET foreign_key_checks = 1');
    },
    async write() {
      for (const statement of fewWrites) await client.query(statement);
    },
    dump: () => runProgram([program, ...login, ...options, name, ...tables], { output: file }),
    load: () => runProgram([reader, ...login, name], { input: file }),
    async stop() {
      await client.query(`DROP DATABASE IF EXISTS ${name}`);
      await client.end();
      await services.stop();
    },
  };
}
