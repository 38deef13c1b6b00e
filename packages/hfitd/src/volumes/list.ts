import { HfitError } from '@hot-fixture/errors';
import { compareFiles, nameOf, type VolumeEntry, walkVolume } from '@hot-fixture/extract';
import type { FileDecision, Policy } from '@hot-fixture/masking';
import { type FileFilters, untold } from './filters.js';

/** More are not held in memory to be put in order. */
const most = 100_000;

/** A volume that somebody may see. */
export interface Volume {
  /** Under its own name. */
  readonly name: string;
  readonly folder: string;
  readonly policy: Policy;
}

/** What becomes of a file when it leaves. */
export function decide(
  { policy, name }: Volume,
  { path }: { readonly path: string },
): FileDecision {
  return policy.decideFile(name, path);
}

/**
 * Lists what may leave, while folders are walked; in an order, where one is asked for. A folder is
 * told when the first file in it that may leave is found: the names of others tell nothing.
 * @throws HFIT_FILE_MISSING, HFIT_FILES_MANY, HFIT_FILES_DEEP
 */
export async function* listFiles(
  volume: Volume,
  { conditions, order }: FileFilters,
  below: string,
  end: AbortSignal,
): AsyncGenerator<VolumeEntry> {
  const sorted: VolumeEntry[] = [];
  const folders: VolumeEntry[] = [];
  for await (const entry of walkVolume(volume.name, volume.folder, below)) {
    end.throwIfAborted();
    if (entry.isFolder) {
      while (folders.length > 0 && !holds(folders.at(-1) as VolumeEntry, entry)) folders.pop();
      folders.push(entry);
      continue;
    }
    const told = toldOf(volume, entry);
    if (!told || !conditions.every((holds) => holds(told))) continue;
    const seen = conditions.length > 0 ? [] : folders.filter((it) => holds(it, entry));
    folders.length = 0;
    for (const one of [...seen, told]) {
      if (!order) yield one;
      else if (sorted.push(one) > most) throw new HfitError('HFIT_FILES_MANY', { most });
    }
  }
  if (order) yield* sorted.sort(compareFiles(order));
}

/**
 * Finds the file that comes first in the order, by path without one, in one walk.
 * @throws HFIT_FILE_MISSING
 */
export async function bestFile(
  volume: Volume,
  { conditions, order }: FileFilters,
  below: string,
  end: AbortSignal,
): Promise<VolumeEntry> {
  const compare = compareFiles(order ?? { by: 'path', descending: false });
  let best: VolumeEntry | null = null;
  for await (const entry of walkVolume(volume.name, volume.folder, below)) {
    end.throwIfAborted();
    if (entry.isFolder) continue;
    const told = toldOf(volume, entry);
    if (!told || !conditions.every((holds) => holds(told))) continue;
    if (!best || compare(best, told) > 0) best = told;
  }
  if (best) return best;
  throw new HfitError('HFIT_FILE_MISSING', { volume: volume.name, path: below });
}

/** An entry as a line of JSON: one line, whatever is in its name. */
export function lineOf(entry: VolumeEntry): string {
  const { path, size, modified, isFolder, bytes } = entry;
  return `${JSON.stringify({
    name: nameOf(entry),
    path,
    size: size === untold ? null : size,
    modtime: modified.toISOString(),
    isdir: isFolder,
    ...(bytes && { path64: bytes.toString('base64url') }),
  })}\n`;
}

/**
 * A file as it may be told: what leaves in the place of one has another size, so that of the file is
 * neither shown nor looked for. Null where it is not told at all.
 */
function toldOf(volume: Volume, file: VolumeEntry): VolumeEntry | null {
  const decision = decide(volume, file);
  if (decision === 'deny') return null;
  return decision === 'keep' ? file : { ...file, size: untold };
}

function holds(folder: VolumeEntry, file: VolumeEntry): boolean {
  return file.path.startsWith(`${folder.path}/`);
}
