import { HfitError } from '@hot-fixture/errors';
import type { FastifyRequest } from 'fastify';

/** Names there are those of sources and volumes: one with a NUL is not there, as any other. */
const elsewhere = /^(\/v\d+)?\/(db|files|volumes)\//;

/**
 * Refuses a request with a NUL in its path, its query or its body: PostgreSQL keeps none, so what is
 * asked for is in no store.
 * @throws HFIT_REQUEST_INVALID
 */
export async function assertNoNul(request: FastifyRequest): Promise<void> {
  const { is404, routeOptions, params, query, body } = request;
  if (is404 || elsewhere.test(routeOptions.url ?? '')) return;
  if (![params, query, Buffer.isBuffer(body) ? null : body].some(holdsNul)) return;
  throw new HfitError('HFIT_REQUEST_INVALID', { reason: 'a text in it holds a NUL' });
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, one]) => holdsNul(name) || holdsNul(one));
}
