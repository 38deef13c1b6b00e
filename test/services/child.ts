import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const made = new Map<string, string>();

/**
 * Starts a TypeScript file of the tests as a process of its own. It runs on the sources of all rooms,
 * as the tests do, bundled at its first start: a loader would compile them again in each process.
 */
export function startChild(
  file: URL,
  words: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const program = made.get(file.href) ?? bundled(fileURLToPath(file));
  made.set(file.href, program);
  return spawn(process.execPath, [program, ...words], options);
}

function bundled(file: string): string {
  const name = relative(root, file).replace(/\W+/g, '-');
  const program = join(root, 'node_modules/.cache/hot-fixture/children', `${name}.mjs`);
  // Another worker may be at the same file.
  const own = `${program}.${process.pid}`;
  buildSync({
    entryPoints: [file],
    outfile: own,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    tsconfig: fileURLToPath(new URL('sources.tsconfig.json', import.meta.url)),
  });
  renameSync(own, program);
  return program;
}
