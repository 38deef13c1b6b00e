import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const kept = fileURLToPath(
  new URL('../../node_modules/.cache/hot-fixture/programs', import.meta.url),
);
const made = new Map<string, string>();

/** Starts a TypeScript file as a process of its own. */
export function startChild(
  file: URL,
  words: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  return spawn(process.execPath, [programOf(file), ...words], options);
}

/**
 * A TypeScript file as a program for Node. It runs on the sources of all rooms, as the tests do,
 * bundled when this process first asks: Node takes half a second to load their hundreds of files.
 */
export function programOf(file: URL): string {
  const program = made.get(file.href) ?? bundled(file);
  made.set(file.href, program);
  return program;
}

function bundled(file: URL): string {
  mkdirSync(kept, { recursive: true });
  for (const name of readdirSync(kept)) if (!isAlive(Number(name))) remove(name);
  const name = basename(file.pathname, '.ts');
  buildSync({
    entryPoints: { [name]: fileURLToPath(file) },
    outdir: join(kept, String(process.pid), String(made.size)),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is loaded only when it is needed stays so.
    splitting: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    // It finds the files beside it as if it lay where it was written.
    define: { 'import.meta.url': JSON.stringify(file.href) },
    tsconfig: fileURLToPath(new URL('sources.tsconfig.json', import.meta.url)),
  });
  return join(kept, String(process.pid), String(made.size), `${name}.mjs`);
}

/** Of a run that has ended; another run may be at it, too. */
function remove(name: string): void {
  rmSync(join(kept, name), { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
