import {
  exampleDomains,
  KeyedDraws,
  labelOf,
  localeNames,
  PersonBytes,
  valuesFrom,
} from '@hot-fixture/generator';
import { defineMasker, type Mask, type MaskBytes } from '../masker.js';
import { per } from '../options.js';
import { isDigit, keepWords, writeBytes } from '../written-bytes.js';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
/** 12 letters of 5 bits: among a million values, two of a kind once in two million databases. */
const tailLength = 12;
const shortestTail = 4;
/** RFC 5321, as the erratum to RFC 3696 has it. */
const longest = 254;
const domainLength = exampleDomains[0].length;

export const email = defineMasker({
  name: 'email',
  about:
    'A name of a person, then twelve letters and digits that belong to the value, at example.com, .org or .net, which reach nobody.',
  kinds: ['text'],
  keeps: {
    unique: 'columns of 24 characters or more',
    length: false,
    format: true,
    order: false,
    referential: 'between columns of one length limit',
  },
  options: {
    keepDomain: {
      type: 'boolean',
      default: false,
      about: 'Keeps what follows the @. Mail to such an address can reach somebody.',
    },
    locale: {
      type: 'choice',
      choices: localeNames,
      default: 'en',
      about: 'The language of the name in it.',
    },
    per,
  },
  longest,
  bind({ options, column, refuse }): Mask {
    const max = column.maxLength ?? longest;
    const roomForTail = max - domainLength - 1;
    const needed = column.unique ? tailLength : shortestTail;
    if (roomForTail < needed) {
      throw refuse(
        `it needs ${needed + domainLength + 1} characters here, and the column has ${max}`,
      );
    }
    const tailSize = Math.min(tailLength, roomForTail);

    return (value, draw, drawFor) => {
      const { locale } = options;
      const own = valuesFrom(draw(), { locale });
      const draws = own.draws('mask');
      const example = draws.pick(exampleDomains);
      const kept = options.keepDomain ? domainOf(value) : null;
      const domain = kept !== null && kept.length + 1 + tailSize <= max ? kept : example;
      const tail = tailOf(draws.below(2 ** 30)) + tailOf(draws.below(2 ** 30));
      // A local part has up to 64 characters (RFC 5321).
      const room = Math.min(64, max - domain.length - 1) - tailSize - 1;
      // The tail belongs to the value, so that addresses differ, and the name to the person.
      const person = options.per === undefined ? own : valuesFrom(drawFor(), { locale });
      const name = cutName(person.userName(), Math.max(0, room));
      return `${name === '' ? '' : `${name}.`}${tail.slice(0, tailSize)}@${domain}`;
    };
  },
  bindBytes({ options, column }): MaskBytes {
    const max = column.maxLength ?? longest;
    const tailSize = Math.min(tailLength, max - domainLength - 1);
    const key = new Int32Array(4);
    const draws = new KeyedDraws(key, labelOf('mask'));
    const person = new PersonBytes(options.locale);

    return (source, from, to, out, at, draw, drawFor) => {
      keepWords(key, draw());
      draws.again();
      const example = examples[draws.below(examples.length)]!;
      const high = draws.below(2 ** 30);
      const low = draws.below(2 ** 30);
      const keptFrom = options.keepDomain ? domainIn(source, from, to) : -1;
      const isKept = keptFrom >= 0 && to - keptFrom + 1 + tailSize <= max;
      const room = Math.min(64, max - (isKept ? to - keptFrom : domainLength) - 1) - tailSize - 1;
      let end = person.of(options.per === undefined ? key : drawFor()).userName(out, at);
      if (end - at > room) {
        end = at + Math.max(0, room);
        if (end > at && out[end - 1] === dot) end -= 1;
      }
      if (end > at) out[end++] = dot;
      // All twelve letters, of which a short column takes the first.
      writeTail(high, out, end);
      writeTail(low, out, end + 6);
      end += tailSize;
      out[end++] = atSign;
      return isKept ? writeBytes(out, end, source, keptFrom, to) : writeBytes(out, end, example);
    };
  },
});

const dot = 0x2e;
const atSign = 0x40;
const examples = exampleDomains.map((it) => new Uint8Array(Buffer.from(it)));
const alphabetCodes = new Uint8Array(Buffer.from(alphabet));

/** What {@link tailOf} gives. */
function writeTail(bits: number, out: Uint8Array, at: number): void {
  out[at] = alphabetCodes[bits >>> 25]!;
  out[at + 1] = alphabetCodes[(bits >>> 20) & 31]!;
  out[at + 2] = alphabetCodes[(bits >>> 15) & 31]!;
  out[at + 3] = alphabetCodes[(bits >>> 10) & 31]!;
  out[at + 4] = alphabetCodes[(bits >>> 5) & 31]!;
  out[at + 5] = alphabetCodes[bits & 31]!;
}

/** Where the domain begins that {@link domainOf} finds; -1 where there is none. */
function domainIn(source: Uint8Array, from: number, to: number): number {
  let begin = to;
  while (begin > from && source[begin - 1] !== atSign) begin -= 1;
  if (begin === from || begin === to) return -1;
  for (let i = begin; i < to; i++) {
    const byte = source[i]!;
    const isLetter = isDigit(byte) || ((byte | 32) >= 97 && (byte | 32) <= 122);
    if (isLetter) continue;
    const isEdge = i === begin || i === to - 1;
    if (isEdge || (byte !== dot && byte !== 0x2d)) return -1;
    if (byte === dot && source[i - 1] === dot) return -1;
  }
  return begin;
}

/** Each two letters. */
const pairs = [...alphabet].flatMap((one) => [...alphabet].map((other) => one + other));

/** Six letters of 5 bits. */
function tailOf(bits: number): string {
  return pairs[bits >>> 20]! + pairs[(bits >>> 10) & 1023]! + pairs[bits & 1023]!;
}

function cutName(name: string, room: number): string {
  if (name.length <= room) return name;
  const cut = name.slice(0, room);
  return cut.endsWith('.') ? cut.slice(0, -1) : cut;
}

const domainName = /^[\p{L}\p{N}][\p{L}\p{N}.-]*$/u;

/** What follows the last @, if it is a domain and nothing else. */
function domainOf(value: unknown): string | null {
  if (typeof value !== 'string' || !value.includes('@')) return null;
  const domain = value.slice(value.lastIndexOf('@') + 1);
  return domainName.test(domain) && !/\.\.|[.-]$/.test(domain) ? domain : null;
}
