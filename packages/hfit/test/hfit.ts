import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { programOf } from '../../../test/services/child.js';
import { hereAs } from '../../../test/services/here.js';
import { runLine } from '../src/line.js';

const main = new URL('../src/main.ts', import.meta.url);
const bin = fileURLToPath(new URL('../bin/hfit.js', import.meta.url));
const built = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** HFIT_HOME of the run. */
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface StartOptions extends RunOptions {
  /** What standard output is: a pipe that is read (by default), or nothing that can be read. */
  readonly stdout?: 'pipe' | 'ignore';
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs a command line in this process: a program would take half a second to begin. */
export async function hfit(words: readonly string[], options: RunOptions): Promise<Run> {
  const { signal } = new AbortController();
  return hereAs(() => runLine(words, signal), { cwd: options.cwd, env: environmentOf(options) });
}

/** Runs the command as a program, from its sources: for its pipes and signals. */
export function startHfit(words: readonly string[], options: StartOptions): Promise<Run> {
  return run(process.execPath, [programOf(main), ...words], options);
}

/** Runs the built command, as a user does, which takes longer to begin. */
export function builtHfit(words: readonly string[], options: StartOptions): Promise<Run> {
  if (!existsSync(built)) throw new Error('hfit is not built: npm run build');
  return run(process.execPath, [bin, ...words], options);
}

/** Runs a line of the shell in which `hfit` is the command. */
export function shell(line: string, options: StartOptions): Promise<Run> {
  const define = `hfit() { '${process.execPath}' '${programOf(main)}' "$@"; }`;
  return run('bash', ['-c', `set -o pipefail; ${define}; ${line}`], options);
}

/** Words as the shell takes them, whatever is in them. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

function environmentOf({ home, env }: RunOptions): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HFIT_HOME: home, ...env };
}

async function run(program: string, words: readonly string[], options: StartOptions): Promise<Run> {
  const child = spawn(program, words, {
    cwd: options.cwd,
    env: environmentOf(options),
    stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
  });
  const taken = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    taken.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    taken.stderr += text;
  });
  options.onStart?.(child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, ...taken };
}
