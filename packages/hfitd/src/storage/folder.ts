import { createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { privateFolder } from '../config/private-folder.js';
import { hashed } from './hashed.js';
import type { Span, Storage, Stored } from './storage.js';

/** Ends the name of what is being written. */
const draft = '.part';

/** Keeps packages in a folder that its owner alone can open. */
export class FolderStorage implements Storage {
  readonly where: string;

  /** @throws HFIT_FOLDER_UNSAFE */
  constructor(folder: string) {
    privateFolder(folder, 'packages');
    this.where = folder;
  }

  async put(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Stored> {
    const path = this.#path(name);
    const { through, ended } = hashed(chunks);
    try {
      const handle = await open(path + draft, 'wx', 0o600).catch(failed);
      try {
        for await (const chunk of through) {
          signal.throwIfAborted();
          await handle.writeFile(chunk).catch(failed);
        }
        await handle.sync().catch(failed);
      } finally {
        await handle.close().catch(failed);
      }
      signal.throwIfAborted();
      await rename(path + draft, path).catch(failed);
      await syncFolder(this.where);
      return ended();
    } catch (error) {
      await rm(path + draft, { force: true }).catch(() => {});
      throw error;
    }
  }

  async sizeOf(name: string): Promise<number | null> {
    const path = this.#path(name);
    try {
      return (await stat(path)).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      return failed(error);
    }
  }

  async read(name: string, { first, last }: Span) {
    const handle = await open(this.#path(name), 'r').catch(failed);
    return createReadStream('', { fd: handle, start: first, end: last });
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true }).catch(failed);
  }

  async older(than: Date): Promise<string[]> {
    const found: string[] = [];
    for (const name of await readdir(this.where).catch(failed)) {
      const { mtime } = await stat(this.#path(name)).catch(() => ({ mtime: than }));
      if (mtime < than) found.push(name);
    }
    return found;
  }

  close(): void {}

  #path(name: string): string {
    if (!/^[\w-]+(\.part)?$/.test(name)) throw new Error('that is no name of a package');
    return join(this.where, name);
  }
}

/** A rename is on the disk when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(failed);
  try {
    await handle.sync();
  } catch {
    // Some file systems cannot, and need not.
  } finally {
    await handle.close();
  }
}

function failed(cause: unknown): never {
  const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  throw new HfitError('HFIT_STORAGE_FAILED', { reason }, { cause });
}
