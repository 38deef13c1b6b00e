import { createHash } from 'node:crypto';
import { type ChangeSet, writeNdjson } from '@hot-fixture/changes';
import { keptSchema, qualified, type Schema } from '@hot-fixture/database';
import type { Frame } from '../frame.js';
import { chain } from '../parts.js';
import type { DumpJob } from './job.js';

/** Moves when dumps are written in another way. */
const version = 1;

/**
 * What a dump is good for: another schema, other files or another key need another dump.
 * @param files a digest of the watched files
 */
export function dumpDigest(name: string, schema: Schema, files: string, key: string): string {
  const tables = Object.entries(keptSchema(schema.tables)).sort(byName);
  const sequences = schema.sequences.map(qualified).sort();
  return digestOf([
    JSON.stringify([version, name, schema.dialect, files, key]),
    JSON.stringify(tables),
    JSON.stringify(sequences),
  ]);
}

/** What a fixture did, with all that it uses, as far as it is known here. */
export function digestOfFixture({ core, frame, tracking }: DumpJob, name: string): string {
  const names = core.scope.withUsed([name]);
  const parts = [...core.scope.parts];
  for (let it: Frame | null = frame; it; it = it.parent) parts.push(...it.parts);
  const changes = parts.filter((part) => names.has(part.fixture)).map((part) => part.changes);
  return digestOfChanges(chain(tracking.dialect, changes));
}

export function digestOfChanges(changes: ChangeSet): string {
  return digestOf(writeNdjson(changes));
}

function digestOf(pieces: Iterable<string>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
