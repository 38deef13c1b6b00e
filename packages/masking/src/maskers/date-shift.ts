import { type Draws, KeyedDraws, labelOf, valuesFrom } from '@hot-fixture/generator';
import { dayOf, readDate, writeDate } from '../calendar.js';
import { isTime, readDay, writeDay } from '../calendar-bytes.js';
import { defineMasker, type Mask, type MaskBytes } from '../masker.js';
import { momentOf } from '../moments.js';
import { per } from '../options.js';
import { keepWords, writeBytes, writeDigits } from '../written-bytes.js';

/** They tell of nobody: the ends of time, and the zero date of MySQL. */
const timeless = /^(?:-?infinity|0000-00-00(?: 00:00:00(?:\.0+)?)?)$/;

/**
 * Days of a range move inside of it, so that the type that took them takes the shifted ones: what
 * a TIMESTAMP of MySQL holds, years of four digits, and what PostgreSQL and JavaScript hold.
 */
const ranges = [
  [1, dayOf(2038, 1, 18)!],
  [dayOf(1, 1, 1)!, dayOf(9999, 12, 31)!],
  [dayOf(-4713, 11, 24)!, dayOf(275_760, 9, 12)!],
] as const;

export const dateShift = defineMasker({
  name: 'dateShift',
  about:
    'A day up to so many days before or after, never the same; the time of day stays. All moments of one day move alike.',
  kinds: ['date', 'timestamp'],
  keeps: { unique: false, length: true, format: true, order: false, referential: true },
  options: {
    days: {
      type: 'integer',
      least: 1,
      most: 36_500,
      default: 30,
      about: 'How many days it may move, at most.',
    },
    per: {
      ...per,
      about:
        'The column that tells persons apart: all moments of a person move by as many days, in every column and table with the same "days", so that the time between them stays.',
    },
  },
  bind({ options, unreadable }): Mask {
    const { days } = options;
    return (value, draw, drawFor) => {
      const move = (day: number) =>
        options.per === undefined
          ? shifted(day, days, () => valuesFrom(draw(`day ${day}`)).draws('day'))
          : movedAlike(day, days, () => valuesFrom(drawFor()).draws(`${days} days`));
      if (typeof value === 'string') {
        if (timeless.test(value)) return value;
        const date = readDate(value);
        const day = date && move(date.day);
        return day === null ? unreadable() : writeDate({ day, rest: date!.rest });
      }
      if (typeof value === 'object') return unreadable();
      const number = Number(value);
      if (number === 0) return value;
      const moment = momentOf(number);
      const day = moment && move(moment.day);
      if (day === null) return unreadable();
      const moved = number + (day - moment!.day) * moment!.perDay;
      return typeof value === 'bigint' ? BigInt(moved) : moved;
    };
  },
  bindBytes({ options: { days, per } }): MaskBytes {
    const key = new Int32Array(4);
    const draws = new KeyedDraws(key, labelOf(per === undefined ? 'day' : `${days} days`));
    const message = new Uint8Array(32);
    const view = new DataView(message.buffer);
    const named = writeBytes(message, 0, Buffer.from('day '));
    return (source, from, to, out, at, draw, drawFor) => {
      const day = readDay(source, from, to);
      if (Number.isNaN(day) || !isTime(source, from + dateLength, to)) return -1;
      const begun = () => {
        if (per !== undefined) keepWords(key, drawFor());
        else {
          if (day < 0) message[named] = 0x2d;
          const end = writeDigits(message, day < 0 ? named + 1 : named, Math.abs(day));
          keepWords(key, draw(view, end));
        }
        return draws.again();
      };
      const moved = per === undefined ? shifted(day, days, begun) : movedAlike(day, days, begun);
      const end = moved === null ? -1 : writeDay(out, at, moved);
      return end < 0 ? -1 : writeBytes(out, end, source, from + dateLength, to);
    };
  },
});

/** Of `YYYY-MM-DD`. */
const dateLength = 10;

/**
 * As many days away as all moments of the person; back instead of forth where no database would
 * know the day. Null where none does.
 */
function movedAlike(day: number, days: number, drawsOf: () => Draws): number | null {
  const range = ranges.find(([first, last]) => day >= first - 1 && day <= last + 1);
  if (!range) return null;
  const draws = drawsOf();
  const far = draws.integer(1, days) * (draws.below(2) === 0 ? 1 : -1);
  const isThere = (it: number) => it >= range[0] && it <= range[1];
  return [day + far, day - far].find(isThere) ?? null;
}

/** Another day within reach; null where no database knows the day. */
function shifted(day: number, days: number, drawsOf: () => Draws): number | null {
  const range = ranges.find(([first, last]) => day >= first - 1 && day <= last + 1);
  if (!range) return null;
  const first = Math.max(range[0], day - days);
  const last = Math.min(range[1], day + days);
  const isAmong = day >= first && day <= last;
  const drawn = drawsOf().integer(first, isAmong ? last - 1 : last);
  return isAmong && drawn >= day ? drawn + 1 : drawn;
}
