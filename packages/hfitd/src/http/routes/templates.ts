import { HfitError } from '@hot-fixture/errors';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempt, AuditAction } from '../../audit/event.js';
import {
  createTemplate,
  deleteTemplate,
  digestOf,
  getTemplate,
  listTemplates,
  type NewTemplate,
  replaceTemplate,
} from '../../store/templates.js';
import { userOf } from '../authenticate.js';
import { assertSeen, etagOf, isFresh } from '../etag.js';
import { errors, strict, TemplateNameAnswer, TemplateParams, TemplatesAnswer } from '../schemas.js';
import type { Service } from '../service.js';
import { readTemplate } from '../template-body.js';

const Yaml = Type.String({ description: 'A template, as docs/templates.md tells' });
export const templateBody = {
  content: {
    'application/yaml': { schema: Yaml },
    'application/json': { schema: Type.Unknown({ description: 'The same as JSON' }) },
  },
};

const TeamQuery = strict({
  team: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
      description: 'The team that it is of; by default it is yours',
    }),
  ),
});

/** A template of a team is named with the team before it. */
function inTeam(
  { query }: { readonly query: Static<typeof TeamQuery> },
  template: NewTemplate,
): NewTemplate {
  return query.team === undefined
    ? template
    : { ...template, name: `${query.team}:${template.name}` };
}

/** The templates of whoever asks and of their teams; those of others do not exist. */
export function templateRoutes(app: FastifyInstance, service: Service): void {
  const { store, audit } = service;
  const tags = ['templates'];
  const bodyLimit = 256 * 1024;

  // A template is kept as the text that was sent, so JSON is not parsed here either.
  for (const type of ['application/yaml', 'application/json']) {
    app.removeContentTypeParser(type);
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, text, done) => {
      done(null, text);
    });
  }

  app.get(
    '/packtmpls',
    { schema: { summary: 'Your templates', tags, response: { 200: TemplatesAnswer, ...errors } } },
    async (request) =>
      audit.around(attempt(request, 'list-templates'), async () => ({
        templates: await listTemplates(store, userOf(request)),
      })),
  );

  app.get<{ Params: Static<typeof TemplateParams> }>(
    '/packtmpl/:name',
    {
      schema: {
        summary: 'The text of a template, as it was sent',
        tags,
        params: TemplateParams,
        response: { 200: { content: { 'application/yaml': { schema: Yaml } } }, ...errors },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const { text, digest } = await audit.around(attempt(request, 'show-template', name), () =>
        getTemplate(store, userOf(request), name),
      );
      reply.header('etag', etagOf(digest));
      if (isFresh(request, digest)) return reply.code(304).send();
      return reply.type('application/yaml; charset=utf-8').serializer(String).send(text);
    },
  );

  app.put<{ Querystring: Static<typeof TeamQuery> }>(
    '/packtmpl',
    {
      bodyLimit,
      schema: {
        summary: 'Adds a template',
        tags,
        querystring: TeamQuery,
        body: templateBody,
        response: { 201: TemplateNameAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const template = inTeam(request, readTemplate(textOf(request)));
      await audit.within(change(request, 'create-template', template), (transaction) =>
        createTemplate(transaction, userOf(request), template),
      );
      reply.header('etag', etagOf(digestOf(template.text)));
      return reply.code(201).send({ name: template.name });
    },
  );

  app.post<{ Querystring: Static<typeof TeamQuery> }>(
    '/packtmpl',
    {
      bodyLimit,
      schema: {
        summary: 'Replaces a template',
        tags,
        querystring: TeamQuery,
        body: templateBody,
        response: { 200: TemplateNameAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const template = inTeam(request, readTemplate(textOf(request)));
      await audit.within(change(request, 'replace-template', template), async (transaction) => {
        const seen = await assertSeen(request, transaction, template.name);
        await replaceTemplate(transaction, userOf(request), template, seen);
      });
      reply.header('etag', etagOf(digestOf(template.text)));
      return { name: template.name };
    },
  );

  app.delete<{ Params: Static<typeof TemplateParams> }>(
    '/packtmpl/:name',
    {
      schema: {
        summary: 'Deletes a template',
        tags,
        params: TemplateParams,
        response: { 204: Type.Null(), ...errors },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      await audit.within(attempt(request, 'delete-template', name), async (transaction) => {
        const seen = await assertSeen(request, transaction, name);
        await deleteTemplate(transaction, userOf(request), name, seen);
      });
      return reply.code(204).send();
    },
  );
}

/** @throws HFIT_REQUEST_INVALID */
export function textOf(request: FastifyRequest): string {
  if (typeof request.body === 'string' && request.body.trim() !== '') return request.body;
  throw new HfitError('HFIT_REQUEST_INVALID', { reason: 'the body must be a template' });
}

export function attempt(request: FastifyRequest, action: AuditAction, target?: string): Attempt {
  const who = userOf(request).email;
  return { request: request.id, who, action, ...(target !== undefined && { target }) };
}

function change(request: FastifyRequest, action: AuditAction, template: NewTemplate): Attempt {
  const details = { digest: digestOf(template.text) };
  return { ...attempt(request, action, template.name), details };
}
