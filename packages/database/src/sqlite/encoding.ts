import { isUtf8 } from 'node:buffer';

/**
 * SQLite stores as text whatever bytes it is given. A byte that is no part of valid UTF-8 becomes a
 * lone low surrogate, U+DC80 to U+DCFF, and turns back into that byte: by the way of PEP 383,
 * "Non-decodable Bytes in System Character Interfaces". A lone surrogate in a UTF-16 database is
 * kept as what it is.
 * @param encoding as SQLite names it: `UTF-8`, `UTF-16le`, `UTF-16be`
 */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (encoding === 'UTF-8') return isUtf8(buffer) ? buffer.toString() : decodeLoose(buffer);
  return encoding === 'UTF-16le'
    ? buffer.toString('utf16le')
    : swapped(Buffer.from(buffer)).toString('utf16le');
}

/** The bytes of a text; of one that is not well-formed too. */
export function encodeText(text: string, encoding: string): Buffer {
  if (encoding === 'UTF-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'UTF-16be') return swapped(Buffer.from(text, 'utf16le'));
  return Buffer.concat(
    text.split(/(?<![\uD800-\uDBFF])([\uDC80-\uDCFF])/).map((part, i) => {
      if (i % 2 === 1) return Buffer.from([part.charCodeAt(0) - 0xdc00]);
      return part.isWellFormed() ? Buffer.from(part) : encodeSurrogates(part);
    }),
  );
}

function swapped(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length & ~1).swap16();
}

/** Takes each valid sequence as it is; by the table of "Well-Formed UTF-8" of Unicode 15, 3-7. */
function decodeLoose(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const size = [1, 2, 3, 4].find(
      (it) => isUtf8(bytes.subarray(at, at + it)) && at + it <= bytes.length,
    );
    text += size
      ? bytes.toString('utf8', at, at + size)
      : String.fromCharCode(0xdc00 + (bytes[at] as number));
    at += size ?? 1;
  }
  return text;
}

/** What UTF-8 has no place for, in the three bytes that it would have. */
function encodeSurrogates(text: string): Buffer {
  const parts = Array.from(text, (character) => {
    if (character.isWellFormed()) return Buffer.from(character);
    const code = character.charCodeAt(0);
    return Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
  });
  return Buffer.concat(parts);
}
