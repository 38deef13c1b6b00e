import { parsePolicy } from '@hot-fixture/masking';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openExtraction, parseTemplate } from '../src/index.js';
import { dialects, type Fresh } from './dialects.js';
import { key, type Rows, rowsOf } from './shop.js';

const template = parseTemplate(`hfitVersion: 1
templateName: share
parameters:
  - { name: table_size_factor, type: decimal, default: 0.1 }
  - { name: preserve_distribution, type: boolean, default: true }
exports:
  slice.sql:
    type: subset
    data:
      dbms: db
      table: customer
      sample: "\${table_size_factor}"
      preserveDistribution: "\${preserve_distribution}"
      children: true
`);

const policy = parsePolicy(
  `policyVersion: 1
databases:
  db:
    region: { id: keep }
    customer: { id: keep, region_id: keep }
    purchase: { id: keep, customer_id: keep }
`,
  'policy.yaml',
);

interface Customer {
  readonly region: number;
  readonly purchases: number;
}

async function fill({ run }: Fresh, customers: readonly Customer[]): Promise<void> {
  const regions = [...new Set(customers.map(({ region }) => region))];
  const purchases = customers.flatMap(({ purchases }, i) => Array(purchases).fill(i + 1));
  const values = (rows: readonly (readonly number[])[]) => rows.map((row) => `(${row})`).join();
  await run(`CREATE TABLE region (id INT PRIMARY KEY);
    CREATE TABLE customer (id INT PRIMARY KEY, region_id INT NOT NULL,
      FOREIGN KEY (region_id) REFERENCES region (id));
    CREATE TABLE purchase (id INT PRIMARY KEY, customer_id INT NOT NULL,
      FOREIGN KEY (customer_id) REFERENCES customer (id));
    INSERT INTO region VALUES ${values(regions.map((it) => [it]))};
    INSERT INTO customer VALUES ${values(customers.map(({ region }, i) => [i + 1, region]))};`);
  if (purchases.length === 0) return;
  await run(`INSERT INTO purchase VALUES ${values(purchases.map((it, i) => [i + 1, it]))}`);
}

async function sampled({ database }: Fresh, parameters: Record<string, unknown>): Promise<Rows> {
  const sources = { databases: { db: database }, volumes: {} };
  const extraction = await openExtraction({
    template,
    parameters,
    sources,
    policy,
    maskingKey: key,
  });
  try {
    return await rowsOf(extraction.dataset());
  } finally {
    await extraction.close();
  }
}

function counted<T>(list: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const it of list) counts.set(it, (counts.get(it) ?? 0) + 1);
  return counts;
}

/** How many purchases each customer of a slice has. */
function purchasesOf({ customer = [], purchase = [] }: Rows): number[] {
  const counts = counted(purchase.map((row) => Number(row[1])));
  return customer.map(([id]) => counts.get(Number(id)) ?? 0);
}

/** Of each number of purchases, as many customers as its share of the whole, give or take one. */
function expectSpread(rows: Rows, customers: readonly Customer[], share: number) {
  const whole = counted(customers.map(({ purchases }) => purchases));
  const slice = counted(purchasesOf(rows));
  for (const [purchases, count] of whole) {
    expect(Math.abs((slice.get(purchases) ?? 0) - count * share)).toBeLessThan(1);
  }
}

describe.each(dialects.filter(({ skip }) => !skip))('a share of $name', ({ open }) => {
  it('has few and many children as the whole has, and points to what the whole points to', async () => {
    // Half of the customers live in the first region and bought nothing; a few bought a lot.
    const customers = Array.from({ length: 400 }, (_, i): Customer => {
      return {
        region: [1, 1, 1, 1, 1, 2, 2, 2, 3, 4][i % 10] as number,
        purchases: [0, 0, 0, 0, 1, 1, 2, 3, 5, i % 20 ? 8 : 40][(i * 7) % 10] as number,
      };
    });
    const source = await open();
    try {
      await fill(source, customers);
      const rows = await sampled(source, {});
      expect(rows.customer).toHaveLength(40);
      expectSpread(rows, customers, 0.1);
      const regions = counted((rows.customer ?? []).map((row) => Number(row[1])));
      for (const [region, count] of counted(customers.map(({ region }) => region))) {
        expect(Math.abs((regions.get(region) ?? 0) - count / 10)).toBeLessThan(2);
      }
      const plain = { table_size_factor: 0.05, preserve_distribution: false };
      const fewer = await sampled(source, plain);
      expect(fewer.customer).toHaveLength(20);
      // Every twentieth: the same at each run.
      expect(await sampled(source, plain)).toEqual(fewer);
    } finally {
      await source.close();
    }
  });
});

describe.each(dialects.filter(({ name }) => name === 'SQLite'))('any share', ({ open }) => {
  it('is spread over rows with few and with many children', async () => {
    const customer = fc.record({ region: fc.nat(3), purchases: fc.oneof(fc.nat(3), fc.nat(12)) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(customer, { minLength: 1, maxLength: 80 }),
        fc.constantFrom(0, 0.1, 0.25, 0.333, 0.5, 0.9, 1),
        async (customers, share) => {
          const source = await open();
          try {
            await fill(source, customers);
            const rows = await sampled(source, { table_size_factor: share }).catch((error) => {
              // So few rows may come to none.
              expect(error).toMatchObject({ code: 'HFIT_SUBSET_EMPTY' });
              expect(customers.length * share).toBeLessThan(1);
              return {};
            });
            expectSpread(rows, customers, share);
          } finally {
            await source.close();
          }
        },
      ),
      { numRuns: Number(process.env.HFIT_RUNS ?? 20) },
    );
  });
});
