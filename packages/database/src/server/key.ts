import { createHash } from 'node:crypto';

/** A key as a number of 64 bits with a sign, in two halves of 32 bits without one. */
export function keyNumber(key: string): { whole: string; high: string; low: string } {
  const digest = createHash('sha256').update(`hot-fixture ${key}`).digest();
  return {
    whole: digest.readBigInt64BE(0).toString(),
    high: digest.readUInt32BE(0).toString(),
    low: digest.readUInt32BE(4).toString(),
  };
}

/** A key as a text that fits the names of locks and files. */
export function keyText(key: string): string {
  return `hfit-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
}
