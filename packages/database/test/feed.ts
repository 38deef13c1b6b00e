import { spawn } from 'node:child_process';

/** Runs a program with a text on its standard input; rejects where it ends with another code than 0. */
export function feed([program, ...args]: [string, ...string[]], text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let complaints = '';
    child.stderr.on('data', (data) => {
      complaints += data;
    });
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(complaints))));
    child.stdin.end(text);
  });
}
