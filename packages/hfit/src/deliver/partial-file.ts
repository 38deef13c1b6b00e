import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';

/** What is not finished yet, so that no way out of the process leaves it behind. */
const unfinished = new Set<string>();
process.on('exit', () => {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // it is gone, or its folder is
    }
  }
});

/** A file that gets its name only when it is complete; until then one of that name stays as it is. */
export class PartialFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /**
   * Begins a file beside where it will be: only there can it get its name in one step.
   * @throws HFIT_OUT_FILE
   */
  static async begin(target: string): Promise<PartialFile> {
    await assertReplaceable(target);
    const suffix = randomBytes(4).toString('hex');
    const path = join(dirname(target), `.${basename(target)}.${suffix}.part`);
    try {
      // Masked or not, it comes from production: for its owner alone.
      const handle = await open(path, 'wx', 0o600);
      unfinished.add(path);
      return new PartialFile(path, handle);
    } catch (error) {
      throw refused(target, error);
    }
  }

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    for (let at = 0; at < bytes.length; ) {
      try {
        at += (await this.#handle.write(bytes, at)).bytesWritten;
      } catch (error) {
        throw refused(this.#path, error);
      }
    }
  }

  /** Gives the file its name, once it is on the disk. */
  async finish(target: string): Promise<void> {
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await assertReplaceable(target);
      await rename(this.#path, target);
      unfinished.delete(this.#path);
    } catch (error) {
      throw refused(target, error);
    }
  }

  /** Removes what was written; after `finish` it does nothing. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    if (!unfinished.has(this.#path)) return;
    await rm(this.#path, { force: true }).catch(() => {});
    unfinished.delete(this.#path);
  }
}

/** A device or a pipe would be replaced by a file: as root even /dev/null. */
async function assertReplaceable(target: string): Promise<void> {
  const found = await stat(target).catch(() => null);
  if (!found || found.isFile()) return;
  const reason = found.isDirectory() ? 'a folder has that name' : 'it is no file';
  throw new HfitError('HFIT_OUT_FILE', { reason }, { where: target });
}

const reasons: Record<string, (target: string) => string> = {
  ENOENT: (target) => `there is no folder ${dirname(target)}`,
  ENOTDIR: (target) => `${dirname(target)} is no folder`,
  EACCES: (target) => `you may not write to the folder ${dirname(target)}`,
  EPERM: (target) => `you may not write to the folder ${dirname(target)}`,
  EROFS: (target) => `the disk of ${dirname(target)} is read-only`,
  ENOSPC: () => 'the disk is full',
  EDQUOT: () => 'your share of the disk is full',
  EFBIG: () => 'it grew larger than a file may be here',
};

function refused(target: string, error: unknown): HfitError {
  if (error instanceof HfitError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = reasons[code]?.(target) ?? message;
  return new HfitError('HFIT_OUT_FILE', { reason }, { where: target, cause: error });
}
