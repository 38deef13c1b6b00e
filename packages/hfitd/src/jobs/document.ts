import { type Static, Type } from '@sinclair/typebox';
import { Moment, strict, TemplateName } from '../http/schemas.js';
import type { BuiltPackage, Job } from '../store/tables/jobs.js';

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) =>
  Type.Union([type, Type.Null()]);

const Progress = strict({
  table: orNull(Type.String()),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  tables_done: Type.Integer(),
  tables: orNull(Type.Integer()),
  seconds: Type.Number(),
});

export const JobAnswer = strict(
  {
    id: Type.String(),
    template: TemplateName,
    parameters: Type.Unknown(),
    format: Type.String(),
    state: Type.Union(
      (['queued', 'running', 'done', 'failed', 'cancelled'] as const).map((it) => Type.Literal(it)),
    ),
    progress: orNull(Progress),
    /** How often it was tried. */
    attempts: Type.Integer(),
    created_at: Moment,
    started_at: orNull(Moment),
    ended_at: orNull(Moment),
    expires_at: orNull(Moment),
    size: orNull(Type.Integer()),
    digest: orNull(Type.String({ description: 'SHA-256 of the package, in hexadecimal' })),
    /** The package, or one like it, was built for another request. */
    from_cache: Type.Boolean(),
    warnings: Type.Array(Type.String()),
    schedule: Type.Optional(Type.String()),
    problem: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  'A package that is built in the background',
);

/** What a client sees of a job, and of its package where there is one. */
export function jobDocument(job: Job, built: BuiltPackage | undefined): Static<typeof JobAnswer> {
  return {
    id: job.id,
    template: job.template,
    parameters: JSON.parse(job.parameters),
    format: job.format,
    state: job.state,
    progress: job.progress === null ? null : JSON.parse(job.progress),
    attempts: job.attempts,
    created_at: told(job.created_at),
    started_at: momentOf(job.started_at),
    ended_at: momentOf(job.ended_at),
    expires_at: momentOf(job.expires_at),
    size: built?.size ?? null,
    digest: built?.digest ?? null,
    from_cache: job.from_cache === 1,
    warnings: built?.warnings ? JSON.parse(decodeURIComponent(built.warnings)) : [],
    ...(job.schedule !== null && { schedule: job.schedule }),
    ...(job.problem !== null && { problem: JSON.parse(job.problem) }),
  };
}

function told(moment: number): string {
  return new Date(moment).toISOString();
}

function momentOf(moment: number | null): string | null {
  return moment === null ? null : told(moment);
}
