import { HfitError } from '@hot-fixture/errors';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Store } from '../../store/tables.js';
import {
  createTemplate,
  digestOf,
  getTemplate,
  replaceTemplate,
  type StoredTemplate,
} from '../../store/templates.js';
import { userOf } from '../authenticate.js';
import { assertSeen } from '../etag.js';
import { errors, strict, TemplateName } from '../schemas.js';
import type { Service } from '../service.js';
import { type ArchivedTemplate, readTemplateArchive } from '../template-archive.js';
import { readTemplate } from '../template-body.js';
import { unifiedDiff } from '../unified-diff.js';
import { attempt, templateBody, textOf } from './templates.js';

const State = Type.Union([Type.Literal('untouched'), Type.Literal('new'), Type.Literal('updated')]);
const Report = strict({
  templates: Type.Array(
    strict({
      name: TemplateName,
      file: Type.String({ description: 'In the archive' }),
      state: State,
      diff: Type.Optional(Type.String({ description: 'Unified, where it is updated' })),
    }),
  ),
  untouched: Type.Integer(),
  new: Type.Integer(),
  updated: Type.Integer(),
});

const archiveTypes = ['application/gzip', 'application/x-gzip', 'application/octet-stream'];
const Archive = Type.Unknown({ description: 'A tar.gz of YAML templates' });
const archiveBody = {
  content: Object.fromEntries(archiveTypes.map((type) => [type, { schema: Archive }])),
};

/** What a change of templates would do, and many changes at once. */
export function templateChangeRoutes(app: FastifyInstance, service: Service): void {
  const { store, audit } = service;
  const tags = ['templates'];
  for (const type of archiveTypes) {
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, bytes, done) => {
      done(null, bytes);
    });
  }

  app.patch(
    '/packtmpl',
    {
      bodyLimit: 256 * 1024,
      schema: {
        summary: 'What replacing a template would change; nothing is changed',
        tags,
        body: templateBody,
        response: {
          200: {
            description: 'A unified diff, empty where nothing would change',
            content: { 'text/x-diff': { schema: Type.String() } },
          },
          ...errors,
        },
      },
    },
    async (request, reply) => {
      const { name, text } = readTemplate(textOf(request));
      const diff = await audit.around(attempt(request, 'show-template', name), async () => {
        await assertSeen(request, store, name);
        const kept = await getTemplate(store, userOf(request), name);
        return unifiedDiff(`a/${name}.yaml`, `b/${name}.yaml`, kept.text, text);
      });
      return reply.type('text/x-diff; charset=utf-8').serializer(String).send(diff);
    },
  );

  const archive = (summary: string) => ({
    bodyLimit: 1024 * 1024,
    schema: { summary, tags, body: archiveBody, response: { 200: Report, ...errors } },
  });

  app.patch('/packtmplpackupld', archive('What an archive of templates would change'), (request) =>
    audit.around(attempt(request, 'list-templates'), async () =>
      reportOf(await planOf(request, store)),
    ),
  );

  app.post(
    '/packtmplpackupld',
    archive('Adds and replaces the templates of an archive: all of them, or none'),
    async (request) => {
      const archived = await archivedOf(request);
      const details = Object.fromEntries(
        archived.map(({ template }) => [template.name, digestOf(template.text)]),
      );
      const event = { ...attempt(request, 'upload-templates'), details: { templates: details } };
      return audit.within(event, async (transaction) => {
        const plan = await planOf(request, transaction, archived);
        for (const { template, state } of plan) {
          if (state === 'new') await createTemplate(transaction, userOf(request), template);
          if (state === 'updated') await replaceTemplate(transaction, userOf(request), template);
        }
        return reportOf(plan);
      });
    },
  );
}

type Step = ArchivedTemplate & { state: Static<typeof State>; diff?: string };

async function planOf(
  request: FastifyRequest,
  store: Store,
  archived?: readonly ArchivedTemplate[],
): Promise<Step[]> {
  const plan: Step[] = [];
  for (const one of archived ?? (await archivedOf(request))) {
    const { name, text } = one.template;
    const kept = await findTemplate(store, request, name);
    if (!kept) plan.push({ ...one, state: 'new' });
    else if (kept.text === text) plan.push({ ...one, state: 'untouched' });
    else {
      const diff = unifiedDiff(`a/${name}.yaml`, `b/${name}.yaml`, kept.text, text);
      plan.push({ ...one, state: 'updated', diff });
    }
  }
  return plan;
}

function archivedOf({ body }: FastifyRequest): Promise<ArchivedTemplate[]> {
  if (Buffer.isBuffer(body) && body.length > 0) return readTemplateArchive(body);
  throw new HfitError('HFIT_REQUEST_INVALID', { reason: 'the body must be a tar.gz' });
}

async function findTemplate(
  store: Store,
  request: FastifyRequest,
  name: string,
): Promise<StoredTemplate | null> {
  try {
    return await getTemplate(store, userOf(request), name);
  } catch (error) {
    if (error instanceof HfitError && error.code === 'HFIT_TEMPLATE_UNKNOWN') return null;
    throw error;
  }
}

function reportOf(plan: readonly Step[]): Static<typeof Report> {
  const count = (wanted: Step['state']) => plan.filter(({ state }) => state === wanted).length;
  return {
    templates: plan.map(({ file, template: { name }, state, diff }) => ({
      name,
      file,
      state,
      ...(diff !== undefined && { diff }),
    })),
    untouched: count('untouched'),
    new: count('new'),
    updated: count('updated'),
  };
}
