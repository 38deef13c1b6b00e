import type { KeyObject } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import { signerOf, signingKeyId } from './signing-key.js';
import type { Unpacked } from './unpack.js';

/** Whose packages are taken. */
export interface Trust {
  /** Public or private keys. */
  readonly keys: readonly KeyObject[];
  /** Takes any package that is as it was signed, whoever did. */
  readonly anyKey?: boolean;
}

/**
 * Who vouches for a package, in words.
 * @throws HFIT_PACKAGE_SIGNATURE
 */
export function assertTrusted({ signed, signature }: Unpacked, trust: Trust): string {
  if (!signature) {
    if (trust.anyKey) return 'not signed, and any package is taken';
    throw untrusted('it is not signed');
  }
  const signer = signerOf(signed, signature);
  if (!signer) throw untrusted('its signature is not that of its manifest');
  const id = signingKeyId(signer);
  if (trust.keys.some((key) => signingKeyId(key) === id)) return `signed by the key ${id}`;
  if (trust.anyKey) return `signed by the key ${id}, which nobody vouches for; any is taken`;
  throw untrusted(
    trust.keys.length === 0
      ? `it is signed by the key ${id}, and no key was given to hold that against`
      : `it is signed by the key ${id}, which is not ${trust.keys.map(signingKeyId).join(' or ')}`,
  );
}

function untrusted(reason: string): HfitError {
  return new HfitError('HFIT_PACKAGE_SIGNATURE', { reason });
}

/** @throws HFIT_PACKAGE_CHANGED */
export function assertUnchanged({ problems }: Unpacked): void {
  const [first] = problems;
  if (!first) return;
  const more = problems.length > 1 ? ` and ${problems.length - 1} more` : '';
  const reason = `${first.place}: ${first.reason}${more}`;
  throw new HfitError('HFIT_PACKAGE_CHANGED', { reason });
}
