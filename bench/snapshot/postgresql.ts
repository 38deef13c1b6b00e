import pg from 'pg';
import type { Services } from '../../test/services/services.js';
import { type Arena, type Contest, freshDatabase, rows } from './contest.js';
import { runProgram } from './run-program.js';

const table = `CREATE TABLE visit (id bigint PRIMARY KEY, customer_id int NOT NULL, name text,
  email varchar(80), note text, amount numeric(12,2), seen_at timestamptz, state text)`;

const fill = `INSERT INTO visit SELECT i, i % 50000, 'Name ' || i % 90000,
  'user' || i || '@example.com', md5(i::text), i / 100.0,
  timestamptz '2024-01-01' + i * interval '1 second', 'open' FROM generate_series(1, ${rows}) i`;

/** Beside psql's COPY, in the same order of rows. */
export const postgresql: Contest = {
  dialect: 'postgresql',
  peer: 'psql \\copy',
  figures: { out: 'out_vs_psql', in: 'in_vs_psql' },
  async start(services: Services): Promise<Arena> {
    const { psql } = services.present;
    if (!psql) throw new Error('there is no psql: apt-get install postgresql-client');
    const server = await services.url('postgresql');
    const source = await freshDatabase(run, server, 'source', [table, fill]);
    const target = await freshDatabase(run, server, 'target', [table]);
    await run(source, ['VACUUM ANALYZE visit']);
    const copy = (url: string, words: string) =>
      runProgram([psql, '--no-psqlrc', '--quiet', '--command', `\\copy ${words}`, url]);
    return {
      source,
      target,
      empty: () => run(target, ['TRUNCATE visit', 'CHECKPOINT']),
      theirOut: (file) => copy(source, `(SELECT * FROM visit ORDER BY id) TO '${file}'`),
      theirIn: (file) => copy(target, `visit FROM '${file}'`),
      stop: async () => {},
    };
  },
};

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
