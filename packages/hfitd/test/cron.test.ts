import { describe, expect, test } from 'vitest';
import { nextOf, parseCron } from '../src/jobs/cron.js';
import { thrown } from './thrown.js';

/** The next moments after one, in UTC. */
function nexts(cron: string, zone: string, after: string, count: number): string[] {
  const parsed = parseCron(cron, zone);
  const found: string[] = [];
  let moment = Date.parse(after);
  while (found.length < count) {
    moment = nextOf(parsed, moment) as number;
    found.push(new Date(moment).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
}

describe('a schedule', () => {
  test.each([
    ['*/20 * * * *', 'UTC', '2026-11-21T10:05Z', ['2026-11-21T10:20Z', '2026-11-21T10:40Z']],
    ['30 5 * * 1-5', 'UTC', '2026-11-20T05:30Z', ['2026-11-23T05:30Z', '2026-11-24T05:30Z']],
    ['0 4 * * *', 'Europe/Rome', '2026-11-21T12:00Z', ['2026-11-22T03:00Z', '2026-11-23T03:00Z']],
    ['0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['0 12 1,15 * *', 'UTC', '2026-01-02T00:00Z', ['2026-01-15T12:00Z', '2026-02-01T12:00Z']],
    // One of day and weekday is enough where both are told.
    ['0 12 13 * fri', 'UTC', '2026-02-01T00:00Z', ['2026-02-06T12:00Z', '2026-02-13T12:00Z']],
    ['0 0 * jan,DEC sun', 'UTC', '2026-11-21T00:00Z', ['2026-12-06T00:00Z', '2026-12-13T00:00Z']],
    ['0 0 * * 7', 'UTC', '2026-11-21T00:00Z', ['2026-11-22T00:00Z', '2026-11-29T00:00Z']],
    ['@weekly', 'UTC', '2026-11-21T00:00Z', ['2026-11-22T00:00Z', '2026-11-29T00:00Z']],
    ['0 0 * * *', 'Asia/Kolkata', '2026-11-21T00:00Z', ['2026-11-21T18:30Z', '2026-11-22T18:30Z']],
  ])('of %j in %s comes after %s', (cron, zone, after, expected) => {
    expect(nexts(cron, zone, after, expected.length)).toEqual(expected);
  });

  test('comes each day once, also where the clock moves', () => {
    // In Rome the clock goes from 2:00 to 3:00 on 29 March 2026, and back on 25 October.
    expect(nexts('30 2 * * *', 'Europe/Rome', '2026-03-27T12:00Z', 3)).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:30Z',
      '2026-03-30T00:30Z',
    ]);
    expect(nexts('30 2 * * *', 'Europe/Rome', '2026-10-24T12:00Z', 2)).toEqual([
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  test.each([
    ['* * * *', 'UTC', /five are needed/],
    ['61 * * * *', 'UTC', /not within 0 to 59/],
    ['5-1 * * * *', 'UTC', /not within/],
    ['*/0 * * * *', 'UTC', /not within/],
    ['x * * * *', 'UTC', /cannot be read/],
    ['0 0 30 2 *', 'UTC', /never happens/],
    ['* * * * *', 'Mars/Olympus', /no zone/],
  ])('of %j in %s is refused', async (cron, zone, reason) => {
    const error = await thrown('HFIT_SCHEDULE_INVALID', () => parseCron(cron, zone));
    expect(error.what).toMatch(reason);
  });
});
