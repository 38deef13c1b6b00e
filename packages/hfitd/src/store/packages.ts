import { sql } from 'kysely';
import { now } from './clock.js';
import type { BuiltPackage, Job } from './tables/jobs.js';
import type { Store } from './tables.js';

/**
 * The newest package of a key that is young enough, or that its schedule says is good.
 * @param maxAge milliseconds
 * @param bySchedule whether what a schedule says counts: not for who has asked for an age
 */
export function findPackage(
  store: Store,
  cacheKey: string,
  maxAge: number,
  bySchedule: boolean,
): Promise<BuiltPackage | undefined> {
  return store
    .selectFrom('packages')
    .selectAll()
    .where('cache_key', '=', cacheKey)
    .where('expires_at', '>', now(store))
    .where((is) =>
      is.or([
        is('built_at', '>', now(store, -maxAge)),
        ...(bySchedule ? [is('good_until', '>', now(store))] : []),
      ]),
    )
    .orderBy('built_at', 'desc')
    .executeTakeFirst();
}

export function packageOf(store: Store, job: Job): Promise<BuiltPackage | undefined> {
  return store
    .selectFrom('packages')
    .selectAll()
    .where('id', '=', job.package_id ?? '')
    .where('expires_at', '>', now(store))
    .executeTakeFirst();
}

/** The packages of jobs, by their ids. */
export async function packagesOf(
  store: Store,
  jobs: readonly Job[],
): Promise<Map<string, BuiltPackage>> {
  const ids = jobs.flatMap(({ package_id }) => package_id ?? []);
  if (ids.length === 0) return new Map();
  const found = await store
    .selectFrom('packages')
    .selectAll()
    .where('id', 'in', ids)
    .where('expires_at', '>', now(store))
    .execute();
  return new Map(found.map((it) => [it.id, it]));
}

/** Nothing is served from it any more; the sweep removes it. */
export async function expirePackage(store: Store, id: string): Promise<void> {
  await store
    .updateTable('packages')
    .set({ expires_at: now(store) })
    .where('id', '=', id)
    .execute();
}

/** Removes the jobs that were kept long enough, and the rows of the packages. */
export async function sweepStore(store: Store): Promise<{ packages: string[] }> {
  await store.deleteFrom('jobs').where('expires_at', '<', now(store)).execute();
  await store
    .updateTable('jobs')
    .set({ cancel_asked: 1 })
    .where('state', 'in', ['queued', 'running'])
    .where(sql<boolean>`user_id NOT IN (SELECT id FROM users)`)
    .execute();
  const gone = await store
    .deleteFrom('packages')
    .where('expires_at', '<', now(store))
    .returning('id')
    .execute();
  return { packages: gone.map(({ id }) => id) };
}

/** Those of the ids that no package has. */
export async function strangers(store: Store, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const known = await store.selectFrom('packages').select('id').where('id', 'in', ids).execute();
  const names = new Set(known.map(({ id }) => id));
  return ids.filter((id) => !names.has(id));
}

/** What all daemons of a store agree on: whoever comes first says it. */
export async function agree(store: Store, name: string, value: string): Promise<string> {
  await store
    .insertInto('facts')
    .values({ name, value })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const fact = await store
    .selectFrom('facts')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return fact.value;
}
