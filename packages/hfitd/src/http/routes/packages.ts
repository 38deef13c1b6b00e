import { HfitError } from '@hot-fixture/errors';
import type { Static } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { recordedParameters } from '../../audit/parameters.js';
import { readAccept } from '../../build/accept.js';
import type { Begin } from '../../build/downloads.js';
import { getTemplate } from '../../store/templates.js';
import { revokedSignal, rightsOf, userOf } from '../authenticate.js';
import { asHfitError, logError } from '../errors.js';
import { errors, PackageRequest, TemplateParams } from '../schemas.js';
import type { Service } from '../service.js';
import { endOf } from '../stream.js';

const Bytes = Type.String({ format: 'binary' });

/** Builds a package from a template and sends it while it is built. */
export function packageRoutes(app: FastifyInstance, service: Service): void {
  const { streams } = service.reading;

  app.post<{ Params: Static<typeof TemplateParams>; Body: Static<typeof PackageRequest> }>(
    '/packdownload/:name',
    {
      bodyLimit: 64 * 1024,
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        summary: 'Builds a package and streams it',
        description:
          'What fails before the first byte answers an error. What fails later ends the ' +
          'connection before the body is complete. The header hfit-warnings holds a ' +
          'percent-encoded JSON list of texts.',
        tags: ['packages'],
        params: TemplateParams,
        body: PackageRequest,
        response: {
          200: {
            description: 'The package, one SQL script, or the dataset, as the accept header asks',
            content: {
              'application/gzip': { schema: Bytes },
              'application/sql': { schema: Type.String() },
              'application/x-ndjson': { schema: Type.String() },
            },
          },
          ...errors,
        },
      },
    },
    async (request, reply) => {
      const user = userOf(request);
      const format = readAccept(request.headers.accept);
      const parameters = exact(request.body.parameters ?? {});
      const { name } = request.params;
      const attempt = { request: request.id, who: user.email, action: 'package', target: name };
      const template = await getTemplate(service.store, user, name).catch(async (error) => {
        const recorded = recordedParameters(parameters, null);
        const details = { parameters: recorded, code: asHfitError(error, request.id).code };
        await service.audit.record({ ...attempt, action: 'package', outcome: 'failed', details });
        throw error;
      });
      const rights = rightsOf(request);
      const giveBack = await service.access
        .countPackage(user, template, rights)
        .catch(async (error) => {
          const recorded = recordedParameters(parameters, template.text);
          const details = { parameters: recorded, code: asHfitError(error, request.id).code };
          await service.audit.record({
            ...attempt,
            action: 'package',
            outcome: 'refused',
            details,
          });
          throw error;
        });
      const order = { request: request.id, user, template, parameters, format, rights };
      const revoked = revokedSignal(request);
      const gone = endOf(request, reply);
      try {
        const begin: Begin = (headers) => streams.begin(reply, { headers }, gone);
        const outcome = await service.downloads.send(order, begin, gone);
        if (revoked.aborted && !reply.raw.headersSent) throw revoked.reason;
        if (outcome === 'aborted') request.log.info('the client has gone away');
      } catch (error) {
        // Half of the body is out, and the cut connection says it.
        if (!reply.raw.headersSent) {
          await giveBack();
          throw error;
        }
        logError(request.log, asHfitError(error, request.id), error);
      }
      if (!reply.sent) reply.hijack();
      return reply;
    },
  );
}

/**
 * JSON rounds a whole number beyond 2^53, and the wrong row would be looked for.
 * @throws HFIT_REQUEST_INVALID
 */
export function exact(parameters: NonNullable<Static<typeof PackageRequest>['parameters']>) {
  for (const [name, value] of Object.entries(parameters)) {
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      const reason = `parameter ${name} is too large for a JSON number: write it as a string`;
      throw new HfitError('HFIT_REQUEST_INVALID', { reason });
    }
  }
  return parameters;
}
