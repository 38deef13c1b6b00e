import { aes, type BlockCipher, wordAt } from './aes.js';

const rounds = 10;

/** Halves of fewer values than this are numbers, too; larger ones are bigints only. */
const smallHalf = 2n ** 32n;

/** Two numbers: the left half of the numerals and the right one. */
export type Halves<N> = [left: N, right: N];

export interface Ff1 {
  /** How many values each half has. */
  readonly moduli: Halves<bigint>;
  /** Of halves that are numbers, in their place; absent where one may be 2^32 or more. */
  readonly small?: (halves: Halves<number>) => void;
  readonly large: (halves: Halves<bigint>) => Halves<bigint>;
}

/**
 * FF1, the format-preserving encryption of NIST SP 800-38G (2016, and revision 1 of 2019), algorithm
 * 7, for texts of `length` numerals: a Feistel network of ten rounds whose round function is the
 * CBC-MAC of AES. It permutes all such texts. The standard asks for radix^length of a million or
 * more; this function leaves that to its caller.
 * @param key of AES: 16, 24 or 32 bytes
 * @param radix 2 to 2^16
 * @param length how many numerals, 2 or more
 */
export function ff1(key: Uint8Array, radix: number, length: number, tweak: Uint8Array): Ff1 {
  const u = Math.floor(length / 2);
  const moduli: Halves<bigint> = [BigInt(radix) ** BigInt(u), BigInt(radix) ** BigInt(length - u)];
  // Bytes of the larger half, and of the number that is added to it.
  const b = Math.ceil((moduli[1] - 1n).toString(2).length / 8);
  const d = 4 * Math.ceil(b / 4) + 4;

  // P, then Q, of which the number of the round and the right half are written later.
  const message = new Uint8Array(16 + 16 * Math.ceil((tweak.length + b + 1) / 16));
  const view = new DataView(message.buffer);
  message.set([1, 2, 1, radix >>> 16, radix >>> 8, radix, 10, u]);
  view.setUint32(8, length);
  view.setUint32(12, tweak.length);
  message.set(tweak, 16);
  const cipher = aes(key);
  const mac = macOf(cipher, message);

  const large = ([left, right]: Halves<bigint>): Halves<bigint> => {
    for (let i = 0; i < rounds; i++) {
      message[message.length - b - 1] = i;
      writeNumber(message, right, b);
      const y = numberOf(cipher, mac(), d);
      [left, right] = [right, (left + y) % moduli[i % 2]!];
    }
    return [left, right];
  };
  if (moduli[1] > smallHalf) return { moduli, large };

  const [m0, m1] = [Number(moduli[0]), Number(moduli[1])];
  const small = (halves: Halves<number>): void => {
    let [left, right] = halves;
    for (let i = 0; i < rounds; i++) {
      message[message.length - b - 1] = i;
      for (let at = message.length - 1, rest = right; at >= message.length - b; at--) {
        message[at] = rest;
        rest = Math.floor(rest / 256);
      }
      // A half of up to 4 bytes has 8 added, and the first block holds them.
      const r = mac();
      const modulus = i % 2 === 0 ? m0 : m1;
      const sum = left + remainder(r[0]!, r[1]!, modulus);
      left = right;
      right = sum < modulus ? sum : sum - modulus;
    }
    halves[0] = left;
    halves[1] = right;
  };
  return { moduli, small, large };
}

/** The CBC-MAC of a message (the standard's PRF) whose first block does not change. */
function macOf(cipher: BlockCipher, message: Uint8Array): () => Int32Array {
  const begun = Int32Array.of(0, 4, 8, 12).map((at) => wordAt(message, at));
  cipher(begun);
  const state = new Int32Array(4);
  return () => {
    for (let i = 0; i < 4; i++) state[i] = begun[i]!;
    for (let at = 16; at < message.length; at += 16) {
      for (let i = 0; i < 4; i++) state[i] = state[i]! ^ wordAt(message, at + 4 * i);
      cipher(state);
    }
    return state;
  };
}

/** The number in the first `length` bytes of R, then of the cipher of R xor 1, of R xor 2 and so on. */
function numberOf(cipher: BlockCipher, r: Int32Array, length: number): bigint {
  let hex = '';
  for (let j = 0; hex.length < 2 * length; j++) {
    const block = r.slice();
    block[3] = block[3]! ^ j;
    if (j > 0) cipher(block);
    for (const word of block) hex += (word >>> 0).toString(16).padStart(8, '0');
  }
  return BigInt(`0x${hex.slice(0, 2 * length)}`);
}

/** Writes a number into the last `length` bytes. */
function writeNumber(bytes: Uint8Array, number: bigint, length: number): void {
  const hex = number.toString(16).padStart(2 * length, '0');
  Buffer.from(bytes.buffer).write(hex, bytes.length - length, 'hex');
}

/** Of a number of two words; 16 bits at a time, so that no step is beyond what a number holds. */
function remainder(high: number, low: number, modulus: number): number {
  let rest = reduced(high >>> 0, modulus);
  rest = reduced(rest * 65_536 + (low >>> 16), modulus);
  return reduced(rest * 65_536 + (low & 0xffff), modulus);
}

/** `number % modulus`, several times as fast where the number has more than 32 bits. */
function reduced(number: number, modulus: number): number {
  const rest = number - Math.floor(number / modulus) * modulus;
  // The quotient may have been rounded up to the next whole number.
  return rest < 0 ? rest + modulus : rest;
}
