import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { codes, HfitError } from '@hot-fixture/errors';
import { expect, test } from 'vitest';
import { HfitClient } from '../src/client.js';
import { withServer } from './local-server.js';

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const listener: RequestListener = (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  return listener;
}

async function failureOf(listener: RequestListener): Promise<HfitError> {
  return withServer(listener, async (host) => {
    const client = new HfitClient({ host, token: 'a token' });
    const failure = await client.dbmss().catch((error) => error);
    expect(failure).toBeInstanceOf(HfitError);
    return failure;
  });
}

test('an error of the server comes with its code, its text and its place', async () => {
  const told = {
    code: 'HFIT_TABLE_UNKNOWN',
    what: 'there is no table "ordrs" in shop',
    where: 'daily.yaml:12:7',
    todo: 'Tables there: orders.',
  };
  const failure = await failureOf(answer(404, told));
  expect(failure.toJSON()).toEqual(told);
  expect(failure.kind).toBe(codes.HFIT_TABLE_UNKNOWN.kind);
  expect(failure.message).toContain('daily.yaml:12:7');
});

test.each([
  [400, 'input'],
  [401, 'unauthenticated'],
  [403, 'denied'],
  [404, 'missing'],
  [409, 'conflict'],
  [500, 'internal'],
  [503, 'unavailable'],
])('an unknown code with status %i is of kind %s', async (status, kind) => {
  const told = { code: 'HFIT_FROM_THE_FUTURE', what: 'the flux is off', todo: 'Wait.' };
  const failure = await failureOf(answer(status, told));
  expect(failure).toMatchObject({ code: 'HFIT_SERVER_ERROR', kind, todo: 'Wait.' });
  expect(failure.what).toBe('the flux is off (HFIT_FROM_THE_FUTURE)');
});

test.each([
  ['a page', answer(502, '<h1>Bad gateway</h1>')],
  ['an error of something else', answer(404, { error: 'not found' })],
  ['a name of every object', answer(404, { code: 'toString', what: 1, todo: [] })],
  ['no JSON', answer(200, 'hello')],
  ['JSON without the list', answer(200, { dbmss: 'none' })],
  ['JSON null', answer(200, 'null')],
])('%s is no answer of hfitd', async (_, listener) => {
  expect(await failureOf(listener)).toMatchObject({ code: 'HFIT_SERVER_ANSWER' });
});

test('a token is not carried to where an answer points', async () => {
  let followed = false;
  const target: RequestListener = (_, response) => {
    followed = true;
    response.end('{"dbmss": []}');
  };
  await withServer(target, async (elsewhere) => {
    const failure = await failureOf(answer(307, '', { location: `${elsewhere}/db/dbmss` }));
    expect(failure).toMatchObject({ code: 'HFIT_SERVER_ANSWER' });
    expect(failure.what).toContain(elsewhere);
  });
  expect(followed).toBe(false);
});

test('a server that is down, or does not exist, is told with the reason', async () => {
  const host = await withServer(answer(200, {}), async (address) => address);
  const down = new HfitClient({ host, token: 'a token' });
  await expect(down.dbmss()).rejects.toMatchObject({
    code: 'HFIT_SERVER_UNREACHABLE',
    kind: 'unavailable',
    what: expect.stringContaining('ECONNREFUSED'),
  });
});

test('each call has a connection of its own', async () => {
  const ports = new Set<number | undefined>();
  const listener: RequestListener = (request, response) => {
    ports.add(request.socket.remotePort);
    answer(200, { dbmss: [] })(request, response);
  };
  await withServer(listener, async (host) => {
    const client = new HfitClient({ host, token: 'a token' });
    await client.dbmss();
    await client.dbmss();
  });
  expect(ports.size).toBe(2);
});

test('an answer that is cut is not taken', async () => {
  const listener: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/yaml', 'content-length': 100 });
    response.write('hfitVersion: 1\n');
    setTimeout(() => response.destroy(), 20);
  };
  await withServer(listener, async (host) => {
    const client = new HfitClient({ host, token: 'a token' });
    await expect(client.template('daily')).rejects.toMatchObject({ code: 'HFIT_SERVER_ANSWER' });
  });
});

test('a server that says nothing is given up', async () => {
  await withServer(
    () => {},
    async (host) => {
      const client = new HfitClient({ host, token: 'a token', answerSeconds: 0.1 });
      await expect(client.dbmss()).rejects.toMatchObject({
        code: 'HFIT_SERVER_UNREACHABLE',
        what: expect.stringContaining('nothing came for 0.1 seconds'),
      });
    },
  );
});

test('a call is stopped by its signal, with the reason of that', async () => {
  const stop = new AbortController();
  await withServer(
    () => stop.abort(new Error('enough')),
    async (host) => {
      const client = new HfitClient({ host, token: 'a token', signal: stop.signal });
      await expect(client.dbmss()).rejects.toThrow('enough');
    },
  );
});

test('a refused token is renewed once, and the call sent again', async () => {
  const seen: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request.headers.authorization);
    if (request.headers.authorization === 'Bearer new')
      return answer(200, { dbmss: [] })(request, response);
    return answer(401, { code: 'HFIT_TOKEN_INVALID', what: 'no', todo: 'Log in.' })(
      request,
      response,
    );
  };
  await withServer(listener, async (host) => {
    const fresh = new HfitClient({ host, token: 'old', renewToken: async () => 'new' });
    expect(await fresh.dbmss()).toEqual([]);
    const first = new HfitClient({ host, renewToken: async () => 'new' });
    expect(await first.dbmss()).toEqual([]);
    const stale = new HfitClient({ host, token: 'old', renewToken: async () => 'stale' });
    await expect(stale.dbmss()).rejects.toMatchObject({ code: 'HFIT_TOKEN_INVALID' });
  });
  expect(seen.map((each) => each?.slice(7))).toEqual(['old', 'new', 'new', 'old', 'stale']);
});

test('a server that asks for a signature over something else gets none', async () => {
  const paths: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    paths.push(request.url);
    answer(200, { challenge: 'transfer 1000 to mallory', expires_at: '2030-01-01T00:00:00Z' })(
      request,
      response,
    );
  };
  await withServer(listener, async (host) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    await expect(
      new HfitClient({ host }).login('ann@example.com', privateKey),
    ).rejects.toMatchObject({ code: 'HFIT_CHALLENGE_UNEXPECTED' });
  });
  expect(paths).toEqual(['/v1/auth/challenge']);
});

test('a server is told of the trace that a call belongs to, where it is one', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const told: unknown[] = [];
  const listen: RequestListener = (request, response) => {
    told.push(request.headers.traceparent);
    answer(200, { dbmss: [] })(request, response);
  };
  await withServer(listen, async (host) => {
    await new HfitClient({ host, token: 'a token', traceparent }).dbmss();
    await new HfitClient({ host, token: 'a token', traceparent: 'x\r\ny: z' }).dbmss();
  });
  expect(told).toEqual([traceparent, undefined]);
});
