import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';

/** The folder where hfit keeps its state: for its user alone. */
export class Home {
  readonly folder: string;

  constructor(env: NodeJS.ProcessEnv) {
    this.folder = env.HFIT_HOME || join(homedir(), '.hfit');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The text of a file; null where there is none. */
  async read(name: string): Promise<string | null> {
    try {
      return await readFile(this.path(name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw this.#failure('read', name, error);
    }
  }

  /** Writes a file that only its owner may read; it is there in full, or as it was. */
  async write(name: string, text: string): Promise<void> {
    const partial = this.path(`.${name}.${randomBytes(4).toString('hex')}`);
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await chmod(this.folder, 0o700);
      await writeFile(partial, text, { mode: 0o600, flag: 'wx' });
      await rename(partial, this.path(name));
    } catch (error) {
      await rm(partial, { force: true }).catch(() => {});
      throw this.#failure('write', name, error);
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await rm(this.path(name), { force: true });
    } catch (error) {
      throw this.#failure('remove', name, error);
    }
  }

  /** The error for a file whose text is not what hfit writes there. */
  broken(name: string, reason: string): HfitError {
    return this.#failure('use', name, new Error(reason));
  }

  #failure(action: string, name: string, error: unknown): HfitError {
    return new HfitError(
      'HFIT_STATE_FILE',
      { action, file: this.path(name), reason: (error as Error).message },
      { cause: error },
    );
  }
}
