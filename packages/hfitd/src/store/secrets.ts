import { randomBytes } from 'node:crypto';
import type { Store } from './tables.js';

/** A secret of all daemons that share the store, made by the first who asks. */
export async function readSecret(store: Store, name: string): Promise<Uint8Array> {
  await store
    .insertInto('secrets')
    .values({ name, value: randomBytes(32).toString('base64url') })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { value } = await store
    .selectFrom('secrets')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return Buffer.from(value, 'base64url');
}
