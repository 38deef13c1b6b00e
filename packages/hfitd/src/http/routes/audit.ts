import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { downloadsOf, searchAudit } from '../../audit/search.js';
import { rightsOf, userOf } from '../authenticate.js';
import { answerUnknownRoute } from '../errors.js';
import { errors, Moment, strict } from '../schemas.js';
import type { Service } from '../service.js';

const auditorRole = 'auditor';

const Name = Type.String({ minLength: 1, maxLength: 300 });
const Query = strict({
  who: Type.Optional(Name),
  action: Type.Optional(Type.String({ pattern: '^[a-z][a-z-]{1,40}$' })),
  target: Type.Optional(Name),
  since: Type.Optional(Moment),
  until: Type.Optional(Moment),
  limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,4}$' })),
});
const DownloadsQuery = strict({ of: Name, since: Type.Optional(Moment) });

const Details = Type.Record(Type.String(), Type.Unknown());
const common = {
  at: Type.String(),
  request: Type.String(),
  who: Type.String(),
  outcome: Type.String(),
};
const Record = strict({
  ...common,
  action: Type.String(),
  target: Type.Optional(Type.String()),
  details: Type.Optional(Details),
  sequence: Type.Union([Type.Integer(), Type.Null()]),
  hash: Type.Union([Type.String(), Type.Null()]),
});
const EventsAnswer = strict({ events: Type.Array(Record) });
const DownloadsAnswer = strict({
  downloads: Type.Array(
    strict({ ...common, action: Type.String(), template: Type.String(), details: Details }),
  ),
});

/** The audit log, for those with the role; for others it is not there. */
export function guardedAuditRoutes(app: FastifyInstance, service: Service): void {
  app.addHook('preValidation', async (request, reply) => {
    if (rightsOf(request).roles.has(auditorRole)) return;
    answerUnknownRoute(request, reply);
    return reply;
  });
  auditRoutes(app, service, (request) => userOf(request).email);
}

/** The audit log: the same here and behind the admin socket. Who reads it stands in it too. */
export function auditRoutes(
  app: FastifyInstance,
  { store, audit }: Pick<Service, 'store' | 'audit'>,
  who: (request: FastifyRequest) => string,
): void {
  const tags = ['audit'];
  const attempt = (request: FastifyRequest, details: object) => ({
    request: request.id,
    who: who(request),
    action: 'read-audit' as const,
    details: { ...details },
  });

  app.get<{ Querystring: Static<typeof Query> }>(
    '/audit',
    {
      schema: {
        summary: 'The audit records that fit, the oldest first',
        description: 'The last 1000 of them, or as many as limit says.',
        tags,
        querystring: Query,
        response: {
          200: {
            description: 'As lines too, for accept: application/x-ndjson',
            content: {
              'application/json': { schema: EventsAnswer },
              'application/x-ndjson': { schema: Type.String() },
            },
          },
          ...errors,
        },
      },
    },
    async (request, reply) => {
      const { limit, since, until, ...rest } = request.query;
      const events = await audit.around(attempt(request, request.query), () =>
        searchAudit(store, {
          ...rest,
          ...(since !== undefined && { since: inUtc(since) }),
          ...(until !== undefined && { until: inUtc(until) }),
          ...(limit !== undefined && { limit: Number(limit) }),
        }),
      );
      if (!/\bapplication\/(x-ndjson|x-json-stream)\b/.test(request.headers.accept ?? '')) {
        return { events };
      }
      const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
      return reply.type('application/x-ndjson; charset=utf-8').serializer(String).send(lines);
    },
  );

  app.get<{ Querystring: Static<typeof DownloadsQuery> }>(
    '/audit/downloads',
    {
      schema: {
        summary:
          'Who asked for packages of a template, for one package or file, and what became of it',
        tags,
        querystring: DownloadsQuery,
        response: { 200: DownloadsAnswer, ...errors },
      },
    },
    async (request) => {
      const { of, since } = request.query;
      const from = since === undefined ? undefined : inUtc(since);
      const downloads = await audit.around(attempt(request, request.query), () =>
        downloadsOf(store, of, from),
      );
      return { downloads };
    },
  );
}

/** As the records have their moments, so that they can be compared as texts. */
function inUtc(moment: string): string {
  return new Date(moment).toISOString();
}
