import type { ServedDatabase, Server } from '@hot-fixture/database';
import { databaseKey, type Names, runKey } from './names.js';
import { templateKey } from './template.js';

export interface Swept {
  readonly removed: readonly string[];
  /** Those of failed tests, which stay until somebody removes them. */
  readonly kept: readonly string[];
}

/**
 * Removes databases whose runs are dead, and templates that no living run may want. Whether a run
 * lives is told by the locks that it holds, never by age.
 * @param digest of the template that is wanted now
 */
export async function sweep(server: Server, names: Names, digest: string): Promise<Swept> {
  const removed: string[] = [];
  // Locks are taken before databases are made: who is on this list and has none is dead.
  const found = await server.databases(names.prefix);
  const held = await server.held(found.flatMap(({ name }) => keysOf(names, name)));
  const isLive = ({ name }: ServedDatabase) => keysOf(names, name).some((key) => held.has(key));
  const inUse = new Set([digest]);
  for (const database of found) {
    const parsed = names.parse(database.name);
    if (!parsed || parsed.run === null) continue;
    if (isLive(database)) inUse.add(parsed.digest);
    else if (
      database.mark !== 'kept' &&
      (await dropAlone(server, databaseKey(parsed.owner), database.name))
    )
      removed.push(database.name);
    // The lock of a killed process may be a file.
    if (!held.has(runKey(parsed.run))) await (await server.lock(runKey(parsed.run)))?.release();
  }
  for (const { name } of found) {
    const parsed = names.parse(name);
    if (!parsed || parsed.run !== null || inUse.has(parsed.digest)) continue;
    if (await dropAlone(server, templateKey(name), name)) removed.push(name);
  }
  const kept = found.filter((it) => it.mark === 'kept' && names.parse(it.name)?.run);
  return { removed, kept: kept.map(({ name }) => name) };
}

function keysOf(names: Names, name: string): string[] {
  const parsed = names.parse(name);
  return parsed?.run ? [runKey(parsed.run), databaseKey(parsed.owner)] : [];
}

/** Not where somebody has taken it in the meantime. */
async function dropAlone(server: Server, key: string, name: string): Promise<boolean> {
  const lock = await server.lock(key);
  if (!lock) return false;
  try {
    await server.drop(name);
    return true;
  } finally {
    await lock.release();
  }
}
