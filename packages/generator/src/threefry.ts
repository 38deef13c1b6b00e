/** 128 bits that choose a stream, and the word that their parity adds. */
export type Key = Int32Array;

/** @param bytes of which the first 16 count */
export function keyFrom(bytes: Uint8Array): Key {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const words = [0, 4, 8, 12].map((at) => view.getInt32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  const [a, b, c, d] = words;
  return Int32Array.of(a, b, c, d, a ^ b ^ c ^ d ^ 0x1bd11bda);
}

const rotations = [10, 26, 11, 21, 13, 27, 23, 5, 6, 20, 17, 11, 25, 10, 18, 20] as const;
const rounds = 20;

/**
 * Threefry-4x32-20: 128 bits for each counter of 128 bits, without a state to carry along. From
 * Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011). It passes
 * the batteries of tests for chance, and it is no cipher: nothing secret may hang on it.
 */
export function threefry(key: Key, counter: Int32Array, out: Int32Array): void {
  let a = (counter[0]! + key[0]!) | 0;
  let b = (counter[1]! + key[1]!) | 0;
  let c = (counter[2]! + key[2]!) | 0;
  let d = (counter[3]! + key[3]!) | 0;
  for (let round = 0; round < rounds; ) {
    const at = (round & 7) * 2;
    const left = rotations[at]!;
    const right = rotations[at + 1]!;
    // Every second round mixes the words crosswise.
    if ((round & 1) === 0) {
      a = (a + b) | 0;
      b = ((b << left) | (b >>> (32 - left))) ^ a;
      c = (c + d) | 0;
      d = ((d << right) | (d >>> (32 - right))) ^ c;
    } else {
      a = (a + d) | 0;
      d = ((d << left) | (d >>> (32 - left))) ^ a;
      c = (c + b) | 0;
      b = ((b << right) | (b >>> (32 - right))) ^ c;
    }
    round += 1;
    if ((round & 3) === 0) {
      const turn = round >>> 2;
      a = (a + key[turn % 5]!) | 0;
      b = (b + key[(turn + 1) % 5]!) | 0;
      c = (c + key[(turn + 2) % 5]!) | 0;
      d = (d + key[(turn + 3) % 5]! + turn) | 0;
    }
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}
