import { rm } from 'node:fs/promises';
import type { HfitClient, PackageJob } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import type { Context, Result } from '../command.js';
import { note } from '../output/stdout.js';
import { type FileLoad, loadFile } from '../packages/load-file.js';
import { downloadContent } from './content.js';

/**
 * Downloads a package that is built, makes sure of it, and loads it: all of it, or nothing. Its file
 * is removed when it is loaded; where the load fails it stays, so that it need not come twice.
 * @throws HFIT_USAGE where it is no package but a script, and what the download and the load throw
 */
export async function loadContent(
  context: Context,
  client: HfitClient,
  job: PackageJob,
  load: FileLoad,
): Promise<Result> {
  if ((job.format ?? 'package') !== 'package') {
    const reason = `this one was built as ${job.format}, and --into takes a package`;
    throw new HfitError('HFIT_USAGE', { reason, help: context.help });
  }
  const { file, bytes, sha256 } = await downloadContent(
    ...[context, client, job, undefined, load.progress],
  );
  try {
    const { text, document } = await loadFile(context, file, load);
    await rm(file, { force: true });
    return { text, document: { ...(document as object), id: job.id, bytes, sha256 } };
  } catch (error) {
    note(`the package is kept in ${file}: hfit package load takes it from there`);
    throw error;
  }
}
