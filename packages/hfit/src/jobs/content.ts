import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { HfitClient, PackageJob } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import type { Context } from '../command.js';
import type { Progress } from '../output/progress.js';
import { note } from '../output/stdout.js';
import { size } from '../output/table.js';
import { timeLeft } from './wait.js';

/** How long to wait before the next attempt, in milliseconds; bytes that come begin it anew. */
const pauses = [0, 500, 2000, 5000, 10_000];

/** What was downloaded. */
export interface Downloaded {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** How many bytes were here from an earlier attempt. */
  readonly resumedAt: number;
}

/**
 * Downloads a package that is built. What is cut goes on where it ended: in this command a few
 * times, and in the next one. The file gets its name when its digest is right.
 * @throws HFIT_DOWNLOAD_DAMAGED, HFIT_OUT_FILE, and what the server told last
 */
export async function downloadContent(
  context: Context,
  client: HfitClient,
  job: PackageJob,
  out: string | undefined,
  progress: Progress,
): Promise<Downloaded> {
  const file = out ?? nameOf(job);
  const part = partOf(file, job);
  const resumedAt = (await stat(part).catch(() => null))?.size ?? 0;
  const handle = await opened(part, file);
  try {
    const { bytes, sha256 } = await fill(context, client, job, handle, part, progress);
    await handle.sync();
    await rename(part, file);
    return { file, bytes, sha256, resumedAt };
  } catch (error) {
    if (error instanceof HfitError && error.code === 'HFIT_DOWNLOAD_DAMAGED') {
      await rm(part, { force: true });
    } else if (((await stat(part).catch(() => null))?.size ?? 0) > 0) {
      note(`what has come is kept in ${part}: the same command goes on from there`);
    }
    throw error;
  } finally {
    await handle.close();
    progress.clear();
  }
}

async function fill(
  context: Context,
  client: HfitClient,
  job: PackageJob,
  handle: FileHandle,
  part: string,
  progress: Progress,
): Promise<{ bytes: number; sha256: string }> {
  let etag: string | null = null;
  let failures = 0;
  for (;;) {
    const before = (await handle.stat()).size;
    try {
      let wanted = digestIn(job);
      // A range that begins at the end is none.
      if (before === 0 || before !== job.size) {
        const content = await client.packages.content(job.id, { offset: before, etag });
        etag = content.etag;
        wanted = content.sha256 ?? wanted;
        if (content.offset !== before) await handle.truncate(content.offset);
        const total = content.size ?? job.size ?? null;
        await receive(context, handle, content.offset, content.body, total, progress);
      }
      const sha256 = await digestOf(part);
      if (wanted !== null && wanted !== sha256) throw damaged(part, wanted, sha256);
      return { bytes: (await handle.stat()).size, sha256 };
    } catch (error) {
      if (!isCut(error) || context.signal.aborted) throw error;
      failures = (await handle.stat()).size > before ? 0 : failures + 1;
      const pause = pauses[failures];
      if (pause === undefined) throw error;
      await setTimeout(pause, undefined, { signal: context.signal }).catch(() => {
        throw context.signal.reason;
      });
    }
  }
}

/** Whether it may be better at the next attempt. */
function isCut(error: unknown): boolean {
  if (!(error instanceof HfitError)) return false;
  return error.kind === 'unavailable' && error.code !== 'HFIT_DOWNLOAD_DAMAGED';
}

async function receive(
  context: Context,
  handle: FileHandle,
  offset: number,
  body: AsyncIterable<Uint8Array>,
  total: number | null,
  progress: Progress,
): Promise<void> {
  const begun = performance.now();
  let at = offset;
  for await (const bytes of body) {
    context.signal.throwIfAborted();
    for (let done = 0; done < bytes.length; ) {
      done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
    }
    at += bytes.length;
    progress.report(() => toldOf(at, offset, total, (performance.now() - begun) / 1000));
  }
}

function toldOf(at: number, offset: number, total: number | null, seconds: number): string {
  if (total === null || at === offset) return size(at);
  const left = ((total - at) / (at - offset)) * seconds;
  return `${size(at)} of ${size(total)}, ${timeLeft(left)}`;
}

/** Of one file and one content, so that the next attempt finds it, and no other does. */
function partOf(file: string, job: PackageJob): string {
  const mark = (digestIn(job) ?? job.id).replace(/[^\w-]/g, '').slice(0, 16);
  return join(dirname(file), `.${basename(file)}.${mark}.part`);
}

/** SHA-256 in hex, however it is written. */
function digestIn({ digest }: PackageJob): string | null {
  const hex = /[0-9a-f]{64}/i.exec(digest ?? '')?.[0];
  if (hex) return hex.toLowerCase();
  const base64 = /[A-Za-z0-9+/]{43}=/.exec(digest ?? '')?.[0];
  return base64 ? Buffer.from(base64, 'base64').toString('hex') : null;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes);
  return hash.digest('hex');
}

/** The same for each attempt: a part that was kept is found by it. */
function nameOf({ template, format, ended_at, created_at }: PackageJob): string {
  const stamp = (ended_at ?? created_at).replace(/\.\d+/, '').replace(/[-:]/g, '');
  const ending = format === 'script' ? 'sql' : 'tar.gz';
  return `pkg-${template}-${stamp}.${ending}`.replace(/[^\w.-]/g, '_');
}

async function opened(part: string, file: string): Promise<FileHandle> {
  try {
    // Masked or not, it comes from production: for its owner alone.
    return await open(part, 'a+', 0o600).then(async (made) => {
      await made.close();
      return open(part, 'r+');
    });
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new HfitError('HFIT_OUT_FILE', { reason }, { where: file, cause });
  }
}

function damaged(part: string, wanted: string, found: string): HfitError {
  return new HfitError('HFIT_DOWNLOAD_DAMAGED', { wanted, found }, { where: part });
}
