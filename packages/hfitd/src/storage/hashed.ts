import { createHash } from 'node:crypto';
import type { Stored } from './storage.js';

/** Counts and hashes bytes that go by. */
export function hashed(chunks: AsyncIterable<Uint8Array>): {
  readonly through: AsyncGenerator<Uint8Array>;
  ended(): Stored;
} {
  const hash = createHash('sha256');
  let size = 0;
  async function* through() {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  return { through: through(), ended: () => ({ size, digest: hash.digest('hex') }) };
}
