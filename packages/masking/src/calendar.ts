/** A date in the text of a database; what follows the day is kept as it is written. */
export interface DatedText {
  /** Days since 1970-01-01 in the Gregorian calendar, carried back before it began. */
  readonly day: number;
  /** Time of day and zone as they stand in the text; empty for a date alone. */
  readonly rest: string;
}

const date = String.raw`(\d{4,6})-(\d\d)-(\d\d)`;
const time = String.raw`[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-6]\d(?:\.\d{1,9})?)?`;
const zone = String.raw` ?(?:Z|[+-]\d\d(?::?\d\d(?::\d\d)?)?)`;
const pattern = new RegExp(`^${date}((?:${time}(?:${zone})?)?)( BC)?$`);

const dayLength = 86_400_000;

/**
 * Reads `YYYY-MM-DD[ HH:MM[:SS[.f]][zone]][ BC]`, as PostgreSQL and MySQL write it and SQLite
 * reads it; null for everything else, such as a 30th of February or the year 0.
 */
export function readDate(text: string): DatedText | null {
  const match = pattern.exec(text);
  if (!match) return null;
  const [, year, month, date, rest = '', era] = match;
  const written = Number(year);
  if (written === 0) return null;
  const day = dayOf(era ? 1 - written : written, Number(month), Number(date));
  return day === null ? null : { day, rest };
}

/** The other way round. */
export function writeDate({ day, rest }: DatedText): string {
  const date = new Date(day * dayLength);
  const year = date.getUTCFullYear();
  const written = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const two = (n: number) => String(n).padStart(2, '0');
  const monthAndDay = `${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  return `${written}-${monthAndDay}${rest}${year > 0 ? '' : ' BC'}`;
}

/**
 * The number of a day; null where the calendar has no such day.
 * @param year as astronomers count: 0 is 1 BC
 */
export function dayOf(year: number, month: number, date: number): number | null {
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  const moment = new Date(0).setUTCFullYear(year, month - 1, date);
  const back = new Date(moment);
  const isThere = back.getUTCMonth() === month - 1 && back.getUTCDate() === date;
  return isThere ? moment / dayLength : null;
}
