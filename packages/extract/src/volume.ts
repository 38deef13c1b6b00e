import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import { RE2JS } from 're2js';
import { Folder, type Name } from './folder.js';
import type { FileSort, Text } from './template/model.js';
import { fillText } from './template/text.js';

type Variables = Readonly<Record<string, string>>;

export interface VolumeFile {
  /** Below the folder of the volume, with `/` between the names. */
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
}

/** A file or a folder of a volume. */
export interface VolumeEntry extends VolumeFile {
  readonly isFolder: boolean;
  /** The path in bytes, where it is no UTF-8 and `path` stands for it as well as it can. */
  readonly bytes?: Buffer;
}

/** A file that is open. */
export interface OpenFile {
  readonly handle: FileHandle;
  readonly file: VolumeFile;
  /** Another text where the file is another one, or was changed. */
  readonly version: string;
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
 * @param path with `/` between the names; in bytes where it is no UTF-8
 * @throws HFIT_FILE_MISSING
 */
export async function openFile(
  volume: string,
  folder: string,
  path: string | Buffer,
): Promise<OpenFile> {
  const names = namesOf(path);
  const last = names.pop() as Name;
  const text = path.toString();
  const root = await Folder.open(folder).catch((cause) => missing(volume, text, cause));
  try {
    return await within(root, names, async (parent) => {
      const { handle, stat } = await parent.file(last);
      return { handle, file: fileOf(text, stat), version: versionOf(stat) };
    });
  } catch (cause) {
    return missing(volume, text, cause);
  }
}

/** What an open file is now: its version changes when it is written to. */
export async function versionNow(handle: FileHandle): Promise<string> {
  return versionOf(await handle.stat({ bigint: true }));
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
  const fits = globMatcher(segments.pop() as string);
  const inner = segments.map((segment) => segment.replace(/\\(.)/g, '$1'));
  const names = inner.map((name) => Buffer.from(name));
  const root = await Folder.open(folder).catch(() => null);
  const parent = root && (await opened(root, names).catch(() => null));
  if (!parent) return [];
  const found: VolumeFile[] = [];
  try {
    for await (const { name, stat } of parent.entries()) {
      const text = name.toString();
      if (stat.isFile() && fits(text)) found.push(fileOf([...inner, text].join('/'), stat));
    }
  } finally {
    await parent.close();
  }
  return found.sort(compareFiles(sort ?? { by: 'name', descending: false }));
}

/** Folders in each other beyond this are refused: each takes a descriptor while it is walked. */
const deepest = 64;

/**
 * Walks through all files and folders of a volume, or of one folder in it, while it is read: a
 * folder comes before what is in it. Links and what is neither file nor folder are left out.
 * @throws HFIT_FILE_MISSING where the folder is none, HFIT_FILES_DEEP
 */
export async function* walkVolume(
  volume: string,
  folder: string,
  below = '',
): AsyncGenerator<VolumeEntry> {
  const names = below === '' ? [] : namesOf(below.replace(/\/$/, ''));
  const root = await Folder.open(folder).catch((cause) => missing(volume, below, cause));
  const start = await opened(root, names).catch((cause) => missing(volume, below, cause));
  yield* walk(volume, start, names);
}

async function* walk(
  volume: string,
  folder: Folder,
  names: readonly Name[],
): AsyncGenerator<VolumeEntry> {
  try {
    for await (const { name, stat } of folder.entries()) {
      if (!stat.isFile() && !stat.isDirectory()) continue;
      const path = [...names, name];
      yield entryOf(path, stat);
      if (!stat.isDirectory()) continue;
      // What went away, or became a link, since it was seen.
      const inner = await folder.folder(name).catch(() => null);
      if (inner === null) continue;
      if (path.length > deepest) {
        await inner.close();
        throw new HfitError('HFIT_FILES_DEEP', { volume, most: deepest });
      }
      yield* walk(volume, inner, path);
    }
  } finally {
    await folder.close();
  }
}

function entryOf(names: readonly Name[], stat: BigIntStats): VolumeEntry {
  const bytes = Buffer.from(names.flatMap((name, i) => (i === 0 ? [...name] : [0x2f, ...name])));
  const path = bytes.toString();
  const isText = Buffer.from(path).equals(bytes);
  return { ...fileOf(path, stat), isFolder: stat.isDirectory(), ...(!isText && { bytes }) };
}

/** Opens a folder below another, and closes all on the way. */
async function opened(root: Folder, names: readonly Name[]): Promise<Folder> {
  let folder = root;
  for (const name of names) {
    const outer = folder;
    try {
      folder = await outer.folder(name);
    } finally {
      await outer.close();
    }
  }
  return folder;
}

async function within<T>(
  root: Folder,
  names: readonly Name[],
  work: (folder: Folder) => Promise<T>,
): Promise<T> {
  const folder = await opened(root, names);
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
}

/** A name that is empty, or dots, is refused where it is opened. */
function namesOf(path: string | Buffer): Name[] {
  const bytes = Buffer.from(path as string);
  const names: Name[] = [];
  for (let from = 0; from <= bytes.length; ) {
    const at = bytes.indexOf(0x2f, from);
    const to = at === -1 ? bytes.length : at;
    names.push(bytes.subarray(from, to));
    from = to + 1;
  }
  return names;
}

function fileOf(path: string, { size, mtimeMs }: BigIntStats): VolumeFile {
  return { path, size: Number(size), modified: new Date(Number(mtimeMs)) };
}

function versionOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join('-');
}

function missing(volume: string, path: string, cause: unknown): never {
  throw new HfitError('HFIT_FILE_MISSING', { volume, path }, { cause });
}

/** Whether names fit a glob; it takes time in proportion to the name, whatever the glob. */
export function globMatcher(glob: string): (name: string) => boolean {
  const pattern = RE2JS.compile(globPattern(glob), RE2JS.DOTALL);
  return (name) => pattern.matches(name);
}

function globPattern(glob: string): string {
  return glob.replace(/\\(.)|[\s\S]/gu, (character, escaped: string | undefined) => {
    if (escaped !== undefined) return RE2JS.quote(escaped);
    if (character === '*') return '.*';
    return character === '?' ? '.' : RE2JS.quote(character);
  });
}

/** What files can be put in order by. */
export interface FileOrder extends Omit<FileSort, 'by'> {
  readonly by: FileSort['by'] | 'path';
}

/** Puts files in order; those that are alike in it, by their path. */
export function compareFiles({ by, descending }: FileOrder) {
  const sign = descending ? -1 : 1;
  return (a: VolumeFile, b: VolumeFile): number =>
    sign * differences[by](a, b) || differences.path(a, b);
}

const textual = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const differences = {
  size: (a: VolumeFile, b: VolumeFile) => a.size - b.size,
  mtime: (a: VolumeFile, b: VolumeFile) => a.modified.getTime() - b.modified.getTime(),
  name: (a: VolumeFile, b: VolumeFile) => textual(nameOf(a), nameOf(b)),
  path: (a: VolumeFile, b: VolumeFile) => textual(a.path, b.path),
};

/** The last name of its path. */
export function nameOf({ path }: VolumeFile): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
