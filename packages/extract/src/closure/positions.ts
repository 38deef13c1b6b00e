/** Positions of rows, each once: a bit for each that may be, and those of a level in a list. */
export class Positions {
  #bits = new Uint8Array(1024);
  #next: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(position: number): void {
    const at = position >> 3;
    if (at >= this.#bits.length) {
      const more = new Uint8Array(Math.max(at + 1, this.#bits.length * 2));
      more.set(this.#bits);
      this.#bits = more;
    }
    const bit = 1 << (position & 7);
    if (((this.#bits[at] as number) & bit) !== 0) return;
    this.#bits[at] = (this.#bits[at] as number) | bit;
    this.#next.push(position);
    this.#size += 1;
  }

  /** Those that were added since it was asked last, in their order. */
  take(): readonly number[] {
    const taken = this.#next;
    this.#next = [];
    return taken;
  }
}
