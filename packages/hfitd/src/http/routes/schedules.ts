import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempt, AuditAction } from '../../audit/event.js';
import { recordedParameters } from '../../audit/parameters.js';
import { nextOf, parseCron } from '../../jobs/cron.js';
import { deleteSchedule, getSchedule, listSchedules, putSchedule } from '../../store/schedules.js';
import type { Schedule } from '../../store/tables/jobs.js';
import { getTemplate } from '../../store/templates.js';
import { userOf } from '../authenticate.js';
import { errors, Moment, Parameters, strict, TemplateName } from '../schemas.js';
import type { Service } from '../service.js';
import { exact } from './packages.js';

const ScheduleParams = strict({ name: Type.String({ pattern: '^[A-Za-z0-9_.-]{1,100}$' }) });
const ScheduleRequest = strict({
  template: TemplateName,
  parameters: Type.Optional(Parameters),
  format: Type.Optional(
    Type.Union([Type.Literal('package'), Type.Literal('script'), Type.Literal('lines')]),
  ),
  cron: Type.String({ maxLength: 200, description: 'As in: 30 5 * * 1-5' }),
  zone: Type.Optional(Type.String({ maxLength: 100, description: 'As in: Europe/Berlin' })),
});
const ScheduleAnswer = strict({
  name: Type.String(),
  template: TemplateName,
  parameters: Type.Unknown(),
  format: Type.String(),
  cron: Type.String(),
  zone: Type.String(),
  next_at: Moment,
  last_job: Type.Union([Type.String(), Type.Null()]),
});

/** Packages that are built at set times. */
export function scheduleRoutes(app: FastifyInstance, service: Service): void {
  const { store, audit } = service;
  const tags = ['packages'];

  app.get(
    '/schedules',
    {
      schema: {
        summary: 'Your schedules',
        tags,
        response: { 200: strict({ schedules: Type.Array(ScheduleAnswer) }), ...errors },
      },
    },
    (request) =>
      audit.around(attempt(request, 'list-schedules'), async () => ({
        schedules: (await listSchedules(store, userOf(request))).map(documentOf),
      })),
  );

  app.get<{ Params: Static<typeof ScheduleParams> }>(
    '/schedules/:name',
    {
      schema: {
        summary: 'One of your schedules',
        tags,
        params: ScheduleParams,
        response: { 200: ScheduleAnswer, ...errors },
      },
    },
    (request) =>
      audit.around(attempt(request, 'show-schedule', request.params.name), async () =>
        documentOf(await getSchedule(store, userOf(request), request.params.name)),
      ),
  );

  app.put<{ Params: Static<typeof ScheduleParams>; Body: Static<typeof ScheduleRequest> }>(
    '/schedules/:name',
    {
      bodyLimit: 64 * 1024,
      schema: {
        summary: 'Sets a schedule, in the place of one of the same name',
        tags,
        params: ScheduleParams,
        body: ScheduleRequest,
        response: { 200: ScheduleAnswer, ...errors },
      },
    },
    async (request) => {
      const { name } = request.params;
      const { template, parameters = {}, cron, zone = 'UTC', format = 'package' } = request.body;
      const user = userOf(request);
      // Of a template that is not there, nobody knows which parameters are secret.
      const text = await getTemplate(store, user, template).then(
        (found) => found.text,
        () => null,
      );
      const recorded = recordedParameters(parameters, text);
      const details = { template, parameters: recorded, cron, zone };
      return audit.within(
        { ...attempt(request, 'set-schedule', name), details },
        async (inside) => {
          const next_at = nextOf(parseCron(cron, zone), Date.now()) as number;
          // That it is there is asked again each time, and whether it may be run.
          await getTemplate(inside, user, template);
          await putSchedule(inside, user, {
            ...{ name, template, format, cron, zone, next_at },
            parameters: JSON.stringify(exact(parameters)),
          });
          return documentOf(await getSchedule(inside, user, name));
        },
      );
    },
  );

  app.delete<{ Params: Static<typeof ScheduleParams> }>(
    '/schedules/:name',
    {
      schema: {
        summary: 'Deletes a schedule; what it has built stays',
        tags,
        params: ScheduleParams,
        response: { 204: Type.Null(), ...errors },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      await audit.within(attempt(request, 'delete-schedule', name), (inside) =>
        deleteSchedule(inside, userOf(request), name),
      );
      return reply.code(204).send();
    },
  );
}

function documentOf(schedule: Schedule): Static<typeof ScheduleAnswer> {
  const { name, template, format, cron, zone, last_job } = schedule;
  return {
    ...{ name, template, format, cron, zone, last_job },
    parameters: JSON.parse(schedule.parameters),
    next_at: new Date(Math.min(schedule.next_at, 8.64e15)).toISOString(),
  };
}

function attempt(request: FastifyRequest, action: AuditAction, target?: string): Attempt {
  const who = userOf(request).email;
  return { request: request.id, who, action, ...(target !== undefined && { target }) };
}
