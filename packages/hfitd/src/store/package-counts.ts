import type { Store } from './tables.js';

/**
 * Counts one more package of somebody, where the limit of the day is not reached: one statement, so
 * that many at the same moment do not come past it.
 * @param day in UTC, such as 2026-11-21
 * @returns whether it was counted
 */
export async function countPackage(
  store: Store,
  who: string,
  day: string,
  limit: number,
): Promise<boolean> {
  if (limit === 0) return false;
  await store.deleteFrom('package_counts').where('who', '=', who).where('day', '<', day).execute();
  const counted = await store
    .insertInto('package_counts')
    .values({ who, day, packages: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['who', 'day'])
        .doUpdateSet((it) => ({ packages: it('package_counts.packages', '+', 1) }))
        .where('package_counts.packages', '<', limit),
    )
    .returning('packages')
    .executeTakeFirst();
  return counted !== undefined;
}

export async function uncountPackage(store: Store, who: string, day: string): Promise<void> {
  await store
    .updateTable('package_counts')
    .set((it) => ({ packages: it('packages', '-', 1) }))
    .where('who', '=', who)
    .where('day', '=', day)
    .execute();
}
