import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startTestDaemon } from './daemon.js';
import { newUser } from './people.js';

test('that a user is unknown shows in no work that the daemon does for a login', async () => {
  const daemon = await startTestDaemon();
  onTestFinished(() => daemon.stop());
  await daemon.join('ann@example.com');
  // To check a signature, any odd number of the length does for a key.
  const n = Buffer.alloc(256, 0xff).toString('base64url');
  const rsa = crypto.createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
  const key = rsa.export({ type: 'spki', format: 'pem' });
  await daemon.admin.ask('POST', '/users', { email: 'rsa@example.com', key });

  // Both do what they always do, and tell that they did.
  const verify = vi.spyOn(crypto, 'verify');
  const prepare = vi.spyOn(Sqlite.prototype, 'prepare');
  syncBuiltinESMExports();
  onTestFinished(() => {
    verify.mockRestore();
    prepare.mockRestore();
    syncBuiltinESMExports();
  });
  const { sign } = newUser('eve@example.com');
  async function workFor(username: string) {
    const challenge = await daemon.challenge(username);
    for (const spy of [verify, prepare]) spy.mockClear();
    const answer = await daemon.authenticate(username, challenge, sign(challenge));
    expect(answer.status).toBe(401);
    const asked = prepare.mock.calls.map(([sql]) => sql);
    return {
      signatures: verify.mock.calls.map(([algorithm]) => algorithm),
      statements: asked.filter((sql) => /"(users|keys|challenges)"/.test(sql)),
    };
  }
  const known = await workFor('ann@example.com');
  const unknown = await workFor('nobody@example.com');
  expect(unknown.statements).toEqual(known.statements);
  expect(known.statements).toHaveLength(4);
  // One signature of each kind, whatever keys there are.
  for (const it of [known, unknown, await workFor('rsa@example.com')]) {
    expect(it.signatures.sort()).toEqual([null, 'sha512'].sort());
  }
});
