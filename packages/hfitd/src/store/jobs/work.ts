import { sql } from 'kysely';
import { now } from '../clock.js';
import type { BuiltPackage, Job } from '../tables/jobs.js';
import type { Store } from '../tables.js';

/** Who holds a job: what it writes counts for as long as nobody has taken the job over. */
export interface Hold {
  readonly id: string;
  readonly fence: number;
}

/**
 * Jobs that somebody should take, the one that waits longest first.
 * @param overdue only what has waited so long, in milliseconds, or was left by its holder
 */
export async function readyJobs(store: Store, overdue: number): Promise<Job[]> {
  return store
    .selectFrom('jobs')
    .selectAll()
    .where((is) =>
      is.or([
        is.and([is('state', '=', 'queued'), is('run_after', '<=', now(store, -overdue))]),
        is.and([is('state', '=', 'running'), is('lease_until', '<', now(store))]),
      ]),
    )
    .where((is) =>
      is.not(
        is.exists(
          is
            .selectFrom('jobs as other')
            .select('other.id')
            .whereRef('other.cache_key', '=', 'jobs.cache_key')
            .whereRef('other.id', '!=', 'jobs.id')
            .where('other.state', '=', 'running'),
        ),
      ),
    )
    .orderBy('run_after')
    .limit(200)
    .execute();
}

/**
 * Takes a job for a while, unless somebody holds it, or builds the same.
 * @param lease milliseconds
 */
export async function claimJob(
  store: Store,
  id: string,
  by: string,
  lease: number,
): Promise<Job | undefined> {
  const moment = now(store);
  try {
    return await store
      .updateTable('jobs')
      .set((is) => ({
        state: 'running',
        lease_by: by,
        lease_until: now(store, lease),
        fence: is('fence', '+', 1),
        attempts: is('attempts', '+', 1),
        started_at: moment,
        progress: null,
        changed_at: moment,
      }))
      .where('id', '=', id)
      .where((is) =>
        is.or([
          is.and([is('state', '=', 'queued'), is('run_after', '<=', moment)]),
          is.and([is('state', '=', 'running'), is('lease_until', '<', moment)]),
        ]),
      )
      .returningAll()
      .executeTakeFirst();
  } catch (error) {
    if (isTwice(error)) return undefined;
    throw error;
  }
}

/** @returns whether it is still held, and whether it shall end */
export async function keepJob(
  store: Store,
  hold: Hold,
  lease: number,
  progress: string | null,
): Promise<'held' | 'cancelled' | 'lost'> {
  const kept = await held(store, hold, {
    lease_until: now(store, lease),
    progress,
    changed_at: now(store),
  })
    .returning('cancel_asked')
    .executeTakeFirst();
  if (!kept) return 'lost';
  return kept.cancel_asked ? 'cancelled' : 'held';
}

/** Gives a job back, to be taken again after a while; `problem` says why, where it failed. */
export async function requeueJob(
  store: Store,
  hold: Hold,
  after: number,
  problem: string | null,
  counts: boolean,
): Promise<void> {
  await held(store, hold, {
    state: 'queued',
    lease_by: null,
    lease_until: null,
    run_after: now(store, after),
    problem,
    ...(!counts && { attempts: sql<number>`attempts - 1` }),
    changed_at: now(store),
  }).execute();
}

/** Ends a job without a package. */
export async function endJob(
  store: Store,
  hold: Hold,
  state: 'failed' | 'cancelled',
  problem: string | null,
  keep: number,
): Promise<void> {
  await held(store, hold, {
    state,
    lease_by: null,
    lease_until: null,
    problem,
    ended_at: now(store),
    expires_at: now(store, keep),
    changed_at: now(store),
  }).execute();
}

/**
 * Publishes what a job has built, and hands it to all who wait for the same. In a transaction.
 * @returns false where the job was lost meanwhile: nothing was written
 */
export async function publish(
  store: Store,
  hold: Hold,
  built: Omit<BuiltPackage, 'expires_at'>,
  keep: number,
  progress: string | null,
): Promise<boolean> {
  const done = {
    state: 'done' as const,
    lease_by: null,
    lease_until: null,
    problem: null,
    package_id: built.id,
    ended_at: now(store),
    expires_at: now(store, keep),
    changed_at: now(store),
  };
  const ended = await held(store, hold, { ...done, progress }).executeTakeFirst();
  if (ended.numUpdatedRows === 0n) return false;
  await store
    .insertInto('packages')
    .values({ ...built, expires_at: now(store, keep) })
    .execute();
  await store
    .updateTable('jobs')
    .set({ ...done, from_cache: 1 })
    .where('cache_key', '=', built.cache_key)
    .where('state', '=', 'queued')
    .where('fresh', '=', 0)
    .execute();
  return true;
}

function held(store: Store, { id, fence }: Hold, set: object) {
  return store
    .updateTable('jobs')
    .set(set)
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', '=', 'running');
}

/** Whether a unique index refused a row, on either kind of store. */
export function isTwice(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === '23505' || code === 'SQLITE_CONSTRAINT_UNIQUE';
}
