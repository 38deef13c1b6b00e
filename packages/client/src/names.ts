import { HfitError } from '@hot-fixture/errors';

/**
 * One step of a path. A name of dots would be read as a step to another folder.
 * @throws HFIT_NAME_INVALID
 */
export function pathStep(thing: string, name: string): string {
  if (/^\.*$/.test(name)) throw new HfitError('HFIT_NAME_INVALID', { name, thing });
  return encodeURIComponent(name);
}

/** The file name that a server proposes; null where it could lead out of the folder. */
export function proposedName(disposition: string | null): string | null {
  const name = /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1];
  return name && /^[A-Za-z0-9_][\w.+-]*$/.test(name) ? name : null;
}

/** The warnings of a header: a list of texts as JSON, percent-encoded; none where it is broken. */
export function warningsOf(header: string | null): string[] {
  if (!header) return [];
  try {
    const list: unknown = JSON.parse(decodeURIComponent(header));
    return Array.isArray(list) ? list.filter((text) => typeof text === 'string') : [];
  } catch {
    return [];
  }
}
