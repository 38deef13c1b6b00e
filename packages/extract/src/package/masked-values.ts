import { type Column, qualified, type Row, type Value } from '@hot-fixture/database';
import { leavingsOf } from '@hot-fixture/masking';
import type { ClassifiedTable } from '../classify.js';
import { DigestSet } from './digest-set.js';

/** The most values that are remembered: 64 MB of digests. */
const limit = 4_000_000;
/** Shorter ones stand in other columns by chance. */
const fewestLetters = 6;
/** A longer text is known by how it begins. */
const mostWords = 6;

interface Place {
  readonly at: number;
  readonly column: Column;
  readonly label: number;
  readonly digests: DigestSet;
}

/**
 * The originals of what was masked, to look for them in what was kept. It holds digests in memory,
 * and writes nothing.
 */
export class MaskedValues {
  readonly #digests = new DigestSet();
  /** Of columns that are masked in part: what stays of such a value is not an original. */
  readonly #inPart = new DigestSet();
  readonly #columns: string[] = [];
  readonly #places = new Map<ClassifiedTable, Place[]>();
  /** Values that there was no more room for. */
  forgotten = 0;

  get size(): number {
    return this.#digests.size + this.#inPart.size;
  }

  /** @param rows as they were read, in the order of the columns that leave */
  add(it: ClassifiedTable, rows: readonly Row[]): void {
    for (const { at, column, label, digests } of this.#of(it)) {
      for (const row of rows) {
        const words = wordsOf(row[at] ?? null).slice(0, mostWords);
        if (!isTelling(words, column)) continue;
        if (this.size < limit) digests.add(words.join(' '), label);
        else this.forgotten += 1;
      }
    }
  }

  /**
   * @param isPart of a text that is itself what a masker left
   * @returns the column whose masked value stands in a text; null where there is none
   */
  findIn(value: Value, isPart = false): string | null {
    const sets = isPart ? [this.#digests] : [this.#digests, this.#inPart];
    const among = sets.filter(({ size }) => size > 0);
    const words = wordsOf(value);
    for (let from = 0; from < words.length; from += 1) {
      let text = '';
      for (let to = from; to < Math.min(words.length, from + mostWords); to += 1) {
        text = text === '' ? (words[to] as string) : `${text} ${words[to]}`;
        if (text.length < fewestLetters) continue;
        for (const it of among) {
          const label = it.label(text);
          if (label !== -1) return this.#columns[label] as string;
        }
      }
    }
    return null;
  }

  #of(it: ClassifiedTable) {
    let places = this.#places.get(it);
    if (!places) {
      places = it.columns.flatMap((column, at) => {
        if (!it.masks[at] || !searched.has(column.kind)) return [];
        const name = `${it.source.name}: ${qualified(it.table)}.${column.name}`;
        const decision = it.decisions.get(column.name);
        const isPart = decision?.kind === 'mask' && leavingsOf(decision) !== null;
        const digests = isPart ? this.#inPart : this.#digests;
        return [{ at, column, digests, label: this.#columns.push(name) - 1 }];
      });
      this.#places.set(it, places);
    }
    return places;
  }
}

const searched: ReadonlySet<string> = new Set(['text', 'uuid', 'integer', 'decimal', 'other']);

/** Small numbers are everywhere; a long one is a number of somebody. */
function isTelling(words: readonly string[], { kind }: Column): boolean {
  const length = words.reduce((sum, word) => sum + word.length, 0);
  return length >= (kind === 'integer' || kind === 'decimal' ? 9 : fewestLetters);
}

/** The letters and digits of a text, whatever stands between them and in whatever case. */
function wordsOf(value: Value): string[] {
  if (value === null || value instanceof Uint8Array) return [];
  return (
    String(value)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
