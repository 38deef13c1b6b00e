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
  // Twenty rounds: five turns of four, whose rotations are those of the first or the second half.
  // Every second round mixes the words crosswise. Written out, they take a third of the time.
  for (let turn = 1; turn <= 5; turn++) {
    if ((turn & 1) === 1) {
      a = (a + b) | 0;
      b = ((b << 10) | (b >>> 22)) ^ a;
      c = (c + d) | 0;
      d = ((d << 26) | (d >>> 6)) ^ c;
      a = (a + d) | 0;
      d = ((d << 11) | (d >>> 21)) ^ a;
      c = (c + b) | 0;
      b = ((b << 21) | (b >>> 11)) ^ c;
      a = (a + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ a;
      c = (c + d) | 0;
      d = ((d << 27) | (d >>> 5)) ^ c;
      a = (a + d) | 0;
      d = ((d << 23) | (d >>> 9)) ^ a;
      c = (c + b) | 0;
      b = ((b << 5) | (b >>> 27)) ^ c;
    } else {
      a = (a + b) | 0;
      b = ((b << 6) | (b >>> 26)) ^ a;
      c = (c + d) | 0;
      d = ((d << 20) | (d >>> 12)) ^ c;
      a = (a + d) | 0;
      d = ((d << 17) | (d >>> 15)) ^ a;
      c = (c + b) | 0;
      b = ((b << 11) | (b >>> 21)) ^ c;
      a = (a + b) | 0;
      b = ((b << 25) | (b >>> 7)) ^ a;
      c = (c + d) | 0;
      d = ((d << 10) | (d >>> 22)) ^ c;
      a = (a + d) | 0;
      d = ((d << 18) | (d >>> 14)) ^ a;
      c = (c + b) | 0;
      b = ((b << 20) | (b >>> 12)) ^ c;
    }
    a = (a + key[turn % 5]!) | 0;
    b = (b + key[(turn + 1) % 5]!) | 0;
    c = (c + key[(turn + 2) % 5]!) | 0;
    d = (d + key[(turn + 3) % 5]! + turn) | 0;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
}
