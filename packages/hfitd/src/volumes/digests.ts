import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** How many are kept; the oldest goes first. */
const kept = 1000;

/** Digests of files, each made once for as long as nobody writes to the file. */
export class Digests {
  readonly #known = new Map<string, Promise<string>>();

  /** SHA-256 of a file as base64. */
  of(handle: FileHandle, version: string): Promise<string> {
    let digest = this.#known.get(version);
    if (!digest) {
      digest = digestOf(handle);
      this.#known.set(version, digest);
      digest.catch(() => this.#known.delete(version));
      const [oldest] = this.#known.keys();
      if (this.#known.size > kept && oldest !== undefined) this.#known.delete(oldest);
    }
    return digest;
  }
}

async function digestOf(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of handle.createReadStream({ start: 0, autoClose: false })) {
    hash.update(piece);
  }
  return hash.digest('base64');
}
