/**
 * Writes a whole number in decimal digits, with as many zeros before it as it takes to have `least`.
 * @param number 0 to 2^53
 * @returns where it ends
 */
export function writeDigits(out: Uint8Array, at: number, number: number, least = 1): number {
  let length = 1;
  for (let limit = 10; number >= limit; limit *= 10) length += 1;
  if (length < least) length = least;
  let rest = number;
  // Whole numbers of 32 bits are divided several times as fast.
  let i = at + length - 1;
  for (; rest > 0x7fffffff; i--) {
    const next = Math.floor(rest / 10);
    out[i] = 48 + rest - 10 * next;
    rest = next;
  }
  for (let few = rest | 0; i >= at; i--) {
    const next = (few / 10) | 0;
    out[i] = 48 + few - 10 * next;
    few = next;
  }
  return at + length;
}

/** @returns where it ends */
export function writeBytes(
  out: Uint8Array,
  at: number,
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
): number {
  let end = at;
  for (let i = from; i < to; i++) out[end++] = bytes[i]!;
  return end;
}

/** Keeps words that the next draw takes away. */
export function keepWords(into: Int32Array, words: Int32Array): void {
  into[0] = words[0]!;
  into[1] = words[1]!;
  into[2] = words[2]!;
  into[3] = words[3]!;
}

export const isDigit = (byte: number) => byte >= 48 && byte <= 57;
