import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ColumnFacts, Generator, specOfColumn } from '../src/index.js';

const column = (facts: Partial<ColumnFacts>): ColumnFacts => ({
  ...{
    table: 'thing',
    name: 'a',
    type: 'text',
    kind: 'text',
    maxLength: null,
    labels: null,
    unique: false,
  },
  ...facts,
});

/** The first values of a column. */
function valuesOf(facts: Partial<ColumnFacts>, count = 50): unknown[] {
  const at = new Generator({ seed: 1 }).attribute(
    't',
    'a',
    specOfColumn(column(facts)) as never,
  ) as (row: number) => unknown;
  return Array.from({ length: count }, (_, row) => at(row));
}

describe('the name of a text column says what it holds', () => {
  test.each([
    ['email', /@example\./],
    ['EmailAddress', /@example\./],
    ['first_name', /^\p{Lu}\S*$/u],
    ['LastName', /^\p{Lu}/u],
    ['full_name', /^\S+ \S+$/],
    ['userName', /^[a-z]+\.[a-z]+\d+$/],
    ['phone', /^\+1 /],
    ['Fax', /^\+1 /],
    ['billing_address', /^\d+ /],
    ['postal_code', /^\d{5}$/],
    ['billing_country', /^United States$/],
    ['country_code', /^US$/],
    ['website', /^https:/],
    ['ip_address', /^\d+(\.\d+){3}$/],
    ['mac_address', /^02:/],
    ['password_hash', /^[\da-f]{32}$/],
    ['currency', /^[A-Z]{3}$/],
    ['invoice_number', /^[a-z]{2}-\d{6}$/],
    ['description', /^[A-Z][a-z]+ [a-z ]+$/],
  ])('%s', (name, form) => {
    for (const value of valuesOf({ name })) expect(value).toMatch(form);
  });

  test('a name is that of a person, a company or a thing, as its table says', () => {
    for (const [table, form] of [
      ['users', /^\S+ \S+$/],
      ['Customer', /^\S+ \S+$/],
      ['suppliers', /(Corp\.|Inc\.|LLC|Ltd\.)$/],
      ['genre', /^[A-Z][a-z]+ [a-z]+$/],
    ] as const) {
      for (const value of valuesOf({ table, name: 'name' })) expect(value).toMatch(form);
    }
  });
});

test('a number has the range that its type and its name allow', () => {
  const ranges = [
    [{ kind: 'integer', type: 'smallint' }, 0, 32_767],
    [{ kind: 'integer', type: 'tinyint unsigned' }, 0, 255],
    [{ kind: 'integer', type: 'tinyint(3)' }, 0, 127],
    [{ kind: 'integer', type: 'year(4)' }, 1901, 2155],
    [{ kind: 'integer', type: 'bigint' }, 0, 2 ** 31 - 1],
    [{ kind: 'integer', type: 'int', name: 'quantity' }, 1, 20],
    [{ kind: 'decimal', type: 'numeric(4,2)' }, 0, 99.99],
    [{ kind: 'decimal', type: 'numeric(1,1)' }, 0, 0.9],
    [{ kind: 'decimal', type: 'numeric(5,2)', name: 'unit_price' }, 1, 999],
    [{ kind: 'decimal', type: 'numeric(3,2)', name: 'amount' }, 1, 9.99],
    [{ kind: 'float', type: 'double precision', name: 'latitude' }, -90, 90],
  ] as const;
  for (const [facts, least, most] of ranges) {
    for (const value of valuesOf(facts).map(Number)) {
      expect(value, JSON.stringify(facts)).toBeGreaterThanOrEqual(least);
      expect(value, JSON.stringify(facts)).toBeLessThanOrEqual(most);
    }
  }
});

test('every other kind has its values', () => {
  expect(valuesOf({ kind: 'enum', labels: ['a', 'b'] })).toContain('b');
  expect(valuesOf({ kind: 'boolean' })).toContain(true);
  for (const value of valuesOf({ kind: 'timestamp' })) expect(value).toBeInstanceOf(Date);
  for (const value of valuesOf({ kind: 'date' })) expect(value).toMatch(/^20\d\d-\d\d-\d\d$/);
  for (const value of valuesOf({ kind: 'binary', type: 'varbinary(4)' }))
    expect(value).toHaveLength(4);
  for (const value of valuesOf({ kind: 'other', type: 'inet' })) expect(value).toMatch(/^\d+\./);
});

test('what nobody can guess is left to who knows it', () => {
  for (const facts of [
    { kind: 'array', type: 'text[]' },
    { kind: 'other', type: 'tsvector' },
    { kind: 'enum', labels: [] },
  ]) {
    expect(specOfColumn(column(facts))).toBeNull();
  }
});

const names = fc.constantFrom(
  ...[
    'email',
    'first_name',
    'last_name',
    'full_name',
    'username',
    'phone',
    'company',
    'url',
    'host',
    'ip',
    'mac',
    'uuid',
    'address',
    'city',
    'zip',
    'country',
    'country_code',
    'locale',
    'currency',
    'token',
    'title',
    'code',
    'name',
    'x',
  ],
);

test('texts fit into their column, and unique ones are unique, whatever it is called', () => {
  const tables = fc.constantFrom('users', 'companies', 'things');
  fc.assert(
    fc.property(
      names,
      tables,
      fc.option(fc.integer({ min: 3, max: 80 })),
      fc.boolean(),
      (name, table, maxLength, unique) => {
        const values = valuesOf({ table, name, maxLength, unique }, 500) as string[];
        expect(
          values.filter((value) => value === '' || [...value].length > (maxLength ?? 200)),
        ).toEqual([]);
        if (unique) expect(new Set(values).size).toBe(500);
      },
    ),
    { numRuns: 300 },
  );
});
