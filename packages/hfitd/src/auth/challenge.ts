import { randomBytes } from 'node:crypto';

/** How long a challenge may be answered, in milliseconds. */
export const challengeLifetime = 5 * 60 * 1000;

/**
 * A text that nobody has seen before. It names the server, so that an answer given to another
 * server is of no use here, and the other way round.
 */
export function makeChallenge(audience: string): string {
  const server = Buffer.from(audience, 'utf8').toString('base64url');
  return `hfit1.${server}.${randomBytes(32).toString('base64url')}`;
}
