import type { Secret } from './secrets.js';

/**
 * The secrets that stand in the bytes: as they are, in another case, as hexadecimal digits or in
 * base64, at any of its three alignments.
 */
export function findSecrets(secrets: readonly Secret[], bytes: Uint8Array | string): Secret[] {
  const exact = Buffer.from(bytes as string).toString('latin1');
  const folded = exact.toLowerCase();
  return secrets.filter(({ secret }) => {
    const small = secret.toLowerCase();
    return (
      [small, hex(secret), hex(small)].some((form) => folded.includes(form)) ||
      [0, 1, 2].some((shift) => exact.includes(base64Inside(secret, shift)))
    );
  });
}

const hex = (text: string) => Buffer.from(text).toString('hex');

/** The letters of base64 that depend on the text alone, when `shift` bytes stand before it. */
function base64Inside(text: string, shift: number): string {
  const coded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
  const whole = Math.floor((shift + text.length) / 3) * 4;
  return coded.slice(shift === 0 ? 0 : shift + 1, whole);
}
