import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Runs a program to its end, with files as its standard input and output; rejects where it fails. */
export async function runProgram(
  [program, ...args]: readonly [string, ...string[]],
  files: { readonly input?: string; readonly output?: string } = {},
): Promise<void> {
  const child = spawn(program, args, {
    stdio: [files.input ? 'pipe' : 'ignore', files.output ? 'pipe' : 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program}: ${code}`)),
    );
  });
  await Promise.all([
    ended,
    child.stdin && files.input && pipeline(createReadStream(files.input), child.stdin),
    child.stdout && files.output && pipeline(child.stdout, createWriteStream(files.output)),
  ]);
}
