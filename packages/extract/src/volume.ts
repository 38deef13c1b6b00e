import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { RE2JS } from 're2js';
import type { FileSort, Text } from './template/model.js';
import { fillText } from './template/text.js';

type Variables = Readonly<Record<string, string>>;

export interface VolumeFile {
  /** Below the folder of the volume, with `/` between the names. */
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
}

/**
 * The path that a template means, below the folder of the volume.
 * @throws HFIT_FILE_PATH where a value would be more than one name
 */
export function pathOf(text: Text, variables: Variables): string {
  return fillText(text, variables, (value) => {
    if (/^[^/\\\p{Cc}]+$/u.test(value) && value !== '.' && value !== '..') return value;
    throw new HfitError('HFIT_FILE_PATH', { value: JSON.stringify(value) }, { where: text.where });
  });
}

/**
 * Opens a file of a volume for reading. Links are not followed, and nothing outside the folder is
 * ever opened.
 * @throws HFIT_FILE_MISSING
 */
export async function openFile(
  volume: string,
  folder: string,
  path: string,
): Promise<{ handle: FileHandle; file: VolumeFile }> {
  const missing = (cause?: unknown) =>
    new HfitError('HFIT_FILE_MISSING', { volume, path }, { cause });
  const segments = path.split('/');
  if (
    segments.some((name) => name === '' || name === '..' || name === '.' || name.includes('\0'))
  ) {
    throw missing();
  }
  let handle: FileHandle | undefined;
  try {
    const root = await realpath(folder);
    const full = join(root, ...segments);
    if ((await realpath(full)) !== full || !full.startsWith(root + sep)) throw missing();
    handle = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (!stat.isFile()) throw missing();
    return { handle, file: { path, size: stat.size, modified: stat.mtime } };
  } catch (cause) {
    await handle?.close();
    throw cause instanceof HfitError ? cause : missing(cause);
  }
}

/**
 * Finds the files of one folder of a volume whose path fits a glob; `*` and `?` stand for anything
 * but `/`.
 */
export async function findFiles(
  folder: string,
  glob: Text,
  variables: Variables,
  sort: FileSort | null,
): Promise<VolumeFile[]> {
  const escaped = fillText(glob, variables, (value) => value.replace(/[*?\\]/g, '\\$&'));
  const segments = escaped.split('/');
  const pattern = RE2JS.compile(globPattern(segments.pop() as string));
  const inner = segments.map((segment) => segment.replace(/\\(.)/g, '$1'));
  if (inner.some((name) => name === '..' || name === '' || /[\0\\]/.test(name))) return [];
  const root = await realpath(folder).catch(() => null);
  if (root === null) return [];
  const parent = join(root, ...inner);
  const isInside = await realpath(parent).then(
    (real) => real === parent,
    () => false,
  );
  if (!isInside) return [];
  const found: VolumeFile[] = [];
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    if (!entry.isFile() || !pattern.matches(entry.name)) continue;
    const { size, mtime } = await lstat(join(parent, entry.name));
    found.push({ path: [...inner, entry.name].join('/'), size, modified: mtime });
  }
  return found.sort(comparer(sort ?? { by: 'name', descending: false }));
}

function globPattern(glob: string): string {
  return glob.replace(/\\(.)|[\s\S]/gu, (character, escaped: string | undefined) => {
    if (escaped !== undefined) return RE2JS.quote(escaped);
    if (character === '*') return '.*';
    return character === '?' ? '.' : RE2JS.quote(character);
  });
}

function comparer({ by, descending }: FileSort) {
  const sign = descending ? -1 : 1;
  const byName = (a: VolumeFile, b: VolumeFile) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  return (a: VolumeFile, b: VolumeFile): number => {
    const order =
      by === 'name'
        ? byName(a, b)
        : by === 'size'
          ? a.size - b.size
          : a.modified.getTime() - b.modified.getTime();
    return sign * order || byName(a, b);
  };
}
