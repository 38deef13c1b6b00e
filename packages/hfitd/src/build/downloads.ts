import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { HfitError } from '@hot-fixture/errors';
import type { Extraction } from '@hot-fixture/extract';
import type { Rights } from '../access/rights.js';
import type { Audit } from '../audit/audit.js';
import type { Attempt, AuditOutcome } from '../audit/event.js';
import { recordedParameters } from '../audit/parameters.js';
import type { StoredTemplate } from '../store/templates.js';
import type { User } from '../store/users.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Format } from './accept.js';
import type { Builder } from './builder.js';
import type { Content } from './content.js';
import type { Line } from './line.js';

/** A package that somebody asked for. */
export interface Order {
  readonly request: string;
  readonly user: User;
  readonly template: StoredTemplate;
  readonly parameters: readonly unknown[] | Readonly<Record<string, unknown>>;
  readonly format: Format;
  readonly rights: Rights;
}

/** How an answer begins: called once, right before the first byte. */
export type Begin = (headers: Readonly<Record<string, string>>) => ServerResponse;

interface Parts {
  readonly builder: Builder;
  readonly audit: Audit;
  readonly line: Line;
  readonly tracing: Tracing;
}

/** What is built, and by which rules: a reload in the middle of it changes neither. */
interface Opened {
  readonly builder: Builder;
  readonly extraction: Extraction;
}

/** Builds packages and sends them while they are built. */
export class Downloads {
  readonly line: Line;
  readonly #parts: Parts;
  readonly #running = new Set<Promise<void>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.line = parts.line;
  }

  /**
   * Sends one package. What fails after `begin` cuts the answer off before it is thrown, so that
   * nobody takes a part for the whole.
   * @param gone tells that the client has gone away
   * @throws HFIT_AUDIT_FAILED, HFIT_SERVER_BUSY, and what the extraction throws
   */
  send(order: Order, begin: Begin, gone: AbortSignal): Promise<'ok' | 'aborted'> {
    const sending = this.#send(order, begin, gone);
    const ended = sending.then(
      () => {},
      () => {},
    );
    this.#running.add(ended);
    void ended.then(() => this.#running.delete(ended));
    return sending;
  }

  /** Waits until all that runs has ended and is put away. */
  async ended(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #send(order: Order, begin: Begin, gone: AbortSignal): Promise<'ok' | 'aborted'> {
    const { audit, line, tracing } = this.#parts;
    const attempt = attemptOf(order);
    let leave = () => {};
    let opened: Opened | undefined;
    try {
      leave = await tracing.within('wait in line', () => line.enter(gone, order.user.id));
      const { builder } = this.#parts;
      // A package is built on disk before its first byte, with nothing to write to a client.
      const open = () => builder.open(order, gone, () => gone.throwIfAborted());
      opened = { builder, extraction: await tracing.within('plan', open) };
      gone.throwIfAborted();
    } catch (error) {
      const wasGone = gone.aborted;
      await opened?.extraction.close();
      leave();
      const details = { ...attempt.details, ...codeOf(error) };
      await audit.record({ ...attempt, outcome: wasGone ? 'aborted' : 'failed', details });
      if (wasGone) return 'aborted';
      throw error;
    }
    const { builder, extraction } = opened;
    const { policy } = builder;
    try {
      const details = { ...attempt.details, policy };
      await audit.record({ ...attempt, details, outcome: 'started' });
      return await tracing.within('build and send', () =>
        this.#stream(attempt, { builder, extraction }, order.format, begin, gone),
      );
    } finally {
      await extraction.close();
      leave();
    }
  }

  async #stream(
    attempt: Attempt,
    { builder, extraction }: Opened,
    format: Format,
    begin: Begin,
    gone: AbortSignal,
  ): Promise<'ok' | 'aborted'> {
    const startedAt = performance.now();
    let bytes = 0;
    let response: ServerResponse | undefined;
    let content: Content | undefined;
    const end = (outcome: AuditOutcome, more: { code?: string } = {}) => {
      const seconds = Math.round(performance.now() - startedAt) / 1000;
      const { policy } = builder;
      const details = { rows: extraction.counts, bytes, seconds, policy, ...more };
      return this.#parts.audit.record({ ...attempt, outcome, details });
    };
    try {
      content = await builder.content(extraction, format, attempt.who);
      const { chunks, headers } = content;
      // A build that fails at once shall answer with an error, not with half a package.
      const first = await chunks.next();
      gone.throwIfAborted();
      response = begin(headers);
      const all = async function* () {
        if (first.done) return;
        bytes += first.value.length;
        yield first.value;
        for await (const chunk of chunks) {
          bytes += chunk.length;
          yield chunk;
        }
      };
      await pipeline(all, response, { end: false, signal: gone });
      // The client sees the end of its package only when the record of it is written.
      await end('ok');
      response.end();
      return 'ok';
    } catch (error) {
      // Asked before we cut the answer off ourselves, which looks the same.
      const wasGone = gone.aborted;
      response?.destroy();
      await content?.chunks.return(undefined).catch(() => {});
      if (error instanceof HfitError && error.code === 'HFIT_AUDIT_FAILED') throw error;
      await end(wasGone ? 'aborted' : 'failed', codeOf(error));
      if (wasGone) return 'aborted';
      throw error;
    }
  }
}

function attemptOf({ request, user, template, parameters, format }: Order): Attempt {
  return {
    request,
    who: user.email,
    action: 'package',
    target: template.name,
    details: {
      digest: template.digest,
      parameters: recordedParameters(parameters, template.text),
      format,
    },
  };
}

function codeOf(error: unknown): { code?: string } {
  return error instanceof HfitError ? { code: error.code } : {};
}
