import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { recordedParameters } from '../../audit/parameters.js';
import { recordFailure } from '../../audit/record-failure.js';
import { getTemplate } from '../../store/templates.js';
import { rightsOf, userOf } from '../authenticate.js';
import { errors, PackageRequest, strict, TemplateParams } from '../schemas.js';
import type { Service } from '../service.js';
import { endOf } from '../stream.js';
import { exact } from './packages.js';

const EstimateAnswer = strict({
  rows: Type.Integer({ description: 'About how many rows will come' }),
  bytes: Type.Integer(),
  tables: Type.Array(
    strict({
      table: Type.String(),
      rows: Type.Integer(),
      bytes: Type.Integer(),
      of: Type.Integer({ description: 'How many the table has, about' }),
    }),
  ),
  warnings: Type.Array(Type.String()),
});

/** About what a package would bring, before it is built. */
export function estimateRoutes(app: FastifyInstance, service: Service): void {
  const { store, audit, downloads } = service;

  app.post<{ Params: Static<typeof TemplateParams>; Body: Static<typeof PackageRequest> }>(
    '/packestimate/:name',
    {
      bodyLimit: 64 * 1024,
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        summary: 'About how many rows and bytes a package would bring',
        description: 'By counts, and the statistics of the sources; nothing is built.',
        tags: ['packages'],
        params: TemplateParams,
        body: PackageRequest,
        response: { 200: EstimateAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const user = userOf(request);
      const parameters = exact(request.body.parameters ?? {});
      const attempt = {
        ...{ request: request.id, who: user.email, target: name },
        action: 'estimate-package' as const,
      };
      const template = await recordFailure(audit, attempt, () => getTemplate(store, user, name));
      const details = { parameters: recordedParameters(parameters, template.text) };
      return audit.around({ ...attempt, details }, async () => {
        const end = endOf(request, reply);
        const leave = await downloads.line.enter(end, user.id);
        try {
          const wish = {
            template,
            parameters,
            format: 'lines' as const,
            rights: rightsOf(request),
          };
          const extraction = await service.builder.open(wish, end, () => end.throwIfAborted());
          try {
            const tables = [...(await extraction.estimate())];
            const sum = (of: 'rows' | 'bytes') => tables.reduce((all, it) => all + it[of], 0);
            const whole = tables.map((it) => ({ ...it, bytes: Math.round(it.bytes) }));
            const { warnings } = extraction;
            return {
              ...{ rows: sum('rows'), bytes: Math.round(sum('bytes')) },
              ...{ tables: whole, warnings: [...warnings] },
            };
          } finally {
            await extraction.close();
          }
        } finally {
          leave();
        }
      });
    },
  );
}
