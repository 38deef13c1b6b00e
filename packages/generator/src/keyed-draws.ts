import { tagOfBlock, type Words, type WritableWords, wordsOf } from './chaskey.js';
import { sha256 } from './sha256.js';
import { WordDraws } from './word-draws.js';

const block: WritableWords = [0, 0, 0, 0];

/**
 * The stream of words under a key and a label: tags of the label and a counter (the counter mode of
 * NIST SP 800-108 with {@link Chaskey} as its function), so streams of different labels have nothing
 * to do with each other, and who sees some words cannot tell the next. Masks are made of it.
 */
export class KeyedDraws extends WordDraws {
  readonly #key: Words | Int32Array;
  readonly #label: Label;
  readonly #words: WritableWords = [0, 0, 0, 0];
  #at = 4;
  #blocks = 0;

  /** @param key may get other words, if {@link again} is called then */
  constructor(key: Words | Int32Array, label: Label) {
    super();
    this.#key = key;
    this.#label = label;
  }

  /** Begins the stream once more: what draws for millions of values needs no object for each. */
  again(): this {
    this.#at = 4;
    this.#blocks = 0;
    return this;
  }

  protected override word(): number {
    if (this.#at === 4) {
      block[0] = this.#label[0];
      block[1] = this.#label[1];
      block[2] = this.#label[2];
      block[3] = this.#blocks++;
      tagOfBlock(this.#key, block, this.#words);
      this.#at = 0;
    }
    return this.#words[this.#at++ as 0]! >>> 0;
  }
}

/** Three words that stand for a text. */
export type Label = readonly [number, number, number];

/** There are few: they stand in code, or are made of the names of columns. */
const labels = new Map<string, Label>();
const mostLabels = 10_000;

export function labelOf(text: string): Label {
  const known = labels.get(text);
  if (known) return known;
  const [a, b, c] = wordsOf(sha256(Buffer.from(text, 'utf8')));
  if (labels.size < mostLabels) labels.set(text, [a, b, c]);
  return [a, b, c];
}
