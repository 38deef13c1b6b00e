import type { MaskBytes } from './masker.js';
import { maskRoom } from './masker.js';
import { type Entropy, plainEnd, viewOf } from './prf.js';

/** Masks a field of ASCII letters in the place of its value; see the field changes of the database room. */
export interface BoundBytes {
  readonly room: number;
  /**
   * @param personFrom where the field lies that tells persons apart, which is ASCII too; -1 for none
   * @returns where the mask ends; -1 where the value has to be masked instead
   */
  write(
    source: Uint8Array,
    from: number,
    to: number,
    out: Uint8Array,
    at: number,
    personFrom: number,
    personTo: number,
  ): number;
}

interface Drawing {
  readonly entropy: Entropy;
  /** Of the column. */
  readonly kind: string;
}

/**
 * Binds the byte form of a masker. What is rare goes the long way: a mask that is its value, which is
 * drawn again there, and a value that is spelled in another way than usual.
 */
export function boundBytes(
  mask: MaskBytes,
  emptyStays: boolean,
  own: Drawing,
  person: Drawing | undefined,
): BoundBytes {
  let bytes: Uint8Array = new Uint8Array();
  let view = viewOf(bytes);
  let [begin, end, personBegin, personEnd] = [0, 0, -1, -1];
  let drawn = false;
  const draw = (instead?: DataView, length = 0) => {
    drawn = true;
    if (instead) return own.entropy.ofText(instead, 0, length);
    return own.entropy.ofText(view, begin, end);
  };
  const drawFor = () => {
    if (person === undefined || personBegin < 0) return draw();
    drawn = true;
    return person.entropy.ofText(view, personBegin, personEnd);
  };
  return {
    room: maskRoom,
    write(source, from, to, out, at, personFrom, personTo) {
      if (from === to) return emptyStays ? at : -1;
      end = plainEnd(own.kind, source, from, to);
      if (end < 0) return -1;
      personEnd = personTo;
      if (person && personFrom >= 0) {
        personEnd = plainEnd(person.kind, source, personFrom, personTo);
        if (personEnd < 0) return -1;
      }
      // One row after the other comes from the same bytes.
      if (source !== bytes) view = viewOf(source);
      bytes = source;
      begin = from;
      personBegin = personFrom;
      drawn = false;
      const last = mask(source, from, to, out, at, draw, drawFor);
      return drawn && isSame(source, from, to, out, at, last) ? -1 : last;
    },
  };
}

/** But for upper and lower case of a-z: a field has no other letters. */
function isSame(
  source: Uint8Array,
  from: number,
  to: number,
  out: Uint8Array,
  at: number,
  end: number,
): boolean {
  if (end - at !== to - from) return false;
  for (let i = from, j = at; i < to; i++, j++) {
    const one = source[i]!;
    const other = out[j]!;
    if (one === other) continue;
    if ((one | 32) !== (other | 32) || (one | 32) < 97 || (one | 32) > 122) return false;
  }
  return true;
}
