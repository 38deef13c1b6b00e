import { HfitError } from '@hot-fixture/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Tokens } from '../auth/tokens.js';
import type { User } from '../store/users.js';

const users = new WeakMap<FastifyRequest, User>();

/** Lets nobody through to the routes of this scope without a valid token, nor reads their body. */
export function requireToken(app: FastifyInstance, tokens: Tokens): void {
  app.addHook('onRequest', async (request) => {
    const match = /^Bearer +([A-Za-z0-9_.-]+) *$/i.exec(request.headers.authorization ?? '');
    if (!match?.[1]) throw new HfitError('HFIT_TOKEN_MISSING', {});
    users.set(request, await tokens.userOf(match[1]));
  });
}

/** Who asks, in a route behind `requireToken`. */
export function userOf(request: FastifyRequest): User {
  const user = users.get(request);
  if (!user) throw new Error('this route is not behind requireToken');
  return user;
}
