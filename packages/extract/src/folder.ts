import { type BigIntStats, constants, existsSync } from 'node:fs';
import { type FileHandle, lstat, open, opendir, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of what is in a folder are bytes, and mostly UTF-8. */
export type Name = Buffer;

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

/** Where names below an open folder can be reached whatever becomes of the path to it. */
const descriptors = existsSync('/proc/self/fd') ? '/proc/self/fd' : null;

/**
 * An open folder. All below it is reached from the folder that is open, one name after the other,
 * and no link is followed on the way: neither `..` nor a link that is put in between two looks leads
 * out. Where the system has no paths of descriptors, each path is looked at again once it is open.
 */
export class Folder {
  readonly #handle: FileHandle;
  readonly #path: Buffer;

  private constructor(handle: FileHandle, path: Buffer) {
    this.#handle = handle;
    this.#path = descriptors === null ? path : Buffer.from(`${descriptors}/${handle.fd}`);
  }

  /** Opens a folder that is trusted, through links too. */
  static async open(path: string): Promise<Folder> {
    const real = await realpath(path);
    return new Folder(await open(real, O_RDONLY | O_DIRECTORY), Buffer.from(real));
  }

  /** Opens a folder in this one. @throws where it is none */
  async folder(name: Name): Promise<Folder> {
    const path = this.#of(name);
    const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
    return this.#checked(handle, path, (it) => new Folder(it, path));
  }

  /**
   * Opens a file in this folder for reading.
   * @throws where it is none: pipes, devices and sockets are not even opened
   */
  async file(name: Name): Promise<{ handle: FileHandle; stat: BigIntStats }> {
    const path = this.#of(name);
    const seen = await lstat(path, { bigint: true });
    if (!seen.isFile()) throw new Error('it is no file');
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = await handle.stat({ bigint: true });
    if (stat.isFile() && stat.dev === seen.dev && stat.ino === seen.ino) {
      return this.#checked(handle, path, (it) => ({ handle: it, stat }));
    }
    await handle.close();
    throw new Error('it was exchanged while it was opened');
  }

  /** What is in it, in no set order; what goes away meanwhile is left out. */
  async *entries(): AsyncGenerator<{ name: Name; stat: BigIntStats }> {
    const directory = await opendir(this.#path.toString(), {
      encoding: 'buffer' as BufferEncoding,
      bufferSize: 256,
    });
    for await (const entry of directory) {
      const name = entry.name as unknown as Name;
      const stat = await lstat(this.#of(name), { bigint: true }).catch(() => null);
      if (stat) yield { name, stat };
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #of(name: Name): Buffer {
    const isOne = name.length > 0 && !name.includes(0) && !name.includes(0x2f);
    const isDots = name.equals(Buffer.from('.')) || name.equals(Buffer.from('..'));
    const isOneHere = isOne && (process.platform !== 'win32' || !/[\\:]/.test(name.toString()));
    if (!isOneHere || isDots) throw new Error('it is no name of one thing');
    return Buffer.concat([this.#path, Buffer.from('/'), name]);
  }

  /** Without paths of descriptors, a link could have been put in before the last name. */
  async #checked<T>(handle: FileHandle, path: Buffer, made: (it: FileHandle) => T): Promise<T> {
    if (descriptors !== null) return made(handle);
    try {
      const text = path.toString();
      const [stat, seen] = [await handle.stat(), await lstat(text)];
      const isSame = stat.dev === seen.dev && stat.ino === seen.ino;
      if (isSame && (await realpath(text)) === join(text)) return made(handle);
      throw new Error('a link is on the way to it');
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
}
