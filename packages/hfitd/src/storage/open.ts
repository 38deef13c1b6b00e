import { FolderStorage } from './folder.js';
import type { Storage } from './storage.js';

/**
 * Opens the place where packages are kept.
 * @param where a folder, or an URL that begins with `s3://`
 * @throws HFIT_FOLDER_UNSAFE
 */
export async function openStorage(where: string): Promise<Storage> {
  if (!isBucket(where)) return new FolderStorage(where);
  // Loaded for those alone who use it: it is large.
  const { S3Storage } = await import('./s3.js');
  return new S3Storage(where);
}

/** Whether a setting names a bucket, and no folder. */
export function isBucket(where: string): boolean {
  return where.startsWith('s3://');
}
