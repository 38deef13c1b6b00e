import { HfitError } from '@hot-fixture/errors';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempt } from '../../audit/event.js';
import { recordedParameters } from '../../audit/parameters.js';
import { recordFailure } from '../../audit/record-failure.js';
import { readContent } from '../../jobs/content.js';
import { getJob } from '../../store/jobs/requests.js';
import { packageOf } from '../../store/packages.js';
import { withApproval } from '../../store/team-templates.js';
import { rightsOf, userOf } from '../authenticate.js';
import { readRange } from '../range.js';
import { errors } from '../schemas.js';
import type { Service } from '../service.js';
import { JobParams } from './jobs.js';

/** Gives out what jobs have built. */
export function jobContentRoutes(app: FastifyInstance, service: Service): void {
  const { store, audit, storage, reading } = service;
  const tags = ['packages'];

  app.get<{ Params: Static<typeof JobParams> }>(
    '/packages/:id/content',
    {
      schema: {
        summary: 'The package',
        description:
          'Ranges, If-Range with the ETag, and Repr-Digest (RFC 9530): a download that was cut ' +
          'can go on where it ended. A package that was changed in the storage is cut off before ' +
          'its end.',
        tags,
        params: JobParams,
        response: {
          200: {
            description: 'All of it',
            content: { 'application/gzip': { schema: Type.String({ format: 'binary' }) } },
          },
          206: {
            description: 'The range that was asked for',
            content: { 'application/gzip': { schema: Type.String({ format: 'binary' }) } },
          },
          ...errors,
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const isHead = request.method === 'HEAD';
      const { job, built } = isHead
        ? await audit.around(attempt(request, id), () => contentOf(request, id))
        : await recordFailure(audit, attempt(request, id), () => contentOf(request, id));
      const etag = `"${built.digest}"`;
      const span = readRange(request.headers, built.size, etag);
      const part = span ?? { first: 0, last: built.size - 1 };
      const headers = {
        'content-type': built.content_type,
        'content-length': String(part.last - part.first + 1),
        'content-disposition': `attachment; filename="${built.file_name}"`,
        'accept-ranges': 'bytes',
        etag,
        'repr-digest': `sha-256=:${Buffer.from(built.digest, 'hex').toString('base64')}:`,
        'hfit-warnings': built.warnings,
        ...(span && { 'content-range': `bytes ${part.first}-${part.last}/${built.size}` }),
      };
      const status = span ? 206 : 200;
      if (isHead) {
        // Fastify would tell the length of what it sends, which is nothing.
        const all = { ...(reply.getHeaders() as Record<string, string>), ...headers };
        reply.hijack();
        reply.raw.writeHead(200, all).end();
        return reply;
      }
      const details = {
        template: job.template,
        digest: job.digest,
        parameters: recordedParameters(JSON.parse(job.parameters), job.text),
        format: job.format,
        package: built.digest,
        ...(built.policy !== null && { policy: built.policy }),
        ...(span && { range: span }),
      };
      const download = { ...attempt(request, id), details };
      return reading.streams.send(request, reply, download, async () => ({
        status,
        headers,
        pieces: await readContent(store, storage, built, span),
      }));
    },
  );

  /** The package of a job, for as long as its user could have it built, by the policy of now. */
  async function contentOf(request: FastifyRequest, id: string) {
    const user = userOf(request);
    const job = await getJob(store, user, id);
    if (job.state !== 'done') throw new HfitError('HFIT_JOB_UNFINISHED', { state: job.state });
    const built = await packageOf(store, job);
    // As it is when it is built, so that the keys of the rights can be the same.
    const it = await withApproval(store, user, { name: job.template, digest: job.digest });
    if (it.needsApproval && !it.approved) {
      throw new HfitError('HFIT_TEMPLATE_UNAPPROVED', { template: it.name });
    }
    const rights = rightsOf(request);
    if (!built || !rights.mayRun(it) || built.rights_key !== rights.within(it).key) {
      throw new HfitError('HFIT_JOB_GONE', {});
    }
    if (built.policy !== service.rules.digest) throw new HfitError('HFIT_JOB_POLICY', {});
    return { job, built };
  }
}

function attempt(request: FastifyRequest, target: string): Attempt {
  const who = userOf(request).email;
  const action = request.method === 'HEAD' ? 'show-package' : 'download-package';
  return { request: request.id, who, action, target };
}
