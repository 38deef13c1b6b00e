import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';
import {
  type Database,
  openDatabase,
  type Row,
  rowKey,
  type Session,
  type Table,
} from '../src/index.js';
import { trying } from './trying.js';

const made = [
  `CREATE TYPE mood AS ENUM ('sad', 'happy')`,
  `CREATE TYPE pair AS (a int, b text)`,
  `CREATE DOMAIN label AS varchar(9) NOT NULL CHECK (VALUE <> '')`,
  `CREATE TABLE plain (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text, c char(4), v varchar(4), b boolean,
     js json, jb jsonb, arr int[], f float8, n numeric, m mood, p pair, l label, x bytea, at timestamptz,
     span interval, bits bit(3), ch "char", xm xml, twice numeric GENERATED ALWAYS AS (n * 2) STORED)`,
  `INSERT INTO plain (t, c, v, b, js, jb, arr, f, n, m, p, l, x, at, span, bits, ch, xm) VALUES
     ('', 'ab', ' x ', true, '{"a":  1}', '{"b": [1, null]}', '[0:1]={1,2}', '-0', 1.50, 'sad',
      '(1,"a ""q"" \\\\ ,")', 'one', '\\x00ff', '0044-03-15 12:00:00.123456+01 BC', '1 mon -3 days', '101', 'x', '<a>1</a>'),
     (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'two', NULL, NULL, NULL, NULL, NULL, NULL),
     (E'tab\\t"quote" \\\\ é 漢字 😀', '', '', false, 'null', 'null', '{}', 'NaN', 'Infinity', 'happy',
      '(,)', 'three', '', '-infinity', '-00:00:01', '000', '', NULL)`,
  `CREATE TABLE bag (a int, b json)`,
  `INSERT INTO bag VALUES (1, '1'), (1, '1'), (1, '1 '), (1, NULL), (NULL, NULL), (NULL, NULL)`,
  `CREATE TABLE parts (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)`,
  `CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (MINVALUE) TO (10)`,
  `CREATE TABLE parts_high PARTITION OF parts DEFAULT`,
  `INSERT INTO parts VALUES (1, 'a'), (11, 'b')`,
  `CREATE TABLE above (id int, v text)`,
  `CREATE TABLE below (more int) INHERITS (above)`,
  `INSERT INTO above VALUES (1, 'same')`,
  `INSERT INTO below VALUES (1, 'same', 2)`,
  `CREATE TABLE seen (what text)`,
  `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN INSERT INTO public.seen VALUES (TG_NAME); RETURN NULL; END $$`,
  `CREATE TRIGGER usual AFTER INSERT OR UPDATE OR DELETE ON parts FOR EACH ROW EXECUTE FUNCTION note()`,
  `CREATE TRIGGER mine AFTER DELETE ON parts_low FOR EACH ROW EXECUTE FUNCTION note()`,
  `CREATE TRIGGER always AFTER DELETE ON parts FOR EACH STATEMENT EXECUTE FUNCTION note()`,
  `ALTER TABLE parts ENABLE ALWAYS TRIGGER always`,
  `CREATE TRIGGER off AFTER DELETE ON parts FOR EACH STATEMENT EXECUTE FUNCTION note()`,
  `ALTER TABLE parts DISABLE TRIGGER off`,
  `CREATE SEQUENCE loose START 5 INCREMENT 3`,
];

const modes = `SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2`;

const subjects = [
  {
    name: 'PostgreSQL',
    missing: services.postgresql ? '' : 'no server',
    async fresh() {
      const { url, drop } = await freshPostgresql();
      const client = new pg.Client(url);
      await client.connect();
      for (const statement of made) await client.query(statement);
      await client.end();
      return { target: url, drop };
    },
  },
  {
    name: 'PGlite',
    missing: '',
    async fresh() {
      const pglite = await freshPglite();
      for (const statement of made) await pglite.exec(statement);
      return { target: pglite, drop: () => pglite.close() };
    },
  },
];

for (const { name, missing, fresh } of subjects) {
  describe.skipIf(Boolean(missing))(`edits of ${name}`, () => {
    let database: Database;
    let tables: Map<string, Table>;
    let drop: () => Promise<void>;
    beforeAll(async () => {
      const made = await fresh();
      drop = made.drop;
      database = await openDatabase(made.target);
      const schema = await database.introspect();
      tables = new Map(schema.tables.map((table) => [table.name, table]));
    });
    afterAll(async () => {
      await database?.close();
      await drop?.();
    });

    const named = (name: string) => tables.get(name) as Table;
    const written = (table: Table) => table.columns.filter(({ generated }) => !generated);
    const read = (session: Session, table: Table): Promise<Row[]> =>
      session.query(
        `SELECT ${written(table).map((it) => `t."${it.name}"`)} FROM public."${table.name}" t ORDER BY 1, t.tableoid, t.ctid`,
      );

    it('deletes rows that are to the bit what is given, by key and whole', () =>
      trying(database, async (session) => {
        const plain = named('plain');
        const columns = written(plain);
        const all = await read(session, plain);
        const remove = (key: readonly string[] | null, rows: Row[]) =>
          database.dialect.deleteRows(session, plain, columns, key, rows);
        for (const [i, { name }] of columns.entries()) {
          const other = all.map((row) => row.map((it, j) => (j === i ? strange(it) : it)));
          expect([name, await remove(null, other)]).toEqual([name, 0]);
          if (name === 't') expect(await remove(['id'], other)).toBe(0);
        }
        expect(await remove(rowKey(plain), all.slice(0, 2))).toBe(2);
        expect(await remove(null, all)).toBe(1);
        expect(await read(session, plain)).toEqual([]);
      }));

    /** Another text that many types would take for the same value. */
    const strange = (value: Row[number]) => (value === null ? '' : `${value} `);

    it('deletes as many of equal rows as are given', () =>
      trying(database, async (session) => {
        const bag = named('bag');
        const gone = await database.dialect.deleteRows(session, bag, bag.columns, null, [
          ['1', '1'],
          [null, null],
          [null, null],
          [null, null],
          ['2', '1'],
        ]);
        expect(gone).toBe(3);
        expect(await read(session, bag)).toEqual([
          ['1', '1'],
          ['1', '1 '],
          ['1', null],
        ]);
      }));

    it('writes every type over rows as they were, and no others', () =>
      trying(database, async (session) => {
        const plain = named('plain');
        const columns = written(plain);
        const [one, two, three] = (await read(session, plain)) as [Row, Row, Row];
        const turned = [
          { before: one, after: [one[0]!, ...three.slice(1)] },
          { before: three, after: [three[0]!, ...two.slice(1)] },
          { before: [two[0]!, 'not so', ...two.slice(2)], after: two },
        ];
        const found = await database.dialect.updateRows(session, plain, columns, ['id'], turned);
        expect(found).toBe(2);
        expect(await read(session, plain)).toEqual([turned[0]!.after, two, turned[1]!.after]);
        expect(
          await database.dialect.updateRows(
            session,
            plain,
            columns,
            ['l'],
            [{ before: turned[0]!.after, after: ['99', ...turned[0]!.after.slice(1)] }],
          ),
        ).toBe(1);
        expect((await read(session, plain)).map(([id]) => id)).toEqual(['2', '3', '99']);
        const long = one.map((it, i) => (columns[i]!.name === 'v' ? 'too long' : it));
        await expect(
          database.dialect.updateRows(
            session,
            plain,
            columns,
            ['l'],
            [{ before: two, after: long }],
          ),
        ).rejects.toThrow(/too long/);
      }));

    it('finds rows in partitions, and leaves those of heirs alone', () =>
      trying(database, async (session) => {
        const [parts, above] = [named('parts'), named('above')];
        const update = { before: ['11', 'b'], after: ['11', 'c'] };
        expect(
          await database.dialect.updateRows(session, parts, parts.columns, ['id'], [update]),
        ).toBe(1);
        const rows = [
          ['1', 'a'],
          ['11', 'c'],
        ];
        expect(await database.dialect.deleteRows(session, parts, parts.columns, ['id'], rows)).toBe(
          2,
        );
        const same = [
          ['1', 'same'],
          ['1', 'same'],
        ];
        expect(await database.dialect.deleteRows(session, above, above.columns, null, same)).toBe(
          1,
        );
      }));

    it('mutes triggers, and gives each its mode again', () =>
      trying(database, async (session) => {
        const before = await session.query(modes);
        const parts = named('parts');
        const ends = await database.dialect.muteTriggers(session, [named('bag'), parts]);
        await database.dialect.deleteRows(session, parts, parts.columns, ['id'], [['1', 'a']]);
        expect(await read(session, named('seen'))).toEqual([]);
        for (const statement of ends) await session.run(statement);
        expect(await session.query(modes)).toEqual(before);
        await session.run('DELETE FROM public.parts');
        expect(await read(session, named('seen'))).toEqual([['always'], ['usual']]);
      }));

    it('writes sequences, and a rollback takes it back', async () => {
      const sequences = [
        { schema: 'public', name: 'loose', ownedBy: null },
        { schema: 'public', name: 'plain_id_seq', ownedBy: null },
      ];
      const { dialect } = database;
      const states = () =>
        database.transaction((session) => dialect.readSequences(session, sequences));
      const before = await states();
      expect(before.map(({ value }) => value)).toEqual([
        { last: '5', called: false },
        { last: '3', called: true },
      ]);
      const after = [
        { ...before[0]!, value: { last: '7', called: true } },
        { ...before[1]!, value: { last: '70', called: false } },
      ];
      await trying(database, async (session) => {
        await dialect.writeSequences(session, after);
        expect(await dialect.readSequences(session, sequences)).toEqual(after);
      });
      expect(await states()).toEqual(before);
      await database.transaction((session) => dialect.writeSequences(session, after));
      expect(await states()).toEqual(after);
    });

    it('gives the same checksum for the same rows only', () =>
      trying(database, async (session) => {
        const bag = named('bag');
        const { dialect } = database;
        const sum = () => dialect.checksum(session, bag);
        const before = await sum();
        await session.run(`CREATE TABLE public.kept AS SELECT * FROM public.bag`);
        await session.run('DELETE FROM public.bag');
        const empty = await sum();
        await session.run(
          'INSERT INTO public.bag SELECT * FROM public.kept ORDER BY b::text DESC, a',
        );
        expect(await sum()).toBe(before);
        await session.run(`UPDATE public.bag SET b = '1' WHERE b::text = '1 '`);
        const other = await sum();
        expect(new Set([before, empty, other]).size).toBe(3);
      }));
  });
}
