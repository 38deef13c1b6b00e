import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readNdjson, writeNdjson } from '@hot-fixture/changes';
import { HfitError } from '@hot-fixture/errors';
import type { Part } from '../parts.js';
import type { KeptValue } from './value.js';

/** The first line of a dump. */
export interface DumpHead {
  readonly dump: string;
  readonly digest: string;
  /** The run that has made it. */
  readonly run: string;
  /** When it was made, in UTC, as ISO 8601. */
  readonly made: string;
  /** What the block took, in milliseconds. */
  readonly cost: number;
  /** Those that were built within, and last the dump itself. */
  readonly fixtures: readonly KeptFixture[];
  /** Those that were there before, and the digest of what they were. */
  readonly uses: Readonly<Record<string, string>>;
  /** Files that fixtures built within were made from, and the digest of them. */
  readonly sources: { readonly patterns: readonly string[]; readonly digest: string };
  readonly statements: readonly string[];
  /** Whose the parts are that follow, in their order. */
  readonly parts: readonly string[];
}

export interface KeptFixture {
  readonly name: string;
  /** Null where it is to be found in the database. */
  readonly value: KeptValue | null;
  readonly cost: number;
  readonly uses: readonly string[];
  readonly keep: boolean;
}

/**
 * Does work on files of a dump.
 * @throws HFIT_DUMP_FOLDER where the file system refuses
 */
export async function inFolder<T>(file: string, dump: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    const values = { dump, folder: dirname(file), reason: message };
    throw new HfitError('HFIT_DUMP_FOLDER', values, { cause: error });
  }
}

/** A head in one line, then each part as NDJSON: the last line tells that the file is whole. */
export async function writeDump(file: string, head: DumpHead, parts: readonly Part[]) {
  await mkdir(dirname(file), { recursive: true });
  const made = `${file}.${randomUUID().slice(0, 8)}.new`;
  function* lines() {
    yield `${JSON.stringify(head)}\n`;
    for (const { changes } of parts) yield* writeNdjson(changes);
  }
  try {
    await pipeline(Readable.from(lines()), createWriteStream(made));
    await rename(made, file);
  } finally {
    await rm(made, { force: true });
  }
}

/** Null where there is none. Throws where it is not what `writeDump` writes. */
export async function readDump(file: string): Promise<{ head: DumpHead; parts: Part[] } | null> {
  const text = await readFile(file, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  let at = text.indexOf('\n') + 1;
  const head: DumpHead = JSON.parse(text.slice(0, at));
  const parts: Part[] = [];
  for (const fixture of head.parts) {
    const last = text.indexOf('\n{"end":', at);
    const end = last === -1 ? text.length : text.indexOf('\n', last + 1) + 1;
    parts.push({ fixture, changes: await readNdjson([text.slice(at, end)], file) });
    at = end;
  }
  return { head, parts };
}

/** The name of the file of a dump; different names, different files. */
export function dumpFile(folder: string, name: string, dialect: string, digest: string): string {
  return join(folder, `${stem(name, dialect)}${digest.slice(0, 16)}.ndjson`);
}

const stem = (name: string, dialect: string) => `${encodeURIComponent(name)}.${dialect}-`;

/** Removes other dumps of this name, and what killed processes have left of them. */
export async function removeOldDumps(file: string, name: string, dialect: string): Promise<void> {
  const folder = dirname(file);
  const begin = stem(name, dialect);
  for (const found of await readdir(folder)) {
    const path = join(folder, found);
    if (!found.startsWith(begin) || path === file) continue;
    const rest = found.slice(begin.length);
    const isOld = /^[0-9a-f]{16}\.ndjson$/.test(rest);
    const isLeft = /^[0-9a-f]{16}\.ndjson\.[0-9a-f]{8}\.new$/.test(rest) && (await isStale(path));
    if (isOld || isLeft) await rm(path, { force: true });
  }
}

/** Nobody takes an hour to write a dump. */
async function isStale(path: string): Promise<boolean> {
  const about = await stat(path).catch(() => null);
  return about !== null && Date.now() - about.mtimeMs > 3_600_000;
}
