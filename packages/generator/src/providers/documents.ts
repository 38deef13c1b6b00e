import { HfitError } from '@hot-fixture/errors';
import { mostNumbers } from '../numbering.js';
import type { Place } from '../place.js';
import type { AnySpec } from '../provider.js';
import type { Source, ValueAt } from '../source.js';
import { composed } from '../space.js';
import { Literal, type ObjectSchema, type Spec } from '../types.js';

/** Prepares the values of any spec at a place. */
export type Bind = (spec: AnySpec, place: Place) => ValueAt<unknown>;

export function bytes({ length = 16 }: Spec<'bytes'>): Source<Uint8Array> {
  return composed((draws) => draws.bytes(length));
}

/** With a schema, unique where one of its members is. */
export function json({ schema, unique }: Spec<'json'>, place: Place, bind: Bind): Source<unknown> {
  const id = { type: 'uuid', unique };
  const small = { id, label: { type: 'text', words: 2 }, active: { type: 'boolean' } };
  if (unique && schema && !Object.values(schema).some((it) => isSpec(it) && it.unique)) {
    const reason = 'no member of its schema is unique';
    throw new HfitError('HFIT_GENERATOR_NOT_UNIQUE', { type: 'json', reason });
  }
  return { size: mostNumbers, ofRow: objectOf(schema ?? small, (name) => place.part(name), bind) };
}

/** Objects of a schema; what is no spec in it is taken as it is. */
export function objectOf(
  schema: ObjectSchema,
  placeOf: (name: string) => Place,
  bind: Bind,
): ValueAt<Record<string, unknown>> {
  const members = Object.entries(schema).map(([name, entry]): [string, ValueAt<unknown>] => {
    if (isSpec(entry)) return [name, bind(entry, placeOf(name))];
    const value = entry instanceof Literal ? entry.value : entry;
    return [name, () => value];
  });
  return (row) => Object.fromEntries(members.map(([name, valueAt]) => [name, valueAt(row)]));
}

function isSpec(entry: unknown): entry is AnySpec {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    !(entry instanceof Literal) &&
    typeof (entry as { type?: unknown }).type === 'string'
  );
}
