/** A key, a block or a tag of 128 bits: four words, the lowest byte of each first. */
export type Words = readonly [a: number, b: number, c: number, d: number];

export type WritableWords = [a: number, b: number, c: number, d: number];

/** The 16 bytes from `at` on. */
export function wordsOf(bytes: Uint8Array, at = 0): Words {
  return [wordAt(bytes, at), wordAt(bytes, at + 4), wordAt(bytes, at + 8), wordAt(bytes, at + 12)];
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

export function bytesOf(words: Words): Uint8Array {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 16; i++) bytes[i] = words[(i >> 2) as 0]! >>> ((i & 3) << 3);
  return bytes;
}

/** The key of a last block that is whole: the key times x in the field of 2^128 elements. */
function doubled(key: Int32Array): Int32Array {
  const [a, b, c, d] = key as Iterable<number> as Words;
  const first = (a << 1) ^ (d < 0 ? 0x87 : 0);
  return Int32Array.of(first, (b << 1) | (a >>> 31), (c << 1) | (b >>> 31), (d << 1) | (c >>> 31));
}

/** The words of the last tag; they stand here so that a tag takes no memory of its own. */
const state = new Int32Array(4);

/**
 * Chaskey-12: a function of a key of 128 bits that nobody without the key can tell from chance, for
 * messages of any length; a fifteenth of the time of an HMAC. From Mouha, Mennink, Van Herrewege,
 * Watanabe, Preneel, Verbauwhede: Chaskey (SAC 2014), with the twelve rounds of ISO/IEC 29192-6:2019.
 * To find a key out of 2^d tags takes about 2^(128 - d) steps.
 */
export class Chaskey {
  readonly #key: Int32Array;
  /** For a last block that is whole, and for one that is not. */
  readonly #whole: Int32Array;
  readonly #cut: Int32Array;

  constructor(key: Words) {
    this.#key = Int32Array.from(key);
    this.#whole = doubled(this.#key);
    this.#cut = doubled(this.#whole);
  }

  /** @param out gets the tag of the first `length` bytes */
  tag(bytes: Uint8Array, length: number, out: WritableWords): void {
    this.tagWithin(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, length);
    taken(out);
  }

  /**
   * @param bytes as a view, which reads four at once
   * @returns the words of the tag of the bytes, until another tag is made of any key
   */
  tagWithin(bytes: DataView, from: number, to: number): Int32Array {
    const key = this.#key;
    let a = key[0]!;
    let b = key[1]!;
    let c = key[2]!;
    let d = key[3]!;
    let at = from;
    for (; to - at > 16; at += 16) {
      permute(
        a ^ bytes.getInt32(at, true),
        b ^ bytes.getInt32(at + 4, true),
        c ^ bytes.getInt32(at + 8, true),
        d ^ bytes.getInt32(at + 12, true),
      );
      a = state[0]!;
      b = state[1]!;
      c = state[2]!;
      d = state[3]!;
    }
    const last = to - at === 16 ? this.#whole : this.#cut;
    permute(
      a ^ lastWordAt(bytes, at, to) ^ last[0]!,
      b ^ lastWordAt(bytes, at + 4, to) ^ last[1]!,
      c ^ lastWordAt(bytes, at + 8, to) ^ last[2]!,
      d ^ lastWordAt(bytes, at + 12, to) ^ last[3]!,
    );
    state[0]! ^= last[0]!;
    state[1]! ^= last[1]!;
    state[2]! ^= last[2]!;
    state[3]! ^= last[3]!;
    return state;
  }
}

function taken(out: WritableWords): void {
  out[0] = state[0]!;
  out[1] = state[1]!;
  out[2] = state[2]!;
  out[3] = state[3]!;
}

/** Behind its end a message has a 1, then zeros. */
function lastWordAt(bytes: DataView, at: number, end: number): number {
  if (at + 4 <= end) return bytes.getInt32(at, true);
  if (at > end) return 0;
  let word = 1;
  for (let i = end - 1; i >= at; i--) word = (word << 8) | bytes.getUint8(i);
  return word;
}

/** The tag of one whole block, under a key that serves few blocks and is not prepared for more. */
export function tagOfBlock(key: Words | Int32Array, block: Words, out: WritableWords): void {
  const a = key[0]!;
  const b = key[1]!;
  const c = key[2]!;
  const d = key[3]!;
  const e = (a << 1) ^ (d < 0 ? 0x87 : 0);
  const f = (b << 1) | (a >>> 31);
  const g = (c << 1) | (b >>> 31);
  const h = (d << 1) | (c >>> 31);
  permute(a ^ block[0] ^ e, b ^ block[1] ^ f, c ^ block[2] ^ g, d ^ block[3] ^ h);
  taken(out);
  out[0] ^= e;
  out[1] ^= f;
  out[2] ^= g;
  out[3] ^= h;
}

function permute(a: number, b: number, c: number, d: number): void {
  for (let round = 0; round < 12; round++) {
    a = (a + b) | 0;
    b = ((b << 5) | (b >>> 27)) ^ a;
    a = (a << 16) | (a >>> 16);
    c = (c + d) | 0;
    d = ((d << 8) | (d >>> 24)) ^ c;
    a = (a + d) | 0;
    d = ((d << 13) | (d >>> 19)) ^ a;
    c = (c + b) | 0;
    b = ((b << 7) | (b >>> 25)) ^ c;
    c = (c << 16) | (c >>> 16);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
