import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawChain, parseTemplate } from '../src/index.js';
import { rowsOf, shopAndTarget, subsetOf, template, withExtraction } from './shop.js';

const page = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8');
const templates = [...page.matchAll(/```yaml\n(hfitVersion[^`]*)```/g)].map(
  ([, text = '']) => text,
);
const shops = shopAndTarget();

it('docs/templates.md: each template runs, and loads without an orphan', async () => {
  expect(templates).toHaveLength(2);
  for (const text of templates) {
    const read = parseTemplate(text);
    const parameters = read.parameters.some(({ required }) => required) ? [5] : [];
    await withExtraction(shops.shop, { template: read, parameters }, (it) =>
      shops.target.database.load(it.dataset()),
    );
    expect(await shops.target.database.orphans()).toEqual([]);
    await shops.target.pglite.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  }
});

it('docs/templates.md: the subset keeps to its rules', async () => {
  const read = parseTemplate(templates[1] as string);
  const rows = await withExtraction(shops.shop, { template: read, parameters: [] }, (it) =>
    rowsOf(it.dataset()),
  );
  const perCustomer = new Map<unknown, number>();
  for (const [, customer] of rows.orders ?? []) {
    perCustomer.set(customer, (perCustomer.get(customer) ?? 0) + 1);
  }
  // A quarter of the 27 customers with a keeper, who stays away as all but his own department's.
  expect(rows.customer).toHaveLength(7);
  expect(Math.max(...perCustomer.values())).toBe(3);
  expect(rows.coupon).toHaveLength(9);
  expect(rows.customer?.every((row) => row.at(-1) === null || Number(row.at(-1)) < 10)).toBe(true);
});

it('docs/templates.md: the chain is what is shown', async () => {
  const asked = { template: template(subsetOf('refund', 'id = 8', 'slice.sql')) };
  const drawn = await withExtraction(shops.shop, asked, async (it) =>
    drawChain(await it.explain('coupon', ['9'])),
  );
  expect(page).toContain(`\`\`\`\n${drawn}\`\`\``);
});
