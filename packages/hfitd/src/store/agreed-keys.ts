import { createHash } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { publicKeyOf } from '@hot-fixture/extract';
import { type MaskingKey, maskingKeyId } from '@hot-fixture/masking';
import { agree } from './packages.js';
import type { Store } from './tables.js';

type SigningKey = Parameters<typeof publicKeyOf>[0];

/** What tells the keys of this process from others; neither key can be found from it. */
function idsOf(maskingKey: MaskingKey, signingKey: SigningKey): Record<string, string> {
  return {
    'masking key': maskingKeyId(maskingKey),
    'signing key': createHash('sha256').update(publicKeyOf(signingKey)).digest('hex'),
  };
}

/**
 * Makes sure that all who share a store mask and sign alike: whoever came first said with which keys.
 * @throws HFIT_KEYS_DIFFER
 */
export async function agreeOnKeys(
  store: Store,
  maskingKey: MaskingKey,
  signingKey: SigningKey,
): Promise<void> {
  for (const [key, id] of Object.entries(idsOf(maskingKey, signingKey))) {
    if ((await agree(store, key, id)) !== id) throw new HfitError('HFIT_KEYS_DIFFER', { key });
  }
}

/**
 * The same without a change to the store: where nobody has said anything yet, nothing is wrong.
 * @throws HFIT_KEYS_DIFFER
 */
export async function assertAgreed(
  store: Store,
  maskingKey: MaskingKey,
  signingKey: SigningKey,
): Promise<void> {
  const facts = await store.selectFrom('facts').select(['name', 'value']).execute();
  for (const [key, id] of Object.entries(idsOf(maskingKey, signingKey))) {
    const agreed = facts.find(({ name }) => name === key)?.value ?? id;
    if (agreed !== id) throw new HfitError('HFIT_KEYS_DIFFER', { key });
  }
}

/** From now on these are the keys: a process that starts with others is refused. */
export async function replaceAgreedKeys(
  store: Store,
  maskingKey: MaskingKey,
  signingKey: SigningKey,
): Promise<void> {
  for (const [name, value] of Object.entries(idsOf(maskingKey, signingKey))) {
    await store
      .insertInto('facts')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  }
}
