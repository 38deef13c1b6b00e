import { describe, expect, test } from 'vitest';
import { bindMasker, type OptionValue, type Value } from '../src/index.js';
import { code, column, key } from './facts.js';

const table = [
  { name: 'id', kind: 'integer' },
  { name: 'name', kind: 'text' },
  { name: 'email', kind: 'text' },
];
const bound = (
  masker: string,
  options: Record<string, OptionValue>,
  facts: Parameters<typeof column>[0] = {},
) => bindMasker({ masker, options: { per: 'id', ...options } }, column(facts), key, table);

/** Of person `id`. */
const row = (id: Value) => [id, 'x', 'y'];
const ids = Array.from({ length: 60 }, (_, i) => i + 1);

describe('one person', () => {
  test('has names and an address of mail that agree, in each table', () => {
    const given = bound('personName', { part: 'given' });
    const family = bound('personName', { part: 'family' });
    const full = bound('personName', {});
    const email = bound('email', {}, { unique: true });
    for (const id of ids) {
      const names = [given('Anna', row(id)), family('Schmidt', row(id))] as string[];
      expect(full('Anna Schmidt', row(id))).toBe(names.join(' '));
      const folded = names.map((it) =>
        it
          .toLowerCase()
          .normalize('NFD')
          .replace(/[^a-z]/g, ''),
      );
      const [local = ''] = String(email('anna@x.example', row(id))).split('@');
      expect(
        local
          .split('.')
          .slice(0, 2)
          .join('')
          .replace(/[^a-z]/g, ''),
      ).toBe(folded.join(''));
    }
  });

  test('is the same person however the column is written, and another under another key', () => {
    const full = bound('personName', {});
    expect(full('A', row('7'))).toBe(full('B', row(7n)));
    const masks = new Set(ids.map((id) => full('A', row(id))));
    expect(masks.size).toBeGreaterThan(50);
  });

  test('has as many addresses of mail as before, each another', () => {
    const email = bound('email', {}, { unique: true });
    const masks = ids.map((id) => email(`a${id}@x.example`, row(1)));
    expect(new Set(masks).size).toBe(ids.length);
    expect(new Set(masks.map((it) => String(it).split('.')[0])).size).toBe(1);
  });

  test('has one number of a form, in the country of each', () => {
    const phone = bound('phone', {}, { name: 'phone' });
    const masks = ids.map((id) => String(phone('+49 30 1234567', row(id))));
    expect(masks.every((it) => /^\+49 \d\d \d{7}$/.test(it))).toBe(true);
    expect(new Set(masks).size).toBe(ids.length);
    expect(phone('+49 30 7654321', row(7))).toBe(masks[6]);
    expect(bound('phone', {}, { name: 'fax' })('+49 30 1234567', row(7))).not.toBe(masks[6]);
  });

  test('lives in one place', () => {
    const parts = ['street', 'postcode', 'city'].map((part) => bound('address', { part }));
    const full = bound('address', { part: 'full' });
    for (const id of ids) {
      const whole = String(full('Main St 1', row(id)));
      for (const part of parts) expect(whole).toContain(part('x', row(id)));
    }
  });

  test('keeps the time between two of its days', () => {
    const date = bound('dateShift', { days: 90 }, { kind: 'date' });
    const moment = bound('dateShift', { days: 90 }, { kind: 'timestamp' });
    const dayOf = (text: unknown) => Date.parse(`${String(text).slice(0, 10)}T00:00:00Z`) / 864e5;
    const moves = ids.map((id) => {
      const born = dayOf(date('1980-02-29', row(id)));
      const seen = dayOf(moment('2024-03-01 12:30:00+02', row(id)));
      expect(seen - born).toBe(dayOf('2024-03-01') - dayOf('1980-02-29'));
      return born - dayOf('1980-02-29');
    });
    expect(moves.every((move) => move !== 0 && Math.abs(move) <= 90)).toBe(true);
    expect(new Set(moves).size).toBeGreaterThan(25);
    expect(moment('9999-12-31', row(3))).not.toBe('9999-12-31');
  });
});

test('what belongs to no person is masked by itself', () => {
  const full = bound('personName', {});
  const alone = bindMasker({ masker: 'personName', options: {} }, column(), key);
  expect(full('Anna', row(null))).toBe(alone('Anna'));
  expect(full('Anna')).toBe(alone('Anna'));
});

test('a column that does not come along cannot tell persons apart', () => {
  expect(() => bound('personName', { per: 'nobody' })).toThrow(code('HFIT_MASKER_UNFIT'));
  expect(() => bound('personName', { per: 'nobody' })).toThrow(/nobody.*id, name, email/);
});
