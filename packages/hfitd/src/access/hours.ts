import type { Field } from '@hot-fixture/document';

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/**
 * When a grant holds: on these days, from a minute of the day until before another; where that is the
 * earlier one, on the day after.
 */
export interface Hours {
  /** 0 is Sunday. */
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
  /** Of the IANA database, such as `Europe/Amsterdam`. */
  readonly zone: string;
}

/** `{ days: mon-fri, from: "08:00", to: "18:00", zone: Europe/Amsterdam }`. */
export function readHours(field: Field): Hours {
  const found = field.fields(['from', 'to', 'zone'], ['days']);
  const zone = found.zone.text();
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw found.zone.fail(`"${zone}" is no zone: write one such as Europe/Amsterdam or UTC`);
  }
  const [from, to] = [readTime(found.from), readTime(found.to)];
  if (from === 1440) throw found.from.fail('a day begins at 00:00');
  if (from === to)
    throw found.to.fail('the end must not be the beginning; a whole day is 00:00 to 24:00');
  return { days: found.days ? readDays(found.days) : [0, 1, 2, 3, 4, 5, 6], from, to, zone };
}

/** The hours as they are written. */
export function writeHours({ days, from, to, zone }: Hours): Record<string, string> {
  const names = days.map((day) => dayNames[day]).join(',');
  return { days: names, from: timeOf(from), to: timeOf(to), zone };
}

export function isOpen({ days, from, to, zone }: Hours, now: number): boolean {
  const { day, minute } = localOf(now, zone);
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  // A night belongs to the day on which it begins.
  return minute >= from ? days.includes(day) : minute < to && days.includes((day + 6) % 7);
}

/** The next moment at which the hours are open, at most 8 days away, in milliseconds. */
export function opensAt(hours: Hours, now: number): number {
  if (isOpen(hours, now)) return now;
  const step = 60_000;
  const begin = Math.ceil(now / step) * step;
  for (let ahead = 0; ahead <= 8; ahead++) {
    const { minute } = localOf(begin + ahead * 1440 * step, hours.zone);
    const near = begin + (ahead * 1440 + hours.from - minute) * step;
    // The clocks of the zone may have been moved in between, by up to two hours.
    for (const moved of [0, -60, 60, -30, 30, -120, 120]) {
      const moment = near + moved * step;
      const local = localOf(moment, hours.zone);
      const isBegin = local.minute === hours.from && hours.days.includes(local.day);
      if (isBegin && moment >= now) return moment;
    }
  }
  return begin + 8 * 1440 * step;
}

function localOf(moment: number, timeZone: string): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(moment);
  const part = (type: string) => parts.find((it) => it.type === type)?.value ?? '';
  const day = dayNames.indexOf(part('weekday').toLowerCase() as 'sun');
  return { day, minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

function readTime(field: Field): number {
  const [, hour, minute] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(field.text()) ?? [];
  const time = Number(hour) * 60 + Number(minute);
  if (hour === undefined || time > 1440) throw field.fail('a time is expected here, such as 08:30');
  return time;
}

function timeOf(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `mon-fri`, `sat,sun`, or both put together. */
function readDays(field: Field): number[] {
  const found = new Set<number>();
  for (const piece of field.text().toLowerCase().split(',')) {
    const [first = -1, last = first, more] = piece
      .split('-')
      .map((name) => dayNames.indexOf(name.trim() as 'sun'));
    if (first < 0 || last < 0 || more !== undefined) {
      throw field.fail('days are written as mon-fri or sat,sun');
    }
    for (let day = first; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === last) break;
    }
  }
  return [...found].sort();
}
