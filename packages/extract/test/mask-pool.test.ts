import { createHash } from 'node:crypto';
import type { Column, Fields } from '@hot-fixture/database';
import { bindMasker, registerMasker } from '@hot-fixture/masking';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClassifiedTable, fieldChange } from '../src/classify.js';
import { MaskPool } from '../src/mask-pool.js';
import type { Source } from '../src/source.js';
import { key, openShop, type Shop, template, withExtraction } from './shop.js';

/** 6 MB, in many chunks. */
const schema = `
  CREATE TABLE person (id int PRIMARY KEY, name text NOT NULL, mail text, code text NOT NULL, note text);
  INSERT INTO person SELECT i, 'Zoë ' || i, CASE WHEN i % 5 > 0 THEN 'p' || i || '@x.example' END,
    'AB-' || i, repeat(E'tab\\t' || i, 80) FROM generate_series(1, 8000) i;`;
const whole = template('  person.sql: { type: table-data, data: { dbms: shop, table: person } }');
const policyOf = (name: string) => `
policyVersion: 1
databases:
  shop:
    person: { id: keep, name: ${name}, mail: email, code: format, note: keep }
`;

const takeBack = registerMasker({
  ...{ name: 'backwards', about: 'Turns a text round.', kinds: ['text'], options: {} },
  keeps: { unique: true, length: true, format: false, order: false, referential: true },
  bind: () => (value) => [...String(value)].reverse().join(''),
});

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(schema);
});
afterAll(async () => {
  takeBack();
  await shop.pglite.close();
});

/** What the bytes of the table are. */
function digest(workers: number, policy: string): Promise<{ hash: string; bytes: number }> {
  return withExtraction(shop, { template: whole, policy, workers }, async (it) => {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const table of it.dataset().rows()) {
      for await (const chunk of table.bytes!.chunks) {
        hash.update(chunk);
        bytes += chunk.length;
      }
    }
    expect(it.counts).toEqual({ 'public.person': 8000 });
    return { hash: hash.digest('hex'), bytes };
  });
}

test.each([
  ['built-in maskers', policyOf('{ mask: personName, per: mail }')],
  ['a masker of this process alone', policyOf('backwards')],
])('several threads give the rows that one gives, in their order: %s', async (_, policy) => {
  const alone = await digest(1, policy);
  expect(alone.bytes).toBeGreaterThan(4_000_000);
  expect(await digest(3, policy)).toEqual(alone);
});

test('a value that cannot be masked is told as it is without threads', async () => {
  await shop.pglite.exec(`UPDATE person SET code = 'PLANTED-日' WHERE id = 7900`);
  const told = async (workers: number) => {
    const error = await digest(workers, policyOf('personName')).catch((it: Error) => it);
    return (error as Error).message;
  };
  const [alone, others] = [await told(1), await told(3)];
  expect(others).toBe(alone);
  expect(alone).toContain('HFIT_MASKER_VALUE');
  expect(alone).not.toContain('PLANTED');
});

test('other threads mask as the one that reads', async () => {
  const facts = { type: 'text', kind: 'text', nullable: true, unique: false, maxLength: null };
  const choice = { masker: 'email', options: { per: 'id' } };
  const columns = ['id', 'mail', 'kept', 'code'].map((name) => ({ name, kind: 'text' }) as Column);
  const recipe = { choice, facts: { name: 'mail', ...facts } };
  const code = { choice: { masker: 'format', options: {} }, facts: { name: 'code', ...facts } };
  const bind = (it: typeof code | typeof recipe) => bindMasker(it.choice, it.facts, key, columns);
  const masks = [null, bind(recipe), null, bind(code)] as const;
  const source = { database: shop.database } as Source;
  const table = { source, columns, masks, recipes: [null, recipe, null, code] };
  const fields = shop.database.dialect.bulk?.fields as Fields;
  const row = (i: number) =>
    `${i}\té\\tb${i}\t${'x'.repeat(4000)}\t${i % 100 === 0 ? 'Ä' : 'A'}-${i}\n`;
  const rows = Buffer.from(Array.from({ length: 300 }, (_, i) => row(i)).join(''));
  const pool = new MaskPool(key, 3);
  async function* chunks() {
    // A thread takes its time to start; half a minute is more than any takes.
    for (let i = 0; i < 3000 && pool.handedOver < 4; i++) {
      yield rows;
      if (i > 5) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  const expected = Buffer.from(fields.change(rows, fieldChange(table.masks)));
  masks[3].unread.values = 0;
  let pieces = 0;
  for await (const chunk of pool.masked(table as unknown as ClassifiedTable, fields, chunks())) {
    expect(expected.equals(chunk)).toBe(true);
    pieces += 1;
  }
  // What no masker can read is counted wherever it is met.
  expect(masks[3].unread.values).toBe(3 * pieces);
  expect(pool.handedOver).toBeGreaterThanOrEqual(4);
  await pool.close();
}, 60_000);
