import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { assertName } from '../name.js';
import { type GemFixpoint, type GemRow, onParent, readGem } from './read.js';

export interface GemLink {
  readonly name: string;
  readonly parent: string | null;
  /** All rows, by table. */
  readonly rows: ReadonlyMap<string, readonly GemRow[]>;
}

/**
 * A fixpoint of the Ruby gem with all that it is built on, the root first.
 * @param directory with files such as `name.yml`
 * @returns null where there is none of that name
 * @throws HFIT_FIXPOINT_GEM, HFIT_FIXPOINT_PARENT_MISSING, HFIT_FIXPOINT_CYCLE
 */
export async function gemChain(directory: string, name: string): Promise<GemLink[] | null> {
  const found: { name: string; file: GemFixpoint }[] = [];
  for (let next: string | null = name; next !== null; next = found[0]?.file.parent ?? null) {
    const names = found.map((it) => it.name);
    if (names.includes(next)) {
      const chain = [next, ...names].join(' → ');
      throw new HfitError('HFIT_FIXPOINT_CYCLE', { name, chain });
    }
    const file = await read(directory, next);
    if (!file && found.length === 0) return null;
    if (!file) {
      const order = [next, ...names].join(', ');
      const values = { name: names[0] as string, parent: next, order };
      throw new HfitError('HFIT_FIXPOINT_PARENT_MISSING', values);
    }
    found.unshift({ name: next, file });
  }
  const links: GemLink[] = [];
  for (const { name: each, file } of found) {
    const rows = onParent(links.at(-1)?.rows ?? null, file);
    links.push({ name: each, parent: file.parent, rows });
  }
  return links;
}

export const gemFile = (directory: string, name: string) => join(directory, `${name}.yml`);

async function read(directory: string, name: string): Promise<GemFixpoint | null> {
  assertName(name);
  const file = gemFile(directory, name);
  try {
    return readGem(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof HfitError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    const values = { action: 'read', file, reason: message };
    throw new HfitError('HFIT_FIXPOINT_FOLDER', values, { cause: error });
  }
}
