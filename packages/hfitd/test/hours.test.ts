import { readDocument } from '@hot-fixture/document';
import { describe, expect, test } from 'vitest';
import { type Hours, isOpen, opensAt, readHours, writeHours } from '../src/access/hours.js';

const read = (text: string): Hours =>
  readHours(readDocument(text, 'hours', (reason, where) => new Error(`${where} ${reason}`)));
const at = (moment: string) => Date.parse(moment);
const work = read('{ days: mon-fri, from: "08:00", to: "18:00", zone: Europe/Amsterdam }');

describe('hours', () => {
  test.each([
    ['2026-11-23T07:00:00Z', true],
    ['2026-11-23T06:59:59Z', false],
    ['2026-11-23T16:59:59Z', true],
    ['2026-11-23T17:00:00Z', false],
    ['2026-11-22T10:00:00Z', false],
    // In summer time.
    ['2026-07-01T06:00:00Z', true],
    ['2026-07-01T16:00:00Z', false],
  ])('at %s are open: %s', (moment, open) => {
    expect(isOpen(work, at(moment))).toBe(open);
  });

  test.each([
    ['2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z'],
    ['2026-11-23T17:00:00Z', '2026-11-24T07:00:00Z'],
    ['2026-11-27T20:00:00Z', '2026-11-30T07:00:00Z'],
    // The clocks go back, and forward, before the next opening.
    ['2026-10-23T17:00:00Z', '2026-10-26T07:00:00Z'],
    ['2026-03-27T18:00:00Z', '2026-03-30T06:00:00Z'],
  ])('after %s open at %s', (moment, opening) => {
    expect(new Date(opensAt(work, at(moment))).toISOString()).toBe(new Date(opening).toISOString());
  });

  describe('across midnight', () => {
    const night = read('{ days: mon-fri, from: "22:00", to: "06:00", zone: Europe/Amsterdam }');
    test.each([
      ['2026-11-23T20:59:59Z', false, '2026-11-23T21:00:00Z'],
      ['2026-11-23T21:00:00Z', true, '2026-11-23T21:00:00Z'],
      ['2026-11-24T04:59:59Z', true, '2026-11-24T04:59:59Z'],
      ['2026-11-24T05:00:00Z', false, '2026-11-24T21:00:00Z'],
      // The night of Friday ends on Saturday, that of Sunday is none.
      ['2026-11-28T04:59:59Z', true, '2026-11-28T04:59:59Z'],
      ['2026-11-28T21:00:00Z', false, '2026-11-30T21:00:00Z'],
      ['2026-11-23T04:00:00Z', false, '2026-11-23T21:00:00Z'],
    ])('at %s are open: %s', (moment, open, opening) => {
      expect(isOpen(night, at(moment))).toBe(open);
      expect(new Date(opensAt(night, at(moment))).toISOString()).toBe(
        new Date(opening).toISOString(),
      );
    });
  });

  test('of any zone open at the beginning of an open day', () => {
    for (const zone of ['Asia/Kolkata', 'Pacific/Kiritimati', 'America/St_Johns', 'UTC']) {
      const hours = read(`{ days: "sun,wed", from: "00:30", to: "01:00", zone: ${zone} }`);
      for (let day = 0; day < 8; day++) {
        const now = at('2026-11-23T00:00:30Z') + day * 7 * 3_600_000;
        const opening = opensAt(hours, now);
        expect(isOpen(hours, opening)).toBe(true);
        expect(opening).toBeGreaterThanOrEqual(now);
        if (opening > now) expect(isOpen(hours, opening - 1)).toBe(false);
      }
    }
  });

  test('are written as they are read', () => {
    const written = writeHours(read('{ days: fri-mon, from: "00:00", to: "24:00", zone: UTC }'));
    expect(written).toEqual({ days: 'sun,mon,fri,sat', from: '00:00', to: '24:00', zone: 'UTC' });
    expect(read(JSON.stringify(written))).toEqual(
      read('{ days: fri-mon, from: "00:00", to: "24:00", zone: UTC }'),
    );
  });

  test.each([
    '{ from: "8:00", to: "18:00", zone: UTC }',
    '{ from: "08:00", to: "24:01", zone: UTC }',
    '{ from: "08:00", to: "08:00", zone: UTC }',
    '{ from: "24:00", to: "08:00", zone: UTC }',
    '{ from: "08:00", to: "18:00", zone: Nowhere/Here }',
    '{ days: monday, from: "08:00", to: "18:00", zone: UTC }',
    '{ days: mon-wed-fri, from: "08:00", to: "18:00", zone: UTC }',
  ])('are refused: %s', (text) => {
    expect(() => read(text)).toThrow(/^hours:1:/);
  });
});
