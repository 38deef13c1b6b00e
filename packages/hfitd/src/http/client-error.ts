import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { HfitError } from '@hot-fixture/errors';
import type { Logger } from 'pino';
import { commonHeaders, logError, problemOf } from './errors.js';

/** A socket with the answer that is being sent to it, which Node keeps there. */
type Answering = Socket & { readonly _httpMessage?: { readonly headersSent: boolean } };

/** Answers what is no HTTP, and so never becomes a request, as all else is answered. */
export function answerClientError(log: Logger) {
  return (error: NodeJS.ErrnoException, socket: Answering): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    // Behind an answer that is half out, another one would be taken for a part of it.
    if (socket.writable && socket._httpMessage?.headersSent !== true) {
      const id = randomUUID();
      const known = knownOf(error);
      logError(log.child({ reqId: id }), known, error);
      socket.write(answerOf(known, id));
    }
    socket.destroy();
  };
}

function knownOf(cause: NodeJS.ErrnoException): HfitError {
  if (cause.code === 'HPE_HEADER_OVERFLOW')
    return new HfitError('HFIT_HEADERS_TOO_LARGE', {}, { cause });
  if (cause.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new HfitError('HFIT_REQUEST_SLOW', {}, { cause });
  return new HfitError('HFIT_REQUEST_INVALID', { reason: 'it is no HTTP' }, { cause });
}

function answerOf(known: HfitError, id: string): string {
  const problem = problemOf(known, id);
  const body = JSON.stringify(problem);
  const headers = {
    ...commonHeaders(id),
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`;
}
