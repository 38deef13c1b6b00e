import type { Value } from '@hot-fixture/database';

const form =
  /^(\d{4,6}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * The moments, in milliseconds since 1970, that a value may mean: one, or two where it has no zone
 * and the zone of this process is not UTC. UTC comes first. None where it is no date or time.
 * Numbers are Julian days, or seconds or milliseconds since 1970, as SQLite has them.
 */
export function momentsOf(value: Value): number[] {
  if (typeof value === 'bigint' || typeof value === 'number') return [sinceEpoch(Number(value))];
  if (typeof value !== 'string') return [];
  const match = form.exec(value);
  if (!match) return /^\d{9,13}$/.test(value) ? [sinceEpoch(Number(value))] : [];
  const [, day, clock = '00:00:00', zone] = match;
  const parse = (suffix: string) => Date.parse(`${day}T${clock}${suffix}`);
  const found = zone === undefined ? [parse('Z'), parse('')] : [parse(zoneOf(zone))];
  return [...new Set(found.filter((it) => !Number.isNaN(it)))];
}

/** Seconds reach this number in the year 5138, milliseconds reached it in 1973. */
const mostSeconds = 1e11;

/** Julian days of the years 1 to 9999, which as seconds would lie in the first weeks of 1970. */
const julianDays = { first: 1_721_425.5, end: 5_373_484.5, of1970: 2_440_587.5 };

function sinceEpoch(number: number): number {
  if (number >= julianDays.first && number < julianDays.end) {
    return Math.round((number - julianDays.of1970) * 86_400_000);
  }
  return Math.abs(number) < mostSeconds ? number * 1000 : number;
}

function zoneOf(zone: string): string {
  if (/^z$/i.test(zone)) return 'Z';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
