import { qualified, type Row, type Value } from '@hot-fixture/database';
import type { ClassifiedTable } from '../classify.js';
import { DigestSet } from './digest-set.js';
import { fewestLetters, mostWords, type Original, originalsOf } from './originals.js';
import { wordsOf } from './words.js';

/** The most values that are remembered: 64 MB of digests. */
const limit = 4_000_000;

interface Place {
  readonly at: number;
  readonly name: string;
  readonly label: number;
  readonly originals: (value: Value) => Original[];
  /** There were values. */
  isSeen: boolean;
  isSearched: boolean;
}

/**
 * The originals of what was masked, to look for them in what was kept. It holds digests in memory,
 * and writes nothing.
 */
export class MaskedValues {
  readonly #digests = new DigestSet();
  /** Of what is masked in part: what stays of such a value is not an original. */
  readonly #inPart = new DigestSet();
  readonly #columns: string[] = [];
  readonly #places = new Map<ClassifiedTable, Place[]>();
  /** Values that there was no more room for. */
  forgotten = 0;

  get size(): number {
    return this.#digests.size + this.#inPart.size;
  }

  /** Masked columns of which no value was worth a search. */
  get notSearched(): string[] {
    const places = [...this.#places.values()].flat();
    const names = (all: readonly Place[]) => new Set(all.map(({ name }) => name));
    const searched = names(places.filter(({ isSearched }) => isSearched));
    return [...names(places.filter(({ isSeen }) => isSeen))].filter((name) => !searched.has(name));
  }

  /** @param rows as they were read, in the order of the columns that leave */
  add(it: ClassifiedTable, rows: readonly Row[]): void {
    for (const place of this.#of(it)) {
      for (const row of rows) {
        const value = row[place.at] ?? null;
        if (value === null) continue;
        place.isSeen = true;
        for (const { words, isPart } of place.originals(value)) {
          place.isSearched = true;
          const digests = isPart ? this.#inPart : this.#digests;
          if (this.size < limit) digests.add(words.join(' '), place.label);
          else this.forgotten += 1;
        }
      }
    }
  }

  /**
   * @param isPart of a text that is itself what a masker left
   * @param fewest words that must agree
   * @returns the column whose masked value stands in a text; null where there is none
   */
  findIn(value: Value, isPart = false, fewest = 1): string | null {
    const sets = isPart ? [this.#digests] : [this.#digests, this.#inPart];
    const among = sets.filter(({ size }) => size > 0);
    const words = wordsOf(value);
    for (let from = 0; from < words.length; from += 1) {
      let text = '';
      for (let to = from; to < Math.min(words.length, from + mostWords); to += 1) {
        text = text === '' ? (words[to] as string) : `${text} ${words[to]}`;
        if (text.length < fewestLetters || to - from + 1 < fewest) continue;
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
        if (!it.masks[at]) return [];
        const name = `${it.source.name}: ${qualified(it.table)}.${column.name}`;
        const originals = originalsOf(column, it.decisions.get(column.name));
        const label = this.#columns.push(name) - 1;
        return [{ at, name, label, originals, isSeen: false, isSearched: false }];
      });
      this.#places.set(it, places);
    }
    return places;
  }
}
