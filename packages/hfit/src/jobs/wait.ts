import {
  type HfitClient,
  jobFailure,
  type PackageJob,
  type PackageProgress,
} from '@hot-fixture/client';
import type { Context } from '../command.js';
import { printable } from '../output/printable.js';
import type { Progress } from '../output/progress.js';
import { counted, size } from '../output/table.js';

/** How long the server may hold one answer back while nothing changes, in seconds. */
const hold = 25;

/**
 * Waits until a package is built, and tells how far it is.
 * @throws why it failed or was cancelled
 */
export async function finished(
  context: Context,
  client: HfitClient,
  first: PackageJob,
  progress: Progress,
): Promise<PackageJob> {
  let job = first;
  try {
    while (job.state === 'queued' || job.state === 'running') {
      context.signal.throwIfAborted();
      const { state, progress: at } = job;
      progress.report(() => (state === 'queued' ? 'waiting in line' : told(at ?? {})));
      job = await client.packages.get(job.id, hold);
    }
  } finally {
    progress.clear();
  }
  if (job.state === 'done') return job;
  throw jobFailure(job);
}

/** How far a build is, in words: what is done, and how long the rest takes if it goes on like that. */
export function told(at: PackageProgress): string {
  const { rows = 0, bytes = 0, table, tables_done: done = 0, seconds = 0 } = at;
  const tables = at.tables ?? 0;
  const left = tables > done && done > 0 ? (seconds / done) * (tables - done) : null;
  return [
    counted(rows, 'row'),
    ...(bytes > 0 ? [size(bytes)] : []),
    ...(table ? [`now ${printable(table)}`] : []),
    ...(tables > 0 ? [`${done} of ${counted(tables, 'table')}`] : []),
    ...(left === null ? [] : [timeLeft(left)]),
  ].join(', ');
}

/** `about 40 s left`. */
export function timeLeft(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 5400) return `about ${Math.round(seconds / 60)} min left`;
  return `about ${Math.round(seconds / 3600)} h left`;
}
