import { HfitError } from '@hot-fixture/errors';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/**
 * Connects to the Redis that daemons share. Gone later, it is tried again and again; what is asked
 * meanwhile fails within seconds.
 * @throws HFIT_REDIS_UNREACHABLE
 */
export async function openRedis(url: string, log: Logger): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 2,
    retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
  });
  let told = false;
  let reason = 'it does not answer';
  redis.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.code ?? error.message;
    if (!told) log.warn({ reason }, 'Redis cannot be reached');
    told = true;
  });
  redis.on('ready', () => {
    if (told) log.info('Redis answers again');
    told = false;
  });
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (cause) {
    redis.disconnect();
    throw new HfitError('HFIT_REDIS_UNREACHABLE', { reason }, { cause });
  }
}
