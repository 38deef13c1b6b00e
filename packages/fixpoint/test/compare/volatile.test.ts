import type { Value, ValueKind } from '@hot-fixture/database';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin } from '../../src/compare/distance.js';
import { any, near, pattern } from '../../src/compare/rules.js';
import { momentsOf } from '../../src/compare/times.js';
import { accepts } from '../../src/compare/volatile.js';

const now = new Date('2026-11-21T10:00:00Z');
const will = (rule: Parameters<typeof accepts>[0], found: Value, expected: Value = null) =>
  accepts(rule, expected, found, now);

describe('any', () => {
  const samples: Record<string, Value> = {
    integer: '-12',
    decimal: '12.50',
    float: '1e-7',
    boolean: 't',
    date: '2026-11-21',
    time: '10:00:00.5',
    timestamp: '2026-11-21 10:00:00+00',
    uuid: '0b0f9e6c-8f0e-4a67-9d5a-0d8f2f1c7d11',
    json: '{"a":1}',
    binary: new Uint8Array([1]),
  };
  it('knows each kind by its form', () => {
    for (const [kind, value] of Object.entries(samples)) {
      expect(will(any(kind as ValueKind), value), kind).toBe(true);
      expect(will(any(kind as ValueKind), 'something else'), kind).toBe(false);
      expect(will(any(kind as ValueKind), null, value), kind).toBe(false);
    }
    expect([will(any(), ''), will(any(), 1n), will(any(), null, 'x')]).toEqual([true, true, false]);
  });
});

describe('pattern', () => {
  it('matches the whole of a value, also of the second one', () => {
    const hex = pattern(/[0-9a-f]+/g);
    expect([will(hex, 'f00'), will(hex, 'f00'), will(hex, 'f00\n'), will(hex, null)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(will(pattern(/a|b/), 'ab')).toBe(false);
    expect(will(pattern(/\d+/), 12n)).toBe(true);
  });
});

describe('near', () => {
  it('takes the forms in which databases write a time for the same moment', () => {
    const moment = Date.UTC(2026, 10, 21, 10, 0, 0);
    for (const value of [
      '2026-11-21 10:00:00',
      '2026-11-21T10:00:00.000Z',
      '2026-11-21 10:00:00+00',
      '2026-11-21 12:30:00.0+02:30',
      '2026-11-21 04:00:00-0600',
      moment,
      BigInt(moment / 1000),
      String(moment),
      // As julianday() of SQLite has it.
      2461365.9166666665,
    ]) {
      expect(momentsOf(value)[0], String(value)).toBe(moment);
    }
    for (const value of ['10:00', 'soon', '', null, '2026-13-45 10:00:00']) {
      expect(momentsOf(value)).toEqual([]);
    }
  });

  it('is within its seconds, and not beyond them', () => {
    const five = near({ seconds: 5 });
    expect(will(five, '2026-01-01 00:00:05', '2026-01-01 00:00:00')).toBe(true);
    expect(will(five, '2025-12-31 23:59:55', '2026-01-01 00:00:00')).toBe(true);
    expect(will(five, '2026-01-01 00:00:05.001', '2026-01-01 00:00:00')).toBe(false);
    // Days, not seconds.
    expect(will(five, 2461370.5, 2461365.5)).toBe(false);
    expect(will(five, 2461365.50004, 2461365.5)).toBe(true);
    const recent = near({ seconds: 5, of: 'now' });
    expect(will(recent, '2026-11-21 10:00:03')).toBe(true);
    expect(will(recent, '2026-11-21 10:00:06')).toBe(false);
    expect(will(recent, 'x')).toBe(false);
    // As it was stored, nothing has written it.
    expect(will(recent, '2020-01-01 10:00:00', '2020-01-01 10:00:00')).toBe(true);
  });

  it('counts decimals as they are written', () => {
    expect(isWithin('1.1', '0.9', '0.2')).toBe(true);
    expect(isWithin('90071992547409931.1', '90071992547409931.2', '0.05')).toBe(false);
    expect(isWithin(1n, 2n, '1')).toBe(true);
    expect(isWithin(0.5, '0.75', '0.25')).toBe(true);
    expect(isWithin('1e3', '1000', '0')).toBe(true);
    expect(isWithin('NaN', '1', '5')).toBe(false);
    expect(isWithin('x', 'x', '5')).toBe(false);
    expect(isWithin(null, '0', '5')).toBe(false);
    const cents = fc.integer({ min: -100_000, max: 100_000 });
    const text = (it: number) => `${it < 0 ? '-' : ''}${(Math.abs(it) / 100).toFixed(2)}`;
    fc.assert(
      fc.property(cents, cents, fc.nat(100_000), (a, b, by) => {
        expect(isWithin(text(a), text(b), text(by))).toBe(Math.abs(a - b) <= by);
      }),
    );
  });
});
