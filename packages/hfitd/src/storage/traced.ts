import type { Tracing } from '../tracing/tracing.js';
import type { Storage } from './storage.js';

/** The same storage, whose work is timed; what is read counts until its first byte can come. */
export function tracedStorage(storage: Storage, tracing: Tracing): Storage {
  return {
    where: storage.where,
    put: (name, chunks, signal) =>
      tracing.within('storage put', async (span) => {
        const stored = await storage.put(name, chunks, signal);
        span.set({ 'hfit.bytes': stored.size });
        return stored;
      }),
    sizeOf: (name) => tracing.within('storage size', () => storage.sizeOf(name)),
    read: (name, span) => tracing.within('storage read', () => storage.read(name, span)),
    remove: (name) => tracing.within('storage remove', () => storage.remove(name)),
    older: (than) => storage.older(than),
    close: () => storage.close(),
  };
}
