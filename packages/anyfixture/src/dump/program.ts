import { spawn } from 'node:child_process';
import type { ClientProgram } from '@hot-fixture/database';

/**
 * Feeds a script to the client program of a database.
 * @returns null where it has run to its end, else why not
 */
export async function runScript(
  { commands, environment }: ClientProgram,
  script: Iterable<string>,
): Promise<string | null> {
  const text = [...script].join('');
  let reason = 'no client program is installed';
  for (const [program, ...options] of commands) {
    const failure = await run(program, options, { ...process.env, ...environment }, text);
    if (failure === null) return null;
    reason = failure.reason;
    if (!failure.missing) break;
  }
  return reason;
}

function run(
  program: string,
  options: readonly string[],
  env: NodeJS.ProcessEnv,
  text: string,
): Promise<{ reason: string; missing: boolean } | null> {
  return new Promise((resolve) => {
    const child = spawn(program, options, { env, stdio: ['pipe', 'ignore', 'pipe'] });
    let complaints = '';
    child.stderr.on('data', (data) => {
      complaints += data;
    });
    // A program that ends early tells why by itself.
    child.stdin.on('error', () => {});
    child.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ reason: `${program}: ${error.message}`, missing: error.code === 'ENOENT' });
    });
    child.on('close', (code) => {
      const said = complaints.trim().split('\n')[0] || `it ended with ${code}`;
      resolve(code === 0 ? null : { reason: `${program}: ${said}`, missing: false });
    });
    child.stdin.end(text);
  });
}
