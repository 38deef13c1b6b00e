import type { Column, Value } from './model.js';

/*
 * What dialects have in common when a value of JavaScript is written into a column or read from it.
 * A column gives: integer and float a number (a bigint, where a number would round it), decimal a
 * text with all digits, boolean a boolean, date and time a text, timestamp a Date, json what it
 * holds, binary bytes, array an array, and everything else a text.
 */

/** A whole number; a bigint where a number would round it. */
export function integerOf(value: Value): unknown {
  const number = Number(value);
  if (Number.isSafeInteger(number) || typeof value === 'number') return number;
  return typeof value === 'bigint'
    ? value
    : /^[+-]?\d+$/.test(String(value))
      ? BigInt(String(value))
      : value;
}

const written =
  /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:Z|([+-]\d\d)(?::?(\d\d))?)?)?$/;

/** `2026-01-31 12:00:00.5`, in UTC where it names no other offset; a text that is no such stays. */
export function momentOf(value: Value): unknown {
  const match = typeof value === 'string' ? written.exec(value) : null;
  if (!match) return value;
  const [, day, time = '00:00', hours, minutes = '00'] = match;
  const moment = new Date(`${day}T${time}${hours ? `${hours}:${minutes}` : 'Z'}`);
  return Number.isNaN(moment.getTime()) ? value : moment;
}

/** What a text of JSON holds; one that is none stays. */
export function documentOf(value: Value): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A moment in UTC as databases write it; a day for a date, a time of day for a time. */
export function momentText({ kind }: Column, value: Date): string {
  const [day, time] = value.toISOString().slice(0, -1).split('T') as [string, string];
  const short = time.replace(/\.000$/, '');
  return kind === 'date' ? day : kind === 'time' ? short : `${day} ${short}`;
}

/** What JSON stands for: an object, a list; bytes and moments are values of their own. */
export function isDocument(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  );
}
