import { createHash, randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import type { Rights } from '../access/rights.js';
import { WaitError } from '../access/wait-error.js';
import type { Attempt } from '../audit/event.js';
import { recordedParameters } from '../audit/parameters.js';
import { recordFailure } from '../audit/record-failure.js';
import type { Format } from '../build/accept.js';
import type { Wish } from '../build/builder.js';
import type { NewJob } from '../store/jobs/requests.js';
import {
  cancelJob,
  countUnended,
  getJob,
  insertJob,
  jobOfKey,
  jobUnderWay,
  retryJob,
} from '../store/jobs/requests.js';
import { isTwice } from '../store/jobs/work.js';
import { expirePackage, findPackage } from '../store/packages.js';
import type { BuiltPackage, Job } from '../store/tables/jobs.js';
import { withApproval } from '../store/team-templates.js';
import type { StoredTemplate } from '../store/templates.js';
import type { User } from '../store/users.js';
import type { BuildParts } from './build.js';

/** A package that somebody asks for. */
export interface Ask {
  /** The id of the request. */
  readonly request: string;
  readonly user: User;
  readonly rights: Rights;
  readonly template: StoredTemplate;
  readonly parameters: readonly unknown[] | Readonly<Record<string, unknown>>;
  readonly format: Format;
  readonly fresh: boolean;
  /** Milliseconds; what is older will not do. */
  readonly maxAge?: number | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly schedule?: string | undefined;
}

/** What users do with jobs; whoever runs them. */
export class Jobs {
  readonly #parts: BuildParts;
  readonly #maxAge: number;
  readonly #perUser: number;
  readonly #offer: (id: string) => void;
  readonly #cancelHere: (id: string) => void;

  /**
   * @param maxAge of a package that is given again where no request and no template says another, in milliseconds
   * @param perUser how many of one user may wait or run
   */
  constructor(
    parts: BuildParts,
    maxAge: number,
    perUser: number,
    offer: (id: string) => void,
    cancelHere: (id: string) => void,
  ) {
    this.#parts = parts;
    this.#maxAge = maxAge;
    this.#perUser = perUser;
    this.#offer = offer;
    this.#cancelHere = cancelHere;
  }

  /**
   * Puts a job in the queue; or gives the one that brings the same already, or one that is done from
   * a package that is there.
   * @throws HFIT_TEMPLATE_UNKNOWN, HFIT_PARAMETER_…, HFIT_IDEMPOTENCY_KEY_USED, HFIT_JOBS_WAITING,
   *   HFIT_PACKAGES_SPENT, HFIT_AUDIT_FAILED
   */
  async ask(ask: Ask): Promise<Job> {
    const attempt = attemptOf(ask);
    const found = await recordFailure(this.#parts.audit, attempt, () => this.#prepare(ask));
    if ('id' in found) return this.#joined(attempt, found);
    const inserted = await this.#insert(ask, attempt, found.job, found.ready);
    if (inserted.state === 'queued') this.#offer(inserted.id);
    return inserted;
  }

  /** @throws HFIT_JOB_UNKNOWN, HFIT_JOB_ENDED, HFIT_AUDIT_FAILED */
  async cancel(request: string, user: User, id: string): Promise<Job> {
    const { audit, keep } = this.#parts;
    const attempt: Attempt = { request, who: user.email, action: 'cancel-job', target: id };
    const job = await audit.within(attempt, (store) => cancelJob(store, user, id, keep));
    this.#cancelHere(id);
    return job;
  }

  /**
   * Puts a job in the queue again. It counts as a package, like one that is asked for.
   * @throws HFIT_JOB_UNKNOWN, HFIT_JOB_RETRY, HFIT_TEMPLATE_UNKNOWN, HFIT_JOBS_WAITING,
   *   HFIT_PACKAGES_SPENT, HFIT_AUDIT_FAILED
   */
  async retry(request: string, user: User, rights: Rights, id: string): Promise<Job> {
    const { access, audit, store } = this.#parts;
    const attempt: Attempt = { request, who: user.email, action: 'retry-job', target: id };
    const giveBack = await recordFailure(audit, attempt, async () => {
      const { template: name, digest } = await getJob(store, user, id);
      await this.#assertRoom(user);
      return access.countPackage(user, await withApproval(store, user, { name, digest }), rights);
    });
    const again = audit.within(attempt, (inside) => retryJob(inside, user, id));
    const job = await again.catch(async (error) => {
      await giveBack();
      throw error;
    });
    this.#offer(id);
    return job;
  }

  /** A job that is there already, or what a new one is to be. */
  async #prepare(ask: Ask): Promise<Job | { job: NewJob; ready: BuiltPackage | undefined }> {
    const { store, builder } = this.#parts;
    const idempotency = idempotencyOf(ask);
    const before = idempotency && (await this.#askedBefore(ask.user, idempotency));
    if (before) return before;
    const template = builder.template(ask);
    const cacheKey = await this.#keyOf(ask);
    const usual = template.maxAge === null ? this.#maxAge : template.maxAge * 1000;
    const maxAge = ask.maxAge ?? usual;
    const underWay = ask.fresh ? undefined : await jobUnderWay(store, ask.user, cacheKey);
    if (underWay) return underWay;
    const ready = ask.fresh
      ? undefined
      : await this.#ready(cacheKey, maxAge, ask.maxAge === undefined);
    if (!ready) await this.#assertRoom(ask.user);
    const { user, parameters, format, fresh, schedule = null } = ask;
    const sources = builder.sourcesOf(template);
    // What a schedule asks for belongs to no request, whoever happens to run it.
    const traceparent = schedule === null ? this.#parts.tracing.traceparent : null;
    const rest = { user, parameters, format, fresh, schedule, maxAge, cacheKey, idempotency };
    return { job: { ...rest, template: ask.template, sources, traceparent }, ready };
  }

  async #insert(
    { user, rights }: Ask,
    { details, ...rest }: Attempt,
    job: NewJob,
    ready: BuiltPackage | undefined,
  ): Promise<Job> {
    const attempt = { ...rest, details: { ...details, ...(ready && { from_cache: true }) } };
    const giveBack = await recordFailure(this.#parts.audit, attempt, () =>
      this.#parts.access.countPackage(user, job.template, rights),
    );
    try {
      return await this.#parts.audit.within(attempt, (store) => insertJob(store, job, ready));
    } catch (error) {
      await giveBack();
      // The same request came twice at the same moment.
      const other = isTwice(error) && job.idempotency;
      const before = other && (await this.#askedBefore(user, other));
      if (before) return this.#joined(attempt, before);
      throw error;
    }
  }

  /** That somebody is given a job that was there before is an access too. */
  async #joined(attempt: Attempt, job: Job): Promise<Job> {
    const details = { ...attempt.details, job: job.id };
    await this.#parts.audit.record({ ...attempt, outcome: 'ok', details });
    return job;
  }

  /** So that nobody has to wait behind all that one user can ask for. */
  async #assertRoom(user: User): Promise<void> {
    const most = this.#perUser;
    if ((await countUnended(this.#parts.store, user)) < most) return;
    throw new WaitError('HFIT_JOBS_WAITING', { most, seconds: 30 });
  }

  async #askedBefore(user: User, { key, digest }: { key: string; digest: string }) {
    const job = await jobOfKey(this.#parts.store, user, key);
    if (job && job.asked !== digest) throw new HfitError('HFIT_IDEMPOTENCY_KEY_USED', {});
    return job;
  }

  /** Where a source cannot be asked now, nobody knows what was built of it. */
  async #keyOf(wish: Wish): Promise<string> {
    try {
      return await this.#parts.builder.keyOf(wish);
    } catch (error) {
      if (error instanceof HfitError && error.kind === 'unavailable')
        return `unread ${randomUUID()}`;
      throw error;
    }
  }

  async #ready(
    cacheKey: string,
    maxAge: number,
    isUsual: boolean,
  ): Promise<BuiltPackage | undefined> {
    const { store, storage } = this.#parts;
    const found = await findPackage(store, cacheKey, maxAge, isUsual);
    if (!found || (await storage.sizeOf(found.id)) === found.size) return found;
    await expirePackage(store, found.id);
    return undefined;
  }
}

function attemptOf({ request, user, template, parameters, format }: Ask): Attempt {
  return {
    request,
    who: user.email,
    action: 'request-package',
    target: template.name,
    details: {
      digest: template.digest,
      parameters: recordedParameters(parameters, template.text),
      format,
    },
  };
}

function idempotencyOf(ask: Ask): { key: string; digest: string } | null {
  if (ask.idempotencyKey === undefined) return null;
  const { template, parameters, format, fresh, maxAge } = ask;
  const asked = JSON.stringify([template.name, parameters, format, fresh, maxAge ?? null]);
  const digest = createHash('sha256').update(asked).digest('hex');
  return { key: ask.idempotencyKey, digest };
}
