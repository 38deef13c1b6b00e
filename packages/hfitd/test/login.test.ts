import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { base64url, createRemoteJWKSet, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeChallenge } from '../src/auth/challenge.js';
import { refusal, startTestDaemon, type TestDaemon } from './daemon.js';
import { newUser, type Person } from './people.js';

let daemon: TestDaemon;
let ann: Person & { authorization: { authorization: string } };

beforeAll(async () => {
  daemon = await startTestDaemon();
  ann = await daemon.join('ann@example.com');
});
afterAll(() => daemon.stop());

const lostLogin = [401, 'HFIT_LOGIN_REFUSED'];

function withStore<T>(work: (store: Sqlite.Database) => T): T {
  const store = new Sqlite(join(daemon.dataDir, 'hfitd.db'));
  try {
    return work(store);
  } finally {
    store.close();
  }
}

describe('a challenge', () => {
  test('names its server and is never the same', async () => {
    const challenge = await daemon.challenge('ann@example.com');
    expect(challenge).toMatch(/^hfit1\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/);
    const [, audience = ''] = challenge.split('.');
    expect(new TextDecoder().decode(base64url.decode(audience))).toBe(daemon.url);
    expect(await daemon.challenge('ann@example.com')).not.toBe(challenge);
  });

  test('leaves nothing behind until it is answered, and then its digest alone', async () => {
    const count = () =>
      withStore((store) => store.prepare('SELECT count(*) FROM challenges').pluck().get());
    const before = count();
    const challenge = await daemon.challenge('ann@example.com');
    expect(count()).toBe(before);
    await daemon.authenticate('ann@example.com', challenge, ann.sign(challenge));
    const stored = withStore((store) =>
      JSON.stringify(store.prepare('SELECT * FROM challenges').all()),
    );
    expect(stored).not.toContain(challenge.split('.')[2]);
    expect(stored).toContain(createHash('sha256').update(challenge).digest('hex'));
  });

  test('is given to nobodies alike', async () => {
    const answers = await Promise.all(
      ['ann@example.com', 'nobody@example.com', 'no address'].map((username) =>
        daemon.post('/auth/challenge', { username }),
      ),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      const { challenge, expires_at } = (await answer.json()) as Record<string, string>;
      expect(challenge).toHaveLength(daemonChallengeLength());
      expect(Date.parse(expires_at as string)).toBeGreaterThan(Date.now());
    }
  });

  const daemonChallengeLength = () =>
    `hfit1.${base64url.encode(new TextEncoder().encode(daemon.url))}.`.length + 43;
});

describe('a login', () => {
  test.each(['ed25519', 'rsa'] as const)('with a key of type %s gives a token', async (type) => {
    const person = newUser(`${type}@example.com`, type);
    await daemon.admin.ask('POST', '/users', { email: person.email, key: person.publicKey });
    const challenge = await daemon.challenge(person.email);
    const response = await daemon.authenticate(person.email, challenge, person.sign(challenge));
    const { token, expires_at } = (await response.json()) as { token: string; expires_at: string };
    const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', daemon.url));
    const { payload, protectedHeader } = await jwtVerify(token, keys);
    expect(protectedHeader.alg).toBe('EdDSA');
    expect(payload).toMatchObject({ iss: daemon.url, aud: daemon.url, sub: person.email });
    expect((payload.exp as number) - (payload.iat as number)).toBe(900);
    expect(new Date((payload.exp as number) * 1000).toISOString()).toBe(expires_at);
  });

  test('takes the address in any case', async () => {
    const challenge = await daemon.challenge(' Ann@Example.COM ');
    const answer = await daemon.authenticate('ANN@example.com', challenge, ann.sign(challenge));
    expect(answer.status).toBe(200);
  });

  test('with the key of another one is refused', async () => {
    const challenge = await daemon.challenge('ann@example.com');
    const signature = newUser('x').sign(challenge);
    expect(
      await refusal(await daemon.authenticate('ann@example.com', challenge, signature)),
    ).toEqual(lostLogin);
  });

  test('uses up its challenge, right or wrong', async () => {
    const right = await daemon.challenge('ann@example.com');
    expect((await daemon.authenticate('ann@example.com', right, ann.sign(right))).status).toBe(200);
    expect(
      await refusal(await daemon.authenticate('ann@example.com', right, ann.sign(right))),
    ).toEqual(lostLogin);
    const wrong = await daemon.challenge('ann@example.com');
    await daemon.authenticate('ann@example.com', wrong, ann.sign('something else'));
    expect(
      await refusal(await daemon.authenticate('ann@example.com', wrong, ann.sign(wrong))),
    ).toEqual(lostLogin);
  });

  test('wins once of many with one challenge at the same moment', async () => {
    const challenge = await daemon.challenge('ann@example.com');
    const signature = ann.sign(challenge);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        daemon.authenticate('ann@example.com', challenge, signature),
      ),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, ...Array(19).fill(401)]);
  });

  test('with an expired challenge is refused', async () => {
    const secret = withStore(
      (store) =>
        store.prepare("SELECT value FROM secrets WHERE name = 'challenge'").pluck().get() as string,
    );
    const make = (end: number) =>
      makeChallenge(Buffer.from(secret, 'base64url'), daemon.url, 'ann@example.com', end);
    const statusOf = async (challenge: string) =>
      (await daemon.authenticate('ann@example.com', challenge, ann.sign(challenge))).status;
    expect(await statusOf(make(Date.now() + 60_000))).toBe(200);
    expect(await statusOf(make(Date.now() - 1000))).toBe(401);
  });

  test('with a challenge that was changed is refused', async () => {
    const challenge = await daemon.challenge('ann@example.com');
    const [head = '', server = '', random = ''] = challenge.split('.');
    const bytes = Buffer.from(random, 'base64url');
    for (let place = 0; place < bytes.length; place += 5) {
      const other = Buffer.from(bytes);
      other[place] = (other[place] as number) ^ 1;
      const changed = `${head}.${server}.${other.toString('base64url')}`;
      const answer = await daemon.authenticate('ann@example.com', changed, ann.sign(changed));
      expect(answer.status).toBe(401);
    }
    for (const changed of [`${challenge}=`, `${challenge.slice(0, -1)}`, `${challenge}A`]) {
      const answer = await daemon.authenticate('ann@example.com', changed, ann.sign(changed));
      expect(answer.status).toBe(401);
    }
  });

  test('with the challenge of another one, or a made up one, is refused', async () => {
    const eve = await daemon.challenge('eve@example.com');
    const made = `${eve.slice(0, -43)}${'A'.repeat(43)}`;
    for (const challenge of [eve, made, 'hfit1.x.y', 'x']) {
      expect(
        await refusal(await daemon.authenticate('ann@example.com', challenge, ann.sign(challenge))),
      ).toEqual(lostLogin);
    }
  });

  test('is refused in the same words whether there is such a user or not', async () => {
    const answers = [];
    for (const username of ['ann@example.com', 'nobody@example.com']) {
      const challenge = await daemon.challenge(username);
      const answer = await daemon.authenticate(username, challenge, newUser('x').sign(challenge));
      answers.push({
        status: answer.status,
        // All but the id of the request.
        body: (await answer.text()).replace(/urn:uuid:[0-9a-f-]{36}/, ''),
        headers: [...answer.headers.keys()].sort(),
      });
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  test('stands in the audit log, lost or won', async () => {
    const challenge = await daemon.challenge('nobody@example.com');
    await daemon.authenticate('nobody@example.com', challenge, ann.sign(challenge));
    const second = await daemon.challenge('ann@example.com');
    await daemon.authenticate('ann@example.com', second, ann.sign(second));
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=2');
    expect(events).toMatchObject([
      { who: 'nobody@example.com', action: 'login', outcome: 'refused' },
      { who: 'ann@example.com', action: 'login', outcome: 'ok' },
    ]);
  });
});

describe('a token', () => {
  const ask = (authorization?: string) =>
    daemon.fetch('/packtmpls', authorization === undefined ? {} : { headers: { authorization } });
  const signingKey = () =>
    withStore(
      (store) =>
        store
          .prepare('SELECT id, private_key FROM signing_keys WHERE expires_at IS NULL')
          .get() as {
          id: string;
          private_key: string;
        },
    );
  const uid = () =>
    withStore((store) =>
      store.prepare('SELECT id FROM users WHERE email = ?').pluck().get('ann@example.com'),
    ) as string;
  const sid = () =>
    JSON.parse(
      Buffer.from(ann.authorization.authorization.split('.')[1] ?? '', 'base64url').toString(),
    ).sid as string;
  const claims = () => ({
    uid: uid(),
    sid: sid(),
    sub: 'ann@example.com',
    iss: daemon.url,
    aud: daemon.url,
  });
  const now = () => Math.floor(Date.now() / 1000);

  /** A token as the daemon would make it, but for what a test changes. */
  async function forge(changed: object, header: object = {}): Promise<string> {
    const { id, private_key } = signingKey();
    const key = createPrivateKey(private_key);
    return new SignJWT({ ...claims(), iat: now(), exp: now() + 60, ...changed })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: id, ...header })
      .sign(key);
  }

  test('as the daemon makes it lets in', async () => {
    expect((await ask(ann.authorization.authorization)).status).toBe(200);
    expect((await ask(`Bearer ${await forge({})}`)).status).toBe(200);
  });

  test.each([undefined, '', 'Basic YW5uOng=', 'Bearer', 'Bearer ', 'Bearer a b'])(
    'is missing from %j',
    async (authorization) => {
      const response = await ask(authorization);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await refusal(response)).toEqual([401, 'HFIT_TOKEN_MISSING']);
    },
  );

  const lost = [401, 'HFIT_TOKEN_INVALID'];
  test.each([
    ['is over', { exp: 1 }],
    ['never ends', { exp: undefined }],
    ['is for another audience', { aud: 'https://other.example.com' }],
    ['is of another issuer', { iss: 'https://other.example.com' }],
    ['is of a user who is not there', { uid: 'nobody' }],
    ['names no user', { uid: undefined }],
    ['names no login', { sid: undefined }],
    ['is of a login that is not there', { sid: 'x' }],
    ['was made by a clock five minutes ahead', { iat: Math.floor(Date.now() / 1000) + 300 }],
    ['is over by a clock five minutes behind', { exp: Math.floor(Date.now() / 1000) - 300 }],
    ['lives longer than tokens do', { iat: Math.floor(Date.now() / 1000) - 3600, exp: 4e9 }],
    ['is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ])('that %s is refused', async (_what, changed) => {
    expect(await refusal(await ask(`Bearer ${await forge(changed)}`))).toEqual(lost);
  });

  test('that is not signed is refused', async () => {
    const none = new UnsecuredJWT({ ...claims(), exp: now() + 60, iat: now() }).encode();
    expect(await refusal(await ask(`Bearer ${none}`))).toEqual(lost);
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const { kid, publicKey } = await daemon.admin.ask<{ kid: string; publicKey: string }>(
      'GET',
      '/jwt/public-key',
    );
    for (const secret of [publicKey, publicKey.trim()]) {
      const token = await new SignJWT({ ...claims(), iat: now(), exp: now() + 60 })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid })
        .sign(new TextEncoder().encode(secret));
      expect(await refusal(await ask(`Bearer ${token}`))).toEqual(lost);
    }
  });

  test('that brings its own key, or names none, is refused', async () => {
    expect(await refusal(await ask(`Bearer ${await forge({}, { kid: 'other' })}`))).toEqual(lost);
    expect(await refusal(await ask(`Bearer ${await forge({}, { kid: undefined })}`))).toEqual(lost);
  });

  test('that names a key elsewhere is checked with the key of this server alone', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = publicKey.export({ format: 'jwk' });
    const elsewhere = createServer((_request, response) => {
      asked++;
      response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'mine' }] }));
    });
    let asked = 0;
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const jku = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/jwks.json`;
    const { id } = signingKey();
    for (const header of [{ jku }, { x5u: jku }, { jwk }, { jku, kid: id }, { jwk, kid: id }]) {
      const token = await new SignJWT({ ...claims(), iat: now(), exp: now() + 60 })
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: 'mine', ...header })
        .sign(privateKey);
      expect(await refusal(await ask(`Bearer ${token}`))).toEqual(lost);
    }
    expect(asked).toBe(0);
    elsewhere.close();
  });

  test('of a clock that is a little off lets in', async () => {
    expect((await ask(`Bearer ${await forge({ iat: now() + 30, exp: now() + 90 })}`)).status).toBe(
      200,
    );
  });

  test('that was changed is refused', async () => {
    const [head, , signature] = ann.authorization.authorization.slice(7).split('.');
    const payload = base64url.encode(
      new TextEncoder().encode(JSON.stringify({ ...claims(), iat: now(), exp: now() + 60 })),
    );
    expect(await refusal(await ask(`Bearer ${head}.${payload}.${signature}`))).toEqual(lost);
  });

  test('of a user who was removed is refused at once, also when a namesake comes', async () => {
    const bob = await daemon.join('bob@example.com');
    expect((await ask(bob.authorization.authorization)).status).toBe(200);
    await daemon.admin.ask('DELETE', '/users/bob%40example.com');
    expect(await refusal(await ask(bob.authorization.authorization))).toEqual(lost);
    await daemon.join('bob@example.com');
    expect(await refusal(await ask(bob.authorization.authorization))).toEqual(lost);
  });

  test('of an old key is good until it ends, and new ones have the new key', async () => {
    const before = (await (await daemon.fetch('/.well-known/jwks.json')).json()) as {
      keys: object[];
    };
    const { kid } = await daemon.admin.ask<{ kid: string }>('POST', '/jwt/renew');
    expect((await ask(ann.authorization.authorization)).status).toBe(200);
    const after = (await (await daemon.fetch('/.well-known/jwks.json')).json()) as {
      keys: { kid: string }[];
    };
    expect(after.keys.map((key) => key.kid)[0]).toBe(kid);
    expect(after.keys.slice(1)).toEqual(before.keys);
    expect(JSON.stringify(after)).not.toContain('"d"');
    const cara = await daemon.join('cara@example.com');
    const header = JSON.parse(
      Buffer.from(
        cara.authorization.authorization.slice(7).split('.')[0] ?? '',
        'base64url',
      ).toString(),
    );
    expect(header.kid).toBe(kid);
  });
});

test('the log holds no token, challenge, signature or address', () => {
  const log = daemon.log();
  expect(log).toContain('"route":"/auth/authenticate"');
  expect(log).not.toMatch(/Bearer|eyJ|hfit1\.|@example\.com/);
});
