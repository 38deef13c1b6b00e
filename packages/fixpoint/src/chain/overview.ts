import { HfitError } from '@hot-fixture/errors';
import type { Folder, Stored } from '../files/folder.js';

export type Trouble =
  | 'parent changed'
  | 'parent missing'
  | 'built on one that is to be recorded again'
  | 'cycle'
  | 'unreadable';

export interface Overviewed {
  readonly name: string;
  readonly parent: string | null;
  /** How many stand between it and its root. */
  readonly depth: number;
  /** Null where it can be restored. */
  readonly trouble: Trouble | null;
  /** What the error says, where the file cannot be read. */
  readonly reason?: string;
}

export interface Overview {
  /** Each after its parent; those of one parent by name. */
  readonly fixpoints: readonly Overviewed[];
  /** What is to be recorded again, in this order. */
  readonly record: readonly string[];
}

/**
 * Reads all fixpoints of a folder, and checks that each still stands on the parent that it was
 * recorded on.
 * @throws HFIT_FIXPOINT_FOLDER
 */
export async function overviewOf(folder: Folder): Promise<Overview> {
  const all = new Map<string, Read>();
  for (const name of await folder.list()) all.set(name, await read(folder, name));
  const found: Overviewed[] = [];
  const visit = (name: string, depth: number, above: Overviewed | null): void => {
    const it = all.get(name) as Read;
    const entry = { name, parent: it.parent, depth, ...troubleOf(it, all, above) };
    found.push(entry);
    for (const [child, { parent }] of all) if (parent === name) visit(child, depth + 1, entry);
  };
  for (const [name, { parent }] of all) {
    if (parent === null || !all.has(parent)) visit(name, 0, null);
  }
  // What no root leads to goes round in a circle.
  const seen = new Set(found.map(({ name }) => name));
  for (const [name, { parent }] of all) {
    if (!seen.has(name)) found.push({ name, parent, depth: 0, trouble: 'cycle' });
  }
  const record = found.flatMap(({ name, parent, trouble }) => {
    if (trouble === null) return [];
    return trouble === 'parent missing' ? [parent as string, name] : [name];
  });
  return { fixpoints: found, record: [...new Set(record)] };
}

interface Read {
  readonly parent: string | null;
  readonly wanted: string | null;
  readonly digest: string | null;
  readonly reason?: string;
}

async function read(folder: Folder, name: string): Promise<Read> {
  try {
    const stored = (await folder.find(name)) as Stored;
    const { file, digest } = await stored.content();
    return { parent: stored.parent, wanted: file.parent?.digest ?? null, digest };
  } catch (error) {
    if (!(error instanceof HfitError)) throw error;
    const reason = error.where ? `${error.where}: ${error.what}` : error.what;
    return { parent: null, wanted: null, digest: null, reason };
  }
}

function troubleOf(
  { parent, wanted, digest, reason }: Read,
  all: ReadonlyMap<string, Read>,
  above: Overviewed | null,
): Pick<Overviewed, 'trouble' | 'reason'> {
  if (digest === null) return { trouble: 'unreadable', ...(reason && { reason }) };
  if (parent === null) return { trouble: null };
  const found = all.get(parent);
  if (!found) return { trouble: 'parent missing' };
  if (above?.trouble) return { trouble: 'built on one that is to be recorded again' };
  return { trouble: found.digest === wanted ? null : 'parent changed' };
}

/** The chains as a drawing; what cannot be restored says why. */
export function treeAsText({ fixpoints }: Overview): string {
  const lines: string[] = [];
  const open: boolean[] = [];
  for (const [i, it] of fixpoints.entries()) {
    const { name, depth, trouble } = it;
    const rest = fixpoints.slice(i + 1);
    const end = rest.findIndex((other) => other.depth < depth);
    const siblings = end === -1 ? rest : rest.slice(0, end);
    const hasNext = siblings.some((other) => other.depth === depth);
    open[depth] = hasNext;
    const stems = open.slice(1, depth).map((isOpen) => (isOpen ? '│  ' : '   '));
    const branch = depth === 0 ? '' : hasNext ? '├─ ' : '└─ ';
    const parent = trouble === 'parent missing' ? ` (${it.parent})` : '';
    lines.push(`${stems.join('')}${branch}${name}${trouble ? `  ! ${trouble}${parent}` : ''}`);
  }
  return lines.join('\n');
}
