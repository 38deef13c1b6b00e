import { randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import type { Extraction } from '@hot-fixture/extract';
import type { Access } from '../access/access.js';
import type { Rights } from '../access/rights.js';
import type { Audit } from '../audit/audit.js';
import type { Attempt } from '../audit/event.js';
import { recordedParameters } from '../audit/parameters.js';
import type { Format } from '../build/accept.js';
import type { Builder, Wish } from '../build/builder.js';
import type { Storage } from '../storage/storage.js';
import { publish } from '../store/jobs/work.js';
import type { Job } from '../store/tables/jobs.js';
import type { Store } from '../store/tables.js';
import { withApproval } from '../store/team-templates.js';
import type { StoredTemplate } from '../store/templates.js';
import { findUserById } from '../store/users.js';
import type { Tracing } from '../tracing/tracing.js';
import { failpoint } from './failpoint.js';
import type { Progress } from './progress.js';

export interface BuildParts {
  readonly store: Store;
  readonly audit: Audit;
  readonly builder: Builder;
  readonly storage: Storage;
  readonly access: Pick<Access, 'rightsOf' | 'countPackage'>;
  readonly tracing: Tracing;
  /** How long a package is kept, in milliseconds. */
  readonly keep: number;
}

/** What the audit log is told of a job, whichever daemon builds it. */
export function attemptOf(job: Job): Attempt {
  return {
    request: job.id,
    who: job.who,
    action: 'build-package',
    target: job.template,
    details: {
      digest: job.digest,
      parameters: recordedParameters(JSON.parse(job.parameters), job.text),
      format: job.format,
      attempt: job.attempts,
    },
  };
}

/**
 * Builds the package of a job into the storage, and publishes it together with its audit event.
 * Where anything fails, nothing is left.
 * @param goodUntil for what a schedule builds
 * @throws HFIT_JOB_LOST, HFIT_AUDIT_FAILED, HFIT_STORAGE_FAILED, what the extraction throws, and the
 *   reason of the signal
 */
export async function buildPackage(
  parts: BuildParts,
  job: Job,
  goodUntil: number | null,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { store, audit, builder, storage, keep, tracing } = parts;
  const user = await findUserById(store, job.user_id);
  if (!user) throw new HfitError('HFIT_USER_UNKNOWN', { email: job.who });
  const template = { name: job.template, text: job.text, digest: job.digest };
  const rights = await parts.access.rightsOf(user);
  const wish = wishOf(job, await withApproval(store, user, template), rights);
  const { details: asked, ...rest } = attemptOf(job);
  const attempt = { ...rest, details: { ...asked, policy: builder.policy } };
  // Before the data is read: the schema that is read then may be younger, but not older.
  const cache_key = await tracing.within('schemas', () => builder.keyOf(wish));
  await audit.record({ ...attempt, outcome: 'started' });
  const id = randomUUID();
  let extraction: Extraction | undefined;
  // A transaction whose answer is lost may have been done: the sweep finds out what nobody knows of.
  let mayBePublished = false;
  try {
    const note = (moved: Parameters<Progress['note']>[0]) => {
      progress.note(moved);
      signal.throwIfAborted();
    };
    extraction = await tracing.within('plan', () => builder.open(wish, signal, note));
    progress.begin(extraction);
    failpoint('opened');
    const opened = extraction;
    const { headers, chunks } = await tracing.within('build', () =>
      builder.content(opened, wish.format),
    );
    failpoint('built');
    const { size, digest } = await storage.put(id, progress.bytesOf(chunks), signal);
    failpoint('stored');
    const built = {
      id,
      cache_key,
      rights_key: wish.rights.within(wish.template).key,
      content_type: headers['content-type'] ?? 'application/octet-stream',
      file_name: nameOf(job, headers['content-disposition']),
      warnings: headers['hfit-warnings'] ?? '',
      policy: builder.policy,
      size,
      digest,
      built_at: job.started_at ?? Date.now(),
      good_until: goodUntil,
    };
    const seconds = progress.document().seconds;
    const details = {
      ...attempt.details,
      rows: extraction.counts,
      bytes: size,
      seconds,
      package: digest,
    };
    signal.throwIfAborted();
    mayBePublished = true;
    await audit.within({ ...attempt, details }, async (transaction) => {
      const told = JSON.stringify(progress.document(true));
      if (!(await publish(transaction, job, built, keep, told))) {
        throw new HfitError('HFIT_JOB_LOST', {});
      }
    });
    failpoint('published');
  } catch (error) {
    if (!mayBePublished) {
      await storage.remove(id).catch(() => {});
      const details = { ...attempt.details, code: codeOf(error) };
      const outcome = signal.aborted ? 'aborted' : 'failed';
      await audit.record({ ...attempt, outcome, details }).catch(() => {});
    }
    throw error;
  } finally {
    await extraction?.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof HfitError
    ? error.code
    : typeof error === 'symbol'
      ? 'cancelled'
      : 'HFIT_INTERNAL';
}

function wishOf(job: Job, template: StoredTemplate, rights: Rights): Wish {
  return {
    template,
    parameters: JSON.parse(job.parameters),
    format: job.format as Format,
    rights,
  };
}

const endings: Readonly<Record<string, string>> = {
  package: 'tar.gz',
  script: 'sql',
  lines: 'ndjson',
};

function nameOf(job: Job, disposition: string | undefined): string {
  const given = /filename="([^"]+)"/.exec(disposition ?? '')?.[1];
  return given ?? `${job.template}.${endings[job.format] ?? 'bin'}`;
}
