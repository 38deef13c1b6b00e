import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { WaitError } from '../../access/wait-error.js';
import { Logins } from '../../auth/login.js';
import {
  ChallengeAnswer,
  ChallengeRequest,
  errors,
  LoginAnswer,
  LoginRequest,
  RefreshRequest,
  strict,
} from '../schemas.js';
import type { Service } from '../service.js';

/** What may be asked without a token. */
export function openRoutes(app: FastifyInstance, service: Service): void {
  const { store, tokens, sessions, revocations, audit } = service;
  const logins = new Logins(store, service.audience, service.limits.loginsAtOnce);
  const bodyLimit = 16 * 1024;

  app.get(
    '/health',
    {
      schema: {
        summary: 'Whether the server is up',
        tags: ['server'],
        response: { 200: strict({ status: Type.Literal('ok') }), ...errors },
      },
    },
    async () => ({ status: 'ok' }),
  );

  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        summary: 'The public keys that tokens are signed with',
        tags: ['login'],
        response: {
          200: strict({ keys: Type.Array(Type.Record(Type.String(), Type.String())) }),
          ...errors,
        },
      },
    },
    async () => tokens.jwks(),
  );

  app.post<{ Body: Static<typeof ChallengeRequest> }>(
    '/auth/challenge',
    {
      bodyLimit,
      schema: {
        summary: 'Asks for a text to sign',
        description: 'It can be answered once and within 5 minutes.',
        tags: ['login'],
        body: ChallengeRequest,
        response: { 200: ChallengeAnswer, ...errors },
      },
    },
    async ({ body }) => {
      const given = await logins.giveChallenge(body.username);
      return { challenge: given.challenge, expires_at: given.expiresAt.toISOString() };
    },
  );

  app.post<{ Body: Static<typeof LoginRequest> }>(
    '/auth/authenticate',
    {
      bodyLimit,
      schema: {
        summary: 'Answers a challenge, for a token',
        tags: ['login'],
        body: LoginRequest,
        response: { 200: LoginAnswer, ...errors },
      },
    },
    async ({ body, id }) => {
      const attempt = { request: id, who: body.username, action: 'login' } as const;
      const user = await logins.logIn(body).catch(async (error) => {
        // What was not looked at leaves no record, so that a flood does not fill the disk.
        if (!(error instanceof WaitError)) await audit.record({ ...attempt, outcome: 'refused' });
        throw error;
      });
      const given = await sessions.begin(user);
      await audit.record({ ...attempt, who: user.email, outcome: 'ok' });
      return given;
    },
  );

  app.post<{ Body: Static<typeof RefreshRequest> }>(
    '/auth/refresh',
    {
      bodyLimit,
      schema: {
        summary: 'Gives new tokens for a refresh token',
        description:
          'A refresh token works once. One that comes a second time ends the login that it is of, ' +
          'with all its tokens.',
        tags: ['login'],
        body: RefreshRequest,
        response: { 200: LoginAnswer, ...errors },
      },
    },
    async ({ body, id }) => {
      const attempt = { request: id, action: 'refresh' } as const;
      const { login, given } = await sessions.goOn(body.refresh_token).catch(async (error) => {
        await audit.record({ ...attempt, who: '(unknown)', outcome: 'refused' });
        await revocations.tell();
        throw error;
      });
      await audit.record({ ...attempt, who: login.user.email, outcome: 'ok' });
      return given;
    },
  );
}
