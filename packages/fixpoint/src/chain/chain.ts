import { HfitError } from '@hot-fixture/errors';
import type { Content, Folder, Stored } from '../files/folder.js';

/** A fixpoint with all that it is built on, the root first. */
export type Chain = readonly [Stored, ...Stored[]];

/**
 * Null where there is no fixpoint of that name. It looks at the heads of the files alone.
 * @throws HFIT_FIXPOINT_PARENT_MISSING, HFIT_FIXPOINT_CYCLE, HFIT_FIXPOINT_FOLDER
 */
export async function chainOf(folder: Folder, name: string): Promise<Chain | null> {
  const last = await folder.find(name);
  if (!last) return null;
  const chain: [Stored, ...Stored[]] = [last];
  for (let first: Stored = last; first.parent !== null; first = chain[0]) {
    const { parent } = first;
    const names = chain.map((it) => it.name);
    if (names.includes(parent)) {
      throw new HfitError('HFIT_FIXPOINT_CYCLE', { name, chain: [parent, ...names].join(' → ') });
    }
    const found = await folder.find(parent);
    if (!found) {
      const order = [parent, ...names].join(', ');
      throw new HfitError('HFIT_FIXPOINT_PARENT_MISSING', { name: first.name, parent, order });
    }
    chain.unshift(found);
  }
  return chain;
}

/**
 * What each of them holds.
 * @throws HFIT_FIXPOINT_PARENT_CHANGED where one is built on what its parent no longer is,
 *   HFIT_FIXPOINT_FILE
 */
export async function contentsOf(chain: Chain): Promise<Content[]> {
  const contents: Content[] = [];
  for (const [i, stored] of chain.entries()) {
    const content = await stored.content();
    const parent = contents.at(-1);
    if (parent) assertFits(chain, i, content, parent.digest);
    contents.push(content);
  }
  return contents;
}

/** @throws HFIT_FIXPOINT_PARENT_CHANGED */
export function assertFits(chain: Chain, place: number, { file }: Content, digest: string): void {
  if (file.parent?.digest === digest) return;
  const names = chain.slice(place).map((it) => it.name);
  throw new HfitError(
    'HFIT_FIXPOINT_PARENT_CHANGED',
    {
      name: names[0] as string,
      parent: (chain[place - 1] as Stored).name,
      order: names.join(', '),
    },
    { where: (chain[place] as Stored).path },
  );
}
