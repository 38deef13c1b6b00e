import { apply, type TrackOptions, track } from '@hot-fixture/changes';
import { type Database, openDatabase, type Server } from '@hot-fixture/database';
import { keptOf } from './names.js';

/** The checkpoint where the database has just been made, before the first fixture. */
export const fresh = 'hfit-worker';

interface Failed {
  readonly server: Server;
  readonly template: string;
  /** Of the worker's database, which goes on being used. */
  readonly name: string;
  readonly database: Database;
  readonly options: TrackOptions;
}

/**
 * Puts what has changed in a worker's database into another copy of its template.
 * @returns the URL of that; null where nobody else could reach it
 */
export async function keepDatabase(failed: Failed): Promise<string | null> {
  const { server, template, name, database, options } = failed;
  if (!server.reachable) return null;
  const log = await track(database, options);
  const changes = await log.changes({ since: fresh }).finally(() => log.close());
  const kept = await freeName(server, keptOf(name));
  try {
    await server.copy(template, kept);
    const { url, target } = await server.open(kept);
    const copy = await openDatabase(target);
    await apply(copy, changes, { sequences: 'set', allowOrphans: true }).finally(() =>
      copy.close(),
    );
    await server.mark(kept, 'kept');
    return url;
  } catch (error) {
    await server.drop(kept);
    throw error;
  }
}

/** An earlier file of this worker may have kept some. */
async function freeName(server: Server, prefix: string): Promise<string> {
  const taken = new Set((await server.databases(prefix)).map(({ name }) => name));
  for (let i = 1; ; i += 1) if (!taken.has(`${prefix}${i}`)) return `${prefix}${i}`;
}
