import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, secret, startTestDaemon, type TestDaemon } from './daemon.js';

let daemon: TestDaemon;
let authorization: { authorization: string };

beforeAll(async () => {
  const sources = { Down: { url: 'postgresql://reader:hush@127.0.0.1:1/shop' } };
  daemon = await startTestDaemon({ sources });
  ({ authorization } = await daemon.join('ann@example.com'));
});
afterAll(() => daemon.stop());

const ask = (path: string, method = 'GET') =>
  daemon.fetch(path, { method, headers: authorization });

describe('the listing', () => {
  test('of the sources has their names as they were written', async () => {
    const response = await ask('/db/dbmss');
    expect(await response.json()).toEqual({
      dbmss: [
        { name: 'shop', dialect: 'sqlite' },
        { name: 'Down', dialect: 'postgresql' },
      ],
    });
  });

  test.each(['shop', 'SHOP'])('of the databases finds the source as %s', async (name) => {
    expect(await (await ask(`/db/${name}/dbs`)).json()).toEqual({ dbs: ['main'] });
  });

  test('of the tables shows what the policy says of each column, and no value', async () => {
    const response = await ask('/db/shop/main/tables');
    const text = await response.text();
    expect(text).not.toContain(secret);
    const column = (name: string, type: string, nullable: boolean, classification: string) => ({
      name,
      type,
      nullable,
      classification,
    });
    expect(JSON.parse(text)).toEqual({
      tables: [
        {
          name: 'customers',
          primaryKey: ['id'],
          columns: [
            column('id', 'INTEGER', false, 'keep'),
            { ...column('email', 'TEXT', false, 'mask'), masker: 'email' },
            { ...column('name', 'TEXT', true, 'mask'), masker: 'personName' },
            column('note', 'TEXT', true, 'deny'),
          ],
        },
        {
          name: 'orders',
          primaryKey: ['id'],
          columns: [
            column('id', 'INTEGER', false, 'keep'),
            column('customer_id', 'INTEGER', false, 'keep'),
            column('total', 'NUMERIC', false, 'keep'),
            column('memo', 'TEXT', false, 'keep'),
          ],
        },
      ],
    });
  });

  test.each(['/db/dbmss', '/db/shop/dbs', '/db/shop/main/tables'])(
    'can be asked for with HEAD: %s',
    async (path) => {
      const response = await ask(path, 'HEAD');
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('');
    },
  );

  test.each([
    ['/db/market/dbs', [404, 'HFIT_SOURCE_UNKNOWN']],
    ['/db/market/public/tables', [404, 'HFIT_SOURCE_UNKNOWN']],
    ['/db/shop/nowhere/tables', [404, 'HFIT_DB_UNKNOWN']],
    ["/db/shop/x'; DROP TABLE orders; --/tables", [404, 'HFIT_DB_UNKNOWN']],
    ['/db/Down/dbs', [503, 'HFIT_SOURCE_UNAVAILABLE']],
    ['/db/Down/public/tables', [503, 'HFIT_SOURCE_UNAVAILABLE']],
  ])('of %s is refused', async (path, expected) => {
    const response = await ask(path);
    expect(await response.clone().text()).not.toMatch(/hush|127\.0\.0\.1/);
    expect(await refusal(response)).toEqual(expected);
  });

  test('stands in the audit log, also when it failed', async () => {
    await ask('/db/shop/main/tables');
    await ask('/db/Down/dbs');
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=2');
    const who = 'ann@example.com';
    expect(events).toMatchObject([
      { who, action: 'list-tables', target: 'shop/main', outcome: 'ok' },
      {
        who,
        action: 'list-dbs',
        target: 'Down',
        outcome: 'failed',
        details: { code: 'HFIT_DATABASE_UNREACHABLE' },
      },
    ]);
  });

  test('is for those alone who are logged in', async () => {
    for (const path of ['/db/dbmss', '/db/shop/dbs', '/db/shop/main/tables', '/packtmpls']) {
      expect(await refusal(await daemon.fetch(path))).toEqual([401, 'HFIT_TOKEN_MISSING']);
    }
  });
});

test('the log holds no password', () => {
  expect(daemon.log()).toContain('HFIT_DATABASE_UNREACHABLE');
  expect(daemon.log()).not.toContain('hush');
});

describe('without a policy', () => {
  test('every column is denied', async () => {
    const closed = await startTestDaemon({ policy: undefined as never });
    const { authorization: headers } = await closed.join('ann@example.com');
    const response = await closed.fetch('/db/shop/main/tables', { headers });
    const { tables } = (await response.json()) as { tables: { columns: object[] }[] };
    const columns = tables.flatMap((table) => table.columns);
    expect(columns).toHaveLength(8);
    for (const column of columns) expect(column).toMatchObject({ classification: 'deny' });
    await closed.stop();
  });
});
