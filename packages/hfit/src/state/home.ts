import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HfitError } from '@hot-fixture/errors';

/** What can be made anew: it stands in the folder of the state, all else in that of the configuration. */
const stateNames: ReadonlySet<string> = new Set(['token', 'token.lock', 'checkpoints']);

/** Whoever holds a lock for longer, in milliseconds, has died. */
const longestHold = 60_000;

/**
 * The folders where hfit keeps what it knows, for its user alone. One rule: HFIT_HOME where it is
 * set; else ~/.hfit where that is there; else the folders of XDG (Base Directory Specification 0.8).
 */
export class Home {
  /** Server, user, masking and signing key. */
  readonly folder: string;
  /** Token and checkpoints. */
  readonly stateFolder: string;

  constructor(env: NodeJS.ProcessEnv) {
    const home = env.HOME || homedir();
    const old = join(home, '.hfit');
    const one = env.HFIT_HOME || (existsSync(old) ? old : null);
    this.folder = one ?? join(xdg(env.XDG_CONFIG_HOME, join(home, '.config')), 'hfit');
    this.stateFolder = one ?? join(xdg(env.XDG_STATE_HOME, join(home, '.local/state')), 'hfit');
  }

  path(name: string): string {
    return join(this.#folderOf(name), name);
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
    const partial = join(this.#folderOf(name), `.${name}.${randomBytes(4).toString('hex')}`);
    try {
      await this.#makeFolder(name);
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

  /** Does work that two processes of this user must not do at once. */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const lock = `${name}.lock`;
    while (!(await this.#take(lock))) await setTimeout(25);
    try {
      return await work();
    } finally {
      await this.remove(lock);
    }
  }

  async #take(lock: string): Promise<boolean> {
    try {
      await this.#makeFolder(lock);
      await (await open(this.path(lock), 'wx', 0o600)).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw this.#failure('write', lock, error);
      }
    }
    const held = await stat(this.path(lock)).catch(() => null);
    if (held && Date.now() - held.mtimeMs > longestHold) await this.remove(lock);
    return false;
  }

  /** The error for a file whose text is not what hfit writes there. */
  broken(name: string, reason: string): HfitError {
    return this.#failure('use', name, new Error(reason));
  }

  #folderOf(name: string): string {
    return stateNames.has(name) ? this.stateFolder : this.folder;
  }

  async #makeFolder(name: string): Promise<void> {
    const folder = this.#folderOf(name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  }

  #failure(action: string, name: string, error: unknown): HfitError {
    return new HfitError(
      'HFIT_STATE_FILE',
      { action, file: this.path(name), reason: (error as Error).message },
      { cause: error },
    );
  }
}

/** A path that is not absolute is to be ignored, as the specification has it. */
function xdg(given: string | undefined, usual: string): string {
  return given && isAbsolute(given) ? given : usual;
}
