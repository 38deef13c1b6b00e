import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { writeGrant } from '../../access/grant.js';
import { revokeSession } from '../../store/sessions.js';
import { loginOf, rightsOf, userOf } from '../authenticate.js';
import { errors, strict } from '../schemas.js';
import type { Service } from '../service.js';
import { GrantAnswer, LimitsAnswer } from './people-schemas.js';

const WhoAnswer = strict({
  user: Type.String(),
  teams: Type.Array(Type.String()),
  roles: Type.Array(Type.String()),
  guarded: Type.Boolean({ description: 'Whether what is not granted is not there' }),
  grants: Type.Array(GrantAnswer),
  limits: LimitsAnswer,
});

/** About the login that asks. */
export function sessionRoutes(app: FastifyInstance, service: Service): void {
  const { access, audit, revocations } = service;

  app.get(
    '/whoami',
    {
      schema: {
        summary: 'Who you are here, and what is granted to you',
        tags: ['login'],
        response: { 200: WhoAnswer, ...errors },
      },
    },
    async (request) => {
      const user = userOf(request);
      const { teams, roles, guarded, grants } = await access.holdingsOf(user);
      return {
        user: user.email,
        teams: [...teams],
        roles: [...roles],
        guarded,
        grants: grants.map(({ id, grant }) => ({ id, ...writeGrant(grant) })),
        limits: rightsOf(request).limits,
      };
    },
  );

  app.post(
    '/auth/logout',
    {
      schema: {
        summary: 'Ends this login, with all its tokens and what is being sent to it',
        tags: ['login'],
        response: { 204: Type.Null(), ...errors },
      },
    },
    async (request, reply) => {
      const { user, session } = loginOf(request);
      const attempt = { request: request.id, who: user.email, action: 'logout' } as const;
      await audit.within(attempt, (store) => revokeSession(store, session));
      reply.raw.once('finish', () => void revocations.tell());
      return reply.code(204).send();
    },
  );
}
