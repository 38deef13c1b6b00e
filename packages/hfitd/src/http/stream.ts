import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { HfitError } from '@hot-fixture/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Audit } from '../audit/audit.js';
import type { Attempt, AuditOutcome } from '../audit/event.js';
import { inChunks } from '../build/chunks.js';
import { revokedSignal } from './authenticate.js';
import { asHfitError, logError } from './errors.js';

/** How long a client may take nothing of its answer where no setting says it, in milliseconds. */
const defaultPatience = 120_000;

/** An answer that is sent while it is read. */
export interface Streamed {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Read once, and closed where it is not read to its end. */
  readonly pieces: AsyncIterable<string | Uint8Array>;
  /** How many bytes may leave at most. */
  readonly most?: number | undefined;
  /** What the record says of it at its end. */
  readonly details?: () => Readonly<Record<string, unknown>>;
}

/** Fires when the client has gone, or may not have the answer any more. */
export function endOf(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return AbortSignal.any([gone.signal, revokedSignal(request)]);
}

/** Sends answers while they are read, and waits for all of them before the sources are closed. */
export class Streams {
  readonly #audit: Audit;
  readonly #patience: number;
  readonly #running = new Set<Promise<unknown>>();

  /** @param patience see `begin` */
  constructor(audit: Audit, patience = defaultPatience) {
    this.#audit = audit;
    this.#patience = patience;
  }

  /**
   * Sends the head of an answer, and gives what its body is written to. A client that takes nothing
   * of that for one to two times the patience is cut off: it holds a connection to a source.
   */
  begin(
    reply: FastifyReply,
    { status = 200, headers }: Pick<Streamed, 'status' | 'headers'>,
    end: AbortSignal,
  ): ServerResponse {
    const { raw } = reply;
    reply.hijack();
    raw.setTimeout(this.#patience, () => {
      if (raw.writableLength > 0) raw.destroy();
    });
    // Who waits for a reader to take more hears of no signal.
    end.addEventListener('abort', () => raw.destroy(), { once: true });
    return raw.writeHead(status, { ...(reply.getHeaders() as Record<string, string>), ...headers });
  }

  /**
   * Sends one answer. What fails before its first byte is thrown; what fails later cuts the
   * connection, so that nobody takes a part for the whole.
   * @param open gives the answer, and is recorded where it fails
   * @throws HFIT_AUDIT_FAILED, and what `open` and the first piece throw
   */
  send(
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: Attempt,
    open: (end: AbortSignal) => Promise<Streamed>,
  ): Promise<FastifyReply> {
    const sending = this.#send(request, reply, attempt, open);
    const ended = sending.catch(() => {});
    this.#running.add(ended);
    void ended.then(() => this.#running.delete(ended));
    return sending;
  }

  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #send(
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: Attempt,
    open: (end: AbortSignal) => Promise<Streamed>,
  ): Promise<FastifyReply> {
    const end = endOf(request, reply);
    const startedAt = performance.now();
    let bytes = 0;
    let streamed: Streamed | undefined;
    let chunks: AsyncGenerator<Buffer> | undefined;
    let began = false;
    const record = (outcome: AuditOutcome, more: object = {}) => {
      const seconds = Math.round(performance.now() - startedAt) / 1000;
      const measured = began ? { bytes, seconds } : {};
      const details = { ...attempt.details, ...streamed?.details?.(), ...measured, ...more };
      return this.#audit.record({ ...attempt, outcome, details });
    };
    try {
      streamed = await open(end);
      chunks = inChunks(streamed.pieces);
      // What fails at once shall answer with an error, not with half an answer.
      const { most = Infinity } = streamed;
      const counted = (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > most) throw new HfitError('HFIT_BYTES_LIMIT', { most });
        return chunk;
      };
      const first = await chunks.next();
      if (!first.done) counted(first.value);
      end.throwIfAborted();
      await this.#audit.record({ ...attempt, outcome: 'started' });
      end.throwIfAborted();
      began = true;
      const response = this.begin(reply, streamed, end);
      const rest = chunks;
      const all = async function* () {
        if (first.done) return;
        yield first.value;
        for await (const chunk of rest) yield counted(chunk);
      };
      await pipeline(all, response, { end: false, signal: end });
      // The client sees the end of its answer only when the record of it is written.
      await record('ok');
      response.end();
    } catch (error) {
      // Asked before we cut the answer off ourselves, which looks the same.
      const wasEnded = end.aborted;
      await chunks?.return(undefined).catch(() => {});
      if (began) reply.raw.destroy();
      const reason: unknown = wasEnded ? end.reason : error;
      const failure = asHfitError(reason, request.id);
      // That a client has gone has no code.
      const code = wasEnded && !(reason instanceof HfitError) ? {} : { code: failure.code };
      if (failure.code !== 'HFIT_AUDIT_FAILED') await record(wasEnded ? 'aborted' : 'failed', code);
      if (!began && !reply.raw.destroyed) throw failure;
      if (!wasEnded) logError(request.log, failure, error);
    }
    if (!reply.sent) reply.hijack();
    return reply;
  }
}
