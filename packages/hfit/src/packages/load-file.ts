import type { KeyObject } from 'node:crypto';
import type { LoadOptions } from '@hot-fixture/database';
import type { Context, Result } from '../command.js';
import { loadInto } from '../deliver/load.js';
import type { Progress } from '../output/progress.js';
import { packageBytes } from './open-package.js';

export interface FileLoad {
  /** The database. */
  readonly into: string;
  /** Which database of the package, where there is more than one. */
  readonly from?: string | undefined;
  readonly trust: { readonly keys: readonly KeyObject[]; readonly anyKey: boolean };
  readonly anyDatabase: boolean;
  readonly how: LoadOptions;
  readonly progress: Progress;
}

/**
 * Makes sure of a package, then loads it into a database: all of it, or nothing.
 * @param path of its file, or - for standard input
 * @throws HFIT_PACKAGE_…, HFIT_NOT_A_TEST_DATABASE, HFIT_LOAD_…, HFIT_FILE_UNREADABLE
 */
export async function loadFile(
  context: Context,
  path: string,
  { into, from, trust, anyDatabase, how, progress }: FileLoad,
): Promise<Result> {
  const { openPackage } = await import('@hot-fixture/extract');
  const opened = await openPackage(packageBytes(path), trust);
  try {
    const dataset = opened.dataset(from);
    const origin = { dataset: async () => ({ dataset, warnings: [] }) };
    return await loadInto(context, origin, into, anyDatabase, progress, how);
  } finally {
    progress.clear();
    await opened.close();
  }
}
