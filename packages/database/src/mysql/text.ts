import { isUtf8 } from 'node:buffer';
import type { Column, Value } from '../model.js';

/*
 * A text that is no Unicode travels as its bytes. A Japanese character set has characters that
 * Unicode has not, or has once where it has them twice; an ASCII column takes bytes over 127.
 */

/** Two numbers that are no characters: hex digits of bytes follow. No value outside UTF begins so. */
const mark = Buffer.from('\u{10ffff}\u{10fffe}');
const markLiteral = `_utf8mb4 X'${mark.toString('hex')}'`;

/** In these the bytes of a value are those that come over the wire. */
const isUtf = (characterSet: string) => /^utf8(mb[34])?$/.test(characterSet);
/** These can hold halves of surrogate pairs, which are no text for anybody else. */
const isWide = (characterSet: string) => /^(ucs2|utf16(le)?|utf32)$/.test(characterSet);
/** All bytes of these are characters of Unicode, each another one. */
const isOneToOne = (characterSet: string) => /^latin[12]$/.test(characterSet);

/** Whether a value can be other than its translation into UTF-8. */
export function isTranslated({ characterSet }: Column): boolean {
  return characterSet !== undefined && !isUtf(characterSet) && !isOneToOne(characterSet);
}

/** How such a column is read: as text where that can be translated back, else marked. */
export function markedText(column: string, characterSet: string): string {
  const text = `CONVERT(${column} USING utf8mb4)`;
  const isText = isWide(characterSet)
    ? `HEX(${text}) NOT RLIKE '^(..)*ED[AB]'`
    : `BINARY CONVERT(${text} USING ${characterSet}) <=> BINARY ${column}`;
  return `IF(${isText}, ${text}, CONCAT(${markLiteral}, HEX(${column})))`;
}

/**
 * The text that the server sent, or bytes that are none.
 * @param isMade of an expression, which may be a marked text
 */
export function textValue(bytes: Buffer, from: number, to: number, isMade: boolean): Value {
  const isMarked =
    isMade && to - from >= mark.length && mark.equals(bytes.subarray(from, from + mark.length));
  if (isMarked) return Buffer.from(bytes.toString('latin1', from + mark.length, to), 'hex');
  const text = bytes.toString('utf8', from, to);
  if (!text.includes('\ufffd') || isUtf8(bytes.subarray(from, to))) return text;
  return Buffer.from(bytes.subarray(from, to));
}

/** What the server would hash in place of a value that came as bytes. */
export function imageBytes(column: Column, value: Uint8Array): Uint8Array | string {
  if (!isTranslated(column)) return value;
  return `${mark.toString()}${Buffer.from(value).toString('hex').toUpperCase()}`;
}
