import { randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { sql } from 'kysely';
import { now } from '../clock.js';
import type { BuiltPackage, Job } from '../tables/jobs.js';
import type { Store } from '../tables.js';
import type { User } from '../users.js';

/** What a job is asked for with. */
export interface NewJob {
  readonly user: User;
  readonly template: { readonly name: string; readonly text: string; readonly digest: string };
  readonly parameters: readonly unknown[] | Readonly<Record<string, unknown>>;
  readonly format: string;
  readonly sources: readonly string[];
  readonly cacheKey: string;
  readonly fresh: boolean;
  /** Milliseconds. */
  readonly maxAge: number;
  readonly idempotency: { readonly key: string; readonly digest: string } | null;
  readonly schedule: string | null;
  readonly traceparent: string | null;
}

/** Puts a job in the queue; or, where a package is there already, one that is done. */
export async function insertJob(
  store: Store,
  job: NewJob,
  ready: BuiltPackage | undefined,
): Promise<Job> {
  const moment = now(store);
  return store
    .insertInto('jobs')
    .values({
      id: randomUUID(),
      user_id: job.user.id,
      who: job.user.email,
      template: job.template.name,
      text: job.template.text,
      digest: job.template.digest,
      parameters: JSON.stringify(job.parameters),
      format: job.format,
      sources: JSON.stringify(job.sources),
      cache_key: job.cacheKey,
      fresh: job.fresh ? 1 : 0,
      max_age: job.maxAge,
      idempotency_key: job.idempotency?.key ?? null,
      asked: job.idempotency?.digest ?? '',
      schedule: job.schedule,
      traceparent: job.traceparent,
      state: ready ? 'done' : 'queued',
      run_after: moment,
      attempts: 0,
      fence: 0,
      cancel_asked: 0,
      package_id: ready?.id ?? null,
      from_cache: ready ? 1 : 0,
      created_at: moment,
      ended_at: ready ? moment : null,
      expires_at: ready?.expires_at ?? null,
      changed_at: moment,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** @throws HFIT_JOB_UNKNOWN, also where it is another user's */
export async function getJob(store: Store, user: User, id: string): Promise<Job> {
  const job = await store
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', user.id)
    .executeTakeFirst();
  if (!job) throw new HfitError('HFIT_JOB_UNKNOWN', { job: id.slice(0, 100) });
  return job;
}

export function findJob(store: Store, id: string): Promise<Job | undefined> {
  return store.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The newest first. */
export function listJobs(store: Store, user: User, limit: number): Promise<Job[]> {
  return store
    .selectFrom('jobs')
    .selectAll()
    .where('user_id', '=', user.id)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** What this user asked for under the same idempotency key. */
export function jobOfKey(store: Store, user: User, key: string): Promise<Job | undefined> {
  return store
    .selectFrom('jobs')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
}

/** A job of this user that will bring the same and has not ended. */
export function jobUnderWay(store: Store, user: User, cacheKey: string): Promise<Job | undefined> {
  return store
    .selectFrom('jobs')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('cache_key', '=', cacheKey)
    .where('state', 'in', ['queued', 'running'])
    .where('cancel_asked', '=', 0)
    .orderBy('created_at')
    .executeTakeFirst();
}

/** How many jobs of this user wait or run. */
export async function countUnended(store: Store, user: User): Promise<number> {
  const { count } = await store
    .selectFrom('jobs')
    .select((is) => is.fn.countAll().as('count'))
    .where('user_id', '=', user.id)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Ends a job that waits; one that runs is told to.
 * @throws HFIT_JOB_UNKNOWN, HFIT_JOB_ENDED
 */
export async function cancelJob(store: Store, user: User, id: string, keep: number): Promise<Job> {
  await getJob(store, user, id);
  const waiting = sql<number>`CASE WHEN state = 'queued' THEN 1 ELSE 0 END`;
  const changed = await store
    .updateTable('jobs')
    .set({
      cancel_asked: 1,
      state: sql`CASE WHEN ${waiting} = 1 THEN 'cancelled' ELSE state END`,
      ended_at: sql`CASE WHEN ${waiting} = 1 THEN ${now(store)} ELSE ended_at END`,
      expires_at: sql`CASE WHEN ${waiting} = 1 THEN ${now(store, keep)} ELSE expires_at END`,
      changed_at: now(store),
    })
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .returningAll()
    .executeTakeFirst();
  if (!changed) throw new HfitError('HFIT_JOB_ENDED', { job: id });
  return changed;
}

/**
 * Puts a job that failed or was cancelled in the queue again.
 * @throws HFIT_JOB_UNKNOWN, HFIT_JOB_RETRY
 */
export async function retryJob(store: Store, user: User, id: string): Promise<Job> {
  const { state } = await getJob(store, user, id);
  const changed = await store
    .updateTable('jobs')
    .set({
      state: 'queued',
      run_after: now(store),
      attempts: 0,
      cancel_asked: 0,
      problem: null,
      progress: null,
      started_at: null,
      ended_at: null,
      expires_at: null,
      changed_at: now(store),
    })
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'cancelled'])
    .returningAll()
    .executeTakeFirst();
  if (!changed) throw new HfitError('HFIT_JOB_RETRY', { state });
  return changed;
}
