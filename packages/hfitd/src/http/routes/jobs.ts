import { setTimeout as wait } from 'node:timers/promises';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempt, AuditAction } from '../../audit/event.js';
import { recordFailure } from '../../audit/record-failure.js';
import type { Format } from '../../build/accept.js';
import { JobAnswer, jobDocument } from '../../jobs/document.js';
import { getJob, listJobs } from '../../store/jobs/requests.js';
import { packageOf, packagesOf } from '../../store/packages.js';
import type { Job } from '../../store/tables/jobs.js';
import { getTemplate } from '../../store/templates.js';
import { revokedSignal, rightsOf, userOf } from '../authenticate.js';
import { errors, Parameters, strict, TemplateName } from '../schemas.js';
import type { Service } from '../service.js';
import { exact } from './packages.js';

const JobRequest = strict({
  template: TemplateName,
  parameters: Type.Optional(Parameters),
  format: Type.Optional(
    Type.Union([Type.Literal('package'), Type.Literal('script'), Type.Literal('lines')]),
  ),
  fresh: Type.Optional(Type.Boolean({ description: 'Nothing that was built before will do' })),
  max_age: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 31_622_400, description: 'Seconds; older will not do' }),
  ),
});
export const JobParams = strict({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const Waiting = strict({
  wait: Type.Optional(Type.String({ pattern: '^[0-9]{1,2}$', description: 'Seconds, up to 60' })),
});
const Listing = strict({ limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$' })) });
const IdempotencyKey = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
});

/** How often a job is looked at for a client that waits, in milliseconds. */
const look = 100;
const ended: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled']);

/** Packages that are built in the background. */
export function jobRoutes(app: FastifyInstance, service: Service): void {
  const { store, audit, background } = service;
  const { jobs } = background;
  const tags = ['packages'];
  const document = async (job: Job) => jobDocument(job, await packageOf(store, job));

  app.post<{
    Body: Static<typeof JobRequest>;
    Headers: Static<typeof IdempotencyKey>;
  }>(
    '/packages',
    {
      bodyLimit: 64 * 1024,
      schema: {
        summary: 'Asks for a package, which is built in the background',
        description:
          'What was built for the same request, and is not too old, is given again. The same ' +
          'Idempotency-Key gives the same job.',
        tags,
        headers: IdempotencyKey,
        body: JobRequest,
        response: { 202: JobAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { template: name, parameters = {}, format = 'package', fresh = false } = request.body;
      const user = userOf(request);
      const template = await recordFailure(audit, attempt(request, 'request-package', name), () =>
        getTemplate(store, user, name),
      );
      const job = await jobs.ask({
        request: request.id,
        user,
        rights: rightsOf(request),
        template,
        parameters: exact(parameters),
        format: format as Format,
        fresh,
        maxAge: request.body.max_age === undefined ? undefined : request.body.max_age * 1000,
        idempotencyKey: request.headers['idempotency-key'],
      });
      return reply
        .code(202)
        .header('location', request.url.replace(/\?.*/, '').concat(`/${job.id}`))
        .send(await document(job));
    },
  );

  app.get<{ Querystring: Static<typeof Listing> }>(
    '/packages',
    {
      schema: {
        summary: 'The packages that you have asked for, the newest first',
        tags,
        querystring: Listing,
        response: { 200: strict({ packages: Type.Array(JobAnswer) }), ...errors },
      },
    },
    (request) =>
      audit.around(attempt(request, 'list-packages'), async () => {
        const found = await listJobs(store, userOf(request), Number(request.query.limit ?? 100));
        const built = await packagesOf(store, found);
        return { packages: found.map((job) => jobDocument(job, built.get(job.package_id ?? ''))) };
      }),
  );

  app.get<{ Params: Static<typeof JobParams>; Querystring: Static<typeof Waiting> }>(
    '/packages/:id',
    {
      schema: {
        summary: 'How a package is coming on',
        description: 'With wait, it answers when something has changed, or after so many seconds.',
        tags,
        params: JobParams,
        querystring: Waiting,
        response: { 200: JobAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const user = userOf(request);
      // A client asks again and again: that it may see the job at all is what is recorded.
      let job = await recordFailure(audit, attempt(request, 'show-package', id), () =>
        getJob(store, user, id),
      );
      const { changed_at, state } = job;
      const signal = revokedSignal(request);
      const until = Date.now() + Math.min(60, Number(request.query.wait ?? 0)) * 1000;
      while (!ended.has(job.state) && Date.now() < until && !background.isStopping) {
        if (job.changed_at !== changed_at || job.state !== state) break;
        await wait(look, undefined, { signal }).catch(() => {});
        signal.throwIfAborted();
        if (reply.raw.closed) break;
        job = await getJob(store, user, id);
      }
      return document(job);
    },
  );

  app.delete<{ Params: Static<typeof JobParams> }>(
    '/packages/:id',
    {
      schema: {
        summary: 'Cancels a job that has not ended',
        tags,
        params: JobParams,
        response: { 202: JobAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const job = await jobs.cancel(request.id, userOf(request), request.params.id);
      return reply.code(202).send(await document(job));
    },
  );

  app.post<{ Params: Static<typeof JobParams> }>(
    '/packages/:id/retry',
    {
      schema: {
        summary: 'Tries a job again that failed or was cancelled',
        tags,
        params: JobParams,
        response: { 202: JobAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const job = await jobs.retry(request.id, user, rightsOf(request), request.params.id);
      return reply.code(202).send(await document(job));
    },
  );
}

function attempt(request: FastifyRequest, action: AuditAction, target?: string): Attempt {
  const who = userOf(request).email;
  return { request: request.id, who, action, ...(target !== undefined && { target }) };
}
