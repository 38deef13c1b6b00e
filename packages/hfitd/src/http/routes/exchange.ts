import { HfitError } from '@hot-fixture/errors';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { accountPrefix } from '../../access/principal.js';
import { useChallenge } from '../../store/challenges.js';
import { ensureUser } from '../../store/users.js';
import { errors, Moment, strict } from '../schemas.js';
import type { Service } from '../service.js';

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const tokenType = 'urn:ietf:params:oauth:token-type:jwt';
const Text = Type.String({ maxLength: 300 });
const ExchangeRequest = Type.Object(
  {
    subject_token: Type.String({ minLength: 1, maxLength: 15_000 }),
    subject_token_type: Type.Optional(Text),
    grant_type: Type.Optional(Text),
  },
  { description: 'JSON, or the form of RFC 8693; other fields of that are not read' },
);
const ExchangeAnswer = strict({
  token: Type.String(),
  expires_at: Moment,
  access_token: Type.String(),
  issued_token_type: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds' }),
});

/** How much longer than a token it is known that it was used, in milliseconds: clocks differ. */
const longer = 15 * 60_000;

/** Pipelines bring a token of their identity provider, and get a short one of ours. */
export function exchangeRoutes(app: FastifyInstance, service: Service): void {
  const { store, issuers, sessions, audit } = service;

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 16 * 1024 },
    (_request, text, done) => done(null, Object.fromEntries(new URLSearchParams(String(text)))),
  );

  app.post<{ Body: Static<typeof ExchangeRequest> }>(
    '/auth/token',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Exchanges a token of an identity provider for one of this server (RFC 8693)',
        tags: ['login'],
        body: ExchangeRequest,
        response: { 200: ExchangeAnswer, ...errors },
      },
    },
    async ({ id, body }) => {
      if (body.grant_type !== undefined && body.grant_type !== grantType) {
        throw new HfitError('HFIT_REQUEST_INVALID', { reason: `grant_type must be ${grantType}` });
      }
      const attempt = { request: id, action: 'exchange' } as const;
      const refused = async (who: string, error: unknown) => {
        await audit.record({ ...attempt, who, outcome: 'refused' });
        return error;
      };
      const { account, until, once } = await issuers
        .read(body.subject_token, id)
        .catch(async (error) => {
          throw await refused('(unknown)', error);
        });
      const who = `${accountPrefix}${account.name}`;
      if (once !== null && !(await useChallenge(store, once, who, until + longer))) {
        throw await refused(who, issuers.refusal(id, 'it was exchanged before'));
      }
      const user = await ensureUser(store, who);
      const { token, expiresAt } = await sessions.beginShort(user, until);
      await audit.record({ ...attempt, who, outcome: 'ok' });
      return {
        token,
        expires_at: expiresAt.toISOString(),
        access_token: token,
        issued_token_type: tokenType,
        token_type: 'Bearer' as const,
        expires_in: Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000)),
      };
    },
  );
}
