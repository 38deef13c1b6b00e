import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type FreshDatabase,
  freshMariadb,
  freshPostgresql,
  services,
} from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';
import { refusal, startTestDaemon, type TestDaemon } from './daemon.js';
import { makeFolder } from './folder.js';
import { readerNamed } from './reader.js';

const policy = `
policyVersion: 1
databases:
  "*":
    "*":
      { part: keep, number: keep, note: keep, amount: keep, price: keep, body: keep, id: keep,
        memo: keep, secret: deny, email: email }
`;

/** More than all buffers on the way to a client hold. */
const many = 100_000;

const odd = `it"s; DROP TABLE things; -- 😀`;

/** One table in all dialects, with a key of two columns, nulls, and values that JSON has no form for. */
const rows: [string, number, string | null, string, string][] = [
  ['b', 1, null, '9007199254740993', '0.10'],
  ['a', 2, 'x', '-9007199254740991', '12345678901234567890.12'],
  ['a', 1, 'y', '1', '2.00'],
  ['b', 2, null, '0', '-1.50'],
  ['c', 1, 'x', '5', '0.00'],
];
const things = (bytes: string, decimal: string, quoted: (name: string) => string) => [
  `CREATE TABLE things (part VARCHAR(20) NOT NULL, number INTEGER NOT NULL, note VARCHAR(20),
     amount BIGINT, price ${decimal}, body ${bytes}, secret VARCHAR(20), email VARCHAR(80),
     PRIMARY KEY (part, number))`,
  `CREATE TABLE ${quoted(odd)} (id INTEGER PRIMARY KEY)`,
];
const inserted = (bytes: string) =>
  `INSERT INTO things VALUES ${rows
    .map(
      ([part, number, note, amount, price]) =>
        `('${part}', ${number}, ${note === null ? 'NULL' : `'${note}'`}, ${amount}, ${price}, ${bytes}, 'hush', 'ann@real.example')`,
    )
    .join(', ')}`;
const doubled = (name: string) => `"${name.replaceAll('"', '""')}"`;

let folder: string;
let daemon: TestDaemon;
let ann: { authorization: string };
let postgresql: FreshDatabase;
let mariadb: FreshDatabase;
let admin: pg.Client;
const { role, asReader, documented } = readerNamed('reader');
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = makeFolder();
  postgresql = await freshPostgresql();
  if (services.mariadb) mariadb = await freshMariadb();
  admin = new pg.Client(postgresql.url);
  await admin.connect();
  for (const statement of [
    ...things('BYTEA', 'NUMERIC(30,2)', doubled),
    inserted(`'\\xff00'`),
    `CREATE TABLE big AS SELECT i AS id, repeat('a', 200) || i AS memo FROM generate_series(1, ${many}) i`,
    'ALTER TABLE big ADD PRIMARY KEY (id)',
    // A few kilobytes each as they are kept, and a million letters to look at.
    `CREATE TABLE one AS SELECT repeat('a', 1000000) AS memo`,
    'CREATE TABLE long AS SELECT i AS id, memo FROM one, generate_series(1, 2000) i',
    'ALTER TABLE long ADD PRIMARY KEY (id)',
    ...documented('PostgreSQL'),
  ]) {
    await admin.query(statement);
  }
  const embedded = join(folder, 'embedded');
  const pglite = await freshPglite(embedded);
  for (const statement of [...things('BYTEA', 'NUMERIC(30,2)', doubled), inserted(`'\\xff00'`)]) {
    await pglite.exec(statement);
  }
  await pglite.close();
  const sources: Record<string, object> = {};
  if (services.mariadb) {
    const client = await mysql.createConnection(mariadb.url);
    const ticked = (name: string) => `\`${name.replace('😀', '☺')}\``;
    for (const statement of [
      ...things('VARBINARY(10)', 'DECIMAL(30,2)', ticked),
      inserted(`x'ff00'`),
      ...documented('MySQL').map((it) => it.replace('shop.*', `${mariadb.name}.*`)),
    ]) {
      await client.query(statement);
    }
    closers.push(async () => {
      await client.query(`DROP USER '${role}'@'%'`);
      await client.end();
      await mariadb.drop();
    });
    sources.mariadb = { url: asReader(mariadb.url), dangerouslyAllowWriters: false };
  }
  writeFileSync(join(folder, 'policy.yaml'), policy);
  daemon = await startTestDaemon({
    policy: join(folder, 'policy.yaml'),
    sources: {
      ...(sources as { mariadb: { url: string } }),
      postgresql: {
        url: asReader(postgresql.url),
        dangerouslyAllowWriters: false,
        statementSeconds: 1,
      },
      narrow: {
        url: asReader(postgresql.url),
        dangerouslyAllowWriters: false,
        ...{ connections: 1, queueSeconds: 1, lockSeconds: 1 },
      },
      pglite: { url: `pglite:${embedded}` },
    },
  });
  ann = (await daemon.join('ann@example.com')).authorization;
});
afterAll(async () => {
  await daemon?.stop(0);
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
  await admin.query(`DROP OWNED BY ${role}`);
  await admin.query(`DROP ROLE ${role}`);
  await admin.end();
  await postgresql.drop();
});

const places = [
  ['postgresql', 'public'],
  ['pglite', 'public'],
  ['mariadb', ''],
] as const;

function pathTo(source: string, db: string, table: string, query: Record<string, string> = {}) {
  const name = db || mariadb.name;
  return `/db/${source}/${name}/table/${encodeURIComponent(table)}/rows?${new URLSearchParams(query)}`;
}

async function page(source: string, db: string, table: string, query: Record<string, string> = {}) {
  const response = await daemon.fetch(pathTo(source, db, table, query), { headers: ann });
  expect(response.status).toBe(200);
  return (await response.json()) as { rows: Record<string, unknown>[]; next: string | null };
}

describe.each(places)('the rows of %s', (source, db) => {
  const isHere = source !== 'mariadb' || services.mariadb;

  test.skipIf(!isHere)('have each value as JSON can hold it', async () => {
    const { rows: found } = await page(source, db, 'things', {
      filter: `part = 'b' AND number = 1`,
    });
    expect(found).toEqual([
      {
        part: 'b',
        number: 1,
        note: null,
        amount: '9007199254740993',
        price: '0.10',
        body: Buffer.from([0xff, 0]).toString('base64'),
        email: expect.stringMatching(/^(?!ann@real).+@/),
      },
    ]);
  });

  test.skipIf(!isHere).each(['', 'note:desc', 'price', 'note,number:desc'])(
    'come in pages as they come in one, ordered by "%s"',
    async (sort) => {
      const order: Record<string, string> = sort ? { sort } : {};
      const { rows: whole } = await page(source, db, 'things', order);
      expect(whole).toHaveLength(rows.length);
      const found: unknown[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const next = await page(source, db, 'things', {
          ...order,
          limit: '2',
          ...(after && { after }),
        });
        found.push(...next.rows);
        after = next.next;
      }
      expect(found).toEqual(whole);
    },
  );

  test.skipIf(!isHere)('are found under any name of a table', async () => {
    const table = source === 'mariadb' ? odd.replace('😀', '☺') : odd;
    expect(await page(source, db, table)).toEqual({ rows: [], next: null });
    for (const name of [
      `${table}x`,
      `things'; DROP TABLE things; --`,
      'things"',
      'things\0',
      '\0',
      '😀',
    ]) {
      const response = await daemon.fetch(pathTo(source, db, name), { headers: ann });
      expect(await refusal(response)).toEqual([404, 'HFIT_TABLE_UNKNOWN']);
    }
    expect((await page(source, db, 'things')).rows).toHaveLength(rows.length);
  });

  test.skipIf(!isHere)('come as lines too', async () => {
    const headers = { ...ann, accept: 'application/x-json-stream' };
    const response = await daemon.fetch(pathTo(source, db, 'things', { limit: '3' }), { headers });
    expect(response.headers.get('content-type')).toBe('application/x-json-stream');
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).part)).toEqual(['a', 'a', 'b']);
  });

  test.skipIf(!isHere)('have no column that is denied, and its name is no way to it', async () => {
    for (const query of [
      { filter: `secret = 'hush'` },
      { sort: 'secret' },
      { sort: 'email' },
    ] as Record<string, string>[]) {
      const response = await daemon.fetch(pathTo(source, db, 'things', query), { headers: ann });
      expect(await refusal(response)).toEqual([403, 'HFIT_POLICY_FILTER']);
    }
    const columns = await daemon.fetch(pathTo(source, db, 'things').replace(/rows\?$/, 'columns'), {
      headers: ann,
    });
    expect(await columns.json()).toMatchObject({
      name: 'things',
      primaryKey: ['part', 'number'],
      columns: expect.arrayContaining([
        expect.objectContaining({ name: 'secret', classification: 'deny' }),
      ]),
    });
  });
});

/** Asks for all rows of a large table, and reads nothing of them. */
async function begin(source: string): Promise<IncomingMessage> {
  const headers = { ...ann, accept: 'application/x-ndjson' };
  const asked = get(daemon.url + pathTo(source, 'public', 'big'), { headers, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  expect(response.statusCode).toBe(200);
  return response;
}

async function sessions(): Promise<number[]> {
  const asked = `SELECT pid FROM pg_stat_activity WHERE usename = $1 AND state <> 'idle'`;
  return (await admin.query(asked, [role])).rows.map(({ pid }) => pid);
}

const soon = { timeout: 20_000, interval: 50 };

describe('a stream of rows', () => {
  test('ends in the server when its client goes in the middle', async () => {
    const response = await begin('postgresql');
    await vi.waitFor(async () => expect(await sessions()).toHaveLength(1), soon);
    response.destroy();
    await vi.waitFor(async () => expect(await sessions()).toHaveLength(0), soon);
    await vi.waitFor(async () => {
      const { events } = await daemon.admin.ask<{ events: { details: { rows: number } }[] }>(
        'GET',
        '/audit?limit=2',
      );
      expect(events).toMatchObject([{ outcome: 'started' }, { outcome: 'aborted' }]);
      // Nothing was read ahead of the client but what buffers hold.
      expect(events[1]?.details.rows).toBeLessThan(many);
    }, soon);
  });

  test('is cut where its source dies in the middle', async () => {
    const response = await begin('postgresql');
    for (const pid of await sessions()) await admin.query('SELECT pg_terminate_backend($1)', [pid]);
    const read = async () => {
      for await (const piece of response) expect(piece.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await page('postgresql', 'public', 'things')).rows).toHaveLength(rows.length);
  });

  test('is cut when its user may not see it any more', async () => {
    const bob = await daemon.join('bob@example.com');
    const headers = { ...bob.authorization, accept: 'application/x-ndjson' };
    const asked = get(daemon.url + pathTo('postgresql', 'public', 'big'), {
      headers,
      agent: false,
    });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const cut = once(response, 'error');
    await daemon.admin.ask('DELETE', '/users/bob@example.com');
    response.resume();
    expect((await cut)[0]).toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(async () => expect(await sessions()).toHaveLength(0), soon);
  });

  test('that nobody reads keeps only its own source waiting, and that for so long', async () => {
    const response = await begin('narrow');
    const waiting = await daemon.fetch(pathTo('narrow', 'public', 'things'), { headers: ann });
    expect(await refusal(waiting)).toEqual([503, 'HFIT_DATABASE_CROWDED']);
    expect((await page('postgresql', 'public', 'things')).rows).toHaveLength(rows.length);
    response.destroy();
    await vi.waitFor(async () => {
      expect((await page('narrow', 'public', 'things')).rows).toHaveLength(rows.length);
    }, soon);
  });
});

describe('a slow query', () => {
  const slow = { filter: `memo LIKE '%b'` };

  test('is ended by its limit', async () => {
    const response = await daemon.fetch(pathTo('postgresql', 'public', 'long', slow), {
      headers: ann,
    });
    expect(await refusal(response)).toEqual([503, 'HFIT_READ_SLOW']);
    expect(await sessions()).toEqual([]);
  });

  test('is ended in the server when its client goes', async () => {
    const ended = new AbortController();
    const path = pathTo('narrow', 'public', 'long', slow);
    const asked = daemon.fetch(path, { headers: ann, signal: ended.signal }).catch(() => {});
    await vi.waitFor(async () => expect(await sessions()).toHaveLength(1), soon);
    ended.abort();
    await asked;
    await vi.waitFor(async () => expect(await sessions()).toHaveLength(0), soon);
  });

  test('waits for a lock no longer than its limit', async () => {
    await admin.query('BEGIN; LOCK TABLE things IN ACCESS EXCLUSIVE MODE');
    const response = await daemon.fetch(pathTo('narrow', 'public', 'things'), { headers: ann });
    await admin.query('ROLLBACK');
    expect(await refusal(response)).toEqual([503, 'HFIT_READ_LOCKED']);
  });
});
