import { carry, type Dataset, orderByForeignKeys, type Row } from '@hot-fixture/database';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { dialects, type Fresh } from './dialects.js';
import { subsetOf, template, withExtraction } from './shop.js';

/** Much of what Chinook has: names in other letters, money, moments, nulls, a tree, a join table. */
const music = [
  'CREATE TABLE artist (artist_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(120))',
  `CREATE TABLE album (album_id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(160) NOT NULL, artist_id INTEGER NOT NULL,
     FOREIGN KEY (artist_id) REFERENCES artist (artist_id))`,
  `CREATE TABLE employee (employee_id INTEGER NOT NULL PRIMARY KEY, last_name VARCHAR(20) NOT NULL, reports_to INTEGER,
     birth_date TIMESTAMP, FOREIGN KEY (reports_to) REFERENCES employee (employee_id))`,
  `CREATE TABLE track (track_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, album_id INTEGER,
     unit_price NUMERIC(10,2) NOT NULL, bytes BIGINT, made DATE,
     FOREIGN KEY (album_id) REFERENCES album (album_id))`,
  `CREATE TABLE playlist_track (playlist_id INTEGER NOT NULL, track_id INTEGER NOT NULL,
     PRIMARY KEY (playlist_id, track_id), FOREIGN KEY (track_id) REFERENCES track (track_id))`,
];
const rows = [
  "INSERT INTO artist VALUES (1, 'AC/DC'), (2, 'Antônio Carlos Jobim'), (3, NULL), (4, '漢字 😀')",
  "INSERT INTO album VALUES (1, 'For Those About To Rock', 1), (2, 'It''s \"quoted\"', 2)",
  `INSERT INTO employee VALUES (1, 'Adams', NULL, '1962-02-18 00:00:00'), (2, 'Edwards', 1, '1958-12-08 10:20:30.5')`,
  `INSERT INTO track VALUES (1, 'Restless and Wild', 1, 0.99, 11170334, '1981-01-01'),
     (2, 'Desafinado', 2, 1.90, 9223372036854775807, NULL), (3, 'Nothing', NULL, 100.00, 0, '2024-02-29')`,
  'INSERT INTO playlist_track VALUES (1, 1), (1, 2), (8, 3)',
];

/** A TIMESTAMP of MariaDB begins in 1970. */
const usable = dialects
  .filter(({ skip }) => !skip)
  .map((dialect) => ({
    ...dialect,
    written: (sql: string) =>
      dialect.name === 'MariaDB' ? sql.replace('TIMESTAMP', 'DATETIME(6)') : sql,
  }));
const pairs = usable.flatMap((from) =>
  usable
    .filter((to) => to !== from)
    .map((to) => ({ from, to, name: `${from.name} to ${to.name}` })),
);

async function datasetOf({ database }: Fresh): Promise<Dataset> {
  const schema = await database.introspect();
  const { tables } = orderByForeignKeys(schema.tables);
  return {
    dialect: schema.dialect,
    schemas: [],
    create: [],
    tables,
    async *rows() {
      const snapshot = await database.snapshot();
      try {
        for (const table of tables) {
          const columns = table.columns.filter(({ generated }) => !generated);
          yield { table, columns, batches: snapshot.rows({ table, columns }) };
        }
      } finally {
        await snapshot.close();
      }
    },
  };
}

async function take(from: Fresh, to: Fresh): Promise<readonly string[]> {
  const { dataset, notes } = await carry(await datasetOf(from), to.database);
  await to.database.load(dataset);
  return notes;
}

async function valuesOf(fresh: Fresh): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {};
  for await (const { table, batches } of (await datasetOf(fresh)).rows()) {
    const all: Row[] = [];
    for await (const batch of batches) all.push(...batch);
    found[table.name] = all;
  }
  return found;
}

/** Two databases of each dialect, empty before each test. */
const opened = new Map<string, [Fresh, Fresh]>();
beforeAll(async () => {
  for (const { name, open } of usable) opened.set(name, await Promise.all([open(), open()]));
});
afterAll(() => Promise.all([...opened.values()].flat().map((it) => it.close())));
afterEach(async () => {
  for (const fresh of [...opened.values()].flat()) {
    const { tables } = await fresh.database.introspect();
    // SQLite looks at a key of a table to itself also while it goes.
    const isSqlite = fresh.database.dialect.name === 'sqlite';
    if (isSqlite) await fresh.run('PRAGMA foreign_keys = OFF');
    for (const { name } of [...orderByForeignKeys(tables).tables].reverse()) {
      await fresh.run(`DROP TABLE ${name}`);
    }
    if (isSqlite) await fresh.run('PRAGMA foreign_keys = ON');
  }
});

const first = (name: string) => (opened.get(name) as [Fresh, Fresh])[0];
const second = (name: string) => (opened.get(name) as [Fresh, Fresh])[1];

test.each(pairs)('$name: what comes back is what was there', async ({ from, to }) => {
  const [source, target, back] = [first(from.name), first(to.name), second(from.name)];
  for (const sql of [...music, ...rows]) await source.run(from.written(sql));
  await take(source, target);
  expect(await target.database.orphans()).toEqual([]);
  expect(await shapeOf(target)).toEqual(await shapeOf(source));
  await take(target, back);
  expect(await valuesOf(back)).toEqual(await valuesOf(source));
});

async function shapeOf({ database }: Fresh) {
  const { tables } = await database.introspect();
  return Object.fromEntries(
    tables.map(({ name, primaryKey, foreignKeys }) => {
      return [
        name,
        [primaryKey?.columns, foreignKeys.map((key) => [key.columns, key.target.name])],
      ];
    }),
  );
}

const isHere = (name: string) => usable.some((dialect) => dialect.name === name);

/** Tables with one value each that the other dialect has no room for. */
const refused: readonly [from: string, to: string, type: string, value: string][] = [
  ['SQLite', 'PostgreSQL', 'INTEGER', "'twelve'"],
  ['SQLite', 'PostgreSQL', 'DATE', "'yesterday'"],
  ['SQLite', 'PostgreSQL', 'TIMESTAMP', "'2024-01-01 10:00:00.123456789'"],
  ['SQLite', 'PostgreSQL', 'TIMESTAMP', "'2024-01-01 10:00:00+02:00'"],
  ['SQLite', 'PostgreSQL', 'BOOLEAN', '7'],
  ['SQLite', 'PostgreSQL', 'TEXT', "x'00ff'"],
  ['PostgreSQL', 'SQLite', 'double precision', "'NaN'"],
  ['PostgreSQL', 'SQLite', 'numeric', "'NaN'"],
  ['PostgreSQL', 'SQLite', 'timestamptz', "'infinity'"],
  ['PostgreSQL', 'SQLite', 'date', "'0044-03-15 BC'"],
  ['PostgreSQL', 'MariaDB', 'double precision', "'Infinity'"],
  ['MariaDB', 'PostgreSQL', 'datetime', "'0000-00-00 00:00:00'"],
  ['MariaDB', 'PostgreSQL', 'time', "'-25:00:00'"],
];

test.each(refused.filter(([a, b]) => isHere(a) && isHere(b)))(
  'a value that would not be there as it is stops a load from %s to %s: %s %s',
  async (from, to, type, value) => {
    const [source, target] = [first(from), first(to)];
    await source.run(`CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, it ${type})`);
    await source.run(`INSERT INTO thing VALUES (1, NULL), (2, ${value})`);
    const error = await take(source, target).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_CARRY_VALUE', where: 'row 2' });
    expect(error.message).toContain('thing.it');
    expect((await target.database.introspect()).tables).toEqual([]);
  },
);

test('what is not carried as it was is told', async () => {
  const [source, target] = [first('PostgreSQL'), first('SQLite')];
  await source.run(`CREATE TYPE mood AS ENUM ('sad', 'happy')`);
  await source.run(`CREATE TABLE everything (id serial PRIMARY KEY, mood mood, tags text[], body jsonb,
      at timestamptz DEFAULT now(), net numeric, key uuid, flag boolean, photo bytea, real_one real,
      twice int GENERATED ALWAYS AS (id * 2) STORED, CHECK (net > 0))`);
  await source.run(`INSERT INTO everything (mood, tags, body, at, net, key, flag, photo, real_one)
      VALUES ('happy', '{a,"b c"}', '{"a": 1}', '2024-02-29 12:00:00.25+02', 123456789012345678901234567890.10,
        '00112233-4455-6677-8899-aabbccddeeff', true, '\\x00ff', 0.1)`);
  const notes = await take(source, target);
  expect(notes).toEqual([
    'public.everything.mood: it was public.mood, and is a text as that is written',
    'public.everything.tags: it was text[], and is a text as that is written',
    'public.everything.body: a text',
    'public.everything.at: the moment in UTC, without its zone',
    'public.everything.at comes without its default',
    'public.everything.net: a text, so that each digit is kept',
    'public.everything.key: a text',
    'public.everything.twice is left out: it is generated by an expression of its database',
    'public.everything comes without 1 checks',
  ]);
  expect((await valuesOf(target)).everything).toEqual([
    [
      ...[1n, 'happy', '{a,"b c"}', '{"a": 1}', '2024-02-29 10:00:00.25'],
      '123456789012345678901234567890.10',
      ...['00112233-4455-6677-8899-aabbccddeeff', 1n, Buffer.from([0, 255]), 0.1],
    ],
  ]);
});

const ones = '1'.repeat(64);
const bits = [
  'CREATE TABLE thing (id INTEGER NOT NULL PRIMARY KEY, flag bit(1), few bit(13), many bit(64))',
  `INSERT INTO thing VALUES (1, b'1', b'0000000000101', b'${ones}'), (2, b'0', NULL, NULL)`,
];

test.skipIf(!isHere('MariaDB'))('bits of MariaDB come to PostgreSQL and back', async () => {
  const [source, target, back] = [first('MariaDB'), first('PostgreSQL'), second('MariaDB')];
  for (const sql of bits) await source.run(sql);
  const note = 'thing.flag: it was one bit, and is true or false';
  expect(await take(source, target)).toEqual([expect.stringContaining(note)]);
  expect((await valuesOf(target)).thing).toEqual([
    ['1', 't', '0000000000101', ones],
    ['2', 'f', null, null],
  ]);
  await take(target, back);
  expect((await valuesOf(back)).thing).toEqual([
    ['1', '1', Buffer.of(0, 5), Buffer.alloc(8, 255)],
    ['2', '0', null, null],
  ]);
});

test.each(['MariaDB', 'PostgreSQL'].filter(isHere))('bits of %s come to SQLite', async (from) => {
  const [source, target] = [first(from), first('SQLite')];
  for (const sql of bits) await source.run(sql);
  expect(await take(source, target)).toEqual([
    expect.stringContaining('thing.flag: it was one bit, and is 0 or 1'),
    expect.stringContaining('thing.few: it was 13 bits, and is the number that they write'),
    expect.stringContaining('thing.many: it was 64 bits, and is a text of 0 and 1'),
  ]);
  expect((await valuesOf(target)).thing).toEqual([
    [1n, 1n, 5n, ones],
    [2n, 0n, null, null],
  ]);
});

test.skipIf(!isHere('MariaDB'))(
  'keys that MariaDB takes for the same in other capitals come where they are masked, and are refused where they are kept',
  async () => {
    const [source, target] = [first('MariaDB'), first('SQLite')];
    await source.run(`CREATE TABLE country (code varchar(9) PRIMARY KEY);
      CREATE TABLE town (id int PRIMARY KEY, code varchar(9), FOREIGN KEY (code) REFERENCES country (code));
      INSERT INTO country VALUES ('DE'); INSERT INTO town VALUES (1, 'de')`);
    const asked = (line: string) => ({
      sources: { databases: { shop: source.database }, volumes: {} },
      template: template(subsetOf('town', 'id = 1')),
      policy: `policyVersion: 1\ndatabases: { shop: { country: { code: ${line} }, town: { id: keep, code: ${line} } } }\n`,
    });
    const load = (line: string) =>
      withExtraction(source as never, asked(line), async (it) => {
        const { dataset } = await carry(it.dataset(), target.database);
        return target.database.load(dataset);
      });
    await expect(load('keep')).rejects.toMatchObject({ code: 'HFIT_LOAD_FAILED' });
    expect(await load('format')).toMatchObject({ rows: 2 });
  },
);

test.skipIf(!isHere('MariaDB'))('a key that sets NULL where none may be does nothing', async () => {
  const [source, target] = [first('PostgreSQL'), first('MariaDB')];
  await source.run('CREATE TABLE rental (id integer PRIMARY KEY)');
  await source.run(`CREATE TABLE payment (id integer PRIMARY KEY,
      rental_id integer NOT NULL REFERENCES rental ON DELETE SET NULL ON UPDATE CASCADE)`);
  expect(await take(source, target)).toEqual([
    'public.payment: foreign key payment_rental_id_fkey sets NULL in a column that takes none, and does nothing now',
  ]);
  const { tables } = await target.database.introspect();
  const [key] = tables.find(({ name }) => name === 'payment')?.foreignKeys ?? [];
  expect(key).toMatchObject({ onUpdate: 'cascade' });
  expect(key?.onDelete).toMatch(/no action|restrict/);
});

test('a table of the target that would hold other values is refused', async () => {
  const [source, target] = [first('PostgreSQL'), first('SQLite')];
  await source.run('CREATE TABLE thing (id integer PRIMARY KEY, price numeric(10,2))');
  await target.run('CREATE TABLE thing (id INTEGER PRIMARY KEY, price REAL)');
  await expect(take(source, target)).rejects.toMatchObject({ code: 'HFIT_CARRY_TABLE' });
  await target.run('DROP TABLE thing');
  await target.run('CREATE TABLE thing (id INTEGER PRIMARY KEY, price DECIMAL(10,2))');
  await take(source, target);
});
