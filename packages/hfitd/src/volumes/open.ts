import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import { contentOf, openFile, versionNow } from '@hot-fixture/extract';
import type { Digests } from './digests.js';
import { decide, type Volume } from './list.js';

/** A file that may leave, as it leaves. */
export interface Leaving {
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
  /** A strong one (RFC 9110, 8.8.3): another one for other bytes. */
  readonly etag: string;
  /** SHA-256 of all bytes, as base64; null where it takes long and nobody asked for it. */
  readonly digest: string | null;
  /** Bytes from one place to another, both of them included. */
  read(first: number, last: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A larger file is read for its digest only where somebody asks for that, in bytes. */
const readUnasked = 64 * 2 ** 20;

/**
 * Opens a file. One that the policy denies is not there.
 * @param isAsked whether the digest is asked for
 * @throws HFIT_FILE_MISSING, HFIT_FILE_REDACT
 */
export async function openLeaving(
  volume: Volume,
  path: string | Buffer,
  digests: Digests,
  isAsked: boolean,
): Promise<Leaving> {
  const { handle, file, version } = await openFile(volume.name, volume.folder, path);
  try {
    const decision = decide(volume, file);
    if (decision === 'deny') {
      throw new HfitError('HFIT_FILE_MISSING', { volume: volume.name, path: file.path });
    }
    if (decision !== 'keep') {
      const pieces: Uint8Array[] = [];
      for await (const piece of contentOf(decision, handle, volume.name, file.path)) {
        pieces.push(Buffer.from(piece as Uint8Array));
      }
      const bytes = Buffer.concat(pieces);
      const digest = createHash('sha256').update(bytes).digest('base64');
      return {
        ...file,
        size: bytes.length,
        etag: `"${digest}"`,
        digest,
        read: (first, last) => one(bytes.subarray(first, last + 1)),
        close: () => handle.close(),
      };
    }
    const isRead = isAsked || file.size <= readUnasked;
    return {
      ...file,
      etag: `"${createHash('sha256').update(version).digest('base64url').slice(0, 22)}"`,
      digest: isRead ? await digests.of(handle, version) : null,
      read: (first, last) => unchanged(handle, version, first, last),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** What is written to while it is read would be a file that never was. */
async function* unchanged(
  handle: FileHandle,
  version: string,
  first: number,
  last: number,
): AsyncGenerator<Uint8Array> {
  let left = last - first + 1;
  if (left > 0) {
    const options = { start: first, end: last, autoClose: false };
    for await (const piece of handle.createReadStream(options)) {
      left -= piece.length;
      // The last bytes wait until the file was looked at again.
      if (left === 0) await assertSame(handle, version);
      yield piece;
    }
  }
  if (left > 0) throw new HfitError('HFIT_FILE_CHANGED', {});
}

async function assertSame(handle: FileHandle, version: string): Promise<void> {
  if ((await versionNow(handle)) !== version) throw new HfitError('HFIT_FILE_CHANGED', {});
}
