import type { Static } from '@sinclair/typebox';
import { type FastifyInstance, fastify } from 'fastify';
import { type AuditAction, adminName } from '../audit/event.js';
import { auditRoutes } from '../http/routes/audit.js';
import { peopleRoutes } from '../http/routes/people.js';
import { addManners, serverOptions } from '../http/server.js';
import type { Service } from '../http/service.js';
import type { Reloaded } from '../reload.js';
import { listUsers } from '../store/users.js';
import {
  AuditQuery,
  JwtKeyAnswer,
  ReloadAnswer,
  SigningKeyAnswer,
  StatusAnswer,
} from './schemas.js';

/** What `status` tells beside what is counted at the moment. */
export type Facts = Omit<Static<typeof StatusAnswer>, 'users' | 'packages' | 'sources'>;

/** The server behind the admin socket: who can open that may do all of this. */
export function buildAdminServer(
  service: Service,
  { facts, reload }: { facts: () => Facts; reload: () => Promise<Reloaded> },
  isStopping: () => boolean,
): FastifyInstance {
  const { store, audit, tokens, sources, downloads } = service;
  const app = fastify(serverOptions(service.log));
  addManners(app, isStopping);
  const attempt = (request: string, action: AuditAction, target?: string) => ({
    request,
    who: adminName,
    action,
    ...(target !== undefined && { target }),
  });

  app.get('/status', { schema: { response: { 200: StatusAnswer } } }, async () => ({
    ...facts(),
    users: (await listUsers(store)).length,
    sources: Object.entries(sources.all).map(([name, { dialect, location }]) => ({
      name,
      dialect: dialect.name,
      location,
    })),
    packages: { running: downloads.line.working, waiting: downloads.line.waiting },
  }));

  app.post('/reload', { schema: { response: { 200: ReloadAnswer } } }, reload);

  peopleRoutes(app, service, { who: () => adminName });

  app.post('/jwt/renew', { schema: { response: { 200: JwtKeyAnswer } } }, async ({ id }) => {
    await audit.within(attempt(id, 'renew-jwt'), (transaction) => tokens.renew(transaction));
    return jwtKey();
  });

  app.get('/jwt/public-key', { schema: { response: { 200: JwtKeyAnswer } } }, jwtKey);

  app.get('/signing/public-key', { schema: { response: { 200: SigningKeyAnswer } } }, async () => ({
    publicKey: service.signer,
  }));

  app.get<{ Querystring: Static<typeof AuditQuery> }>(
    '/audit/last',
    { schema: { querystring: AuditQuery } },
    ({ id, query }) =>
      audit.around({ ...attempt(id, 'read-audit'), details: { ...query } }, async () => ({
        events: await audit.last(Number(query.last ?? 20)),
      })),
  );

  auditRoutes(app, service, () => adminName);

  async function jwtKey() {
    const { id, publicKey } = await tokens.current();
    return { kid: id, publicKey };
  }
  return app;
}
