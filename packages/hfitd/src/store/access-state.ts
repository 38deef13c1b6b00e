import type { Store } from './tables.js';

/** What is known of all grants at once. */
export interface AccessState {
  /** Another number after each change. */
  readonly version: number;
  /** Whether there was ever a grant: from then on what is not granted is not there. */
  readonly guarded: boolean;
}

export async function readAccessState(store: Store): Promise<AccessState> {
  const rows = await store.selectFrom('access_state').selectAll().execute();
  const numberOf = (name: string) => Number(rows.find((row) => row.name === name)?.value ?? 0);
  return { version: numberOf('version'), guarded: numberOf('guarded') === 1 };
}

/** Has everybody read grants, roles and teams anew. */
export async function noteAccessChange(store: Store): Promise<void> {
  await store
    .insertInto('access_state')
    .values({ name: 'version', value: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((it) => ({ value: it('access_state.value', '+', 1) })),
    )
    .execute();
}

/** From now on what is not granted is not there: the last grant that goes opens nothing again. */
export async function noteGuarded(store: Store): Promise<void> {
  await store
    .insertInto('access_state')
    .values({ name: 'guarded', value: 1 })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: 1 }))
    .execute();
}
