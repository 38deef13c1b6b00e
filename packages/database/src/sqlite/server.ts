import { constants, existsSync, statSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  open as openFile,
  readdir,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { isLocked, lockFile } from '../server/file-lock.js';
import { keyText } from '../server/key.js';
import type { DatabaseMark, Server, ServerLock } from '../server/server.js';
import type { Open } from './connection.js';
import { dialect } from './dialect.js';

const ending = '.db';
const marks: readonly DatabaseMark[] = ['ready', 'kept'];

/**
 * A folder that holds databases: that of the file which the path names, the folder itself, or for
 * `:memory:` one of the system for temporary files.
 */
export function sqliteServer(path: string, location: string, open: Open): Server {
  const inMemory = path === ':memory:';
  const isFolder = path.endsWith('/') || statSync(path, { throwIfNoEntry: false })?.isDirectory();
  const folder = inMemory
    ? join(tmpdir(), 'hot-fixture', 'databases')
    : resolve(isFolder ? path : dirname(path));
  const fileOf = (name: string) => join(folder, `${name}${ending}`);
  const lockOf = (key: string) => join(folder, `${keyText(key)}.lock`);
  const markOf = (name: string, mark: DatabaseMark) => `${fileOf(name)}.${mark}`;
  const locks = new Set<ServerLock>();

  const using = (name: string, work: (connection: ReturnType<Open>) => void) => {
    const connection = open(fileOf(name), 'write');
    try {
      work(connection);
    } finally {
      connection.close();
    }
  };

  return {
    dialect,
    location,
    reachable: true,
    named: inMemory || isFolder ? '' : basename(path).replace(/\.[^.]*$/, ''),

    async databases(prefix) {
      const files = await readdir(folder).catch(() => []);
      return files
        .filter((file) => file.startsWith(prefix) && file.endsWith(ending))
        .sort()
        .map((file) => {
          const name = file.slice(0, -ending.length);
          return { name, mark: marks.find((it) => existsSync(markOf(name, it))) ?? null };
        });
    },
    async create(name) {
      await mkdir(folder, { recursive: true });
      await writeFile(fileOf(name), '', { flag: 'wx' });
    },
    async copy(from, to) {
      // What a write-ahead log still holds is not in the file.
      using(from, (connection) => {
        const [row] = connection.query('PRAGMA wal_checkpoint(TRUNCATE)', []);
        if (row?.[0] === 1n) throw new Error(`a transaction is open on ${from}`);
      });
      const made = `${fileOf(to)}.new`;
      await copyFile(fileOf(from), made, constants.COPYFILE_FICLONE);
      await useWriteAheadLog(made);
      await rename(made, fileOf(to));
    },
    async drop(name) {
      const file = fileOf(name);
      const own = [`${file}-wal`, `${file}-shm`, `${file}-journal`, `${file}.new`];
      // The file goes last: what a killed process leaves is seen by the next one.
      for (const it of [...own, ...marks.map((mark) => markOf(name, mark)), file]) {
        await rm(it, { force: true });
      }
    },
    mark: (name, mark) => writeFile(markOf(name, mark), ''),
    async run(name, script) {
      using(name, (connection) => connection.run(script));
    },
    async open(name) {
      const target = `sqlite:${fileOf(name)}`;
      return { target, url: target, close: async () => {} };
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
    // SQLite does not know who has opened a file.
    visitors: async () => [],
    async close() {
      for (const lock of locks) await lock.release();
    },
  };
}

/**
 * With a write-ahead log a commit costs half, and no reader is in the way of a writer. The two bytes
 * are those that `PRAGMA journal_mode = WAL` sets: https://sqlite.org/fileformat.html, 1.3.2.
 */
async function useWriteAheadLog(file: string): Promise<void> {
  const handle = await openFile(file, 'r+');
  try {
    if ((await handle.stat()).size > 0) await handle.write(Uint8Array.of(2, 2), 0, 2, 18);
  } finally {
    await handle.close();
  }
}
