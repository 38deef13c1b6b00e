import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Issuer, startIssuer } from '../../hfitd/test/issuer.js';
import { documentOf, inside } from './inside.js';
import { type Server, startServer } from './server.js';
import { makeShop } from './shop.js';

let folder: string;
let issuer: Issuer;
let server: Server;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-tokens-'));
  issuer = await startIssuer();
  const accounts = [{ name: 'ci', claims: { repo: 'acme/shop' }, roles: [] }];
  server = await startServer(folder, makeShop(folder), {
    audience: 'https://hfit.example.com',
    issuers: [{ issuer: issuer.url, accounts }],
  });
});
afterAll(async () => {
  await server?.daemon.stop(0);
  await issuer?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const past = '2020-01-01T00:00:00Z';
const readKept = (home: string) => JSON.parse(readFileSync(join(home, 'token'), 'utf8'));
const change = (home: string, fields: object) =>
  writeFileSync(join(home, 'token'), JSON.stringify({ ...readKept(home), ...fields }));

test('a token that has ended is renewed without the key, once for all that ask', async () => {
  const home = join(folder, 'home');
  const key = join(folder, 'copy');
  writeFileSync(key, readFileSync(server.key), { mode: 0o600 });
  await documentOf(['config', server.daemon.url, server.email, key], { home });
  await documentOf(['login'], { home });
  rmSync(key);
  for (let round = 0; round < 2; round++) {
    const before = readKept(home);
    change(home, { expiresAt: past });
    const all = await Promise.all([1, 2, 3].map(() => documentOf(['dbmss'], { home })));
    expect(all).toHaveLength(3);
    expect(readKept(home).refreshToken).not.toBe(before.refreshToken);
  }
  // A token that is good for longer may be refused all the same.
  change(home, { token: 'nonsense' });
  await documentOf(['dbmss'], { home });
  // One that was used before is no good, and then only the key would help.
  const used = readKept(home);
  change(home, { expiresAt: past });
  await documentOf(['dbmss'], { home });
  writeFileSync(join(home, 'token'), JSON.stringify({ ...used, expiresAt: past }));
  await expect(inside(['dbmss'], { home })).rejects.toMatchObject({ code: 'HFIT_NOT_LOGGED_IN' });
});

test('a pipeline logs in by the token of its identity provider', async () => {
  const home = join(folder, 'ci');
  const claims = { repo: 'acme/shop', aud: 'https://hfit.example.com' };
  const file = join(folder, 'id-token');
  writeFileSync(file, `${await issuer.give(claims)}\n`);
  const env = { HFIT_HOST: server.daemon.url, HFIT_OIDC_TOKEN_FILE: file };
  expect(await documentOf(['dbmss'], { home, env })).toMatchObject({ dbmss: [{ name: 'shop' }] });
  expect(await documentOf(['whoami'], { home, env })).toMatchObject({ user: 'account:ci' });
  const inline = { HFIT_HOST: server.daemon.url, HFIT_OIDC_TOKEN: await issuer.give(claims) };
  expect(await documentOf(['login'], { home: `${home}2`, env: inline })).toMatchObject({
    email: null,
  });
  const other = { HFIT_HOST: server.daemon.url, HFIT_OIDC_TOKEN: await issuer.give({ repo: 'x' }) };
  await expect(inside(['login'], { home: `${home}3`, env: other })).rejects.toMatchObject({
    kind: 'unauthenticated',
  });
});

test('logout takes the token back at the server, too', async () => {
  const home = join(folder, 'out');
  await documentOf(['config', server.daemon.url, server.email, server.key], { home });
  await documentOf(['login'], { home });
  const { token } = readKept(home);
  expect(await documentOf(['logout'], { home })).toMatchObject({ wasLoggedIn: true });
  expect(await documentOf(['logout'], { home })).toMatchObject({ wasLoggedIn: false });
  const headers = { authorization: `Bearer ${token}` };
  const { status } = await fetch(`${server.daemon.url}/db/dbmss`, { headers });
  expect(status).toBe(401);
});
