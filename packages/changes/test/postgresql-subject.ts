import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { freshPostgresql, psqlCommand, services } from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';
import { feed } from '../../database/test/feed.js';
import { closeCycle, type Subject, shapes } from './subject.js';

const base = {
  loosely: [['SET session_replication_role = replica'], ['RESET session_replication_role']],
  overriding: ' OVERRIDING SYSTEM VALUE',
  rich: [
    ...shapes,
    closeCycle,
    'CREATE SEQUENCE loose',
    `CREATE TYPE mood AS ENUM ('sad', 'it''s ok')`,
    `CREATE TABLE rich (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       twice numeric GENERATED ALWAYS AS (n * 2) STORED, n numeric, f float8, t text, j json, jb jsonb,
       l int[], tags text[], b bytea, m mood, at timestamptz, span interval, r int4range, bits bit varying, ip inet)`,
  ],
  values: {
    n: ['NULL', '1', '1.0', '1.00', `'NaN'`, `'Infinity'`, '12345678901234567890.0123456789'],
    f: ['NULL', `'-0'`, '0', `'NaN'`, `'-Infinity'`, '0.1', '1e-300'],
    t: [
      'NULL',
      `''`,
      `'NULL'`,
      `'null'`,
      `E'a\\tb\\nc\\\\'`,
      `'"{q}"'`,
      `'01'`,
      `'é 漢字 😀'`,
      `E'\\u0001\\u2028 '`,
    ],
    j: ['NULL', `'{"a":  1, "a": 2}'`, `'{"a": 2}'`, `'null'`, `'"x"'`],
    jb: ['NULL', `'{"b": [1, null, {"c": "x"}], "a": 1.50}'`, `'null'`, `'[true, "1"]'`],
    l: ['NULL', `'{}'`, `'[0:1]={7,8}'`, `'{{1,2},{3,NULL}}'`],
    tags: ['NULL', `'{"x,y",NULL,"q\\"\\\\"}'`, `'{NULL,"NULL"}'`],
    b: ['NULL', `'\\x'`, `'\\x00ff5c0a'`, `'\\x7465787421'`],
    m: ['NULL', `'sad'`, `'it''s ok'`],
    at: [
      'NULL',
      `'0044-03-15 12:00:00.123456+01 BC'`,
      `'infinity'`,
      `'2024-02-29 23:59:59.999999Z'`,
    ],
    span: ['NULL', `'1 mon -3 days 04:05:06.789'`],
    r: ['NULL', `'[1,5)'`, `'empty'`],
    bits: ['NULL', `B''`, `B'101'`],
    ip: ['NULL', `'::1/64'`],
  },
  sequences: (n) => [
    `SELECT setval('loose', ${n}, ${n % 2 === 0})`,
    `SELECT setval(pg_get_serial_sequence('rich', 'id'), ${n})`,
  ],
} satisfies Partial<Subject>;

export const postgresql: Subject = {
  ...base,
  name: 'PostgreSQL',
  missing: services.postgresql ? '' : 'no server',
  share: 1,
  async fresh() {
    const { url, drop } = await freshPostgresql();
    const client = new pg.Client(url);
    client.on('error', () => {});
    await client.connect();
    return {
      target: url,
      async run(statements) {
        for (const statement of statements) await client.query(statement);
      },
      ...(services.psql && { feed: (text: string) => feed(psqlCommand(url), text) }),
      async drop() {
        await client.end();
        await drop();
      },
    };
  },
};

export const pglite: Subject = {
  ...base,
  name: 'PGlite',
  share: 0.3,
  async fresh() {
    const handle = await freshPglite();
    return {
      target: handle,
      async run(statements) {
        for (const statement of statements) await handle.exec(statement);
      },
      drop: () => handle.close(),
    };
  },
};

/** In a folder, which one process at a time has open. */
export const pgliteFolder: Subject = {
  ...pglite,
  diesWithUser: true,
  async fresh() {
    const folder = await mkdtemp(join(tmpdir(), 'hfit-test-pglite-'));
    await (await freshPglite(folder)).close();
    return {
      target: `pglite:${folder}`,
      async run(statements) {
        const handle = await PGlite.create(folder);
        for (const statement of statements) await handle.exec(statement);
        await handle.close();
      },
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  },
};
