import { isDigit, writeDigits } from './written-bytes.js';

/*
 * Days of the Gregorian calendar, counted without the dates of JavaScript, which are objects. After
 * H. Hinnant: chrono-Compatible Low-Level Date Algorithms (days_from_civil, civil_from_days).
 */

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysIn400Years = 146_097;
/** From March 1 of the year 0 to the beginning of 1970. */
const to1970 = 719_468;
/** The first day of the year 1, and the last of 9999: years of four digits. */
const first = -719_162;
const last = 2_932_896;

/**
 * Days since 1970-01-01 of a field that begins with `YYYY-MM-DD`.
 * @returns NaN where it begins otherwise, or the calendar has no such day
 */
export function readDay(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 10 || bytes[from + 4] !== 0x2d || bytes[from + 7] !== 0x2d) return NaN;
  const year = 100 * two(bytes, from) + two(bytes, from + 2);
  const month = two(bytes, from + 5);
  const date = two(bytes, from + 8);
  if (!(year >= 1 && month >= 1 && month <= 12 && date >= 1)) return NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (date > monthLengths[month - 1]! + (month === 2 && isLeap ? 1 : 0)) return NaN;
  // The year begins in March, so that the day that may be missing is its last.
  const shifted = month > 2 ? year : year - 1;
  const age = Math.floor(shifted / 400);
  const ofAge = shifted - 400 * age;
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const leapDays = Math.floor(ofAge / 4) - Math.floor(ofAge / 100);
  return age * daysIn400Years + ofAge * 365 + leapDays + ofYear - to1970;
}

/** @returns where it ends; -1 where the year has not four digits */
export function writeDay(out: Uint8Array, at: number, day: number): number {
  if (day < first || day > last) return -1;
  const since = day + to1970;
  const age = Math.floor(since / daysIn400Years);
  const ofAge = since - age * daysIn400Years;
  const leaps = Math.floor(ofAge / 1460) - Math.floor(ofAge / 36_524) + Math.floor(ofAge / 146_096);
  const year = Math.floor((ofAge - leaps) / 365);
  const ofYear = ofAge - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const date = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  writeDigits(out, at, 400 * age + year + (month > 2 ? 0 : 1), 4);
  out[at + 4] = 0x2d;
  writeDigits(out, at + 5, month, 2);
  out[at + 7] = 0x2d;
  return writeDigits(out, at + 8, date, 2);
}

/**
 * Whether ` HH:MM:SS` follows, then a fraction of a second and hours of a zone, or less of these: all
 * that PostgreSQL writes for its own settings. An empty stretch is fine too.
 */
export function isTime(bytes: Uint8Array, from: number, to: number): boolean {
  if (from === to) return true;
  if (to - from < 9 || bytes[from] !== 0x20) return false;
  if (bytes[from + 3] !== 0x3a || bytes[from + 6] !== 0x3a) return false;
  if (!(two(bytes, from + 1) < 24 && two(bytes, from + 4) < 60 && two(bytes, from + 7) < 60)) {
    return false;
  }
  let at = from + 9;
  if (bytes[at] === 0x2e && at < to) {
    const begin = at + 1;
    for (at = begin; at < to && isDigit(bytes[at]!); at++);
    if (at === begin || at - begin > 9) return false;
  }
  if (at === to) return true;
  const isSign = bytes[at] === 0x2b || bytes[at] === 0x2d;
  return isSign && to - at === 3 && two(bytes, at + 1) >= 0;
}

/** A number of two digits; NaN where there are none. */
function two(bytes: Uint8Array, at: number): number {
  const high = bytes[at]!;
  const low = bytes[at + 1]!;
  return isDigit(high) && isDigit(low) ? 10 * high + low - 528 : NaN;
}
