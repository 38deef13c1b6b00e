import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composed, Generator, ispProvider, type Provider, type Spec } from '../src/index.js';
import { specs } from './specs.js';

const rows = fc.integer({ min: 0, max: 10 ** 9 });
const valueAt = (spec: Spec, row: number) =>
  (new Generator({ seed: 1 }).attribute('t', 'a', spec as never) as (row: number) => unknown)(row);

describe('the provider for internet providers is not shadowed', () => {
  test.each([
    [{ type: 'string', pattern: 'service_id' }, /^SRV-\d{6}$/],
    [{ type: 'string', pattern: 'customer_number' }, /^CUST-\d{5}$/],
    [
      { type: 'ipAddress', range: 'private' },
      /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)(\.\d{1,3})+$/,
    ],
    [
      { type: 'macAddress', vendor: 'cisco' },
      /^(00:00:0c|00:1b:54|00:40:96|58:97:bd)(:[\da-f]{2}){3}$/,
    ],
    [
      { type: 'macAddress', vendor: 'mikrotik' },
      /^(4c:5e:0c|64:d1:54|6c:3b:6b|d4:ca:6d|e4:8d:8c)(:[\da-f]{2}){3}$/,
    ],
    [
      { type: 'macAddress', vendor: 'ubiquiti' },
      /^(04:18:d6|24:a4:3c|44:d9:e7|80:2a:a8|f0:9f:c2)(:[\da-f]{2}){3}$/,
    ],
  ] as const)('%j', (spec, form) => {
    const generator = new Generator({ seed: 1 });
    expect(generator.providerOf(spec)).toBe('isp');
    for (let i = 0; i < 200; i++) expect(generator.generate<Spec>(spec as never)).toMatch(form);
  });

  test('what it does not know is left to the built-in one', () => {
    const generator = new Generator({ seed: 1 });
    for (const spec of [
      { type: 'string', pattern: 'X-##' },
      { type: 'ipAddress' },
      { type: 'macAddress' },
      { type: 'string' },
    ]) {
      expect(generator.providerOf(spec)).toBe('built-in');
    }
  });

  test('a public address is reachable from everywhere', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const address = valueAt({ type: 'ipAddress', range: 'public' }, row) as string;
        const parts = address.split('.').map(Number);
        expect(parts.length).toBe(4);
        for (const part of parts) expect(part >= 0 && part <= 255).toBe(true);
        const [a = 0, b = 0] = parts;
        expect([0, 10, 127].includes(a) || a >= 224).toBe(false);
        expect(a === 172 && b >= 16 && b < 32).toBe(false);
        expect([
          [192, 168],
          [169, 254],
          [198, 18],
          [198, 19],
        ]).not.toContainEqual([a, b]);
        expect(a === 100 && b >= 64 && b < 128).toBe(false);
      }),
    );
  });

  test('addresses of version 6 are of their range', () => {
    const prefixes = { documentation: /^2001:0db8:/, private: /^fd/, public: /^260/ } as const;
    for (const [range, prefix] of Object.entries(prefixes)) {
      const address = valueAt({ type: 'ipAddress', version: 6, range } as Spec, 3);
      expect(address).toMatch(prefix);
      expect(address).toMatch(/^[\da-f]{4}(:[\da-f]{4}){7}$/);
    }
  });
});

const custom: Provider = {
  name: 'custom',
  supports: ({ type, pattern }) => type === 'string' && pattern === 'my_custom_pattern',
  source: () => composed((draws) => `CUSTOM-${draws.digits('####')}`),
};

describe('a provider of your own', () => {
  test('takes precedence over all others, and can be told apart', () => {
    const all: Provider = {
      name: 'all',
      supports: () => true,
      source: () => ({ draw: () => 'mine' }),
    };
    const generator = new Generator({ seed: 1, providers: [custom] });
    expect(generator.providerOf({ type: 'string', pattern: 'my_custom_pattern' })).toBe('custom');
    expect(generator.providerOf({ type: 'string', pattern: 'service_id' })).toBe('isp');
    expect(generator.generate({ type: 'string', pattern: 'my_custom_pattern' })).toMatch(
      /^CUSTOM-\d{4}$/,
    );
    const before = generator.generate('email');
    generator.addProvider(all);
    expect(before).toMatch(/@/);
    expect(generator.generate('email')).toBe('mine');
    expect(generator.providerOf({ type: 'string', pattern: 'service_id' })).toBe('all');
  });

  test('changes no value that it does not make', () => {
    fc.assert(
      fc.property(specs, rows, (spec, row) => {
        const generator = new Generator({ seed: 1, providers: [custom] });
        const at = generator.attribute('t', 'a', spec as never) as (row: number) => unknown;
        expect(at(row)).toEqual(valueAt(spec, row));
      }),
    );
  });

  test('is unique by construction where it gives a space', () => {
    const generator = new Generator({ seed: 1, providers: [custom] });
    const spec = { type: 'string', pattern: 'my_custom_pattern', unique: true } as const;
    const values = Array.from({ length: 10_000 }, () => generator.generate(spec));
    expect(new Set(values).size).toBe(10_000);
    expect(() => generator.generate(spec)).toThrow(
      expect.objectContaining({ code: 'HFIT_GENERATOR_EXHAUSTED' }),
    );
  });

  test('is refused as unique where it gives a draw', () => {
    const drawn: Provider = {
      ...custom,
      source: () => ({ draw: (draws) => draws.digits('####') }),
    };
    const generator = new Generator({ seed: 1, providers: [drawn] });
    expect(() =>
      generator.generate({ type: 'string', pattern: 'my_custom_pattern', unique: true }),
    ).toThrow(expect.objectContaining({ code: 'HFIT_GENERATOR_NOT_UNIQUE' }));
  });

  test('may bring a type of its own', () => {
    const vins: Provider = {
      name: 'cars',
      supports: ({ type }) => type === 'vin',
      source: () => composed((draws) => draws.digits('WHF#############')),
    };
    const generator = new Generator({ seed: 1, providers: [vins, ispProvider] });
    const object = generator.objects('car', { vin: { type: 'vin', unique: true } });
    expect(object(0).vin).toMatch(/^WHF\d{13}$/);
  });
});
