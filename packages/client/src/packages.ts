import { HfitError } from '@hot-fixture/errors';
import { Api, queryOf } from './api.js';
import { bytesOf } from './body.js';
import type { Connection } from './connection.js';
import { toldError, toldIn } from './failure.js';
import type { GivenParameters } from './model.js';
import { pathStep, proposedName } from './names.js';

/** How far the building of a package is. */
export interface PackageProgress {
  /** The table that it is at. */
  readonly table?: string | null;
  readonly rows?: number;
  readonly bytes?: number;
  readonly tables_done?: number;
  /** Of the whole package; null before that is known. */
  readonly tables?: number | null;
  readonly seconds?: number;
}

/** A package that the server builds, or has built, as the server tells it. */
export interface PackageJob {
  readonly id: string;
  readonly template: string;
  readonly parameters: Readonly<Record<string, unknown>> | readonly unknown[];
  /** `package`, `script` or `lines`. */
  readonly format?: string;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress?: PackageProgress | null;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly started_at?: string | null;
  readonly ended_at?: string | null;
  /** When it is removed from the server. */
  readonly expires_at?: string | null;
  /** In bytes. */
  readonly size?: number | null;
  readonly digest?: string | null;
  readonly from_cache?: boolean;
  /** Why it failed. */
  readonly problem?: Readonly<Record<string, unknown>> | null;
}

export interface PackageRequest {
  readonly template: string;
  readonly parameters: GivenParameters;
  readonly format?: string;
  /** Build it anew, though the same was built already. */
  readonly fresh?: boolean;
  /** How old a package may be that is given again, in seconds. */
  readonly max_age?: number;
}

/** The bytes of a package, or what follows those that are here already. */
export interface PackageContent {
  readonly body: AsyncIterable<Uint8Array>;
  /** Where `body` begins in the package. */
  readonly offset: number;
  /** Of the whole package, in bytes; null where the server does not say. */
  readonly size: number | null;
  readonly etag: string | null;
  /** SHA-256 of the whole package, in hex; null where the server does not say. */
  readonly sha256: string | null;
  readonly fileName: string | null;
}

/** The packages that the server builds in the background. */
export class PackagesApi {
  readonly #api: Api;

  constructor(connection: Connection) {
    this.#api = new Api(connection);
  }

  /**
   * Asks for a package.
   * @param key the same key asks for the same package, however often it is sent
   */
  async create(request: PackageRequest, key: string): Promise<PackageJob> {
    const headers = { 'idempotency-key': key };
    return this.#job(await this.#api.send('POST', '/packages', { ...request }, { headers }));
  }

  list(): Promise<PackageJob[]> {
    return this.#api.list('/packages', 'packages');
  }

  /** @param waitSeconds how long the server waits for it to change, before it answers */
  async get(id: string, waitSeconds = 0): Promise<PackageJob> {
    const wait = waitSeconds > 0 ? waitSeconds : undefined;
    return this.#job(await this.#api.get(`${at(id)}${queryOf({ wait })}`, { waitSeconds }));
  }

  async cancel(id: string): Promise<void> {
    await this.#api.done('DELETE', at(id));
  }

  async retry(id: string): Promise<PackageJob> {
    return this.#job(await this.#api.send('POST', `${at(id)}/retry`, {}));
  }

  /**
   * The bytes of a package that is built.
   * @param from what is before the offset is here already, of the package with this ETag where it is
   *   known; where the server has another by now, all of it comes
   */
  async content(
    id: string,
    from: { readonly offset: number; readonly etag: string | null } = { offset: 0, etag: null },
  ): Promise<PackageContent> {
    const { connection } = this.#api;
    const response = await connection.send({
      method: 'GET',
      path: `${at(id)}/content`,
      accept: '*/*',
      streams: true,
      headers: {
        ...(from.offset > 0 && { range: `bytes=${from.offset}-` }),
        ...(from.offset > 0 && from.etag !== null && { 'if-range': from.etag }),
      },
    });
    const { headers } = response;
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
    const whole = response.status === 206 ? range?.[2] : headers.get('content-length');
    const digest = /sha-256=:([A-Za-z0-9+/=]+):/.exec(headers.get('repr-digest') ?? '')?.[1];
    return {
      body: bytesOf(response, connection.idleSeconds, connection.signal),
      offset: response.status === 206 ? Number(range?.[1] ?? 0) : 0,
      size: whole && whole !== '*' ? Number(whole) : null,
      etag: headers.get('etag'),
      sha256: digest ? Buffer.from(digest, 'base64').toString('hex') : null,
      fileName: proposedName(headers.get('content-disposition')),
    };
  }

  #job(answer: Record<string, unknown>): PackageJob {
    this.#api.text(answer, 'id');
    this.#api.text(answer, 'state');
    return answer as unknown as PackageJob;
  }
}

/** Why a package was not built, in the words of the server. */
export function jobFailure({ id, state, problem }: PackageJob): HfitError {
  const told = problem && toldIn(problem);
  if (told) return toldError(told, 500);
  return new HfitError('HFIT_PACKAGE_NOT_BUILT', { id, state });
}

const at = (id: string) => `/packages/${pathStep('package', id)}`;
