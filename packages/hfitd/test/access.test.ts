import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import { refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';

type Joined = Awaited<ReturnType<TestDaemon['join']>>;

let daemon: TestDaemon;
let ann: Joined;
let bob: Joined;
let root: Joined;

beforeAll(async () => {
  daemon = await startTestDaemon();
  [ann, bob, root] = (await Promise.all(
    ['ann', 'bob', 'root'].map((name) => daemon.join(`${name}@example.com`)),
  )) as [Joined, Joined, Joined];
  await daemon.admin.ask('PUT', '/roles/admin', { members: ['root@example.com'] });
  for (const who of [ann, bob]) await put(who, template);
});
afterAll(() => daemon.stop());

const ask = (who: Joined, path: string, init: RequestInit = {}) =>
  daemon.fetch(path, { ...init, headers: { ...who.authorization, ...(init.headers as object) } });

const put = (who: Joined, text: string, path = '/packtmpl') =>
  ask(who, path, { method: 'PUT', body: text, headers: { 'content-type': 'application/yaml' } });

const download = (who: Joined, name = 'daily') =>
  daemon.post(
    `/packdownload/${name}`,
    { parameters: { customer: 2 } },
    { headers: { ...who.authorization, accept: 'application/sql' } },
  );

const send = (who: Joined, path: string, body: unknown, method = 'POST') =>
  daemon.post(path, body, { method, headers: who.authorization });

/** Grants it for the length of a test. */
async function granted(grant: object, work: () => Promise<void>): Promise<void> {
  const response = await send(root, '/grants', grant);
  expect(response.status, await response.clone().text()).toBe(200);
  const { id } = (await response.json()) as { id: string };
  try {
    await work();
  } finally {
    expect((await ask(root, `/grants/${id}`, { method: 'DELETE' })).status).toBe(204);
  }
}

/** An answer without what differs between any two. */
async function told(response: Response): Promise<unknown> {
  const headers = Object.fromEntries(response.headers);
  const id = headers['x-request-id'] as string;
  const text = (await response.text()).replaceAll(id, 'ID');
  for (const name of ['x-request-id', 'date', 'ratelimit-remaining', 'ratelimit-reset']) {
    delete headers[name];
  }
  return { status: response.status, headers, text };
}

describe('as long as nothing was ever granted', () => {
  test('whoever has logged in sees all sources', async () => {
    expect(await (await ask(ann, '/whoami')).json()).toEqual({
      user: 'ann@example.com',
      teams: [],
      roles: [],
      guarded: false,
      grants: [],
      limits: {},
    });
    expect(await (await ask(ann, '/db/shop/dbs')).json()).toEqual({ dbs: ['main'] });
    expect((await download(ann)).status).toBe(200);
  });
});

describe('the routes about people', () => {
  const routes = [
    ['GET', '/users'],
    ['POST', '/users'],
    ['DELETE', '/users/ann@example.com'],
    ['POST', '/users/ann@example.com/revoke'],
    ['POST', '/users/ann@example.com/keys'],
    ['DELETE', '/users/ann@example.com/keys'],
    ['GET', '/roles/admin'],
    ['PUT', '/roles/admin'],
    ['DELETE', '/roles/admin'],
    ['GET', '/grants'],
    ['POST', '/grants'],
    ['DELETE', '/grants/1'],
    ['GET', '/teams/x'],
    ['PUT', '/teams/x'],
    ['DELETE', '/teams/x'],
  ] as const;

  test.each(routes)('%s %s are not there without the role of an admin', async (method, path) => {
    const init = method === 'GET' ? { method } : { method, body: 'this is no JSON' };
    const headers = method === 'GET' ? {} : { 'content-type': 'application/json' };
    const response = await ask(ann, path, { ...init, headers });
    expect(await refusal(response)).toEqual([404, 'HFIT_ROUTE_UNKNOWN']);
  });

  test('add keys, take them away, and end the logins that they may have begun', async () => {
    const eve = await daemon.join('eve@example.com');
    const key = (
      await daemon.admin.ask<{ users: { email: string; keys: string[] }[] }>('GET', '/users')
    ).users.find((it) => it.email === 'eve@example.com')?.keys[0] as string;
    const path = '/users/eve@example.com/keys';
    expect(await refusal(await send(root, path, { fingerprint: 'SHA256:x' }, 'DELETE'))).toEqual([
      404,
      'HFIT_USER_KEY_UNKNOWN',
    ]);
    expect((await ask(eve, '/whoami')).status).toBe(200);
    expect((await send(root, path, { fingerprint: key }, 'DELETE')).status).toBe(204);
    expect(await refusal(await ask(eve, '/whoami'))).toEqual([401, 'HFIT_TOKEN_INVALID']);
    const again = await send(root, path, { key: eve.publicKey });
    expect(await again.json()).toMatchObject({ fingerprint: key, created: false });
    const nobody = await send(root, '/users/nobody@example.com/keys', { key: eve.publicKey });
    expect(await refusal(nobody)).toEqual([404, 'HFIT_USER_UNKNOWN']);
  });

  test('leave their events in the audit log', async () => {
    await send(
      root,
      '/roles/reader',
      { members: ['team:x', 'account:ci', 'ann@example.com'] },
      'PUT',
    );
    await ask(root, '/roles/reader', { method: 'DELETE' });
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=2');
    expect(events).toMatchObject([
      {
        who: 'root@example.com',
        action: 'put-role',
        target: 'reader',
        details: { members: ['account:ci', 'team:x', 'user:ann@example.com'] },
      },
      { who: 'root@example.com', action: 'remove-role', target: 'reader', outcome: 'ok' },
    ]);
  });

  test.each([
    ['nothing', { to: 'ann@example.com' }],
    ['somebody of no kind', { to: 'x:y', source: 'shop' }],
    ['a table of no source', { to: 'ann@example.com', volume: 'v', table: 't' }],
    ['a class that is not there', { to: 'ann@example.com', source: 's', deny: ['class:keep'] }],
    ['a day that is not there', { to: 'ann@example.com', source: 's', until: '2026-13-01' }],
    ['a field that is not known', { to: 'ann@example.com', source: 's', tables: 'x' }],
    ['a size of no unit', { to: 'ann@example.com', source: 's', limits: { bytes: '5 MiB' } }],
    [
      'hours in a zone that is not there',
      { to: 'ann@example.com', source: 's', hours: { from: '08:00', to: '09:00', zone: 'Mars' } },
    ],
    [
      'hours that end as they begin',
      { to: 'ann@example.com', source: 's', hours: { from: '09:00', to: '09:00', zone: 'UTC' } },
    ],
  ])('take no grant of %s', async (_what, grant) => {
    expect((await refusal(await send(root, '/grants', grant)))[0]).toBe(400);
    expect(await (await ask(root, '/grants')).json()).toEqual({ grants: [] });
  });
});

describe('from the first grant on', () => {
  beforeAll(async () => {
    await send(root, '/grants', { to: 'nobody@example.com', source: 'other' });
  });

  test('what is not granted is answered for like what is not there, byte by byte', async () => {
    const pairs = [
      ['/db/shop/dbs', '/db/shup/dbs'],
      ['/db/shop/main/tables', '/db/shup/main/tables'],
      ['/db/shop/main/table/orders/columns', '/db/shup/main/table/orders/columns'],
      ['/db/shop/main/table/orders/rows', '/db/shup/main/table/orders/rows'],
    ] as const;
    for (const [hidden, absent] of pairs) {
      const answers = [await told(await ask(ann, hidden)), await told(await ask(ann, absent))];
      expect(JSON.stringify(answers[0]).replaceAll('shop', 'shup')).toBe(
        JSON.stringify(answers[1]),
      );
      expect(answers[0]).toMatchObject({ status: 404 });
    }
    await granted({ to: 'ann@example.com', source: 'shop', table: 'customers' }, async () => {
      for (const rest of ['columns', 'rows', 'rows?filter=id%3D1']) {
        const hidden = await told(await ask(ann, `/db/shop/main/table/orders/${rest}`));
        const absent = await told(await ask(ann, `/db/shop/main/table/ordirs/${rest}`));
        expect(JSON.stringify(hidden).replaceAll('orders', 'ordirs')).toBe(JSON.stringify(absent));
        expect(hidden).toMatchObject({ status: 404 });
      }
    });
    expect(await (await ask(ann, '/db/dbmss')).json()).toEqual({ dbmss: [] });
    expect(await told(await download(ann))).toEqual({
      ...((await told(await download(ann, 'duily'))) as object),
      text: expect.stringContaining('HFIT_TEMPLATE_UNKNOWN'),
    });
  });

  test('a table is seen where it is granted, and no other', async () => {
    await granted({ to: 'ann@example.com', source: 'SHOP', table: 'cust*' }, async () => {
      const { tables } = (await (await ask(ann, '/db/shop/main/tables')).json()) as {
        tables: { name: string }[];
      };
      expect(tables.map(({ name }) => name)).toEqual(['customers']);
      expect(await refusal(await download(ann))).toEqual([404, 'HFIT_TABLE_UNKNOWN']);
      expect(await (await ask(bob, '/db/dbmss')).json()).toEqual({ dbmss: [] });
    });
    expect(await (await ask(ann, '/db/dbmss')).json()).toEqual({ dbmss: [] });
  });

  test('a package that would need a table that is not granted is refused', async () => {
    await granted({ to: 'ann@example.com', source: 'shop', table: 'orders' }, async () => {
      expect(await refusal(await download(ann))).toEqual([404, 'HFIT_TARGET_UNKNOWN']);
    });
    await granted({ to: 'ann@example.com', source: 'shop' }, async () => {
      expect((await download(ann)).status).toBe(200);
    });
  });

  test('a column that a grant denies stays behind, whoever else grants it', async () => {
    await granted({ to: 'ann@example.com', source: 'shop' }, async () => {
      const denied = { to: 'ann@example.com', source: 'shop', deny: ['class:mask', 'MEMO'] };
      await granted(denied, async () => {
        const answer = await (await ask(ann, '/db/shop/main/tables')).text();
        const kept = [...answer.matchAll(/"name":"(\w+)"[^{}]*"classification":"keep"/g)];
        expect(kept.map(([, name]) => name)).toEqual(['id', 'id', 'customer_id', 'total']);
        expect(answer).not.toContain('"classification":"mask"');
        // The policy may be asked for a column that is required.
        expect(await refusal(await download(ann))).toEqual([403, 'HFIT_POLICY_REQUIRED']);
        for (const query of ['filter=memo%3D%271%27', 'sort=memo']) {
          const path = `/db/shop/main/table/orders/rows?${query}`;
          expect((await refusal(await ask(ann, path)))[0]).toBeGreaterThanOrEqual(400);
        }
      });
    });
  });

  test('teams and roles have what is granted to them, roles of teams too', async () => {
    await send(root, '/teams/backend', { members: ['ann@example.com'] }, 'PUT');
    await send(root, '/roles/tester', { members: ['team:backend', 'bob@example.com'] }, 'PUT');
    const seen = async (who: Joined) => (await ask(who, '/db/shop/dbs')).status;
    await granted({ to: 'team:backend', source: 'shop' }, async () => {
      expect([await seen(ann), await seen(bob)]).toEqual([200, 404]);
    });
    await granted({ to: 'role:tester', source: 'shop' }, async () => {
      expect([await seen(ann), await seen(bob)]).toEqual([200, 200]);
      await send(root, '/teams/backend', { members: [] }, 'PUT');
      expect([await seen(ann), await seen(bob)]).toEqual([404, 200]);
      expect(await (await ask(bob, '/whoami')).json()).toMatchObject({
        roles: ['tester'],
        guarded: true,
        grants: [{ to: 'role:tester', source: 'shop' }],
      });
    });
  });

  test('a grant may be for packages of some templates alone', async () => {
    await granted({ to: 'ann@example.com', source: 'shop', template: 'dai*' }, async () => {
      expect(await (await ask(ann, '/db/dbmss')).json()).toEqual({ dbmss: [] });
      expect((await download(ann)).status).toBe(200);
      await put(ann, template.replace('daily', 'other'));
      expect(await refusal(await download(ann, 'other'))).toEqual([404, 'HFIT_TEMPLATE_UNKNOWN']);
    });
  });

  test('a grant ends by itself', async () => {
    const over = new Date(Date.now() - 1000).toISOString();
    await granted({ to: 'ann@example.com', source: 'shop', until: over }, async () => {
      expect(await (await ask(ann, '/db/dbmss')).json()).toEqual({ dbmss: [] });
    });
  });

  test('out of its hours a grant tells when it opens', async () => {
    // Closed now, whatever time it is: its one minute of the day is half a day away.
    const away = new Date(Date.now() + 12 * 3_600_000);
    const at = (minutes: number) =>
      new Date(away.getTime() + minutes * 60_000).toISOString().slice(11, 16);
    const from = at(0) === '23:59' ? '23:58' : at(0);
    const to = from === '23:58' ? '23:59' : at(1);
    const hours = { from, to, zone: 'UTC' };
    await granted({ to: 'ann@example.com', source: 'shop', hours }, async () => {
      expect((await ask(ann, '/db/shop/main/tables')).status).toBe(200);
      for (const response of [
        await download(ann),
        await ask(ann, '/db/shop/main/table/orders/rows'),
      ]) {
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(3600);
        expect(await refusal(response)).toEqual([403, 'HFIT_ACCESS_CLOSED']);
      }
    });
  });

  test('the smallest of several limits holds', async () => {
    await granted({ to: 'ann@example.com', source: 'shop', limits: { rows: 1000 } }, async () => {
      expect((await download(ann)).status).toBe(200);
      await granted({ to: 'ann@example.com', limits: { rows: 2, bytes: '1 KB' } }, async () => {
        expect(await (await ask(ann, '/whoami')).json()).toMatchObject({
          limits: { rows: 2, bytes: 1000 },
        });
        expect((await refusal(await download(ann)))[1]).toBe('HFIT_BUDGET_ROWS');
      });
    });
  });

  test('the packages of a day are counted, also when they are asked for at once', async () => {
    const limits = { packagesPerDay: 3 };
    await granted({ to: 'bob@example.com', source: 'shop', limits }, async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => download(bob)));
      expect(answers.map(({ status }) => status).sort()).toEqual([
        200,
        200,
        200,
        ...Array(5).fill(429),
      ]);
      const refused = answers.find(({ status }) => status === 429) as Response;
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await refusal(refused)).toEqual([429, 'HFIT_PACKAGES_SPENT']);
    });
  });

  test('the last grant that goes opens nothing again', async () => {
    const { grants } = (await (await ask(root, '/grants')).json()) as { grants: { id: string }[] };
    for (const { id } of grants) await ask(root, `/grants/${id}`, { method: 'DELETE' });
    expect(await (await ask(ann, '/db/dbmss')).json()).toEqual({ dbmss: [] });
  });

  test('a namesake of somebody who was removed inherits nothing', async () => {
    await daemon.join('kim@example.com');
    await send(root, '/grants', { to: 'kim@example.com', source: 'shop' });
    await send(root, '/teams/backend', { members: ['kim@example.com'] }, 'PUT');
    await ask(root, '/users/kim@example.com', { method: 'DELETE' });
    const kim = await daemon.join('kim@example.com');
    expect(await (await ask(kim, '/whoami')).json()).toMatchObject({ teams: [], grants: [] });
  });
});

describe('what is hidden', () => {
  test('costs the source as much as what is not there', async () => {
    // Every statement that the source is asked to run is counted.
    let statements = 0;
    const handle = await freshPglite();
    await handle.exec('CREATE TABLE customers (id int); CREATE TABLE orders (id int)');
    for (const method of ['query', 'exec', 'execProtocol', 'execProtocolRaw'] as const) {
      const real = (handle[method] as (...given: unknown[]) => unknown).bind(handle);
      Object.assign(handle, {
        [method]: (...given: unknown[]) => {
          statements++;
          return real(...given);
        },
      });
    }
    const other = await startTestDaemon({ access: 'grants', sources: { counted: { handle } } });
    const { authorization: headers } = await other.join('ann@example.com');
    const cost = async (path: string) => {
      const before = statements;
      expect((await other.fetch(path, { headers })).status).toBe(404);
      return statements - before;
    };
    for (const rest of ['dbs', 'public/tables', 'public/table/orders/rows']) {
      expect(await cost(`/db/counted/${rest}`)).toBe(0);
      expect(await cost(`/db/nowhere/${rest}`)).toBe(0);
    }
    const grant = { to: 'ann@example.com', source: 'counted', table: 'customers' };
    await other.admin.ask('POST', '/grants', grant);
    // Who asks first pays for the schema, whatever is asked for.
    await cost('/db/counted/public/table/orders/columns');
    for (const rest of ['columns', 'rows', 'rows?filter=id%3D1']) {
      const hidden = await cost(`/db/counted/public/table/orders/${rest}`);
      expect(hidden).toBeGreaterThan(0);
      expect(hidden).toBe(await cost(`/db/counted/public/table/ordirs/${rest}`));
    }
    await other.stop();
    await handle.close();
  });
});
