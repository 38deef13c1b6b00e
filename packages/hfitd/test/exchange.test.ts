import { createPublicKey } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestDaemon, type TestDaemon } from './daemon.js';
import { type Issuer, startIssuer } from './issuer.js';

const audience = 'https://hfit.example.com';
let issuer: Issuer;
let stranger: Issuer;
let lavish: Issuer;
let daemon: TestDaemon;

const accounts = [
  { name: 'ci-main', claims: { repo: 'acme/shop', ref: 'refs/heads/main' }, roles: ['ci'] },
  { name: 'ci-other', claims: { repo: 'acme/*', groups: 'testers' }, roles: [] },
];

beforeAll(async () => {
  const starts = [startIssuer(), startIssuer(), startIssuer()] as const;
  [issuer, stranger, lavish] = await Promise.all(starts);
  daemon = await startTestDaemon({
    audience,
    issuers: [
      { issuer: issuer.url, accounts },
      { issuer: lavish.url, reusable: true, accounts },
    ],
  });
  await daemon.admin.ask('POST', '/grants', { to: 'role:ci', source: 'shop' });
});
afterAll(() => Promise.all([daemon.stop(), issuer.stop(), stranger.stop(), lavish.stop()]));

const main = { aud: audience, repo: 'acme/shop', ref: 'refs/heads/main' };
const exchange = (subject_token: string) => daemon.post('/auth/token', { subject_token });
const ask = (path: string, token: string) =>
  daemon.fetch(path, { headers: { authorization: `Bearer ${token}` } });
const refused = [401, 'HFIT_EXCHANGE_REFUSED'];

describe('a token of an identity provider', () => {
  test('is exchanged for a short one of the account that has its claims', async () => {
    const response = await exchange(await issuer.give(main));
    const given = (await response.json()) as { token: string; expires_at: string };
    expect(given).toMatchObject({ access_token: given.token, token_type: 'Bearer' });
    expect(given).not.toHaveProperty('refresh_token');
    expect(Date.parse(given.expires_at) - Date.now()).toBeLessThanOrEqual(300_000);
    expect(await (await ask('/whoami', given.token)).json()).toMatchObject({
      user: 'account:ci-main',
      roles: ['ci'],
    });
    expect((await ask('/db/shop/dbs', given.token)).status).toBe(200);
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=5');
    expect(events).toContainEqual(
      expect.objectContaining({ who: 'account:ci-main', action: 'exchange', outcome: 'ok' }),
    );
  });

  test('may come as the form of RFC 8693', async () => {
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: await issuer.give(main),
    });
    const response = await daemon.fetch('/v1/auth/token', { method: 'POST', body });
    expect(response.status).toBe(200);
    const wrong = new URLSearchParams({ grant_type: 'password', subject_token: 'x' });
    const other = await daemon.fetch('/auth/token', { method: 'POST', body: wrong });
    expect(await refusal(other)).toEqual([400, 'HFIT_REQUEST_INVALID']);
  });

  test('fits an account by a pattern, and by one of several values', async () => {
    const claims = { aud: ['x', audience], repo: 'acme/other', groups: ['a', 'testers'] };
    const { token } = (await (await exchange(await issuer.give(claims))).json()) as {
      token: string;
    };
    expect(await (await ask('/whoami', token)).json()).toMatchObject({ user: 'account:ci-other' });
    expect((await ask('/db/shop/dbs', token)).status).toBe(404);
  });

  test('that has an id is exchanged once, however many bring it at the same moment', async () => {
    const token = await issuer.give({ ...main, jti: 'run-1' });
    const answers = await Promise.all([1, 2, 3].map(() => exchange(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await refusal(await exchange(token))).toEqual(refused);
    expect((await exchange(await issuer.give({ ...main, jti: 'run-2' }))).status).toBe(200);
    // Without an id nobody can tell it from another one.
    const nameless = await issuer.give(main);
    for (const _ of [1, 2]) expect((await exchange(nameless)).status).toBe(200);
  });

  test('that has an id is exchanged again where its provider gives one for many times', async () => {
    const reused = await lavish.give({ ...main, jti: 'run-1' });
    for (const _ of [1, 2]) expect((await exchange(reused)).status).toBe(200);
  });

  test('ends with its account, and with a role that is taken away', async () => {
    const { token } = (await (await exchange(await issuer.give(main))).json()) as { token: string };
    await daemon.admin.ask('POST', '/users/account:ci-main/revoke');
    expect(await refusal(await ask('/whoami', token))).toEqual([401, 'HFIT_TOKEN_INVALID']);
  });

  const now = () => Math.floor(Date.now() / 1000);
  const wrong: [string, () => Promise<string> | string][] = [
    ['for another audience', () => issuer.give({ ...main, aud: 'https://other.example.com' })],
    ['for no audience', () => issuer.give({ ...main, aud: undefined as never })],
    ['of a stranger', () => stranger.give(main)],
    ['of a stranger who takes the name', () => stranger.give({ ...main, iss: issuer.url })],
    ['with no claim of an account', () => issuer.give({ aud: audience })],
    ['with another claim', () => issuer.give({ ...main, ref: 'refs/heads/evil' })],
    ['with a claim that only begins so', () => issuer.give({ ...main, repo: 'acme/shop-evil' })],
    ['with a claim that is an object', () => issuer.give({ ...main, ref: { toString: 'x' } })],
    ['that is over', () => issuer.give(main, {}, { exp: now() - 300 })],
    ['that never ends', () => issuer.give({ ...main, exp: undefined as never })],
    ['that tells no beginning', () => issuer.give({ ...main, iat: undefined as never })],
    [
      'of a clock five minutes ahead',
      () => issuer.give(main, {}, { iat: now() + 300, exp: now() + 600 }),
    ],
    ['that is old', () => issuer.give(main, {}, { iat: now() - 7200, exp: now() + 60 })],
    ['of a key that is not there', () => issuer.give(main, { kid: 'other' })],
    [
      'that is not signed',
      () =>
        new UnsecuredJWT({
          ...main,
          iss: issuer.url,
          sub: 'x',
          iat: now(),
          exp: now() + 60,
        }).encode(),
    ],
    ['that is no token', () => 'x.y.z'],
  ];
  test.each(wrong)('%s is refused', async (_what, make) => {
    expect(await refusal(await exchange(await make()))).toEqual(refused);
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const { keys } = (await (await fetch(`${issuer.url}/keys`)).json()) as { keys: never[] };
    const pem = createPublicKey({ key: keys[0] as never, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    for (const secret of [pem.toString(), JSON.stringify(keys[0])]) {
      const token = await new SignJWT({
        ...main,
        iss: issuer.url,
        sub: 'x',
        iat: now(),
        exp: now() + 60,
      })
        .setProtectedHeader({ alg: 'HS256', kid: 'key1' })
        .sign(new TextEncoder().encode(secret));
      expect(await refusal(await exchange(token))).toEqual(refused);
    }
  });

  test('that names keys elsewhere is checked with those of its provider alone', async () => {
    const before = { ...stranger.asked };
    const jku = `${stranger.url}/keys`;
    for (const header of [{ jku }, { x5u: jku }, { jku, kid: 'key1' }]) {
      expect(
        await refusal(await exchange(await stranger.give({ ...main, iss: issuer.url }, header))),
      ).toEqual(refused);
    }
    expect(stranger.asked).toEqual(before);
  });

  test('tells nobody why it was refused', async () => {
    const answers = await Promise.all(
      [await issuer.give({ aud: audience }), await stranger.give(main), 'a.b.c'].map(
        async (token) => {
          const response = await exchange(token);
          const id = response.headers.get('x-request-id') as string;
          return (await response.text()).replaceAll(id, 'ID');
        },
      ),
    );
    expect(new Set(answers).size).toBe(1);
  });
});

describe('a provider', () => {
  test('is asked for its keys once, and not again by tokens of keys that it does not have', async () => {
    const before = { ...issuer.asked };
    for (let i = 0; i < 5; i++) await exchange(await issuer.give(main, { kid: `unknown${i}` }));
    expect(issuer.asked).toEqual(before);
    expect(issuer.asked.discovery).toBe(1);
  });

  test('whose discovery names another is not taken, nor asked again at once', async () => {
    const liar = await startIssuer();
    liar.lie = { issuer: issuer.url };
    const other = await startTestDaemon({
      audience,
      issuers: [{ issuer: liar.url, accounts: [{ name: 'x', claims: {}, roles: [] }] }],
    });
    for (let i = 0; i < 3; i++) {
      const response = await other.post('/auth/token', { subject_token: await liar.give(main) });
      expect(await refusal(response)).toEqual([503, 'HFIT_ISSUER_UNAVAILABLE']);
    }
    expect(liar.asked.discovery).toBe(1);
    await Promise.all([other.stop(), liar.stop()]);
  });
});
