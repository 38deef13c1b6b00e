import { exampleDomains, localeNames, valuesFrom } from '@hot-fixture/generator';
import { defineMasker, type Mask } from '../masker.js';
import { per } from '../options.js';

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
});

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
