import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { redisUrl, services } from '../../../test/services/index.js';
import { refusal, startTestDaemon, type TestDaemon } from './daemon.js';

const tooMany = [429, 'HFIT_TOO_MANY_REQUESTS'];
const challenge = (daemon: TestDaemon, username: string) =>
  daemon.post('/v1/auth/challenge', { username });

describe('a flood', () => {
  let daemon: TestDaemon;
  let ann: { authorization: { authorization: string } };
  beforeAll(async () => {
    const limits = { loginsPerAddress: 9, loginsPerName: 4, requestsPerUser: 3 };
    daemon = await startTestDaemon({ limits });
    ann = await daemon.join('ann@example.com');
  });
  afterAll(() => daemon.stop());

  test('of logins is stopped by name and by address, and those inside go on', async () => {
    for (let left = 3; left >= 0; left--) {
      const answer = await challenge(daemon, ` Bob${left % 2 ? '' : ' '}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit-limit')).toBe('4');
      expect(answer.headers.get('ratelimit-remaining')).toBe(String(left));
    }
    const byName = await challenge(daemon, 'bob');
    expect(Number(byName.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusal(byName)).toEqual(tooMany);
    for (const name of ['carl', 'dora']) expect((await challenge(daemon, name)).status).toBe(200);
    const byAddress = await challenge(daemon, 'emil');
    expect(byAddress.headers.get('ratelimit-policy')).toBe('9;w=60');
    expect(await refusal(byAddress)).toEqual(tooMany);
    expect((await daemon.fetch('/health')).status).toBe(200);
    expect((await daemon.fetch('/packtmpls', { headers: ann.authorization })).status).toBe(200);
  });

  test('of one user is stopped, whichever of the two paths is taken', async () => {
    const ask = (path: string) => daemon.fetch(path, { headers: ann.authorization });
    const statuses: number[] = [];
    for (const path of ['/packtmpls', '/v1/packtmpls', '/db/dbmss', '/packtmpls']) {
      statuses.push((await ask(path)).status);
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
    const last = await ask('/v1/packtmpls');
    expect(last.headers.get('ratelimit-remaining')).toBe('0');
    expect(await refusal(last)).toEqual(tooMany);
  });
});

describe.skipIf(!services.redis)('two daemons with one Redis', () => {
  test('count together, and keep no name there', async () => {
    const redis = await redisUrl();
    const limits = { loginsPerAddress: 0, loginsPerName: 3, requestsPerUser: 0 };
    const one = await startTestDaemon({ limits, redis });
    onTestFinished(() => one.stop());
    const other = await startTestDaemon({ limits, redis });
    onTestFinished(() => other.stop());
    const name = `flood-${randomUUID()}`;
    const statuses: number[] = [];
    for (const daemon of [one, other, one, other, one]) {
      statuses.push((await challenge(daemon, name)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const client = new Redis(redis);
    onTestFinished(() => client.disconnect());
    expect((await client.keys('hfitd:limit:*')).join()).not.toContain(name);
  });
});
