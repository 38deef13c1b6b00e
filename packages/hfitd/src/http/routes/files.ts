import { HfitError } from '@hot-fixture/errors';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempt, AuditAction } from '../../audit/event.js';
import { readFilters } from '../../volumes/filters.js';
import { bestFile, lineOf, listFiles, type Volume } from '../../volumes/list.js';
import { type Leaving, openLeaving } from '../../volumes/open.js';
import { rightsOf, userOf } from '../authenticate.js';
import { readRange } from '../range.js';
import { errors, strict } from '../schemas.js';
import type { Service } from '../service.js';

const VolumeName = Type.String({ minLength: 1, maxLength: 63 });
const VolumeParams = strict({ volume: VolumeName });
const FileParams = strict({ volume: VolumeName, '*': Type.String() });

const Path = Type.Optional(Type.String({ maxLength: 8192 }));
const filters = {
  'filter[]': Type.Optional(
    Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 20 })], {
      description: 'As in: name:*.pdf, mtime:7, size:>1000, sort:mtime:desc',
    }),
  ),
  folder: Path,
};
const ListQuery = strict(filters);
const DownloadQuery = strict({ ...filters, path: Path, path64: Path });

const bytes = { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } };

/** The files of volumes, as far as the policy lets them leave. */
export function fileRoutes(app: FastifyInstance, service: Service): void {
  const { audit } = service;
  const { streams, volumes, digests } = service.reading;
  const tags = ['files'];

  const namesOf = (request: FastifyRequest) =>
    Object.keys(volumes).filter((name) => rightsOf(request).maySeeVolume(name));

  const volumeOf = (request: FastifyRequest, wanted: string): Volume => {
    const name = namesOf(request).find((it) => it.toLowerCase() === wanted.toLowerCase());
    if (name === undefined) throw new HfitError('HFIT_VOLUME_UNKNOWN', { volume: wanted });
    const folder = volumes[name] as string;
    return { name, folder, policy: rightsOf(request).policyOf(service.rules.policy) };
  };

  const leavingOf = async (
    request: FastifyRequest,
    volume: Volume,
    path: string | Buffer,
  ): Promise<Leaving> => {
    const isAsked = /\bsha-256\b/i.test(String(request.headers['want-repr-digest'] ?? ''));
    // HEAD too: it tells the digest. That a file is there shows in the list at any hour.
    rightsOf(request).assertOpen({ volume: volume.name });
    const file = await openLeaving(volume, path, digests, isAsked);
    const { bytes: most } = rightsOf(request).limits;
    if (most === undefined || file.size <= most) return file;
    await file.close();
    throw new HfitError('HFIT_BYTES_LIMIT', { most });
  };

  app.get(
    '/volumes',
    {
      schema: {
        summary: 'The volumes',
        tags,
        response: {
          200: strict({ volumes: Type.Array(strict({ name: Type.String() })) }),
          ...errors,
        },
      },
    },
    async (request) =>
      audit.around(attempt(request, 'list-volumes'), async () => ({
        volumes: namesOf(request).map((name) => ({ name })),
      })),
  );

  app.get<{ Params: Static<typeof VolumeParams> }>(
    '/volumes/:volume',
    {
      schema: {
        summary: 'Whether there is such a volume',
        tags,
        params: VolumeParams,
        response: { 200: strict({ name: Type.String() }), ...errors },
      },
    },
    async (request) => {
      const { volume } = request.params;
      return audit.around(attempt(request, 'list-volumes', volume), async () => ({
        name: volumeOf(request, volume).name,
      }));
    },
  );

  app.get<{ Params: Static<typeof VolumeParams>; Querystring: Static<typeof ListQuery> }>(
    '/files/:volume/list',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'The files of a volume, as its folders are walked',
        description: 'A line of JSON each: name, path, size, modtime, isdir.',
        tags,
        params: VolumeParams,
        querystring: ListQuery,
        response: {
          200: {
            description: 'All that may leave; in an order, where one is asked for',
            content: { 'application/x-ndjson': { schema: Type.String() } },
          },
          ...errors,
        },
      },
    },
    async (request, reply) => {
      const { folder = '' } = request.query;
      const texts = [request.query['filter[]'] ?? []].flat();
      const details = { folder, filters: texts };
      const target = request.params.volume;
      const recorded = { ...attempt(request, 'list-files', target), details };
      return streams.send(request, reply, recorded, async (end) => {
        const volume = volumeOf(request, target);
        const found = listFiles(volume, readFilters(texts), folder, end);
        let count = 0;
        const pieces = async function* () {
          for await (const entry of found) {
            count += 1;
            yield lineOf(entry);
          }
        };
        return {
          headers: { 'content-type': 'application/x-ndjson' },
          pieces: pieces(),
          details: () => ({ files: count }),
        };
      });
    },
  );

  app.get<{ Params: Static<typeof VolumeParams>; Querystring: Static<typeof DownloadQuery> }>(
    '/files/:volume/download',
    {
      exposeHeadRoute: false,
      schema: {
        summary: 'A file: that of a path, or the first that fits the filters',
        description:
          'Takes range, if-range and if-none-match. repr-digest (RFC 9530) holds the SHA-256 of ' +
          'the whole file; of one above 64 MiB, where want-repr-digest asks for it.',
        tags,
        params: VolumeParams,
        querystring: DownloadQuery,
        response: {
          200: { description: 'The file', content: bytes },
          206: { description: 'A range of it', content: bytes },
          304: { description: 'The client has it', content: bytes },
          ...errors,
        },
      },
    },
    async (request, reply) => {
      const { query, headers, params } = request;
      const details = { ...query };
      const recorded = { ...attempt(request, 'download-file', params.volume), details };
      return streams.send(request, reply, recorded, async (end) => {
        const volume = volumeOf(request, params.volume);
        const file = await leavingOf(request, volume, await pathOf(volume, query, end));
        try {
          const isKnown = headers['if-none-match']?.includes(file.etag) === true;
          const range = isKnown ? null : readRange(headers, file.size, file.etag);
          const { first, last } = range ?? { first: 0, last: file.size - 1 };
          const status = isKnown ? 304 : range ? 206 : 200;
          const pieces = async function* () {
            try {
              if (!isKnown) yield* file.read(first, last);
            } finally {
              await file.close();
            }
          };
          return {
            status,
            headers: {
              ...headersOf(file),
              ...(isKnown ? {} : { 'content-length': String(last - first + 1) }),
              ...(range && { 'content-range': `bytes ${first}-${last}/${file.size}` }),
            },
            pieces: pieces(),
            details: () => ({ volume: volume.name, path: file.path, sha256: file.digest }),
          };
        } catch (error) {
          await file.close();
          throw error;
        }
      });
    },
  );

  app.head<{ Params: Static<typeof FileParams> }>(
    '/files/:volume/*',
    {
      schema: {
        summary: 'What a download would say of a file',
        tags,
        params: FileParams,
        response: { 200: { description: 'The headers of a download', content: bytes }, ...errors },
      },
    },
    async (request, reply) => {
      const { volume: name, '*': path } = request.params;
      const recorded = { ...attempt(request, 'show-file', name), details: { path } };
      const headers = await audit.around(recorded, async () => {
        const file = await leavingOf(request, volumeOf(request, name), path);
        await file.close();
        return { ...headersOf(file), 'content-length': String(file.size) };
      });
      return reply.headers(headers).send();
    },
  );
}

/** The path that is asked for, or that of the best match. */
async function pathOf(
  volume: Volume,
  { path, path64, folder, 'filter[]': texts }: Static<typeof DownloadQuery>,
  end: AbortSignal,
): Promise<string | Buffer> {
  const isSearch = folder !== undefined || texts !== undefined;
  if ([path, path64, isSearch || undefined].filter((it) => it !== undefined).length !== 1) {
    const reason = 'ask either for a path, or for the best match in a folder by filters';
    throw new HfitError('HFIT_REQUEST_INVALID', { reason });
  }
  if (path !== undefined) return path;
  if (path64 !== undefined) return Buffer.from(path64, 'base64url');
  const best = await bestFile(volume, readFilters([texts ?? []].flat()), folder ?? '', end);
  return best.bytes ?? best.path;
}

function headersOf({ path, modified, etag, digest }: Leaving): Record<string, string> {
  const name = encodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
  return {
    'content-type': 'application/octet-stream',
    // Percent-encoded, so that no line break of a name gets into a header (RFC 8187).
    'content-disposition': `attachment; filename*=UTF-8''${name.replace(/['()*]/g, hex)}`,
    'last-modified': modified.toUTCString(),
    'accept-ranges': 'bytes',
    etag,
    ...(digest && { 'repr-digest': `sha-256=:${digest}:` }),
  };
}

const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

function attempt(request: FastifyRequest, action: AuditAction, target?: string): Attempt {
  const who = userOf(request).email;
  return { request: request.id, who, action, ...(target !== undefined && { target }) };
}
