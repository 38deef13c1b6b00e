import { chunkSize } from './key-store.js';

/**
 * Positions of rows, each once. They are bits, of which a hundred million rows fill 25 MB: keys of
 * so many rows would not fit into memory, their positions do.
 */
export class Positions {
  readonly #known = new Bits();
  #fresh = new Bits();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(position: number): void {
    if (!this.#known.add(position)) return;
    this.#fresh.add(position);
    this.#size += 1;
  }

  /** Those that were added since it was asked last, in parts. */
  take(): Level {
    const fresh = this.#fresh;
    this.#fresh = new Bits();
    return { size: fresh.size, parts: () => fresh.parts() };
  }
}

/** Positions of one distance from the start rows. */
export interface Level {
  readonly size: number;
  readonly parts: () => Iterable<readonly number[]>;
}

/** A set of numbers from 0. */
class Bits {
  #bytes = new Uint8Array(128);
  size = 0;

  /** @returns whether it is new */
  add(number: number): boolean {
    const [at, bit] = [number >>> 3, 1 << (number & 7)];
    while (at >= this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    const byte = this.#bytes[at] as number;
    if ((byte & bit) !== 0) return false;
    this.#bytes[at] = byte | bit;
    this.size += 1;
    return true;
  }

  *parts(): Generator<number[]> {
    let part: number[] = [];
    for (const [at, byte] of this.#bytes.entries()) {
      for (let bit = 0; byte >>> bit > 0; bit += 1) {
        if (((byte >>> bit) & 1) === 0) continue;
        part.push(at * 8 + bit);
        if (part.length < chunkSize) continue;
        yield part;
        part = [];
      }
    }
    if (part.length > 0) yield part;
  }
}
