import { createCipheriv } from 'node:crypto';

const chunk = Buffer.alloc(16_384);

/**
 * A secret order of all numbers below `size` that leaves none in its place: the whole table, as the
 * first method of Black, Rogaway: Ciphers with Arbitrary Finite Domains (CT-RSA 2002) has it, drawn
 * by the algorithm of S. Sattolo: An algorithm to generate a random cyclic permutation (1986) from
 * the key stream of AES in counter mode. Among those that are one cycle, all are as likely.
 * @param key 32 bytes that serve nothing else
 * @param size 2 to 2^32
 */
export function shuffled(key: Uint8Array, size: number): Uint16Array | Uint32Array {
  const order = size > 65_536 ? new Uint32Array(size) : new Uint16Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  const below = numbersBelow(key);
  for (let i = size - 1; i > 0; i--) {
    const other = below(i);
    const value = order[i]!;
    order[i] = order[other]!;
    order[other] = value;
  }
  return order;
}

function numbersBelow(key: Uint8Array): (limit: number) => number {
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  let bytes = Buffer.alloc(0);
  let at = 0;
  return (limit) => {
    // What is left over above the last whole multiple would make small numbers likelier.
    const whole = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      if (at === bytes.length) {
        bytes = stream.update(chunk);
        at = 0;
      }
      const drawn = bytes.readUInt32BE(at);
      at += 4;
      if (drawn < whole) return drawn % limit;
    }
  };
}
