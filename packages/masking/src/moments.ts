import { dayOf } from './calendar.js';

/** A moment that is stored as a number, as SQLite does. */
export interface Moment {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** How much the number grows in a day. */
  readonly perDay: number;
}

const first = dayOf(1800, 1, 1)!;
const last = dayOf(2199, 12, 31)!;
/** Below it are years, and the day numbers of spreadsheets. */
const smallest = 100_000;
/** The Julian day at the midnight that begins 1970. */
const julian1970 = 2_440_587.5;

/**
 * Reads a number as a moment between 1800 and 2199: one with a fraction as Julian day or seconds
 * since 1970, an integer as seconds or milliseconds. Null for everything else, and for what might
 * as well be a year, a day number or a date such as 20261121: moved in seconds, it would keep what
 * it tells.
 */
export function momentOf(number: number): Moment | null {
  if (Math.abs(number) < smallest) return null;
  const julian = moment(number - julian1970, 1);
  if (!Number.isInteger(number)) return julian ?? moment(number, 86_400);
  if (julian || isWrittenDate(number)) return null;
  return moment(number, 86_400) ?? moment(number, 86_400_000);
}

function moment(sinceThen: number, perDay: number): Moment | null {
  const day = Math.floor(sinceThen / perDay);
  return day >= first && day <= last ? { day, perDay } : null;
}

function isWrittenDate(number: number): boolean {
  const year = Math.floor(number / 10_000);
  const isInRange = year >= 1800 && year < 2200;
  return isInRange && dayOf(year, Math.floor(number / 100) % 100, number % 100) !== null;
}
