import { HfitError } from '@hot-fixture/errors';

/** When something happens: the five fields of cron, in the time of a zone. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  /** Sunday is 0. */
  readonly weekdays: readonly number[];
  /** Where both are restricted, one of them is enough, as cron has it. */
  readonly isEither: boolean;
  readonly zone: string;
}

const monthNames = [
  'jan',
  'feb',
  'mar',
  'apr',
  'may',
  'jun',
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
];
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const shorthands: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

/**
 * Reads `minute hour day month weekday`, with lists, ranges, steps and names, as crontab(5) has it.
 * @throws HFIT_SCHEDULE_INVALID
 */
export function parseCron(text: string, zone: string): Cron {
  const fields = (shorthands[text.trim()] ?? text).trim().split(/\s+/);
  if (fields.length !== 5)
    throw invalid(`"${text}" has ${fields.length} fields, and five are needed`);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const weekdays = values(weekday, 0, 7, dayNames).map((it) => it % 7);
  const cron = {
    minutes: values(minute, 0, 59),
    hours: values(hour, 0, 23),
    days: values(day, 1, 31),
    months: values(month, 1, 12, monthNames),
    weekdays: [...new Set(weekdays)],
    isEither: !day.startsWith('*') && !weekday.startsWith('*'),
    zone,
  };
  partsIn(zone, 0);
  if (nextOf(cron, 0) === null) throw invalid(`"${text}" never happens`);
  return cron;
}

/**
 * The first moment after another, in milliseconds; null where there is none in eight years. A time
 * that the clock leaves out in spring comes when it has moved, and one that comes twice in autumn
 * comes once.
 */
export function nextOf(cron: Cron, after: number): number | null {
  const start = partsIn(cron.zone, after);
  for (let offset = 0; offset <= 8 * 366; offset++) {
    const day = new Date(Date.UTC(start.year, start.month - 1, start.day + offset));
    if (!isDay(cron, day)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const moment = momentOf(cron.zone, day, hour, minute);
        if (moment > after) return moment;
      }
    }
  }
  return null;
}

function isDay(cron: Cron, day: Date): boolean {
  if (!cron.months.includes(day.getUTCMonth() + 1)) return false;
  const isDate = cron.days.includes(day.getUTCDate());
  const isWeekday = cron.weekdays.includes(day.getUTCDay());
  return cron.isEither ? isDate || isWeekday : isDate && isWeekday;
}

/** The moment when a clock in the zone shows this; the first of two. */
function momentOf(zone: string, day: Date, hour: number, minute: number): number {
  const shown = day.getTime() + (hour * 60 + minute) * 60_000;
  const candidates = [-86_400_000, 86_400_000].map((away) => shown - offsetOf(zone, shown + away));
  const right = candidates.filter((moment) => moment + offsetOf(zone, moment) === shown);
  // Left out by the clock: the offset from before the change leads to right after it.
  return right.length > 0 ? Math.min(...right) : (candidates[0] as number);
}

/** How far the clock of a zone is ahead of UTC, in milliseconds. */
function offsetOf(zone: string, moment: number): number {
  const { year, month, day, hour, minute } = partsIn(zone, moment);
  const whole = Math.floor(moment / 60_000) * 60_000;
  return Date.UTC(year, month - 1, day, hour, minute) - whole;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(zone: string, moment: number) {
  let format = formats.get(zone);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
        ...({ hour: 'numeric', minute: 'numeric' } as const),
      });
    } catch {
      throw invalid(`"${zone}" is no zone that is known`);
    }
    formats.set(zone, format);
  }
  const found = Object.fromEntries(
    format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = found;
  return { year, month, day, hour, minute };
}

function values(
  field: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): number[] {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|([a-z]+|\d+)(?:-([a-z]+|\d+))?)(?:\/(\d+))?$/i.exec(part);
    if (!match) throw invalid(`"${part}" cannot be read`);
    const [, from, to, step] = match;
    const first = from === undefined ? least : numberOf(from, names, least);
    const last = to !== undefined ? numberOf(to, names, least) : from && !step ? first : most;
    const by = Number(step ?? 1);
    if (first < least || last > most || first > last || by < 1) {
      throw invalid(`"${part}" is not within ${least} to ${most}`);
    }
    for (let value = first; value <= last; value += by) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

function numberOf(text: string, names: readonly string[], least: number): number {
  if (/^\d+$/.test(text)) return Number(text);
  const place = names.indexOf(text.toLowerCase());
  if (place < 0) throw invalid(`"${text}" cannot be read`);
  return place + (least === 1 ? 1 : 0);
}

function invalid(reason: string): HfitError {
  return new HfitError('HFIT_SCHEDULE_INVALID', { reason });
}
