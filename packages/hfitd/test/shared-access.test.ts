import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshPostgresql, redisUrl, services } from '../../../test/services/index.js';
import { agreeKeys } from '../src/cli/agree-keys.js';
import { complete } from '../src/config/complete.js';
import { type Settings, startDaemon } from '../src/index.js';
import { startTestDaemon, type TestDaemon, template } from './daemon.js';
import { testFolder } from './folder.js';
import { type Issuer, startIssuer } from './issuer.js';
import { thrown } from './thrown.js';

type Joined = Awaited<ReturnType<TestDaemon['join']>>;

/** So many that no buffer between a daemon and a client holds them all. */
const many = 100_000;

describe.skipIf(!services.postgresql || !services.redis)('daemons that share a store', () => {
  let database: Awaited<ReturnType<typeof freshPostgresql>>;
  let first: TestDaemon;
  let second: TestDaemon;
  let ann: Joined;
  let issuer: Issuer;
  let shared: Settings;
  let keys: Settings;

  beforeAll(async () => {
    database = await freshPostgresql();
    const audience = 'https://hfit.example.com';
    issuer = await startIssuer();
    const accounts = [{ name: 'ci', claims: { repo: 'shop' }, roles: [] }];
    const issuers = [{ issuer: issuer.url, accounts }];
    shared = { audience, issuers, store: database.url, redis: await redisUrl() };
    first = await startTestDaemon(shared);
    const key = (name: string) => join(first.dataDir, `${name}.key`);
    keys = { maskingKeyFile: key('masking'), signingKeyFile: key('signing') };
    second = await startTestDaemon({ ...shared, ...keys }, many);
    ann = await first.join('ann@example.com');
  });
  afterAll(async () => {
    await Promise.all([first?.stop(0), second?.stop(0), issuer?.stop()]);
    await database?.drop();
  });

  const ask = (on: TestDaemon, path: string, who: Joined, init: RequestInit = {}) =>
    on.fetch(path, { ...init, headers: { ...who.authorization, ...(init.headers as object) } });
  const count = (statuses: number[], status: number) =>
    statuses.filter((it) => it === status).length;

  test('take a challenge of each other once, and the token that it gave', async () => {
    const challenge = await first.challenge(ann.email);
    const answers = await Promise.all(
      [first, second, first, second].map((it) =>
        it.authenticate(ann.email, challenge, ann.sign(challenge)),
      ),
    );
    expect(
      count(
        answers.map(({ status }) => status),
        200,
      ),
    ).toBe(1);
    expect((await ask(second, '/whoami', ann)).status).toBe(200);
  });

  test('have the same keys, or do not start, until other keys are agreed on', async () => {
    const own: Settings = { ...shared, dataDir: testFolder(), listen: '127.0.0.1:0' };
    const start = (settings: Settings) => startDaemon({ ...settings, logLevel: 'silent' });
    const masking = await thrown('HFIT_KEYS_DIFFER', () => start(own));
    expect(masking.what).toContain('another masking key');
    const { maskingKeyFile } = keys as { maskingKeyFile: string };
    const signing = await thrown('HFIT_KEYS_DIFFER', () => start({ ...own, maskingKeyFile }));
    expect(signing.what).toContain('another signing key');
    await agreeKeys(complete(own));
    await thrown('HFIT_KEYS_DIFFER', () => start({ ...own, ...keys }));
    await agreeKeys(complete({ ...own, ...keys }));
    await (await start({ ...own, ...keys })).stop();
    await thrown('HFIT_CONFIG_INVALID', () => agreeKeys(complete({ dataDir: testFolder() })));
  });

  test('take the token of a provider once', async () => {
    const claims = { aud: 'https://hfit.example.com', repo: 'shop', jti: 'run-1' };
    const subject_token = await issuer.give(claims);
    const answers = await Promise.all(
      [first, second, first, second].map((it) => it.post('/auth/token', { subject_token })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  });

  test('take a refresh token once, whichever is asked', async () => {
    const challenge = await first.challenge(ann.email);
    const answer = await first.authenticate(ann.email, challenge, ann.sign(challenge));
    const { refresh_token } = (await answer.json()) as { refresh_token: string };
    const answers = await Promise.all(
      [first, second, first, second].map((it) => it.post('/auth/refresh', { refresh_token })),
    );
    expect(
      count(
        answers.map(({ status }) => status),
        200,
      ),
    ).toBeLessThanOrEqual(1);
  });

  test('know of each other what is granted, and count packages together', async () => {
    const limits = { packagesPerDay: 3 };
    await first.admin.ask('PUT', '/teams/backend', { owners: [ann.email] });
    await first.admin.ask('PUT', '/roles/tester', { members: ['team:backend'] });
    const grant = { to: 'role:tester', source: 'shop', limits };
    const { id } = await first.admin.ask<{ id: string }>('POST', '/grants', grant);
    expect(await (await ask(second, '/db/dbmss', ann)).json()).toMatchObject({
      dbmss: [{ name: 'shop' }],
    });
    const yaml = { 'content-type': 'application/yaml' };
    await ask(first, '/packtmpl?team=backend', ann, {
      method: 'PUT',
      body: template,
      headers: yaml,
    });
    const run = (on: TestDaemon) =>
      on.post(
        '/packdownload/backend:daily',
        { parameters: { customer: 2 } },
        { headers: { ...ann.authorization, accept: 'application/sql' } },
      );
    expect((await run(second)).status).toBe(403);
    const digest = createHash('sha256').update(template).digest('hex');
    const approved = await second.post(
      '/packtmpl/backend:daily/approval',
      { digest },
      { headers: ann.authorization },
    );
    expect(approved.status).toBe(204);
    const answers = await Promise.all([first, second, first, second, first, second].map(run));
    const statuses = answers.map(({ status }) => status);
    expect([count(statuses, 200), count(statuses, 429)]).toEqual([3, 3]);
    await second.admin.ask('DELETE', `/grants/${id}`);
    expect(await (await ask(first, '/db/dbmss', ann)).json()).toEqual({ dbmss: [] });
  });

  test('end what another sends to a user who is removed', async () => {
    const bob = await first.join('bob@example.com');
    await first.admin.ask('POST', '/grants', { to: bob.email, source: 'shop' });
    const path = `${second.url}/db/shop/main/table/orders/rows`;
    const headers = { ...bob.authorization, accept: 'application/x-ndjson' };
    const sent = request(path, { headers, agent: false });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.on('error', () => {});
    await first.admin.ask('DELETE', `/users/${bob.email}`);
    await expect.poll(() => outcomes(bob.email), { timeout: 30_000 }).toContain('rows aborted');
    response.resume();
    if (!response.closed) await new Promise((resolve) => response.once('close', resolve));
    expect(response.complete).toBe(false);
  });

  async function outcomes(who: string): Promise<string[]> {
    const path = '/audit/last?last=50';
    const { events } = await second.admin.ask<{ events: Record<string, string>[] }>('GET', path);
    return events.filter((it) => it.who === who).map((it) => `${it.action} ${it.outcome}`);
  }
});
