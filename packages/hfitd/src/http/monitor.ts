import { HfitError } from '@hot-fixture/errors';
import { type FastifyInstance, fastify } from 'fastify';
import type { Redis } from 'ioredis';
import { parseAddress } from '../config/address.js';
import type { Metrics } from '../metrics.js';
import { clockAhead, clockTolerance } from '../store/clock.js';
import type { Store } from '../store/tables.js';
import { addManners, serverOptions } from './server.js';
import type { Service } from './service.js';

type Watched = Pick<Service, 'store' | 'redis' | 'log' | 'metrics'>;

/** What a check may take, in milliseconds: who asks gives up soon after. */
const patience = 2_000;

/**
 * A listener of its own for those who watch the server: /live, /ready and /metrics. It asks for no
 * login, so it belongs on an address that users do not reach.
 */
export function buildMonitor(service: Watched, isStopping: () => boolean): FastifyInstance {
  const app = fastify(serverOptions(service.log.child({}, { level: 'warn' })));
  addManners(app, () => false);

  app.get('/live', async () => ({ status: 'ok' }));

  app.get('/ready', async (_request, reply) => {
    const checks = {
      daemon: isStopping() ? 'stopping' : 'ok',
      store: await checked(answers(service.store)),
      ...(service.redis && { redis: await checked(pong(service.redis)) }),
    };
    const ready = Object.values(checks).every((state) => state === 'ok');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'not ready', checks });
  });

  app.get('/metrics', async (_request, reply) => {
    const { registry }: Metrics = service.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return app;
}

/** @throws HFIT_LISTEN_FAILED */
export async function listenAt(app: FastifyInstance, address: string): Promise<void> {
  try {
    await app.listen({ ...parseAddress(address), listenTextResolver: () => 'listening' });
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new HfitError('HFIT_LISTEN_FAILED', { address, reason }, { cause });
  }
}

/** Others refuse the tokens of a daemon whose clock is off, so it is no use to send users there. */
async function answers(store: Store): Promise<'ok' | 'clock differs'> {
  await store.selectFrom('audit_head').select('sequence').executeTakeFirst();
  return Math.abs(await clockAhead(store)) < clockTolerance ? 'ok' : 'clock differs';
}

async function pong(redis: Redis): Promise<'ok'> {
  await redis.ping();
  return 'ok';
}

async function checked<State>(work: Promise<State>): Promise<State | 'unavailable'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'unavailable'>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), patience);
  });
  const done = work.catch(() => 'unavailable' as const);
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}
