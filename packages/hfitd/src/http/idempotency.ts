import { createHash } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../store/tables.js';
import { userOf } from './authenticate.js';

/** Requests that make something, where a client that heard no answer must not make it twice. */
const making = new Set(['PUT /packtmpl', 'POST /packtmplpackupld', 'POST /users', 'POST /grants']);

/** How long an answer is given again, in milliseconds. */
const lifetime = 24 * 60 * 60 * 1000;
/** A request that was cut off by a stop of the server does not run any more. */
const longest = 10 * 60 * 1000;

const kept = ['content-type', 'etag', 'location'];

/**
 * Gives the first answer again to a request that comes with the same Idempotency-Key, in a scope
 * behind `requireToken`. What failed is not kept: it may be tried again.
 */
export function keepAnswers(app: FastifyInstance, store: Store): void {
  const running = new WeakMap<FastifyRequest, { user_id: string; key: string }>();

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === null) return;
    const id = { user_id: userOf(request).id, key };
    const answered = await begin(store, id, fingerprintOf(request));
    if (!answered) {
      running.set(request, id);
      return;
    }
    const headers = JSON.parse(answered.headers ?? '{}');
    reply.code(answered.status ?? 200).headers({ ...headers, 'idempotent-replayed': 'true' });
    return reply.serializer(String).send(answered.body ?? '');
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const id = running.get(request);
    if (!id) return payload;
    running.delete(request);
    const row = store
      .updateTable('answers')
      .where('user_id', '=', id.user_id)
      .where('key', '=', id.key);
    if (reply.statusCode < 400 && (typeof payload === 'string' || payload === null)) {
      const answer = { status: reply.statusCode, headers: headersOf(reply), body: payload ?? '' };
      await row.set({ state: 'done', ...answer }).execute();
    } else {
      await store
        .deleteFrom('answers')
        .where('user_id', '=', id.user_id)
        .where('key', '=', id.key)
        .execute();
    }
    return payload;
  });
}

function keyOf({ method, routeOptions, headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  const route = `${method} ${routeOptions.url?.replace(/^\/v\d+(?=\/)/, '')}`;
  if (key === undefined || !making.has(route)) return null;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  const reason = 'an Idempotency-Key is 1 to 255 printable characters';
  throw new HfitError('HFIT_REQUEST_INVALID', { reason });
}

/** One of the same key must be one of the same request. */
function fingerprintOf({ method, url, routeOptions, body }: FastifyRequest): string {
  const [, query = ''] = /\?(.*)/s.exec(url) ?? [];
  const hash = createHash('sha256').update(
    `${method} ${routeOptions.url?.replace(/^\/v\d+(?=\/)/, '')}?${query}\n`,
  );
  const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
  return hash.update(bytes ?? '').digest('hex');
}

/** @returns the answer of before; null where this request is the first */
async function begin(store: Store, id: { user_id: string; key: string }, request: string) {
  const now = Date.now();
  await store
    .deleteFrom('answers')
    .where('created_at', '<', now - lifetime)
    .execute();
  await store
    .deleteFrom('answers')
    .where('state', '=', 'running')
    .where('created_at', '<', now - longest)
    .execute();
  const taken = await store
    .insertInto('answers')
    .values({ ...id, request, state: 'running', created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (taken.numInsertedOrUpdatedRows !== 0n) return null;
  const before = await store
    .selectFrom('answers')
    .selectAll()
    .where('user_id', '=', id.user_id)
    .where('key', '=', id.key)
    .executeTakeFirst();
  if (before && before.request !== request) throw new HfitError('HFIT_IDEMPOTENCY_KEY_USED', {});
  if (!before || before.state === 'running') throw new HfitError('HFIT_IDEMPOTENCY_RUNNING', {});
  return before;
}

function headersOf(reply: FastifyReply): string {
  const headers = kept.map((name) => [name, reply.getHeader(name)]);
  return JSON.stringify(Object.fromEntries(headers.filter(([, value]) => value !== undefined)));
}
