import type { Field } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';

/** A mapping of the policy with its place. */
export interface Block<T> {
  readonly at: Place;
  /** Spaces before its entries; null where it has none. */
  readonly indent: number | null;
  /** Written in braces. */
  readonly isFlow: boolean;
  readonly of: ReadonlyMap<string, T>;
}

export interface Place {
  /** `file:line:column`. */
  readonly where: string;
  readonly line: number;
  readonly column: number;
}

/** One entry of a mapping. */
export interface Entry {
  readonly name: string;
  readonly at: Place;
  readonly value: Field;
}

/**
 * Reads a mapping, which may be empty.
 * @throws HFIT_POLICY_INVALID
 */
export function readBlock<T>({ at, value }: Entry, read: (entry: Entry) => T): Block<T> {
  const entries = entriesOf(value);
  return {
    at,
    indent: entries[0] ? entries[0].at.column - 1 : null,
    isFlow: value.isFlow,
    of: new Map(entries.map((it) => [it.name, read(it)])),
  };
}

/** @throws HFIT_POLICY_INVALID */
export function entriesOf(value: Field): Entry[] {
  if (value.kind === 'null' && value.written === '') return [];
  const seen = new Set<string>();
  return value.entries().map(([name, value, where]) => {
    // JavaScript means the prototype by it, in whatever object a caller may put the name.
    if (name === '' || name === '__proto__')
      throw unusable(name, 'cannot be used as a name', where);
    // YAML takes 1 and "1" for two keys.
    if (seen.has(name)) throw unusable(name, 'stands here twice', where);
    seen.add(name);
    return { name, at: placeOf(where), value };
  });
}

function unusable(name: string, why: string, where: string): HfitError {
  return new HfitError('HFIT_POLICY_INVALID', { reason: `"${name}" ${why}` }, { where });
}

export function placeOf(where: string): Place {
  const [line = 1, column = 1] = where.split(':').slice(-2).map(Number);
  return { where, line, column };
}
