import { checkChoices } from './draws.js';
import { type Key, threefry } from './threefry.js';

const rounds = 8;

/**
 * The numbers below `size` in an order that the key chooses: another result for each index, found
 * without remembering any. A generalized Feistel network, with a walk back into the range, from
 * Black, Rogaway: Ciphers with Arbitrary Finite Domains (CT-RSA 2002). Shuffled, not secret.
 * @param size 1 to 2^48
 * @throws HFIT_GENERATOR_RANGE
 */
export function permutation(size: number, key: Key): (index: number) => number {
  checkChoices(size);
  if (size === 1) return () => 0;
  const left = Math.ceil(Math.sqrt(size));
  const right = Math.ceil(size / left);
  const keys = roundKeys(key);

  return (index) => {
    let at = index;
    do {
      let a = Math.floor(at / right);
      let b = at - a * right;
      for (let round = 0; round < rounds; round += 2) {
        a = (a + mix(b, keys[round]!)) % left;
        b = (b + mix(a, keys[round + 1]!)) % right;
      }
      at = a * right + b;
    } while (at >= size);
    return at;
  };
}

function roundKeys(key: Key): Int32Array {
  const keys = new Int32Array(rounds);
  for (let at = 0; at < rounds; at += 4) {
    // No row has this counter, so no draw of a row is a key of a round.
    threefry(key, Int32Array.of(at, 0, 0, -1), keys.subarray(at, at + 4));
  }
  return keys;
}

/** The finalizer of MurmurHash3 (Austin Appleby), cut to 30 bits: sums of two stay small. */
function mix(half: number, key: number): number {
  let x = half ^ key;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 2;
}
