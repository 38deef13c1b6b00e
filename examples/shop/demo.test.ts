import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { sum } from './demo/report.js';

const folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
const enough = 300_000;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The demo's own folders; tsx keeps one too. */
const left = () => readdirSync(folder).filter((name) => name.startsWith('hot-fixture'));

/** Runs the demo as `npm run demo` does, with its temporary files in `folder`. */
function start(words: readonly string[]) {
  const demo = fileURLToPath(new URL('demo.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', demo, ...words], {
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
  });
  const run = { child, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    run.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { run, ended };
}

test(
  'brings a complete, masked slice to a test database, and leaves nothing behind',
  async () => {
    // A tenth of the shop has all that the whole one has.
    const { run, ended } = start(['--json', '--scale', '0.1']);
    const code = await ended;
    expect(run.err).toBe('');
    const report = JSON.parse(run.out);
    expect(report).toMatchObject({ ok: true, orphans: [], leaks: [], faults: [] });
    expect(code).toBe(0);
    expect(Object.keys(report.production).length).toBeGreaterThanOrEqual(12);
    expect(sum(report.production)).toBeGreaterThanOrEqual(5_000);
    expect(Object.keys(report.rows).sort()).toEqual(Object.keys(report.production).sort());
    expect(Math.min(...Object.values<number>(report.rows))).toBeGreaterThan(0);
    expect(sum(report.rows)).toBeLessThan(sum(report.production) / 10);
    expect(report.planted).toBeGreaterThan(50);
    expect(left()).toEqual([]);
  },
  enough,
);

test(
  'stops its server and removes its files when it is interrupted',
  async () => {
    const { run, ended } = start(['--scale', '0.001']);
    const url = await new Promise<string>((resolve, reject) => {
      run.child.stdout.on('data', () => {
        const found = /listens on (\S+),/.exec(run.out)?.[1];
        if (found) resolve(found);
      });
      void ended.then(() => reject(new Error(run.err)));
    });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    run.child.kill('SIGINT');
    expect(await ended).toBe(130);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    expect(left()).toEqual([]);
  },
  enough,
);
