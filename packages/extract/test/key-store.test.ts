import type { Row, Value } from '@hot-fixture/database';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KeySet, KeyStore } from '../src/closure/key-store.js';
import type { Entry } from '../src/closure/keys.js';

/** Values that are easily taken for each other. */
const value = fc.oneof(
  fc.constantFrom(null, '', '1', 1n, 1, 1.5, 0n, 0, '\u0001.1', ',', ':', '1:1', '1,1:1'),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 'é', 'e\u0301', 'E', 'e'),
  fc.constantFrom('1', '', '\u0001').map((text) => new Uint8Array(Buffer.from(text))),
  fc.string({ maxLength: 3 }),
);

/** SQLite gives bytes as a Buffer. */
const plain = (value: Value) => (value instanceof Uint8Array ? [...value] : value);
const shown = (entry: Entry | null) => entry && { ...entry, key: entry.key.map(plain) };

/** What a set tells, asked in every way. */
function told(set: KeySet, keys: readonly Row[]) {
  const at = Array.from({ length: set.size + 2 }, (_, i) => shown(set.at(i)));
  return {
    ...{ size: set.size, at, found: keys.map((key) => set.find(key)) },
    chunks: [...set.chunks(0, set.size, 3)].map((it) => it.map(shown)),
    part: set.chunk(1, set.size, 2).map(shown),
  };
}

/** One that is sealed is no longer compared as a number. */
const hiddenValue = value.filter((it) => typeof it !== 'number');

test('keys are the same sets in memory, on a disk, and moved from one to the other', () => {
  const sets = fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }).chain((hidden) =>
    fc.record({
      hidden: fc.constant(hidden),
      keys: fc.array(fc.tuple(...hidden.map((it) => (it ? hiddenValue : value)))),
    }),
  );
  const property = fc.property(sets, ({ hidden, keys }) => {
    const [inMemory, ...others] = [Number.POSITIVE_INFINITY, 300, 0].map((room) => {
      const store = new KeyStore(room);
      try {
        const set = store.set(hidden);
        const added = keys.map((key, i) => set.add(key, { reason: i, origin: i * 2 }));
        return { added, ...told(set, keys) };
      } finally {
        store.close();
      }
    });
    for (const other of others) expect(other).toEqual(inMemory);
  });
  fc.assert(property, { numRuns: Number(process.env.HFIT_RUNS ?? 100) });
});
