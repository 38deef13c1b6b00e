import { createHash } from 'node:crypto';
import { identity } from '@hot-fixture/changes';
import type { FixpointFile } from './model.js';

/**
 * A text that two fixpoints share only if they are the same to the bit: 128 bits of SHA-256 over
 * what the file holds, and over the digest of its parent. How it is written, comments and tags make
 * no difference.
 */
export function digestOf({ dialect, parent, tables, sequences }: FixpointFile): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([dialect, parent?.digest ?? null]));
  for (const { schema, name, columns, key, added, changed, removed } of tables) {
    hash.update(JSON.stringify([schema, name, columns.map((it) => [it.name, it.type]), key]));
    hash.update(`+${added.length}${added.map(identity).join('')}`);
    const rows = changed.map(({ key: of, values }) =>
      values.map(({ place, from, to }) => `${identity(of)}${place}:${identity([from, to])}`).join(),
    );
    hash.update(`~${rows.join('')}-${removed.length}${removed.map(identity).join('')}`);
  }
  for (const { schema, name, before, after } of sequences) {
    hash.update(JSON.stringify([schema, name, before, after]));
  }
  return hash.digest('hex').slice(0, 32);
}
