import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { begun, isWhole } from './begun.js';
import { refusal, startTestDaemon, type TestDaemon } from './daemon.js';

type Joined = Awaited<ReturnType<TestDaemon['join']>>;
interface Given {
  token: string;
  expires_at: string;
  refresh_token: string;
  refresh_expires_at: string;
}

/** So many that no buffer between the daemon and a client holds them all. */
const many = 100_000;

const everything = `
hfitVersion: 1
templateName: everything
exports:
  orders.sql: { type: table-data, data: { dbms: shop, table: orders, filter: "id > 0" } }
`;

let daemon: TestDaemon;
let ann: Joined;

beforeAll(async () => {
  daemon = await startTestDaemon({}, many);
  ann = await daemon.join('ann@example.com');
});
afterAll(() => daemon.stop(0));

async function logIn(who: Joined): Promise<Given> {
  const challenge = await daemon.challenge(who.email);
  const response = await daemon.authenticate(who.email, challenge, who.sign(challenge));
  return (await response.json()) as Given;
}

const refresh = (refresh_token: string) => daemon.post('/auth/refresh', { refresh_token });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const whoami = (token: string) => daemon.fetch('/whoami', { headers: bearer(token) });
const lost = [401, 'HFIT_TOKEN_INVALID'];

describe('a refresh token', () => {
  test('gives new tokens of the same login, once', async () => {
    const first = await logIn(ann);
    expect(Date.parse(first.expires_at) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const second = (await (await refresh(first.refresh_token)).json()) as Given;
    expect(Object.keys(second)).toEqual(Object.keys(first));
    for (const { token } of [first, second]) expect((await whoami(token)).status).toBe(200);
    const third = (await (await refresh(second.refresh_token)).json()) as Given;
    expect((await whoami(third.token)).status).toBe(200);
  });

  test('that comes a second time ends its login, and no other', async () => {
    const [stolen, other] = [await logIn(ann), await logIn(ann)];
    const thief = (await (await refresh(stolen.refresh_token)).json()) as Given;
    expect(await refusal(await refresh(stolen.refresh_token))).toEqual(lost);
    for (const { token } of [stolen, thief])
      expect(await refusal(await whoami(token))).toEqual(lost);
    expect(await refusal(await refresh(thief.refresh_token))).toEqual(lost);
    expect((await whoami(other.token)).status).toBe(200);
  });

  test('that comes many times at the same moment wins once', async () => {
    const { refresh_token } = await logIn(ann);
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refresh_token)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(9);
  });

  test('that is over, made up or no token is refused', async () => {
    const { refresh_token } = await logIn(ann);
    withStore((store) => store.exec('UPDATE refresh_tokens SET expires_at = 1'));
    expect(await refusal(await refresh(refresh_token))).toEqual(lost);
    expect(await refusal(await refresh(`hfr1.${'A'.repeat(43)}`))).toEqual(lost);
    expect(await refusal(await refresh('x'))).toEqual([400, 'HFIT_REQUEST_INVALID']);
  });

  test('is stored as its digest only, and stands in no log', async () => {
    const { refresh_token } = await logIn(ann);
    const secret = refresh_token.slice(5);
    const stored = withStore((store) => [
      ...store.prepare('SELECT * FROM refresh_tokens').all(),
      ...store.prepare('SELECT * FROM sessions').all(),
      ...store.prepare('SELECT * FROM audit').all(),
    ]);
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect(daemon.log()).not.toContain(secret);
  });
});

describe('a login ends', () => {
  test('by its logout, with its tokens', async () => {
    const [mine, other] = [await logIn(ann), await logIn(ann)];
    const response = await daemon.fetch('/auth/logout', {
      method: 'POST',
      headers: bearer(mine.token),
    });
    expect(response.status).toBe(204);
    expect(await refusal(await whoami(mine.token))).toEqual(lost);
    expect(await refusal(await refresh(mine.refresh_token))).toEqual(lost);
    expect((await whoami(other.token)).status).toBe(200);
  });

  test('with all others of a user who is revoked, who may log in again', async () => {
    const bob = await daemon.join('bob@example.com');
    const given = [await logIn(bob), await logIn(bob)];
    const revoked = await daemon.admin.ask('POST', '/users/bob@example.com/revoke');
    expect(revoked).toEqual({ email: 'bob@example.com', logins: 3 });
    for (const { token } of given) expect(await refusal(await whoami(token))).toEqual(lost);
    expect((await whoami((await logIn(bob)).token)).status).toBe(200);
  });
});

describe('an answer that is being sent ends', () => {
  const ways: [string, (who: Joined) => Promise<unknown> | unknown][] = [
    ['its user is removed', ({ email }) => daemon.admin.ask('DELETE', `/users/${email}`)],
    ['its user is revoked', ({ email }) => daemon.admin.ask('POST', `/users/${email}/revoke`)],
    [
      'its login is ended',
      ({ authorization }) =>
        daemon.fetch('/auth/logout', { method: 'POST', headers: authorization }),
    ],
    [
      // As another daemon does that shares the store.
      'the store says that its login was ended',
      ({ email }) =>
        withStore((store) =>
          store
            .prepare(
              'UPDATE sessions SET revoked_at = 1 WHERE user_id = (SELECT id FROM users WHERE email = ?)',
            )
            .run(email),
        ),
    ],
  ];

  test.each(ways)('when %s', async (_what, end) => {
    const who = await joined(`user${Math.random()}@example.com`);
    const running = await Promise.all([package_(who), rows(who)]);
    await end(who);
    await expect.poll(() => outcomes(who.email), { timeout: 20_000 }).toContain('package aborted');
    await expect.poll(() => outcomes(who.email), { timeout: 20_000 }).toContain('rows aborted');
    for (const response of running) expect(await isWhole(response)).toBe(false);
    expect(await refusal(await daemon.fetch('/whoami', { headers: who.authorization }))).toEqual(
      lost,
    );
  });

  test.each([
    ['the first grant is given, to somebody else', null, { to: 'nobody@example.com' }],
    ['a grant comes that denies', {}, { deny: ['memo'] }],
    ['a grant comes that limits', {}, { limits: { bytes: '1 KB' } }],
  ])('when %s', async (_what, grant, later) => {
    const who = await joined(`user${Math.random()}@example.com`);
    const give = (more: object) =>
      daemon.admin.ask('POST', '/grants', { to: who.email, source: 'shop', ...more });
    if (grant) await give(grant);
    const response = await rows(who);
    await give(later);
    await expectCut(who, response);
  });

  test('when a grant is taken away that it was begun under', async () => {
    const who = await joined('carl@example.com');
    const grant = { to: who.email, source: 'shop' };
    const { id } = await daemon.admin.ask<{ id: string }>('POST', '/grants', grant);
    const response = await rows(who);
    await daemon.admin.ask('DELETE', `/grants/${id}`);
    await expectCut(who, response);
  });

  test('when the hours of its grant end', async () => {
    const who = await joined('dora@example.com');
    // Noon there, whatever time it is here, so that no day ends in between.
    const now = new Date();
    const ahead = 12 - now.getUTCHours();
    const zone = `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
    const to = new Date(Date.UTC(2026, 0, 1, 12, now.getUTCMinutes() + 2));
    const hours = { from: '00:00', to: to.toISOString().slice(11, 16), zone };
    await daemon.admin.ask('POST', '/grants', { to: who.email, source: 'shop', hours });
    const response = await rows(who);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 120_000 });
    onTestFinished(() => void vi.useRealTimers());
    await expectCut(who, response);
  });
});

async function expectCut(who: Joined, response: IncomingMessage): Promise<void> {
  await expect.poll(() => outcomes(who.email), { timeout: 20_000 }).toContain('rows aborted');
  expect(await isWhole(response)).toBe(false);
  expect((await daemon.fetch('/whoami', { headers: who.authorization })).status).toBe(200);
}

async function joined(email: string): Promise<Joined> {
  const who = await daemon.join(email);
  const headers = { ...who.authorization, 'content-type': 'application/yaml' };
  await daemon.fetch('/packtmpl', { method: 'PUT', body: everything, headers });
  return who;
}

const lines = (who: Joined) => ({ ...who.authorization, accept: 'application/x-ndjson' });
const package_ = (who: Joined) =>
  begun(`${daemon.url}/packdownload/everything`, lines(who), 'POST');
const rows = (who: Joined) => begun(`${daemon.url}/db/shop/main/table/orders/rows`, lines(who));

function outcomes(who: string): string[] {
  return withStore((store) =>
    store.prepare("SELECT action || ' ' || outcome FROM audit WHERE who = ?").pluck().all(who),
  ) as string[];
}

function withStore<T>(work: (store: Sqlite.Database) => T): T {
  const store = new Sqlite(join(daemon.dataDir, 'hfitd.db'));
  try {
    return work(store);
  } finally {
    store.close();
  }
}
