import type { Selectable } from 'kysely';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** Packages that are built in the background. Moments are those of the store's clock. */
export interface JobTables {
  jobs: {
    id: string;
    user_id: string;
    /** E-mail address, for the audit log. */
    who: string;
    template: string;
    /** As it was when the job was asked for. */
    text: string;
    /** SHA-256 of the text. */
    digest: string;
    /** JSON: as they were given. */
    parameters: string;
    format: string;
    /** JSON: the names of the sources that it reads. */
    sources: string;
    /** Two jobs of the same key would build the same package. */
    cache_key: string;
    /** 1 where nothing that was built before will do. */
    fresh: number;
    /** Milliseconds: what is older will not do. */
    max_age: number;
    /** What the client calls its request, and the digest of that; null where it does not. */
    idempotency_key: string | null;
    asked: string;
    schedule: string | null;
    state: JobState;
    /** Not before this moment. */
    run_after: number;
    /** How often it was tried. */
    attempts: number;
    /** Counts up with each claim: who holds an older number has lost the job. */
    fence: number;
    lease_by: string | null;
    lease_until: number | null;
    cancel_asked: number;
    /** JSON. */
    progress: string | null;
    /** JSON: the last thing that went wrong. */
    problem: string | null;
    package_id: string | null;
    from_cache: number;
    created_at: number;
    started_at: number | null;
    ended_at: number | null;
    expires_at: number | null;
    changed_at: number;
    /** W3C Trace Context of whoever asked; null where nothing is traced. */
    traceparent: string | null;
  };
  packages: {
    /** Its name in the storage too. */
    id: string;
    cache_key: string;
    /** Whose rights it was built with. */
    rights_key: string;
    content_type: string;
    file_name: string;
    /** As they stand in a header. */
    warnings: string;
    /** SHA-256 of the policy that masked it; null where that was not kept yet. */
    policy: string | null;
    size: number;
    /** SHA-256 in hexadecimal. */
    digest: string;
    /** When its build began: what it holds is not younger. */
    built_at: number;
    /** It will do until then, however old; for what a schedule builds. */
    good_until: number | null;
    expires_at: number;
  };
  schedules: {
    user_id: string;
    name: string;
    who: string;
    template: string;
    /** JSON. */
    parameters: string;
    format: string;
    cron: string;
    zone: string;
    next_at: number;
    last_job: string | null;
    created_at: number;
  };
  /** What all daemons of one store must agree on. */
  facts: {
    name: string;
    value: string;
  };
}

export type Job = Selectable<JobTables['jobs']>;
export type BuiltPackage = Selectable<JobTables['packages']>;
export type Schedule = Selectable<JobTables['schedules']>;
