import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Services } from '../../test/services/services.js';
import type { Field } from '../fixpoint.js';
import { schema, words } from '../rewind/postgresql.js';
import { tables } from '../rewind/shop.js';
import { runProgram } from '../snapshot/run-program.js';
import { fewRows, fewWrites } from './rows.js';

/**
 * Beside COPY by psql, for all tables: it is the data of pg_dump without what that reads of the
 * catalog, and pg_dump refuses a server that is newer than itself, as Debian's would be here.
 */
export async function postgresql(folder: string): Promise<Field> {
  const services = new Services();
  const { psql } = services.present;
  if (!psql) throw new Error('there is no psql: apt-get install postgresql-client');
  const server = await services.url('postgresql');
  const admin = await connect(server);
  const name = 'hfit_bench_fixpoint';
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const client = await connect(url.href);
  await client.query(schema);
  for (const statement of fewRows(words)) await client.query(statement);
  await client.query('VACUUM ANALYZE');
  const copies = join(folder, 'copies');
  mkdirSync(copies);
  const script = (file: string, direction: 'TO' | 'FROM') => {
    const lines = tables.map((it) => `\\copy ${it} ${direction} '${join(copies, it)}'`);
    writeFileSync(file, ['BEGIN;', ...lines, 'COMMIT;', ''].join('\n'));
    return () => runProgram([psql, '--no-psqlrc', '--quiet', '--file', file, url.href]);
  };
  return {
    dialect: 'postgresql',
    peer: 'psql \\copy',
    url: url.href,
    async empty() {
      await client.query(`TRUNCATE ${tables.join(', ')} RESTART IDENTITY`);
    },
    async write() {
      for (const statement of fewWrites) await client.query(statement);
    },
    dump: script(join(folder, 'dump.sql'), 'TO'),
    load: script(join(folder, 'load.sql'), 'FROM'),
    async stop() {
      await client.end();
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
      await services.stop();
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}
