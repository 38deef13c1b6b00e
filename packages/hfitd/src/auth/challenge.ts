import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a challenge may be answered, in milliseconds. */
export const challengeLifetime = 5 * 60 * 1000;

/** In bytes: the second when it ends, what makes it one of its kind, and the proof that it is ours. */
const sizes = { end: 5, random: 11, proof: 16 };

/**
 * A text that nobody has seen before. It names the server, so that an answer given to another
 * server is of no use here, and the other way round. Nothing has to be kept of it until it is
 * answered: it proves itself that it was given here, to this user, and until when.
 * @param expiresAt in milliseconds; the second that it is in counts
 */
export function makeChallenge(
  secret: Uint8Array,
  audience: string,
  username: string,
  expiresAt: number,
): string {
  const end = Buffer.alloc(sizes.end);
  end.writeUIntBE(Math.floor(expiresAt / 1000), 0, sizes.end);
  const head = Buffer.concat([end, randomBytes(sizes.random)]);
  const proof = proofOf(secret, audience, username, head);
  return `${prefixOf(audience)}${Buffer.concat([head, proof]).toString('base64url')}`;
}

/**
 * When a challenge ends, in milliseconds; null where it was not given here to this user. The work
 * is the same for both.
 */
export function readChallenge(
  secret: Uint8Array,
  audience: string,
  username: string,
  challenge: string,
): number | null {
  const prefix = prefixOf(audience);
  const bytes = Buffer.from(challenge.slice(prefix.length), 'base64url');
  const all = Buffer.alloc(sizes.end + sizes.random + sizes.proof);
  bytes.copy(all);
  const head = all.subarray(0, sizes.end + sizes.random);
  const isOurs = timingSafeEqual(
    all.subarray(head.length),
    proofOf(secret, audience, username, head),
  );
  // One text for one challenge: base64 has others that mean the same bytes.
  const isSpelt = challenge === `${prefix}${all.toString('base64url')}`;
  return isOurs && isSpelt ? head.readUIntBE(0, sizes.end) * 1000 : null;
}

function prefixOf(audience: string): string {
  return `hfit1.${Buffer.from(audience, 'utf8').toString('base64url')}.`;
}

function proofOf(secret: Uint8Array, audience: string, username: string, head: Buffer): Buffer {
  const about = JSON.stringify(['challenge', audience, username]);
  return createHmac('sha256', secret).update(head).update(about).digest().subarray(0, sizes.proof);
}
