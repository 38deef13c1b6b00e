import { randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { type Grant, parseGrant, writeGrant } from '../access/grant.js';
import { noteAccessChange, noteGuarded } from './access-state.js';
import type { Store } from './tables.js';

export interface StoredGrant {
  readonly id: string;
  readonly grant: Grant;
  readonly createdAt: number;
}

export async function addGrant(store: Store, grant: Grant): Promise<StoredGrant> {
  const stored = { id: randomUUID(), grant, createdAt: Date.now() };
  await store
    .insertInto('grants')
    .values({
      id: stored.id,
      subject: grant.to,
      content: JSON.stringify(writeGrant(grant)),
      created_at: stored.createdAt,
    })
    .execute();
  await noteGuarded(store);
  await noteAccessChange(store);
  return stored;
}

/** @throws HFIT_GRANT_UNKNOWN */
export async function removeGrant(store: Store, id: string): Promise<void> {
  const removed = await store.deleteFrom('grants').where('id', '=', id).executeTakeFirst();
  if (removed.numDeletedRows === 0n) throw new HfitError('HFIT_GRANT_UNKNOWN', { grant: id });
  await noteAccessChange(store);
}

/** Leaves these grants alone, under these ids; one that is there already stays as it is. */
export async function setGrants(store: Store, grants: ReadonlyMap<string, Grant>): Promise<void> {
  const known = await listGrants(store);
  for (const { id } of known) {
    if (!grants.has(id)) await store.deleteFrom('grants').where('id', '=', id).execute();
  }
  const rows = [...grants].map(([id, grant]) => ({
    id,
    subject: grant.to,
    content: JSON.stringify(writeGrant(grant)),
    created_at: Date.now(),
  }));
  for (const row of rows) {
    await store
      .insertInto('grants')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await noteGuarded(store);
  await noteAccessChange(store);
}

/** @param subjects those of these alone */
export async function listGrants(
  store: Store,
  subjects?: readonly string[],
): Promise<StoredGrant[]> {
  let query = store.selectFrom('grants').selectAll().orderBy('created_at').orderBy('id');
  if (subjects) query = query.where('subject', 'in', subjects);
  const rows = await query.execute();
  return rows.map(({ id, content, created_at }) => ({
    id,
    grant: parseGrant(content),
    createdAt: created_at,
  }));
}
