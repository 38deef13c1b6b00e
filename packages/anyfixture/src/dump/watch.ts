import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HfitError } from '@hot-fixture/errors';
import { glob, isDynamicPattern } from 'tinyglobby';
import type { DumpSettings } from './options.js';

/** What paths and globs are relative to. */
export function rootOf({ root = '.' }: DumpSettings): string {
  return resolve(root);
}

/** A path or glob as it is kept, so that it means the same where the project lies elsewhere. */
export function portable(root: string, watched: string | URL): string {
  const text = String(watched);
  const path = text.startsWith('file:') ? fileURLToPath(text) : text;
  const local = isAbsolute(path) ? relative(root, path) || '.' : path;
  return sep === '/' ? local : local.replaceAll(sep, '/');
}

/**
 * The files that fit, in a set order. What is the name of a file is taken as it is, whatever
 * characters are in it; `!` before a glob takes its files away.
 * @param required to fit at least one file each
 * @throws HFIT_DUMP_WATCH
 */
export async function watchedFiles(
  dump: string,
  root: string,
  required: readonly string[],
  others: readonly string[] = [],
): Promise<string[]> {
  const all = [...required, ...others];
  const ignore = all.filter((it) => it.startsWith('!')).map((it) => it.slice(1));
  const files = new Set<string>();
  for (const pattern of all) {
    if (pattern.startsWith('!')) continue;
    const found = await filesOf(root, pattern, ignore);
    if (found.length === 0 && required.includes(pattern)) {
      throw new HfitError('HFIT_DUMP_WATCH', { dump, pattern: `"${pattern}"`, folder: root });
    }
    for (const file of found) files.add(file);
  }
  return [...files].sort();
}

async function filesOf(root: string, pattern: string, ignore: string[]): Promise<string[]> {
  const about = await stat(resolve(root, pattern)).catch(() => null);
  if (about?.isFile()) return [pattern];
  const segments = pattern.split('/');
  const plain = segments.findIndex((it) => isDynamicPattern(it));
  const base = segments.slice(0, plain === -1 ? segments.length : plain).join('/');
  // Most of what all dumps watch is not there, and to look for it by a glob takes its time.
  if (base !== '' && !(await stat(resolve(root, base)).catch(() => null))) return [];
  return glob([pattern], { cwd: root, ignore: ['**/node_modules/**', ...ignore], dot: true });
}

/** A digest of the names and contents of files; one that is not there counts, too. */
export async function digestOfFiles(root: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(resolve(root, file)).catch(() => null);
    const inner = content === null ? '-' : createHash('sha256').update(content).digest('hex');
    hash.update(`${JSON.stringify(file)} ${inner}\n`);
  }
  return hash.digest('hex');
}
