import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { HfitClient } from '../src/client.js';
import { retryAfter } from '../src/patience.js';
import { withServer } from './local-server.js';

/** Answers with these statuses one after the other, and then well. */
function after(statuses: readonly number[], retry: string | null) {
  const seen: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    const status = statuses[seen.length];
    seen.push(request.method);
    response.writeHead(status ?? 200, retry === null ? {} : { 'retry-after': retry });
    const told = { code: 'HFIT_SERVER_BUSY', what: 'busy', todo: 'Wait.' };
    response.end(JSON.stringify(status ? told : { dbmss: [] }));
  };
  return { seen, listener };
}

test.each([429, 503])('a server that answers %i and says when is asked again', async (status) => {
  const { seen, listener } = after([status, status], '0');
  await withServer(listener, async (host) => {
    expect(await new HfitClient({ host, token: 'a token' }).dbmss()).toEqual([]);
  });
  expect(seen).toHaveLength(3);
});

test.each([
  ['says so for ever', Array(9).fill(503), '0', 4],
  ['does not say when', [503], null, 1],
  ['asks for too long', [429], '3600', 1],
  ['fails', [500], '0', 1],
])('a server that %s is asked no more', async (_, statuses, retry, times) => {
  const { seen, listener } = after(statuses, retry);
  await withServer(listener, async (host) => {
    const client = new HfitClient({ host, token: 'a token' });
    await expect(client.dbmss()).rejects.toMatchObject({ code: 'HFIT_SERVER_BUSY' });
  });
  expect(seen).toHaveLength(times);
});

test('a pause is read in seconds or as a date', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');
  const told = (value: string, status = 503) =>
    retryAfter(new Response(null, { status, headers: { 'retry-after': value } }), now);
  expect(told('7')).toBe(7);
  expect(told('Sun, 01 Mar 2026 10:00:09 GMT')).toBe(9);
  expect(told('Sun, 01 Mar 2026 09:00:00 GMT')).toBe(0);
  expect(told('soon')).toBeNull();
  expect(told('7', 500)).toBeNull();
});

test('a command that is stopped waits no longer', async () => {
  const stop = new AbortController();
  const { listener } = after([503], '30');
  await withServer(
    (request, response) => {
      listener(request, response);
      setImmediate(() => stop.abort(new Error('stopped')));
    },
    async (host) => {
      const client = new HfitClient({ host, token: 'a token', signal: stop.signal });
      await expect(client.dbmss()).rejects.toThrow('stopped');
    },
  );
});
