import { HfitError } from '@hot-fixture/errors';
import { now } from './clock.js';
import type { Schedule } from './tables/jobs.js';
import type { Store } from './tables.js';
import type { User } from './users.js';

export type NewSchedule = Omit<Schedule, 'user_id' | 'who' | 'last_job' | 'created_at'>;

/** Adds a schedule, or changes one. */
export async function putSchedule(store: Store, user: User, given: NewSchedule): Promise<void> {
  const { name, ...rest } = given;
  await store
    .insertInto('schedules')
    .values({ ...given, user_id: user.id, who: user.email, last_job: null, created_at: now(store) })
    .onConflict((conflict) => conflict.columns(['user_id', 'name']).doUpdateSet(rest))
    .execute();
}

/** @throws HFIT_SCHEDULE_UNKNOWN, also where another user has one of that name */
export async function getSchedule(store: Store, user: User, name: string): Promise<Schedule> {
  const found = await store
    .selectFrom('schedules')
    .selectAll()
    .where('user_id', '=', user.id)
    .where('name', '=', name)
    .executeTakeFirst();
  if (!found) throw unknown(name);
  return found;
}

export function listSchedules(store: Store, user: User): Promise<Schedule[]> {
  return store
    .selectFrom('schedules')
    .selectAll()
    .where('user_id', '=', user.id)
    .orderBy('name')
    .execute();
}

/** @throws HFIT_SCHEDULE_UNKNOWN */
export async function deleteSchedule(store: Store, user: User, name: string): Promise<void> {
  const removed = await store
    .deleteFrom('schedules')
    .where('user_id', '=', user.id)
    .where('name', '=', name)
    .executeTakeFirst();
  if (removed.numDeletedRows === 0n) throw unknown(name);
}

export function dueSchedules(store: Store): Promise<Schedule[]> {
  return store
    .selectFrom('schedules')
    .selectAll()
    .where('next_at', '<=', now(store))
    .orderBy('next_at')
    .limit(100)
    .execute();
}

/**
 * Moves a schedule to its next time, once: of many daemons that see it due, one gets true.
 */
export async function moveSchedule(store: Store, due: Schedule, nextAt: number): Promise<boolean> {
  const moved = await store
    .updateTable('schedules')
    .set({ next_at: nextAt })
    .where('user_id', '=', due.user_id)
    .where('name', '=', due.name)
    .where('next_at', '=', due.next_at)
    .executeTakeFirst();
  return moved.numUpdatedRows > 0n;
}

export async function noteJob(store: Store, { user_id, name }: Schedule, job: string) {
  await store
    .updateTable('schedules')
    .set({ last_job: job })
    .where('user_id', '=', user_id)
    .where('name', '=', name)
    .execute();
}

function unknown(schedule: string): HfitError {
  return new HfitError('HFIT_SCHEDULE_UNKNOWN', { schedule: schedule.slice(0, 100) });
}
