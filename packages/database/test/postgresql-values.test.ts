import type { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresql, psqlCommand, services } from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';
import { type Database, type Dataset, openDatabase, script, type Table } from '../src/index.js';
import { feed } from './feed.js';
import * as types from './postgresql-types.js';

const { arraysOf, makeOwn, text } = types;

/** Each family with its arrays. */
const families = Object.entries({
  numbers: types.numbers,
  strings: types.strings,
  times: types.times,
  'networks, shapes, words': types.others,
  documents: types.documents,
  xml: types.xml,
  ranges: types.ranges,
  'types of users': types.own,
}).map(([name, family]) => {
  const single = Object.entries(family);
  const arrays = single
    .filter(([type]) => type !== 'shorts')
    .map(([type, of]) => {
      return [`${type}[]`, arraysOf(type, of)] as const;
    });
  return [name, [...single, ...arrays]] as const;
});

type Values = (string | null)[][];
type Query = (sql: string, values?: unknown[]) => Promise<unknown[][]>;

/** How the server tells what it holds: as text, and as bytes where a text could hide something. */
const told = (columns: readonly string[], isOwn: boolean) => {
  // The bytes of types of users hold their numbers, which are others in another database.
  const send = isOwn ? [] : columns.map((name) => `substr(record_send(ROW(${name})), 9)::text`);
  return `SELECT ${['id', `ROW(${columns.join()})::text`, ...send].join()} FROM value ORDER BY id`;
};

describe.skipIf(!services.postgresql)('values of PostgreSQL come back to the bit', () => {
  const dropped: (() => Promise<unknown>)[] = [];
  let source: Place;
  let targets: (Place & { name: string })[];
  let copied: Place & { url: string };

  interface Place {
    database: Database;
    query: Query;
  }

  async function server(): Promise<Place & { url: string }> {
    const fresh = await freshPostgresql();
    const client = new pg.Client(fresh.url);
    await client.connect();
    const database = await openDatabase(fresh.url);
    dropped.push(
      () => client.end(),
      () => database.close(),
      fresh.drop,
    );
    const query: Query = async (sql, values = []) =>
      (await client.query({ text: sql, values, rowMode: 'array', types: asText })).rows;
    return { database, query, url: fresh.url };
  }
  async function embedded(): Promise<Place> {
    const pglite: PGlite = await freshPglite();
    dropped.push(() => pglite.close());
    const parsers = Object.fromEntries(Object.keys(pglite.parsers).map((type) => [type, same]));
    const query: Query = async (sql, values = []) =>
      (await pglite.query<unknown[]>(sql, values, { rowMode: 'array', parsers })).rows;
    return { database: await openDatabase(pglite), query };
  }
  const same = (it: unknown) => it;
  const asText = { getTypeParser: () => same } as unknown as pg.CustomTypesConfig;

  beforeAll(async () => {
    source = await server();
    copied = await server();
    targets = [
      { ...copied, name: 'server' },
      { ...(await embedded()), name: 'PGlite' },
    ];
    for (const { query } of [source, ...targets]) {
      await query(`SET timezone = 'Asia/Kolkata'`);
      await query(`SET datestyle = 'SQL, DMY'`);
      for (const statement of makeOwn) await query(statement);
    }
  });
  afterAll(async () => {
    for (const drop of dropped) await drop();
  });

  async function fill(columns: readonly (readonly [string, unknown])[], rows: Values) {
    await source.query('TRUNCATE value');
    const each = columns.map(([type], i) => `v.c${i}::${type}`);
    const arrays = columns.map((_, i) => `$${i + 2}::text[]`);
    const names = columns.map((_, i) => `c${i}`);
    await source.query(
      `INSERT INTO value SELECT v.id, ${each.join()} FROM unnest($1::int[], ${arrays.join()}) v(id, ${names.join()})`,
      [rows.map((_, i) => i), ...columns.map((_, i) => rows.map((row) => row[i]))],
    );
  }

  async function dataset(how: 'batches' | 'bytes') {
    const snapshot = await source.database.snapshot();
    const [table] = (await snapshot.introspect()).tables as [Table];
    const whole: Dataset = {
      dialect: 'postgresql',
      schemas: [],
      create: [],
      tables: [table],
      async *rows() {
        const { bytes, ...batches } = snapshot.tableRows(table);
        yield how === 'bytes' && bytes ? { ...batches, bytes } : batches;
      },
    };
    return { whole, close: () => snapshot.close() };
  }

  it.each(families)('%s', async (name, given) => {
    // PGlite is built without XML.
    const into = targets.filter((it) => !(name === 'xml' && it.name === 'PGlite'));
    const names = given.map((_, i) => `c${i}`);
    const holds = told(names, name === 'types of users');
    const columns = given.map(([type], i) => `c${i} ${type}`).join();
    for (const { query } of [source, ...into]) {
      await query('DROP TABLE IF EXISTS value');
      await query(`CREATE TABLE value (id int PRIMARY KEY, ${columns})`);
    }
    const row = fc.tuple(...given.map(([, values]) => fc.option(values, { freq: 9 })));
    const samples = fc.array(row, { minLength: 40, maxLength: 50 });
    const check = async (rows: Values) => {
      await fill(given, rows);
      const expected = await source.query(holds);
      for (const how of ['batches', 'bytes'] as const) {
        for (const target of into) {
          await target.query('TRUNCATE value');
          const { whole, close } = await dataset(how);
          await target.database.load(whole);
          await close();
          expect([target.name, how, await target.query(holds)]).toEqual([
            target.name,
            how,
            expected,
          ]);
        }
      }
      for (const target of into) {
        const [here, there] = [await read(source.database), await read(target.database)];
        expect(there).toEqual(here);
      }
      return expected;
    };
    await fc.assert(
      fc.asyncProperty(samples, async (rows) => {
        await check(rows);
      }),
      { numRuns: 2, endOnFailure: true },
    );
    if (!services.psql) return;
    const { whole, close } = await dataset('batches');
    let sql = '';
    for await (const piece of script(source.database.dialect, whole)) sql += piece;
    await close();
    await copied.query('TRUNCATE value');
    await feed(psqlCommand(copied.url), sql);
    expect(await copied.query(holds)).toEqual(await source.query(holds));
  });

  it('a text is what it was for a reader, too', async () => {
    await source.query('DROP TABLE IF EXISTS value');
    await source.query('CREATE TABLE value (id int PRIMARY KEY, t text)');
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 50 }), async (list) => {
        await source.query('TRUNCATE value');
        await source.query(
          'INSERT INTO value SELECT i, t FROM unnest($1::int[], $2::text[]) v(i, t)',
          [list.map((_, i) => i), list],
        );
        expect((await read(source.database)).map(([, it]) => it)).toEqual(list);
      }),
      { numRuns: 30 },
    );
  });
});

async function read(database: Database) {
  const snapshot = await database.snapshot();
  const [table] = (await snapshot.introspect()).tables as [Table];
  const rows = await snapshot.list({ table, columns: table.columns });
  await snapshot.close();
  return rows;
}
