import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { programOf } from '../../../test/services/child.js';

/** Of util-linux: it gives a program a terminal. */
const terminal = '/usr/bin/script';
const main = new URL('../src/main.ts', import.meta.url);

const questions: readonly [question: string, answer: string][] = [
  ['Which server?', 'https://hfit.example.com'],
  ['Who are you there?', 'ann@example.com'],
  ['A first template?', 'daily'],
  ['From which source?', 'shop'],
  ['Beginning with which table?', 'orders'],
];

test.skipIf(!existsSync(terminal))('hfit init asks a person, and does what they type', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hfit-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const line = `stty cols 80; exec '${process.execPath}' '${programOf(main)}' init`;
  const env = { PATH: process.env.PATH, HFIT_HOME: join(folder, 'home'), TERM: 'dumb' };
  const child = spawn(terminal, ['-qec', line, '/dev/null'], { cwd: folder, env });
  const left = [...questions];
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [next] = left;
    if (!next || !shown.includes(next[0])) return;
    left.shift();
    child.stdin.write(`${next[1]}\r`);
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, left }, shown).toEqual({ code: 0, left: [] });
  expect(shown).toContain('set https://hfit.example.com for ann@example.com');
  expect(readFileSync(join(folder, 'templates/daily.yaml'), 'utf8')).toContain('table: "orders"');
});
