import { HfitError } from '@hot-fixture/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { rightsFrom } from '../access/access.js';
import type { Rights } from '../access/rights.js';
import type { Login } from '../store/sessions.js';
import type { User } from '../store/users.js';
import type { Service } from './service.js';

interface Asking {
  readonly login: Login;
  readonly rights: Rights;
  readonly revoked: AbortSignal;
}

const asking = new WeakMap<FastifyRequest, Asking>();

/** Lets nobody through to the routes of this scope without a valid token, nor reads their body. */
export function requireToken(
  app: FastifyInstance,
  {
    tokens,
    access,
    revocations,
    limits,
  }: Pick<Service, 'tokens' | 'access' | 'revocations' | 'limits'>,
): void {
  app.addHook('onRequest', async (request, reply) => {
    const match = /^Bearer +([A-Za-z0-9_.-]+) *$/i.exec(request.headers.authorization ?? '');
    if (!match?.[1]) throw new HfitError('HFIT_TOKEN_MISSING', {});
    const login = await tokens.read(match[1]).catch(async (error) => {
      if (error instanceof HfitError && error.code === 'HFIT_TOKEN_INVALID') {
        await limits.countWrongToken(request, reply);
      }
      throw error;
    });
    const holdings = await access.holdingsOf(login.user);
    const { signal, end } = revocations.watch(login, holdings);
    reply.raw.once('close', end);
    if (reply.raw.closed) end();
    asking.set(request, { login, rights: rightsFrom(holdings), revoked: signal });
  });
}

/** Who asks, in a route behind `requireToken`. */
export function userOf(request: FastifyRequest): User {
  return loginOf(request).user;
}

/** The login that the request came with, in a route behind `requireToken`. */
export function loginOf(request: FastifyRequest): Login {
  return askingOf(request).login;
}

/** What the user may do, in a route behind `requireToken`. */
export function rightsOf(request: FastifyRequest): Rights {
  return askingOf(request).rights;
}

/** Fires when the user or the token is revoked while the answer still runs. */
export function revokedSignal(request: FastifyRequest): AbortSignal {
  return askingOf(request).revoked;
}

function askingOf(request: FastifyRequest): Asking {
  const found = asking.get(request);
  if (!found) throw new Error('this route is not behind requireToken');
  return found;
}
