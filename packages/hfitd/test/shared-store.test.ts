import { describe, expect, onTestFinished, test } from 'vitest';
import { freshPostgresql, redisUrl, services } from '../../../test/services/index.js';
import { readPublicKey } from '../src/auth/public-key.js';
import { makeLogger } from '../src/log.js';
import { openStore } from '../src/store/open.js';
import { openRedis } from '../src/store/redis.js';
import { readSigningKeys, renewSigningKey } from '../src/store/signing-keys.js';
import { addUser, findUser, listUsers } from '../src/store/users.js';
import { testFolder } from './folder.js';
import { newUser } from './people.js';
import { thrown } from './thrown.js';

describe.skipIf(!services.postgresql)('a store on a server', () => {
  test('is one for all daemons, and brought up to date once', async () => {
    const { url, drop } = await freshPostgresql();
    onTestFinished(drop);
    const stores = await Promise.all([1, 2, 3].map(() => openStore(testFolder(), url)));
    const [first, second] = stores as [(typeof stores)[0], (typeof stores)[0]];
    const before = Date.now();
    await addUser(first, 'ann@example.com', readPublicKey(newUser('ann@example.com').publicKey));
    expect(await findUser(second, 'ann@example.com')).toBeDefined();
    const [ann] = await listUsers(second);
    expect(Date.parse(ann?.created_at ?? '')).toBeGreaterThanOrEqual(before);
    await renewSigningKey(first, 60_000);
    await renewSigningKey(second, 60_000);
    expect(await readSigningKeys(first)).toHaveLength(2);
    const event = { at: 'now', request: 'r', who: 'w', action: 'a', outcome: 'ok', details: '{}' };
    await first.insertInto('audit').values(event).execute();
    for (const change of [
      first.deleteFrom('audit'),
      first.updateTable('audit').set({ who: 'x' }),
    ]) {
      await expect(change.execute()).rejects.toThrow('the audit log only grows');
    }
    await Promise.all(stores.map((store) => store.destroy()));
  });

  test('that cannot be reached says so, without its password', async () => {
    const error = await thrown('HFIT_STORE_UNAVAILABLE', () =>
      openStore(testFolder(), 'postgresql://me:hush@127.0.0.1:1/x'),
    );
    expect(error.where).toBe('postgresql://127.0.0.1:1/x');
  });

  test('is used again after its connections were ended', async () => {
    const { url, name, drop } = await freshPostgresql();
    onTestFinished(drop);
    const store = await openStore(testFolder(), url);
    const other = await freshPostgresql();
    onTestFinished(other.drop);
    const { Client } = (await import('pg')).default;
    const killer = new Client({ connectionString: other.url });
    await killer.connect();
    const broken = store.transaction().execute(async (transaction) => {
      await transaction.selectFrom('users').selectAll().execute();
      await killer.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
        [name],
      );
      await transaction.selectFrom('users').selectAll().execute();
    });
    await expect(broken).rejects.toMatchObject({ code: 'HFIT_STORE_UNAVAILABLE' });
    expect(await listUsers(store)).toEqual([]);
    await killer.end();
    await store.destroy();
  });
});

describe('the Redis that daemons share', () => {
  const silent = makeLogger('silent');

  test.skipIf(!services.redis)('answers', async () => {
    const redis = await openRedis(await redisUrl(), silent);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  });

  test('that cannot be reached says so', async () => {
    await thrown('HFIT_REDIS_UNREACHABLE', () => openRedis('redis://127.0.0.1:1', silent));
  });
});
