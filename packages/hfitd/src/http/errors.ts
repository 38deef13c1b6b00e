import { type Code, codes, type Definition, HfitError, kinds } from '@hot-fixture/errors';
import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { WaitError } from '../access/wait-error.js';
import type { ProblemAnswer } from './schemas.js';

/** What stands on every answer. */
export function commonHeaders(requestId: string): Record<string, string> {
  return {
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  };
}

/** Answers any error in the one shape that clients know: a problem document of RFC 9457. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = asHfitError(error, request.id);
  logError(request.log, known, error);
  if (known.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  if (known instanceof WaitError) reply.header('retry-after', String(known.seconds));
  const problem = problemOf(shownOf(known, request.id), request.id);
  void reply
    // A path that cannot be read comes here before any hook has run.
    .headers(commonHeaders(request.id))
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .serializer(String)
    .send(JSON.stringify(problem));
}

/** The status of the answer that a code is told with. */
function statusOf(code: Code): number {
  const { kind, status }: Definition = codes[code];
  return status ?? kinds[kind].status;
}

/** An error as RFC 9457 has it, with our own fields beside. */
export function problemOf(error: HfitError, requestId: string): ProblemAnswer {
  const { code, what, where, todo } = error.toJSON();
  return {
    type: `/problems/${code}`,
    title: titleOf(code),
    status: statusOf(code),
    detail: what,
    instance: `urn:uuid:${requestId}`,
    code,
    what,
    ...(where !== undefined && { where }),
    todo,
  };
}

/** The same for every error of a code, as a title must be: its text with the blanks left blank. */
export function titleOf(code: Code): string {
  return codes[code].what;
}

const telling = new Set<Code>([
  'HFIT_DATABASE_UNREACHABLE',
  'HFIT_DATABASE_LOST',
  'HFIT_ACCOUNT_WRITES',
]);

/** Where production is, and as whom it is read, is for the log: drivers tell it in their reasons. */
export function shownOf(known: HfitError, request: string): HfitError {
  const tells = telling.has(known.code);
  return tells ? new HfitError('HFIT_SOURCE_UNAVAILABLE', { request }) : known;
}

export function answerUnknownRoute(request: FastifyRequest, reply: FastifyReply): void {
  const [path = ''] = request.url.split('?');
  const values = { method: request.method, path: path.slice(0, 200) };
  answerError(new HfitError('HFIT_ROUTE_UNKNOWN', values), request, reply);
}

/** Ours as they are; fastify's about the request in our words; of others nothing gets out. */
export function asHfitError(error: unknown, requestId: string): HfitError {
  if (error instanceof HfitError) return error;
  const { statusCode = 500, message, code } = error as FastifyError;
  if (error instanceof Error && statusCode >= 400 && statusCode < 500) {
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new HfitError('HFIT_BODY_TOO_LARGE', {});
    if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new HfitError('HFIT_BODY_TYPE', {});
    return new HfitError('HFIT_REQUEST_INVALID', { reason: message }, { cause: error });
  }
  return new HfitError('HFIT_INTERNAL', { request: requestId }, { cause: error });
}

/**
 * Logs an error without what may hold values: of unknown ones only the kind and the places in the
 * code, of ours the text only where it is about a server.
 */
export function logError(log: FastifyBaseLogger, known: HfitError, error: unknown): void {
  if (known.kind === 'internal') {
    const { name, code, stack } = error as NodeJS.ErrnoException;
    const places = stack?.split('\n').filter((line) => /^\s+at /.test(line));
    log.error({ code: known.code, error: name, reason: code, places }, 'the request failed');
  } else if (known.kind === 'unavailable') {
    log.warn({ code: known.code, what: known.what }, 'the request failed');
  } else {
    log.info({ code: known.code }, 'the request was refused');
  }
}
