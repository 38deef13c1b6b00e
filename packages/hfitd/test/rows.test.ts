import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, secret, startTestDaemon, type TestDaemon } from './daemon.js';
import { testFolder } from './folder.js';

const orders = 250;
let daemon: TestDaemon;
let ann: { authorization: string };

beforeAll(async () => {
  daemon = await startTestDaemon({}, orders);
  ann = (await daemon.join('ann@example.com')).authorization;
});
afterAll(() => daemon.stop());

const path = (table: string, query: Record<string, string> = {}) =>
  `/db/shop/main/table/${encodeURIComponent(table)}/rows?${new URLSearchParams(query)}`;

function ask(table: string, query: Record<string, string> = {}, headers: object = {}) {
  return daemon.fetch(path(table, query), { headers: { ...ann, ...headers } });
}

interface Page {
  rows: Record<string, unknown>[];
  next: string | null;
  count?: number;
}

async function page(table: string, query: Record<string, string> = {}): Promise<Page> {
  const response = await ask(table, query);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

/** All pages of a question, one after the other. */
async function pages(table: string, query: Record<string, string>): Promise<Page['rows'][]> {
  const found: Page['rows'][] = [];
  for (let after: string | null = ''; after !== null; ) {
    const { rows, next }: Page = await page(table, { ...query, ...(after && { after }) });
    found.push(rows);
    after = next;
  }
  return found;
}

describe('a page of rows', () => {
  test('has the columns that the policy lets leave, masked', async () => {
    const text = await (await ask('customers', { filter: 'id = 2' })).text();
    expect(text).not.toContain(secret);
    const { rows, next } = JSON.parse(text) as Page;
    expect(next).toBeNull();
    expect(rows).toEqual([
      { id: 2, email: expect.stringContaining('@'), name: expect.any(String) },
    ]);
  });

  test('never has a column that came since the last one, and is refused for one that went', async () => {
    const shop = new Sqlite(daemon.shop);
    const columns = async () => Object.keys((await page('orders', { limit: '1' })).rows[0] ?? {});
    const before = await columns();
    shop.exec('ALTER TABLE orders ADD COLUMN told TEXT');
    shop.exec("UPDATE orders SET told = 'new'");
    expect(await columns()).toEqual(before);
    shop.exec('ALTER TABLE orders RENAME COLUMN memo TO was');
    // As often as there are connections to the source, and once more.
    for (let time = 0; time < 5; time++) {
      expect(await refusal(await ask('orders'))).toEqual([400, 'HFIT_POLICY_COLUMN']);
    }
    shop.exec('ALTER TABLE orders RENAME COLUMN was TO memo; ALTER TABLE orders DROP COLUMN told');
    expect(await columns()).toEqual(before);
    shop.close();
  });

  test.each([null, 'shop'])('has the same masks as a package of project %s', async (project) => {
    const template = `
hfitVersion: 1
templateName: all-${project}
${project === null ? '' : `projectName: ${project}`}
exports:
  customers.sql: { type: table-data, data: { dbms: shop, table: customers } }
`;
    const headers = { ...ann, 'content-type': 'application/yaml' };
    await daemon.fetch('/packtmpl', { method: 'PUT', body: template, headers });
    const asked = { headers: { ...ann, accept: 'application/x-ndjson' } };
    const lines = await (await daemon.post(`/packdownload/all-${project}`, {}, asked)).text();
    const { rows } = await page('customers', project === null ? {} : { project });
    const others = await page('customers', { project: 'another' });
    expect(others.rows[0]?.email).not.toBe(rows[0]?.email);
    const packaged = lines
      .split('\n')
      .slice(2, 7)
      .map((line) => JSON.parse(line));
    expect(rows.map(({ email, name }) => [email, name])).toEqual(
      packaged.map(([, email, name]) => [email, name]),
    );
  });

  test('is followed by others until all rows are there, each once', async () => {
    const found = await pages('orders', { limit: '100' });
    expect(found.map((rows) => rows.length)).toEqual([100, 100, 50]);
    expect(found.flat().map(({ id }) => id)).toEqual(
      Array.from({ length: orders }, (_, i) => i + 1),
    );
  });

  test('goes on in the order that was asked for', async () => {
    const found = await pages('orders', { sort: 'customer_id:desc,id', limit: '40' });
    const keys = found.flat().map(({ customer_id, id }) => [customer_id, id] as [number, number]);
    expect(keys).toHaveLength(orders);
    expect(keys).toEqual([...keys].sort(([a, b], [c, d]) => c - a || b - d));
  });

  test('takes the filters of the first Hot Fixture Tool, their order and their limit', async () => {
    const filter = 'WHERE customer_id = 1 AND id > 10 ORDER BY id DESC LIMIT 5';
    const found = await pages('orders', { filter, limit: '2' });
    expect(found.map((rows) => rows.map(({ id }) => id))).toEqual([[250, 245], [240, 235], [230]]);
  });

  test('counts what the filter lets through, where it is asked to', async () => {
    const { rows, count } = await page('orders', {
      filter: 'customer_id = 3',
      count: 'true',
      limit: '1',
    });
    expect([rows.length, count]).toEqual([1, 50]);
  });

  test('may be asked for with HEAD', async () => {
    const head = (query: Record<string, string>) =>
      daemon.fetch(path('orders', query), { method: 'HEAD', headers: ann });
    expect((await head({})).status).toBe(200);
    expect((await head({ filter: 'nothing = 1' })).status).toBe(404);
  });

  test.each([
    [{ filter: "name = 'Ann'" }, [403, 'HFIT_POLICY_FILTER']],
    [{ filter: "NOT (id = 1 OR note LIKE 'a%')" }, [403, 'HFIT_POLICY_FILTER']],
    [{ filter: 'id = 1 ORDER BY email' }, [403, 'HFIT_POLICY_FILTER']],
    [{ filter: 'note IS NULL', count: 'true', limit: '0' }, [403, 'HFIT_POLICY_FILTER']],
    [{ sort: 'note' }, [403, 'HFIT_POLICY_FILTER']],
    [{ sort: 'Email:desc' }, [403, 'HFIT_POLICY_FILTER']],
    [{ filter: 'nothing = 1' }, [404, 'HFIT_COLUMN_UNKNOWN']],
    [{ filter: 'orders.id = 1' }, [404, 'HFIT_COLUMN_UNKNOWN']],
    [{ filter: '1 = 1; DROP TABLE customers' }, [400, 'HFIT_FILTER_SYNTAX']],
    [{ filter: 'id = (SELECT 1)' }, [400, 'HFIT_FILTER_SYNTAX']],
    [{ filter: "id = 'two'" }, [400, 'HFIT_FILTER_TYPE']],
    [{ filter: 'id = ${secret}' }, [400, 'HFIT_FILTER_VARIABLE']],
    [{ filter: 'id = 1 LIMIT ${most}' }, [400, 'HFIT_REQUEST_INVALID']],
    [{ filter: 'id = 1 ORDER BY id', sort: 'id' }, [400, 'HFIT_REQUEST_INVALID']],
    [{ limit: '-1' }, [400, 'HFIT_REQUEST_INVALID']],
    [{ limt: '1' }, [400, 'HFIT_REQUEST_INVALID']],
    [{ count: 'yes' }, [400, 'HFIT_REQUEST_INVALID']],
    [{ after: 'WzEsMV0.AAAA' }, [400, 'HFIT_ROWS_PLACE']],
    [{ after: '' }, [400, 'HFIT_ROWS_PLACE']],
  ])('is refused for %j', async (query, expected) => {
    expect(await refusal(await ask('customers', query as Record<string, string>))).toEqual(
      expected,
    );
  });

  test('goes on for the question and the user that it was given to alone', async () => {
    const { next } = await page('orders', { filter: 'id > 5', limit: '1' });
    const after = next ?? '';
    expect((await page('orders', { filter: 'id > 5', limit: '2', after })).rows).toMatchObject([
      { id: 7 },
      { id: 8 },
    ]);
    for (const query of [
      { filter: 'id > 4', after },
      { sort: 'id', filter: 'id > 5', after },
    ]) {
      expect(await refusal(await ask('orders', query))).toEqual([400, 'HFIT_ROWS_PLACE']);
    }
    const bob = (await daemon.join('bob@example.com')).authorization;
    const stolen = daemon.fetch(path('orders', { filter: 'id > 5', after }), { headers: bob });
    expect(await refusal(await stolen)).toEqual([400, 'HFIT_ROWS_PLACE']);
  });

  test('stands in the audit log with its question, but not with a question that was refused', async () => {
    await page('orders', { filter: 'id = 5' });
    await ask('customers', { filter: "email = 'somebody@real.example'" });
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit?limit=2');
    expect(events).toMatchObject([
      { action: 'rows', target: 'shop/main/orders', outcome: 'ok', details: { filter: 'id = 5' } },
      { action: 'rows', target: 'shop/main/customers', outcome: 'failed' },
    ]);
    expect(JSON.stringify(events)).not.toContain('somebody');
  });
});

test('a table whose key is hidden has one page, or lines, in no order of it', async () => {
  const folder = testFolder();
  const file = join(folder, 'policy.yaml');
  const hidden = 'orders: { id: integer, customer_id: keep, memo: keep }';
  writeFileSync(file, `policyVersion: 1\ndatabases: { shop: { ${hidden} } }\n`);
  const closed = await startTestDaemon({ policy: file }, 30);
  const { authorization: mine } = await closed.join('ann@example.com');
  const read = (query: Record<string, string>, headers: object = {}) =>
    closed.fetch(path('orders', query), { headers: { ...mine, ...headers } });
  for (const query of [{ limit: '10' }, { limit: '10', sort: 'customer_id' }]) {
    expect(await refusal(await read(query))).toEqual([409, 'HFIT_ROWS_UNORDERED']);
  }
  const { rows, next } = (await (await read({ limit: '30' })).json()) as Page;
  expect([rows.length, next]).toEqual([30, null]);
  const ids = rows.map(({ id }) => String(id));
  expect(ids).toEqual([...ids].sort());
  // Of each customer some, and not in the order of their orders.
  expect(rows.map(({ memo }) => memo)).not.toEqual(rows.map(({ memo }) => memo).sort());
  const lines = await read({}, { accept: 'application/x-ndjson' });
  expect((await lines.text()).trimEnd().split('\n')).toHaveLength(30);
  await closed.stop();
});
