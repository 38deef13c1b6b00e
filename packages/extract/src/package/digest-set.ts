import { randomBytes } from 'node:crypto';

/**
 * A set of texts, of which it holds 64 bits each and nothing that leads back to them. The chance
 * that a text is taken for another one of n is n in 2^64. Open addressing, at most half full.
 */
export class DigestSet {
  readonly #seed: Buffer;
  #size = 0;
  #slots: Uint32Array;
  #labels: Uint16Array;

  /** @param seed of 8 bytes; sets that share texts out between them have one */
  constructor(expected = 1024, seed = randomBytes(8)) {
    this.#seed = seed;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(expected, 8) * 2));
    this.#slots = new Uint32Array(slots * 2);
    this.#labels = new Uint16Array(slots);
  }

  get size(): number {
    return this.#size;
  }

  /** @param label of the first that adds a text; from 0 to 65535 */
  add(text: string, label = 0): void {
    if (this.#size * 2 >= this.#labels.length) this.#grow();
    const [high, low] = this.#digest(text);
    if (this.#put(high, low, label)) this.#size += 1;
  }

  /** @returns the label that a text was added with; -1 where it was not */
  label(text: string): number {
    const [high, low] = this.#digest(text);
    const mask = this.#labels.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const [a, b] = [this.#slots[at * 2], this.#slots[at * 2 + 1]];
      if (a === 0 && b === 0) return -1;
      if (a === high && b === low) return this.#labels[at] as number;
    }
  }

  /** Whether a text belongs to one of so many parts, by its digest: each belongs to one. */
  isOfPart(text: string, part: number, parts: number): boolean {
    return parts === 1 || this.#digest(text)[0] % parts === part;
  }

  has(text: string): boolean {
    return this.label(text) !== -1;
  }

  #put(high: number, low: number, label: number): boolean {
    const mask = this.#labels.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const [a, b] = [this.#slots[at * 2], this.#slots[at * 2 + 1]];
      if (a === high && b === low) return false;
      if (a !== 0 || b !== 0) continue;
      this.#slots[at * 2] = high;
      this.#slots[at * 2 + 1] = low;
      this.#labels[at] = label;
      return true;
    }
  }

  #grow(): void {
    const [slots, labels] = [this.#slots, this.#labels];
    this.#slots = new Uint32Array(slots.length * 2);
    this.#labels = new Uint16Array(labels.length * 2);
    for (let at = 0; at < labels.length; at += 1) {
      const [high, low] = [slots[at * 2] as number, slots[at * 2 + 1] as number];
      if (high !== 0 || low !== 0) this.#put(high, low, labels[at] as number);
    }
  }

  /**
   * Two lanes of 32 bits that multiply and fold each unit in, as in MurmurHash (A. Appleby), from a
   * seed that nobody outside knows.
   */
  #digest(text: string): [high: number, low: number] {
    let high = this.#seed.readUInt32LE(0);
    let low = this.#seed.readUInt32LE(4);
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      high = Math.imul(high ^ unit, 0x9e3779b1);
      low = Math.imul(low ^ unit, 0x5f356495);
      high = (high << 13) | (high >>> 19);
      low = (low << 17) | (low >>> 15);
    }
    high = mixed(high ^ text.length);
    low = mixed(low ^ high);
    // Zero stands for an empty slot.
    return [high >>> 0, low >>> 0 || 1];
  }
}

/** The finalizer of MurmurHash3. */
function mixed(value: number): number {
  let it = value ^ (value >>> 16);
  it = Math.imul(it, 0x85ebca6b);
  it ^= it >>> 13;
  it = Math.imul(it, 0xc2b2ae35);
  return it ^ (it >>> 16);
}
