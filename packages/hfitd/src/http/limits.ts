import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { WaitError } from '../access/wait-error.js';
import type { RequestLimits } from '../config/settings.js';
import { userOf } from './authenticate.js';

const seconds = 60;

/** Counts requests per minute: in Redis for all daemons together, else in this process. */
export class Limits {
  readonly loginsAtOnce: number;
  readonly #redis: Redis | undefined;
  #loginsFromAddress: RateLimiterAbstract | null = null;
  #loginsOfName: RateLimiterAbstract | null = null;
  #wrongTokens: RateLimiterAbstract | null = null;
  #requestsOfUser: RateLimiterAbstract | null = null;

  constructor(limits: RequestLimits, redis: Redis | undefined) {
    this.#redis = redis;
    this.loginsAtOnce = limits.loginsAtOnce || Number.POSITIVE_INFINITY;
    this.replace(limits);
  }

  /** Other limits per minute from now on; what was counted under one that stays is kept. */
  replace({ loginsPerAddress, loginsPerName, requestsPerUser }: RequestLimits): void {
    const limiter = (name: string, points: number, before: RateLimiterAbstract | null) => {
      if (points === (before?.points ?? 0)) return before;
      return points === 0 ? null : makeLimiter(`hfitd:limit:${name}`, points, this.#redis);
    };
    this.#loginsFromAddress = limiter('address', loginsPerAddress, this.#loginsFromAddress);
    this.#wrongTokens = limiter('token', loginsPerAddress, this.#wrongTokens);
    this.#loginsOfName = limiter('name', loginsPerName, this.#loginsOfName);
    this.#requestsOfUser = limiter('user', requestsPerUser, this.#requestsOfUser);
  }

  /** Limits what may be asked without a token of this scope: by address, then by the name claimed. */
  guardLogins(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => {
      if (isLogin(request)) await take(this.#loginsFromAddress, networkOf(request.ip), reply);
    });
    app.addHook('preHandler', async (request, reply) => {
      const name = (request.body as { username?: unknown } | undefined)?.username;
      if (!isLogin(request) || typeof name !== 'string') return;
      // By address too: else whoever knows a name could keep its owner out. As a digest: the name
      // is what somebody typed, and Redis is no place for it.
      const asked = JSON.stringify([networkOf(request.ip), name.trim().toLowerCase()]);
      const key = createHash('sha256').update(asked).digest('base64url');
      await take(this.#loginsOfName, key, reply);
    });
  }

  /**
   * Counts a token that is not good, as logins are counted: of those that are, none is kept out.
   * @throws HFIT_TOO_MANY_REQUESTS
   */
  async countWrongToken(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await take(this.#wrongTokens, networkOf(request.ip), reply);
  }

  /** Limits the requests of each user, in a scope behind `requireToken`. */
  guardRequests(app: FastifyInstance): void {
    app.addHook('onRequest', (request, reply) =>
      take(this.#requestsOfUser, userOf(request).id, reply),
    );
  }
}

/** Of IPv6 the first half: who has one address mostly has all that begin so. */
function networkOf(ip: string): string {
  if (!isIPv6(ip) || ip.includes('.')) return ip;
  const [head = [], tail] = ip.split('::').map((half) => half.split(':').filter((it) => it !== ''));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

function isLogin({ routeOptions }: FastifyRequest): boolean {
  return /^(\/v\d+)?\/auth\//.test(routeOptions.url ?? '');
}

function makeLimiter(keyPrefix: string, points: number, redis: Redis | undefined) {
  const memory = new RateLimiterMemory({ keyPrefix, points, duration: seconds });
  if (!redis) return memory;
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix,
    points,
    duration: seconds,
    // A Redis that is away shall neither let a flood in nor shut everybody out.
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
  });
}

/** @throws HFIT_TOO_MANY_REQUESTS */
async function take(limiter: RateLimiterAbstract | null, key: string, reply: FastifyReply) {
  if (!limiter) return;
  const taken = await limiter.consume(key).catch((refused: unknown) => {
    if (refused instanceof RateLimiterRes) return refused;
    throw refused;
  });
  const wait = Math.max(1, Math.ceil(taken.msBeforeNext / 1000));
  reply.headers({
    'ratelimit-limit': limiter.points,
    'ratelimit-remaining': Math.max(0, taken.remainingPoints),
    'ratelimit-reset': wait,
    'ratelimit-policy': `${limiter.points};w=${seconds}`,
  });
  if (taken.consumedPoints <= limiter.points) return;
  throw new WaitError('HFIT_TOO_MANY_REQUESTS', { seconds: wait });
}
