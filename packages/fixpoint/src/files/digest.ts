import { createHash } from 'node:crypto';
import { identity } from '@hot-fixture/changes';
import type { Row, Value } from '@hot-fixture/database';
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
    hash.update(`+${added.length}${textOf(added)}`);
    const rows = changed.map(({ key: of, values }) =>
      values.map(({ place, from, to }) => `${identity(of)}${place}:${identity([from, to])}`).join(),
    );
    hash.update(`~${rows.join('')}-${removed.length}${textOf(removed)}`);
  }
  for (const { schema, name, before, after } of sequences) {
    hash.update(JSON.stringify([schema, name, before, after]));
  }
  return hash.digest('hex').slice(0, 32);
}

/** Two lists of rows have the same text only if they are the same to the bit. */
function textOf(rows: readonly Row[]): string {
  const isText = (value: Value) => value === null || typeof value === 'string';
  // What it escapes it escapes in one way, and it is much faster.
  if (rows.every((row) => row.every(isText))) return JSON.stringify(rows);
  return rows.map(identity).join('');
}
