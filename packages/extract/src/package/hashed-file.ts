import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackagedFile } from './manifest.js';

/** A file of a package while it is written: for its owner alone, and its digest is known at the end. */
export class HashedFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** @param path below the folder, with `/` between the names */
  static async begin(folder: string, path: string): Promise<HashedFile> {
    const full = join(folder, ...path.split('/'));
    await mkdir(dirname(full), { recursive: true, mode: 0o700 });
    return new HashedFile(path, await open(full, 'wx', 0o600));
  }

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      at += (await this.#handle.write(bytes, at)).bytesWritten;
    }
  }

  /** Closes a file that will not be whole. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {});
  }

  async end(): Promise<PackagedFile> {
    await this.#handle.close();
    return { path: this.#path, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Writes all that comes; the file is closed also where that fails. */
  static async of(
    folder: string,
    path: string,
    pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  ): Promise<PackagedFile> {
    const file = await HashedFile.begin(folder, path);
    try {
      for await (const piece of pieces) await file.write(piece);
    } catch (error) {
      await file.abandon();
      throw error;
    }
    return file.end();
  }
}
