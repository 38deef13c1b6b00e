import type { Place } from './place.js';
import type { Source } from './source.js';

/** A spec as a provider gets it: of any type, its own ones among them. */
export interface AnySpec {
  readonly type: string;
  readonly unique?: boolean;
  readonly [option: string]: unknown;
}

/**
 * Makes values of some types, or of some options of a type. Of several that support a spec, the
 * one that was added last is asked; the built-in ones come after all others.
 */
export interface Provider {
  /** What it is told apart by. */
  readonly name: string;
  supports(spec: AnySpec): boolean;
  /**
   * Where the values come from: a space where they can be counted (see `listed` and `composed`),
   * else a draw. It is asked once for each attribute.
   */
  source(spec: AnySpec, place: Place): Source<unknown>;
}
