import { valuesFrom, type Words } from '@hot-fixture/generator';
import { inFormOf, largestOf } from '../integers.js';
import { defineMasker, type Mask, type MaskBytes } from '../masker.js';
import { writeBytes } from '../written-bytes.js';

export const hash = defineMasker({
  name: 'hash',
  about:
    'Up to 32 hexadecimal digits for a text, a uuid of version 8 for a uuid, a positive number below 2^31 for an integer.',
  kinds: ['text', 'uuid', 'integer'],
  keeps: {
    unique: 'texts of 16 characters or more, and uuids',
    length: false,
    format: 'uuids and integers',
    order: false,
    referential: 'between columns of one length limit',
  },
  options: {},
  longest: 32,
  bind({ column, refuse }): Mask {
    if (column.kind === 'uuid') return (_, draw) => uuidOf(draw());
    if (column.kind === 'integer') {
      if (column.unique) {
        throw refuse('numbers are so few that two values of a unique column might become one');
      }
      if (/^year\b/i.test(column.type)) throw refuse('a year has too few numbers');
      const most = largestOf(column.type, 2 ** 31 - 1);
      return (value, draw) => inFormOf(value, valuesFrom(draw()).draws('integer').integer(1, most));
    }
    const length = Math.min(32, column.maxLength ?? 32);
    if (column.unique && length < 16) {
      throw refuse(`a unique column needs 16 characters to keep values apart, and has ${length}`);
    }
    return (_, draw) => hexOf(draw(), length);
  },
  bindBytes({ column }): MaskBytes | null {
    if (column.kind === 'integer') return null;
    const length = column.kind === 'uuid' ? 32 : Math.min(32, column.maxLength ?? 32);
    if (length === 32 && column.kind !== 'uuid') {
      return (_source, _from, _to, out, at, draw) => writeHex(draw(), out, at);
    }
    return (_source, _from, _to, out, at, draw) => {
      const words = draw();
      if (column.kind === 'uuid') return writeBytes(out, at, Buffer.from(uuidOf(wordsIn(words))));
      writeHex(words, hex, 0);
      return writeBytes(out, at, hex, 0, length);
    };
  },
});

const wordsIn = ([a, b, c, d]: Iterable<number>) => [a, b, c, d] as Iterable<number> as Words;

/** All 32 digits. */
function writeHex(words: ArrayLike<number>, out: Uint8Array, at: number): number {
  let end = at;
  for (let i = 0; i < 4; i++) {
    const word = words[i]!;
    for (let shift = 28; shift >= 0; shift -= 4) out[end++] = codes[(word >>> shift) & 15]!;
  }
  return end;
}

function hexOf(words: Words, digits: number): string {
  writeHex(words, hex, 0);
  return hex.toString('latin1', 0, digits);
}

const codes = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const hex = Buffer.alloc(32);

/** RFC 9562: version 8 leaves all bits but version and variant to the one who makes it. */
function uuidOf([a, b, c, d]: Words): string {
  const text = hexOf([a, (b & ~0xf000) | 0x8000, (c & 0x3fffffff) | 0x80000000, d], 32);
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
