import type { Job } from '../store/tables/jobs.js';
import type { Store } from '../store/tables.js';

/** Until when the package of a job will do, however old: until its schedule builds the next one. */
export async function goodUntil(store: Store, job: Job): Promise<number | null> {
  if (job.schedule === null) return null;
  const schedule = await store
    .selectFrom('schedules')
    .select('next_at')
    .where('user_id', '=', job.user_id)
    .where('name', '=', job.schedule)
    .executeTakeFirst();
  return schedule?.next_at ?? null;
}
