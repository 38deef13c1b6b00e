import { Draws } from './draws.js';
import type { Hmac } from './hmac.js';

/**
 * The stream of bytes under one label. Bytes come from a counter in front of the label
 * (NIST SP 800-108, counter mode), so streams of different labels have nothing to do with each
 * other, and who sees some bytes cannot tell the next. Masks are made of it.
 */
export class HmacDraws extends Draws {
  readonly #hmac: Hmac;
  readonly #input: Uint8Array;
  #block: Uint8Array = new Uint8Array();
  #at = 0;
  #blocks = 0;

  constructor(hmac: Hmac, label: string) {
    super();
    this.#hmac = hmac;
    const text = Buffer.from(label, 'utf8');
    this.#input = new Uint8Array(4 + text.length + 1);
    this.#input.set(text, 4);
  }

  override byte(): number {
    if (this.#at === this.#block.length) this.#refill();
    return this.#block[this.#at++]!;
  }

  protected override number(width: 4 | 6): number {
    let number = 0;
    for (let i = 0; i < width; i++) number = number * 256 + this.byte();
    return number;
  }

  #refill(): void {
    new DataView(this.#input.buffer).setUint32(0, ++this.#blocks);
    this.#block = this.#hmac(this.#input);
    this.#at = 0;
  }
}
