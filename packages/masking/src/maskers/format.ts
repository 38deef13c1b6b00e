import { defineMasker, type Mask, type MaskBytes } from '../masker.js';

/** What stands between digits and letters and tells nothing. */
const between = /^[\p{P}\p{S}\p{Zs}]$/u;

/** Where fewer would change, all do: else a short text would stay as it is. */
const fewest = 4;

/** As many as a text of a key can have; the work grows with the square. */
const most = 512;

export const format = defineMasker({
  name: 'format',
  about:
    'Other digits and other letters (A to Z) in the same places, in the same case; all else stays. A text with other letters, with more than 512, or with no digit and no letter cannot be masked.',
  kinds: ['text'],
  keeps: { unique: true, length: true, format: true, order: false, referential: true },
  options: {
    keepStart: {
      type: 'integer',
      least: 0,
      most: 64,
      default: 0,
      about:
        'How many digits and letters at the beginning stay, where four or more are left to change.',
    },
    keepEnd: {
      type: 'integer',
      least: 0,
      most: 64,
      default: 0,
      about: 'How many at the end stay.',
    },
  },
  bind({ options: { keepStart, keepEnd }, permutations, unreadable }): Mask {
    return (value) => {
      if (typeof value === 'object') return unreadable();
      const text = String(value);
      const places = placesOf(text);
      // Signs alone would all stay.
      if (!places || places.length === 0 || places.length > most) return unreadable();
      const keepsSome = places.length - keepStart - keepEnd >= fewest;
      const changed = keepsSome ? places.slice(keepStart, places.length - keepEnd) : places;
      let size = 1;
      let index = 0;
      for (const { radix, digit } of changed) {
        size *= radix;
        index = index * radix + digit;
      }
      const digits =
        size <= 2 ** 53
          ? written(changed, permutations.small(size)(index))
          : writtenFar(changed, permutations.of(sizeOf(changed))(rankOf(changed)));
      let masked = '';
      let at = 0;
      changed.forEach((place, i) => {
        masked += text.slice(at, place.at) + letterOf(place, digits[i]!);
        at = place.at + 1;
      });
      return masked + text.slice(at);
    };
  },
  bindBytes({ options: { keepStart, keepEnd }, permutations }): MaskBytes {
    return (source, from, to, out, at) => {
      let places = 0;
      for (let i = from; i < to; i++) {
        const byte = source[i]!;
        if (byte < 32 || byte === 127) return -1;
        if (zeroOf(byte) !== null) places += 1;
      }
      if (places === 0) return -1;
      const keepsSome = places - keepStart - keepEnd >= fewest;
      const first = keepsSome ? keepStart : 0;
      const last = keepsSome ? places - keepEnd : places;
      let size = 1;
      let index = 0;
      for (let i = from, place = 0; i < to; i++) {
        const zero = zeroOf(source[i]!);
        if (zero === null) continue;
        if (place >= first && place < last) {
          const radix = zero === 48 ? 10 : 26;
          size *= radix;
          index = index * radix + source[i]! - zero;
        }
        place += 1;
      }
      if (size > 2 ** 53) return -1;
      let rest = permutations.small(size)(index);
      for (let i = to - 1, place = places; i >= from; i--) {
        const byte = source[i]!;
        const zero = zeroOf(byte);
        if (zero !== null) place -= 1;
        if (zero === null || place < first || place >= last) out[at + i - from] = byte;
        else {
          const radix = zero === 48 ? 10 : 26;
          const next = Math.floor(rest / radix);
          out[at + i - from] = zero + rest - radix * next;
          rest = next;
        }
      }
      return at + to - from;
    };
  },
});

/** A digit or a letter of a text. */
interface Place {
  readonly at: number;
  readonly radix: 10 | 26;
  readonly digit: number;
  /** The code of what stands for 0. Upper and lower case are one letter, and keep their case. */
  readonly zero: number;
}

/** Null where there are letters or digits of other scripts, or what no person writes. */
function placesOf(text: string): Place[] | null {
  const places: Place[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const zero = zeroOf(code);
    if (zero !== null) places.push({ at, radix: zero === 48 ? 10 : 26, digit: code - zero, zero });
    else if (!between.test(text[at]!)) return null;
  }
  return places;
}

function zeroOf(code: number): number | null {
  if (code >= 48 && code <= 57) return 48;
  if (code >= 97 && code <= 122) return 97;
  return code >= 65 && code <= 90 ? 65 : null;
}

function letterOf({ zero }: Place, digit: number): string {
  return String.fromCharCode(zero + digit);
}

function written(places: readonly Place[], number: number): number[] {
  const digits: number[] = [];
  let rest = number;
  for (let i = places.length - 1; i >= 0; i--) {
    const { radix } = places[i]!;
    digits[i] = rest % radix;
    rest = Math.floor(rest / radix);
  }
  return digits;
}

const sizeOf = (places: readonly Place[]) =>
  places.reduce((size, { radix }) => size * BigInt(radix), 1n);

const rankOf = (places: readonly Place[]) =>
  places.reduce((rank, { radix, digit }) => rank * BigInt(radix) + BigInt(digit), 0n);

function writtenFar(places: readonly Place[], number: bigint): number[] {
  const digits: number[] = [];
  let rest = number;
  for (let i = places.length - 1; i >= 0; i--) {
    const radix = BigInt(places[i]!.radix);
    digits[i] = Number(rest % radix);
    rest /= radix;
  }
  return digits;
}
