import { Api, queryOf } from './api.js';
import type { Connection } from './connection.js';
import { linesOf } from './ndjson.js';

/** One line of the audit log. */
export interface AuditEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly target?: string | null;
  readonly outcome: string;
  readonly request?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A package, or a part of one, that somebody was given. */
export interface AuditDownload {
  readonly at: string;
  readonly who: string;
  readonly outcome: string;
  readonly template: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What to look for; what is left out does not matter. */
export interface AuditQuery {
  readonly who?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  /** ISO 8601. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit?: number | undefined;
}

/** The audit log, for those who may read it. */
export class AuditApi {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Who was given packages of a template. */
  async downloads(of: string, since: string | undefined): Promise<AuditDownload[]> {
    return new Api(this.#connection).list(`/audit/downloads${queryOf({ of, since })}`, 'downloads');
  }

  async *search(query: AuditQuery): AsyncGenerator<AuditEvent> {
    yield* linesOf<AuditEvent>(this.#connection, `/audit${queryOf({ ...query })}`);
  }
}
