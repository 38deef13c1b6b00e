import { FolderStorage } from './folder.js';
import { S3Storage } from './s3.js';
import type { Storage } from './storage.js';

/**
 * Opens the place where packages are kept.
 * @param where a folder, or an URL that begins with `s3://`
 * @throws HFIT_FOLDER_UNSAFE
 */
export function openStorage(where: string): Storage {
  return isBucket(where) ? new S3Storage(where) : new FolderStorage(where);
}

/** Whether a setting names a bucket, and no folder. */
export function isBucket(where: string): boolean {
  return where.startsWith('s3://');
}
