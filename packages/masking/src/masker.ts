import type { HfitError } from '@hot-fixture/errors';
import type { Words } from '@hot-fixture/generator';
import type { BoundMask, MaskerChoice } from './bind.js';
import type { ColumnFacts, Value } from './column.js';
import type { OptionSpecs, OptionsOf, OptionValue } from './options.js';
import type { Permutations } from './permute/permutation.js';

/** True, false, or true under the condition that is told. */
export type Kept = boolean | string;

/** What a mask has in common with the value that it stands for. */
export interface Keeps {
  /** Different values get different masks, so it may serve a key. */
  readonly unique: Kept;
  /** As many characters as before. */
  readonly length: Kept;
  /** What reads and checks the value takes the mask as well. */
  readonly format: Kept;
  /** Masks sort as their values did. */
  readonly order: Kept;
  /** The same value has the same mask wherever it stands, so that it still refers. */
  readonly referential: Kept;
}

/**
 * Gives four whole numbers of 32 bits, signed, that depend on the key, the masker and the value alone; or on `instead`, where
 * not all of the value should count. When a mask turns out to be its value, it is made once more,
 * and then `draw` gives others.
 */
export type Draw = (instead?: string) => Words;

/**
 * Masks one value. A mask for which nothing was drawn is taken as it is, so this is how a masker
 * leaves a value alone.
 * @param drawFor gives four that depend on the key and on the value of the column that the option
 *   `per` names, in each masker the same; what `draw()` gives where it names none or that is null
 */
export type Mask = (value: NonNullable<Value>, draw: Draw, drawFor: () => Words) => Value;

/**
 * Makes the mask of a field out of its bytes, as {@link Mask} does out of its value. They are ASCII, at
 * least one, and what a text of them is masked by.
 * @param out takes the mask from `at` on, in UTF-8: as many bytes as the field has, and
 *   {@link maskRoom} more
 * @param draw gives words that stay until the next draw
 * @returns where the mask ends; -1 where only the value tells
 */
export type MaskBytes = (
  source: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
  at: number,
  draw: DrawBytes,
  drawFor: () => Int32Array,
) => number;

/** Four words that depend on the field, or on the first so many bytes of others instead. */
export type DrawBytes = (instead?: DataView, length?: number) => Int32Array;

/** More than the longest mask has that is not made of the signs of its value. */
export const maskRoom = 1024;

export interface Binding<S extends OptionSpecs> {
  readonly options: OptionsOf<S>;
  readonly column: ColumnFacts;
  /** Of the key and this masker: what they make of different values is different. */
  readonly permutations: Pick<Permutations, 'of' | 'small'>;
  /** Binds another masker to a part of a value, under the same key. */
  bindOther(choice: MaskerChoice, part: ColumnFacts): BoundMask;
  /** The kinds of columns that another masker serves. */
  kindsOf(choice: MaskerChoice): readonly string[] | 'any';
  /** The error to throw when the masker cannot serve the column; `reason` is a clause. */
  refuse(reason: string): HfitError;
  /** The error to throw when a value cannot be masked; `reason` is a clause that does not quote it. */
  stuck(reason: string): HfitError;
  /** For a value that cannot be read: null where the column takes it, else it throws. */
  unreadable(): null;
}

/** Of a mask, what may be as it was in the value, as a text that can be searched. */
export type Leavings = (masked: string) => string;

/** A way to mask. It is bound to a column once, and then masks each value of it. */
export interface Masker<S extends OptionSpecs = OptionSpecs> {
  readonly name: string;
  /** One sentence for the docs: what a mask looks like. */
  readonly about: string;
  /** The kinds of columns that it serves. */
  readonly kinds: readonly string[] | 'any';
  readonly keeps: Keeps;
  readonly options: S;
  /** In characters: no mask of a text has more, in any column. */
  readonly longest?: number;
  /** An empty text tells nothing and stays, unless this is true. */
  readonly masksEmptyText?: boolean;
  /**
   * What stays of a value; absent where nothing does. The options are as somebody wrote them.
   * @param of the same of another masker
   * @returns null where it cannot be told: all may have stayed
   */
  leaves?(
    options: Readonly<Record<string, OptionValue>>,
    of: (choice: MaskerChoice) => Leavings | null,
  ): Leavings | null;
  bind(binding: Binding<S>): Mask;
  /**
   * The same masks from bytes to bytes, for rows by the million; null where the options or the
   * column allow none. It is asked for when `bind` has taken them.
   */
  bindBytes?(binding: Binding<S>): MaskBytes | null;
}

/** Gives the masker back; its options are typed by their table. */
export function defineMasker<const S extends OptionSpecs>(masker: Masker<S>): Masker<S> {
  return masker;
}
