import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { Held } from './held/held.js';
import { mariadb } from './mariadb.js';
import { postgresql } from './postgresql.js';
import { redis } from './redis.js';
import { Watchdog } from './watchdog.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const patience = { timeout: 120_000, interval: 50 };

const canHold = [postgresql, mariadb, redis].some((service) => service.isInstalled());

describe.skipIf(!canHold)('a run that is killed with -9', () => {
  it('leaves no server process and no folder', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'hfit_test_watchdog_'));
    const report = join(scratch, 'held.json');
    const run = startHeldRun(report);
    const ended = once(run, 'exit');
    const output: Buffer[] = [];
    run.stdout!.on('data', (piece) => output.push(piece));
    run.stderr!.on('data', (piece) => output.push(piece));
    try {
      await vi.waitFor(() => {
        expect(run.exitCode, output.join('')).toBe(null);
        if (!existsSync(report)) throw new Error(`it holds nothing yet:\n${output.join('')}`);
      }, patience);
      const held: Held[] = JSON.parse(readFileSync(report, 'utf8'));
      const pids = held.flatMap((one) => one.pids);
      const folders = held.map(({ folder }) => /^.*?hfit_test_services_[^/]+/.exec(folder)![0]);
      expect(held).not.toEqual([]);
      expect(pids.filter(isAlive)).toEqual(pids);

      run.kill('SIGKILL');
      await ended;
      await vi.waitFor(() => {
        expect(pids.filter(isAlive)).toEqual([]);
        expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
      }, patience);
    } finally {
      run.kill('SIGKILL');
      rmSync(scratch, { recursive: true });
    }
  }, 300_000);
});

/** A real run of vitest that starts the servers, writes to `report` which, and then waits. */
function startHeldRun(report: string): ChildProcess {
  // Servers that were given by a URL are not ours to end, so this run starts its own.
  const { HFIT_TEST_POSTGRESQL_URL, HFIT_TEST_MARIADB_URL, HFIT_TEST_REDIS_URL, ...env } =
    process.env;
  const config = 'test/services/held/vitest.config.ts';
  return spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', config], {
    cwd: root,
    env: { ...env, CI: '', HFIT_TEST_INSTALL: 'no', HFIT_HELD_REPORT: report },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

describe('the watchdog', () => {
  const sleeper = (folder: string) => ({
    command: process.execPath,
    args: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
    log: join(folder, 'sleeper'),
  });

  it('ends what it started and removes its folder when it is stopped', async () => {
    const watchdog = await Watchdog.start();
    let pid = 0;
    await watchdog.serve(sleeper(watchdog.folder), async () => {
      pid = Number.parseInt(readFileSync(join(watchdog.folder, 'sleeper'), 'utf8'), 10);
      expect(pid).toBeGreaterThan(0);
    });
    expect(isAlive(pid)).toBe(true);
    await watchdog.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(watchdog.folder)).toBe(false);
  });

  it('says what a server wrote before it failed', async () => {
    const watchdog = await Watchdog.start();
    const log = join(watchdog.folder, 'log');
    const args = ['-e', 'console.error("no room on the disk"); process.exit(3)'];
    const failing = { command: process.execPath, args, log };
    const never = () => Promise.reject(new Error('not yet'));
    await expect(watchdog.run(failing)).rejects.toThrow(/: 3\n.*no room on the disk/s);
    await expect(watchdog.serve(failing, never)).rejects.toThrow(/no room on the disk/);
    const absent = { command: '/nowhere/mariadbd', args: [], log };
    await expect(watchdog.serve(absent, never)).rejects.toThrow(/ENOENT/);
    await watchdog.stop();
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
