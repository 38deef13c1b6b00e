import { isDeepStrictEqual } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { HfitError } from '@hot-fixture/errors';
import { firstOddity } from './plain.js';

/** A value as a file keeps it: as JSON where that says it all. */
export type KeptValue =
  | { readonly json: unknown }
  /** What `structuredClone` keeps, as base64. */
  | { readonly bytes: string }
  | { readonly nothing: true };

/** @throws HFIT_DUMP_VALUE */
export function keepValue(dump: string, value: unknown): KeptValue {
  if (value === undefined) return { nothing: true };
  const oddity = firstOddity(value);
  if (oddity) throw new HfitError('HFIT_DUMP_VALUE', { dump, ...oddity });
  try {
    const json = JSON.parse(JSON.stringify(value));
    if (isDeepStrictEqual(json, value)) return { json };
  } catch {
    // A bigint or a circle: JSON does not say it all.
  }
  return { bytes: serialize(value).toString('base64') };
}

export function restoreValue(kept: KeptValue): unknown {
  if ('json' in kept) return kept.json;
  return 'bytes' in kept ? deserialize(Buffer.from(kept.bytes, 'base64')) : undefined;
}
