import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Store } from './tables.js';

export interface SigningKey {
  readonly id: string;
  /** SPKI in PEM. */
  readonly publicKey: string;
  /** PKCS 8 in PEM; null where the key only verifies what it signed before. */
  readonly privateKey: string | null;
}

/** The keys whose tokens may still be valid, the one that signs first. */
export async function readSigningKeys(store: Store): Promise<SigningKey[]> {
  const rows = await store
    .selectFrom('signing_keys')
    .selectAll()
    .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', Date.now())]))
    .orderBy('created_at', 'desc')
    .execute();
  const keys = rows.map((row) => ({
    id: row.id,
    publicKey: row.public_key,
    privateKey: row.private_key,
  }));
  return [...keys.filter((key) => key.privateKey), ...keys.filter((key) => !key.privateKey)];
}

/**
 * Makes a new Ed25519 key that signs from now on. The private halves of those before are
 * forgotten; their public halves stay for as long as a token of theirs can live.
 */
export async function renewSigningKey(store: Store, tokenLifetime: number): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const now = Date.now();
  await store.deleteFrom('signing_keys').where('expires_at', '<', now).execute();
  await store
    .updateTable('signing_keys')
    .set({ private_key: null, expires_at: now + tokenLifetime })
    .where('expires_at', 'is', null)
    .execute();
  await store
    .insertInto('signing_keys')
    .values({
      id: createHash('sha256').update(der).digest('base64url'),
      public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      created_at: now,
      expires_at: null,
    })
    .execute();
}
