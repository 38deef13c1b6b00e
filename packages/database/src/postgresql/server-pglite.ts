import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { optionalPackage } from '../optional.js';
import { isLocked, lockFile } from '../server/file-lock.js';
import { keyText } from '../server/key.js';
import type { ServedDatabase, Server, ServerLock } from '../server/server.js';
import { dialect } from './dialect.js';

/**
 * Databases in the memory of this process. A template that is ready is kept as a file, so that other
 * processes and later runs start from it.
 */
export async function pgliteServer(url: string): Promise<Server> {
  const { PGlite } = await optionalPackage(
    '@electric-sql/pglite',
    () => import('@electric-sql/pglite'),
  );
  const version = versionOfPglite();
  const folder = join(tmpdir(), 'hot-fixture', `pglite-${version}`);
  const fileOf = (name: string) => join(folder, `${name}.tar`);
  const lockOf = (key: string) => join(folder, `${keyText(key)}.lock`);
  const open = new Map<string, PGlite>();
  const locks = new Set<ServerLock>();
  const here = (name: string): PGlite => {
    const found = open.get(name);
    if (found) return found;
    throw new Error(`there is no database ${name} in the memory of this process`);
  };

  const load = async (file: string) =>
    PGlite.create({ loadDataDir: new Blob([await readFile(file)]) });
  const keep = async (pglite: PGlite, file: string) => {
    const content = await pglite.dumpDataDir('none');
    await mkdir(folder, { recursive: true });
    const made = `${file}.${process.pid}.new`;
    await writeFile(made, Buffer.from(await content.arrayBuffer()));
    await rename(made, file);
  };
  /** To make a cluster takes seconds, so each is a copy of the first one. */
  const fromEmpty = async () => {
    const file = join(folder, 'empty');
    if (existsSync(file)) return load(file);
    const made = await PGlite.create();
    await keep(made, file);
    return made;
  };

  return {
    dialect,
    location: url,
    reachable: false,
    named: '',

    async databases(prefix) {
      const files = await readdir(folder).catch(() => []);
      const ready = files
        .filter((file) => file.startsWith(prefix) && file.endsWith('.tar'))
        .map((file): ServedDatabase => ({ name: file.slice(0, -4), mark: 'ready' }));
      const made = [...open.keys()]
        .filter((name) => name.startsWith(prefix) && !ready.some((it) => it.name === name))
        .map((name): ServedDatabase => ({ name, mark: null }));
      return [...ready, ...made];
    },
    async create(name) {
      open.set(name, await fromEmpty());
    },
    async copy(from, to) {
      open.set(to, await load(fileOf(from)));
    },
    async drop(name) {
      const pglite = open.get(name);
      open.delete(name);
      if (pglite && !pglite.closed) await pglite.close();
      await rm(fileOf(name), { force: true });
    },
    async mark(name, mark) {
      if (mark !== 'ready') return;
      await keep(here(name), fileOf(name));
      await here(name).close();
      open.delete(name);
    },
    async run(name, script) {
      await here(name).exec(script);
    },
    async open(name) {
      return { target: here(name), url: '', close: async () => {} };
    },

    async lock(key) {
      const lock = await lockFile(lockOf(key));
      if (lock) locks.add(lock);
      return lock;
    },
    async held(keys) {
      const found = new Set<string>();
      for (const key of keys) if (await isLocked(lockOf(key))) found.add(key);
      return found;
    },
    visitors: async () => [],
    async close() {
      for (const lock of locks) await lock.release();
      for (const pglite of open.values()) if (!pglite.closed) await pglite.close();
      open.clear();
    },
  };
}

/** A cluster of one version may not be read by another one. The package hides its manifest. */
function versionOfPglite(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  for (let at = dirname(entry); at !== dirname(at); at = dirname(at)) {
    const manifest = join(at, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (name === '@electric-sql/pglite') return version;
  }
  return 'unknown';
}
