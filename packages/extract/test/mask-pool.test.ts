import { createHash } from 'node:crypto';
import { registerMasker } from '@hot-fixture/masking';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openShop, type Shop, template, withExtraction } from './shop.js';

/** So many that they are worth a thread: 6 MB. */
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

/** What the bytes of the table are, and whether other threads were there. */
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
  const alone = await digest(0, policy);
  expect(alone.bytes).toBeGreaterThan(4_000_000);
  expect(await digest(2, policy)).toEqual(alone);
});

test('a value that cannot be masked is told as it is without threads', async () => {
  await shop.pglite.exec(`UPDATE person SET code = 'PLANTED-日' WHERE id = 7900`);
  const told = async (workers: number) => {
    const error = await digest(workers, policyOf('personName')).catch((it: Error) => it);
    return (error as Error).message;
  };
  const [alone, others] = [await told(0), await told(2)];
  expect(others).toBe(alone);
  expect(alone).toContain('HFIT_MASKER_VALUE');
  expect(alone).not.toContain('PLANTED');
});
