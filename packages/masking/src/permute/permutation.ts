import { hmacSha256 } from '@hot-fixture/generator';
import type { MaskingKey } from '../key.js';
import { ff1, type Halves } from './ff1.js';
import { shuffled } from './shuffle.js';

/** The standard allows FF1 no fewer texts (SP 800-38G revision 1, 5.1). */
const fewestForFf1 = 1_000_000;
const mostRadix = 65_536n;

/** Takes each number from 0 to below its size to another such number, no two to the same. */
export type Permutation = (index: bigint) => bigint;

/** The same among numbers that JavaScript counts exactly. */
export type SmallPermutation = (index: number) => number;

/**
 * Secret permutations under a key: one for each size, the same in every run. Sizes below a million
 * are shuffled as a whole, and no number stays where it is; larger ones are enciphered with FF1 over
 * two or more numerals whose radix fits the size, and walk until they are in the range again (cycle
 * walking: Black, Rogaway, 2002). There, one number in the whole range may be expected to stay.
 */
export class Permutations {
  readonly #key: Uint8Array;
  readonly #small = new Map<number, SmallPermutation>();
  readonly #large = new Map<bigint, Permutation>();

  /** @param label keeps what serves one thing apart from what serves another */
  constructor(key: MaskingKey, label: string) {
    this.#key = hmacSha256(key)(Buffer.from(`permutation\0${label}`));
  }

  /** @param size 1 to 2^53 */
  small(size: number): SmallPermutation {
    let found = this.#small.get(size);
    if (!found) {
      found = size < fewestForFf1 ? this.#shuffled(size) : this.#walking(size);
      this.#small.set(size, found);
    }
    return found;
  }

  /** @param size 1 or more */
  of(size: bigint): Permutation {
    let found = this.#large.get(size);
    if (!found) {
      found = size <= 2n ** 53n ? widened(this.small(Number(size))) : this.#walkingFar(size);
      this.#large.set(size, found);
    }
    return found;
  }

  #shuffled(size: number): SmallPermutation {
    if (size < 2) return (index) => index;
    let order: ReturnType<typeof shuffled> | undefined;
    return (index) => {
      order ??= shuffled(this.#keyOf(size), size);
      return order[index]!;
    };
  }

  #walking(size: number): SmallPermutation {
    const { moduli, small } = this.#cipher(BigInt(size));
    const right = Number(moduli[1]);
    const halves: Halves<number> = [0, 0];
    return (index) => {
      let at = index;
      do {
        halves[1] = at % right;
        halves[0] = (at - halves[1]) / right;
        small!(halves);
        at = halves[0] * right + halves[1];
      } while (at >= size);
      return at;
    };
  }

  #walkingFar(size: bigint): Permutation {
    const { moduli, small, large } = this.#cipher(size);
    const right = moduli[1];
    const halves: Halves<number> = [0, 0];
    const once = (at: bigint): Halves<bigint> => {
      if (!small) return large([at / right, at % right]);
      halves[0] = Number(at / right);
      halves[1] = Number(at % right);
      small(halves);
      return [BigInt(halves[0]), BigInt(halves[1])];
    };
    return (index) => {
      let at = index;
      do {
        const [high, low] = once(at);
        at = high * right + low;
      } while (at >= size);
      return at;
    };
  }

  /** Each size has its own: the cipher knows the radix and the length only, which sizes share. */
  #keyOf(size: number | bigint): Uint8Array {
    return hmacSha256(this.#key)(Buffer.from(String(size)));
  }

  /** FF1 over as few numerals as there can be, an even number, of the smallest radix that will do. */
  #cipher(size: bigint) {
    let length = 2;
    while (mostRadix ** BigInt(length) < size) length += 2;
    let [low, high] = [2n, mostRadix];
    while (low < high) {
      const middle = (low + high) / 2n;
      if (middle ** BigInt(length) < size) low = middle + 1n;
      else high = middle;
    }
    return ff1(this.#keyOf(size), Number(low), length, new Uint8Array());
  }
}

function widened(permutation: SmallPermutation): Permutation {
  return (index) => BigInt(permutation(Number(index)));
}
