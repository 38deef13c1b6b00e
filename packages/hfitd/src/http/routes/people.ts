import { HfitError } from '@hot-fixture/errors';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accountPrefix, adminRole } from '../../access/principal.js';
import { AddedUser, NewUser, RemovedUser, UserParams, UsersAnswer } from '../../admin/schemas.js';
import type { Attempt, AuditAction } from '../../audit/event.js';
import { readPublicKey } from '../../auth/public-key.js';
import { revokeSessionsOf } from '../../store/sessions.js';
import type { Store } from '../../store/tables.js';
import {
  addUser,
  findUser,
  listUsers,
  readEmail,
  removeKey,
  removeUser,
} from '../../store/users.js';
import { rightsOf, userOf } from '../authenticate.js';
import { answerUnknownRoute } from '../errors.js';
import { errors } from '../schemas.js';
import type { Service } from '../service.js';
import { accessRoutes } from './access.js';
import { KeyBody, KeyRemoval, RevokedAnswer } from './people-schemas.js';

/** Who acts, and in which words the audit log is told. */
export interface Acting {
  who(request: FastifyRequest): string;
}

/** The routes about people and grants, for those with a role; for others they are not there. */
export function guardedPeopleRoutes(app: FastifyInstance, service: Service): void {
  app.addHook('onRequest', async (request, reply) => {
    if (rightsOf(request).roles.has(adminRole)) return;
    answerUnknownRoute(request, reply);
    return reply;
  });
  peopleRoutes(app, service, { who: (request) => userOf(request).email });
}

/** Users, their keys and logins, and who may what: the same here and behind the admin socket. */
export function peopleRoutes(app: FastifyInstance, service: Service, acting: Acting): void {
  const { store, audit, revocations } = service;
  const tags = ['people'];
  const attempt = (request: FastifyRequest, action: AuditAction, target?: string): Attempt => ({
    request: request.id,
    who: acting.who(request),
    action,
    ...(target !== undefined && { target }),
  });

  /** What takes something away is told to all who run, before it is answered. */
  async function change<T>(it: Attempt, work: (store: Store) => Promise<T>): Promise<T> {
    const result = await audit.within(it, work);
    await revocations.tell();
    return result;
  }

  app.get(
    '/users',
    { schema: { summary: 'The users', tags, response: { 200: UsersAnswer, ...errors } } },
    (request) =>
      audit.around(attempt(request, 'list-users'), async () => ({
        users: await listUsers(store),
      })),
  );

  app.post<{ Body: Static<typeof NewUser> }>(
    '/users',
    {
      schema: {
        summary: 'Adds a user, or one more key of a user',
        tags,
        body: NewUser,
        response: { 200: AddedUser, ...errors },
      },
    },
    async (request) => add(request, readEmail(request.body.email), request.body.key),
  );

  app.delete<{ Params: Static<typeof UserParams> }>(
    '/users/:email',
    {
      schema: {
        summary: 'Removes a user with all that is theirs; what is being sent to them ends',
        tags,
        params: UserParams,
        response: { 200: RemovedUser, ...errors },
      },
    },
    async (request) => {
      const email = addressOf(request.params.email);
      await change(attempt(request, 'remove-user', email), (transaction) =>
        removeUser(transaction, email),
      );
      return { email };
    },
  );

  app.post<{ Params: Static<typeof UserParams> }>(
    '/users/:email/revoke',
    {
      schema: {
        summary: 'Ends all logins of a user, and what is being sent to them',
        tags,
        params: UserParams,
        response: { 200: RevokedAnswer, ...errors },
      },
    },
    async (request) => {
      const email = addressOf(request.params.email);
      const logins = await change(attempt(request, 'revoke-user', email), async (transaction) => {
        const user = await findUser(transaction, email);
        if (!user) throw new HfitError('HFIT_USER_UNKNOWN', { email });
        return revokeSessionsOf(transaction, user);
      });
      return { email, logins };
    },
  );

  app.post<{ Params: Static<typeof UserParams>; Body: Static<typeof KeyBody> }>(
    '/users/:email/keys',
    {
      schema: {
        summary: 'Adds a key of a user who is there',
        tags,
        params: UserParams,
        body: KeyBody,
        response: { 200: AddedUser, ...errors },
      },
    },
    async (request) => {
      const email = readEmail(request.params.email);
      if (!(await findUser(store, email))) throw new HfitError('HFIT_USER_UNKNOWN', { email });
      return add(request, email, request.body.key, 'add-key');
    },
  );

  app.delete<{ Params: Static<typeof UserParams>; Body: Static<typeof KeyRemoval> }>(
    '/users/:email/keys',
    {
      schema: {
        summary: 'Takes a key of a user away, and ends all logins of the user',
        tags,
        params: UserParams,
        body: KeyRemoval,
        response: { 204: Type.Null(), ...errors },
      },
    },
    async (request, reply) => {
      const email = readEmail(request.params.email);
      const { fingerprint } = request.body;
      const it = { ...attempt(request, 'remove-key', email), details: { fingerprint } };
      await change(it, (transaction) => removeKey(transaction, email, fingerprint));
      return reply.code(204).send();
    },
  );

  accessRoutes(app, service, attempt, change);

  async function add(
    request: FastifyRequest,
    email: string,
    text: string,
    action: AuditAction = 'add-user',
  ) {
    const key = readPublicKey(text);
    const { fingerprint, type } = key;
    const it = { ...attempt(request, action, email), details: { fingerprint } };
    const { created } = await audit.within(it, (transaction) => addUser(transaction, email, key));
    return { email, fingerprint, type, created };
  }
}

/** Of a user, or of a service account that has been here. */
function addressOf(text: string): string {
  return text.startsWith(accountPrefix) ? text : readEmail(text);
}
