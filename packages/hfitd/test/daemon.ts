import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect } from 'vitest';
import { AdminClient } from '../src/admin/client.js';
import { type Daemon, type Settings, startDaemon } from '../src/index.js';
import { makeFolder } from './folder.js';
import { newUser, type Person } from './people.js';

/** Tests ask more than people do. */
const noLimits = { loginsPerAddress: 0, loginsPerName: 0, requestsPerUser: 0 };

/** What the tests look for wherever nothing of a row may be. */
export const secret = 'S3CRET';

/** A small shop in a file, as production would have it. */
export function makeShop(folder: string, orders = 20): { url: string; file: string } {
  const file = join(folder, 'shop.db');
  const shop = new Sqlite(file);
  shop.exec(`
    CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT, note TEXT);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers,
      total NUMERIC NOT NULL, memo TEXT NOT NULL);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)
      INSERT INTO customers SELECT i, '${secret}' || i || '@real.example', '${secret}', '${secret}'
      FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${orders})
      INSERT INTO orders SELECT i, 1 + i % 5, i * 1.25, printf('%0100d', i) FROM n;
  `);
  shop.close();
  return { url: `sqlite:${file}`, file };
}

export const policy = `
policyVersion: 1
databases:
  shop:
    customers: { id: keep, email: email, name: personName }
    orders: { id: keep, customer_id: keep, total: keep, memo: keep }
`;

/** The orders of one customer, and the customer. */
export const template = `
hfitVersion: 1
templateName: daily
description: Orders of one customer.
parameters:
  - { name: customer, type: integer, required: true, description: Whose. }
exports:
  orders.sql:
    type: subset
    data: { dbms: Shop, table: orders, filter: "customer_id = \${customer}" }
`;

/** What a test asks of a daemon, wherever it runs. */
export interface Asking {
  readonly admin: AdminClient;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends JSON. */
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
  challenge(username: string): Promise<string>;
  authenticate(username: string, challenge: string, signature: string): Promise<Response>;
  /** Adds somebody, and gives them with a token. */
  join(email: string): Promise<Person & { authorization: { authorization: string } }>;
}

/** A daemon with all that a test asks of it. */
export interface TestDaemon extends Daemon, Asking {
  readonly dataDir: string;
  /** The file of the shop, the one source. */
  readonly shop: string;
  /** All that was logged. */
  readonly log: () => string;
}

export function asking({ url, socket }: Pick<Daemon, 'url' | 'socket'>): Asking {
  const admin = new AdminClient(socket);
  const fetchAt = (path: string, init?: RequestInit) => fetch(url + path, init);
  const post = (path: string, body: unknown, init: RequestInit = {}) =>
    fetchAt(path, {
      method: 'POST',
      ...init,
      headers: { 'content-type': 'application/json', ...(init.headers as object) },
      body: JSON.stringify(body),
    });
  const challenge = async (username: string) => {
    const response = await post('/auth/challenge', { username });
    return ((await response.json()) as { challenge: string }).challenge;
  };
  const authenticate = (username: string, text: string, signature: string) =>
    post('/auth/authenticate', { username, challenge: text, signature });
  return {
    ...{ admin, fetch: fetchAt, post, challenge, authenticate },
    async join(email) {
      const person = newUser(email);
      await admin.ask('POST', '/users', { email, key: person.publicKey });
      const text = await challenge(email);
      const response = await authenticate(email, text, person.sign(text));
      expect(response.status).toBe(200);
      const { token } = (await response.json()) as { token: string };
      return { ...person, authorization: { authorization: `Bearer ${token}` } };
    },
  };
}

/** Starts a real daemon on a free port, with a data folder of its own; `stop` removes all of it. */
export async function startTestDaemon(
  settings: Settings = {},
  orders?: number,
  /** The settings that a reload finds. */
  later: (settings: Settings) => Settings = (it) => it,
): Promise<TestDaemon> {
  const folder = makeFolder();
  const dataDir = join(folder, 'data');
  const lines: string[] = [];
  writeFileSync(join(folder, 'policy.yaml'), policy);
  const shop = makeShop(folder, orders);
  const all: Settings = {
    listen: '127.0.0.1:0',
    dataDir,
    policy: join(folder, 'policy.yaml'),
    logLevel: 'debug',
    limits: noLimits,
    ...settings,
    sources: { shop: { url: shop.url }, ...settings.sources },
  };
  const log = { write: (line: string) => void lines.push(line) };
  const daemon = await startDaemon(all, { log, read: () => later(all) });
  return {
    ...daemon,
    ...asking(daemon),
    dataDir,
    shop: shop.file,
    log: () => lines.join(''),
    async stop(grace) {
      await daemon.stop(grace);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The code of an error in an answer; its whole shape is checked. */
export async function refusal(response: Response): Promise<[status: number, code: string]> {
  const problem = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(problem).filter((key) => key !== 'where')).toEqual([
    'type',
    'title',
    'status',
    'detail',
    'instance',
    'code',
    'what',
    'todo',
  ]);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const request = response.headers.get('x-request-id');
  expect(request).toMatch(/^[0-9a-f-]{36}$/);
  expect(problem).toMatchObject({ status: response.status, instance: `urn:uuid:${request}` });
  return [response.status, String(problem.code)];
}
