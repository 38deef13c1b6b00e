import { createHash } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import type { Span, Storage } from '../storage/storage.js';
import { expirePackage } from '../store/packages.js';
import type { BuiltPackage } from '../store/tables/jobs.js';
import type { Store } from '../store/tables.js';

/**
 * Opens a package, after a look at whether it is what was built.
 * @throws HFIT_JOB_DAMAGED, HFIT_JOB_GONE, HFIT_STORAGE_FAILED; while it is read, HFIT_JOB_DAMAGED
 *   before the last piece of a whole package
 */
export async function readContent(
  store: Store,
  storage: Storage,
  built: BuiltPackage,
  span: Span | null,
): Promise<AsyncIterable<Uint8Array>> {
  const size = await storage.sizeOf(built.id);
  if (size !== built.size) {
    await expirePackage(store, built.id);
    throw new HfitError(size === null ? 'HFIT_JOB_GONE' : 'HFIT_JOB_DAMAGED', {});
  }
  const whole = { first: 0, last: size - 1 };
  if (span) return storage.read(built.id, span);
  return checked(store, built, await storage.read(built.id, whole));
}

/** Holds each piece back until the next is there: the last one goes out when the digest is right. */
async function* checked(
  store: Store,
  built: BuiltPackage,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let held: Uint8Array | undefined;
  for await (const piece of pieces) {
    if (held) yield held;
    hash.update(piece);
    held = piece;
  }
  if (hash.digest('hex') !== built.digest) {
    await expirePackage(store, built.id);
    throw new HfitError('HFIT_JOB_DAMAGED', {});
  }
  if (held) yield held;
}
