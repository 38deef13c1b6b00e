import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { findProgram, freePort, isRoot } from './programs.js';
import type { Service } from './service.js';

const server = () => findProgram('mariadbd');
const installer = () => findProgram('mariadb-install-db');

export const mariadb: Service = {
  name: 'mariadb',
  variable: 'HFIT_TEST_MARIADB_URL',
  debian: ['mariadb-server'],
  advice: 'install MariaDB (apt-get install mariadb-server, brew install mariadb)',
  isInstalled: () => server() !== undefined && installer() !== undefined,

  async start(watchdog) {
    const folder = join(watchdog.folder, 'mariadb');
    const accounts = join(folder, 'accounts.sql');
    const log = join(folder, 'log');
    const password = randomUUID();
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(
      accounts,
      `create user hfit_test@'%' identified by '${password}';\n` +
        "grant all on *.* to hfit_test@'%' with grant option;\n",
    );
    const options = [
      '--no-defaults',
      ...(isRoot ? ['--user=root'] : []),
      `--datadir=${join(folder, 'data')}`,
      // A server that starts removes all temporary tables there, also those of its neighbours.
      `--tmpdir=${folder}`,
      '--skip-log-bin',
      '--skip-name-resolve',
      '--innodb-log-file-size=16M',
      '--skip-sync-frm',
      // The log of definitions is synced ten times for one ALTER TABLE.
      '--loose-debug-no-sync',
      '--innodb-flush-method=nosync',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-doublewrite=0',
    ];

    await watchdog.run({
      command: installer()!,
      args: [...options, '--skip-test-db', '--auth-root-authentication-method=normal'],
      log,
    });
    const port = await freePort();
    const url = `mariadb://hfit_test:${password}@127.0.0.1:${port}/`;
    await watchdog.serve(
      {
        command: server()!,
        args: [
          ...options,
          `--socket=${join(folder, 'socket')}`,
          `--pid-file=${join(folder, 'pid')}`,
          '--bind-address=127.0.0.1',
          `--port=${port}`,
          `--init-file=${accounts}`,
          '--character-set-server=utf8mb4',
          '--max-connections=200',
        ],
        log,
      },
      async () => {
        const connection = await mysql.createConnection(url);
        await connection.end();
      },
    );
    return url;
  },
};
