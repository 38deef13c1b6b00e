import mysql from 'mysql2/promise';
import { findProgram } from '../../test/services/programs.js';
import type { Services } from '../../test/services/services.js';
import { type Arena, type Contest, freshDatabase, rows } from './contest.js';
import { runProgram } from './run-program.js';

const table = `CREATE TABLE visit (id bigint PRIMARY KEY, customer_id int NOT NULL, name text,
  email varchar(80), note text, amount decimal(12,2), seen_at datetime, state text)`;

const fill = `INSERT INTO visit SELECT seq, seq % 50000, concat('Name ', seq % 90000),
  concat('user', seq, '@example.com'), md5(seq), seq / 100.0,
  timestamp '2024-01-01 00:00:00' + INTERVAL seq SECOND, 'open' FROM seq_1_to_${rows}`;

/** Beside the dump program of MariaDB, and its client that reads the dump. */
export const mariadb: Contest = {
  dialect: 'mariadb',
  peer: 'mariadb-dump, mariadb',
  figures: { out: 'out_vs_dump', in: 'in_vs_client' },
  async start(services: Services): Promise<Arena> {
    const [dump, client] = [findProgram('mariadb-dump'), findProgram('mariadb')];
    if (!dump || !client) throw new Error('there is no client: apt-get install mariadb-client');
    const server = await services.url('mariadb');
    const source = await freshDatabase(run, server, 'source', [table, fill]);
    const target = await freshDatabase(run, server, 'target', [table]);
    const { hostname, port, username, password } = new URL(server);
    const login = [
      '--no-defaults',
      '--protocol=tcp',
      `--host=${hostname}`,
      `--port=${port}`,
      `--user=${decodeURIComponent(username)}`,
      `--password=${decodeURIComponent(password)}`,
    ];
    return {
      source,
      target,
      empty: () => run(target, ['TRUNCATE visit']),
      theirOut: (output) =>
        runProgram(
          [
            dump,
            ...login,
            '--single-transaction',
            '--no-create-info',
            'hfit_bench_source',
            'visit',
          ],
          { output },
        ),
      theirIn: (input) => runProgram([client, ...login, 'hfit_bench_target'], { input }),
      stop: async () => {},
    };
  },
};

async function run(url: string, statements: readonly string[]): Promise<void> {
  const connection = await mysql.createConnection(url);
  for (const statement of statements) await connection.query(statement);
  await connection.end();
}
