import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresql, psqlCommand, services } from '../../../test/services/index.js';
import {
  type Database,
  type Dataset,
  openDatabase,
  orderByForeignKeys,
  type Row,
  type Schema,
  script,
  type Table,
} from '../src/index.js';
import { contents, datasetOf } from './datasets.js';
import { feed } from './feed.js';

/** The user who owns nothing, and may only read and write. */
const writer = 'hfit_test_writer';

const tables = [
  `CREATE TABLE item (id int PRIMARY KEY, name varchar(5) NOT NULL, n int UNIQUE)`,
  `CREATE TABLE part (item_id int, no int, of int REFERENCES item, PRIMARY KEY (item_id, no))`,
  `CREATE TABLE chicken (id int PRIMARY KEY, egg_id int, name text)`,
  `CREATE TABLE egg (id int PRIMARY KEY, chicken_id int NOT NULL REFERENCES chicken)`,
  `ALTER TABLE chicken ADD CONSTRAINT laid FOREIGN KEY (egg_id) REFERENCES egg`,
  `CREATE TABLE node (id int PRIMARY KEY, parent int REFERENCES node, label text)`,
  `CREATE TABLE always (id int GENERATED ALWAYS AS IDENTITY (INCREMENT 3), down int DEFAULT 0,
     twice int GENERATED ALWAYS AS (down * 2) STORED)`,
  `CREATE SEQUENCE falling INCREMENT -1 OWNED BY always.down`,
  `ALTER TABLE always ALTER down SET DEFAULT nextval('falling')`,
  `CREATE SEQUENCE lonely`,
  `CREATE TABLE empty ()`,
  `CREATE TABLE seen (what text)`,
  `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN INSERT INTO seen VALUES (TG_TABLE_NAME || NEW.id); RETURN NEW; END $$`,
  `CREATE TRIGGER note AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION note()`,
];

describe.skipIf(!services.postgresql)('loading into PostgreSQL', () => {
  let fresh: Awaited<ReturnType<typeof freshPostgresql>>;
  let database: Database;
  let schema: Schema;
  const run = async (...statements: string[]) => {
    const client = new pg.Client(fresh.url);
    await client.connect();
    let found: Row[] = [];
    try {
      for (const text of statements) {
        found = (await client.query({ text, rowMode: 'array' })).rows;
      }
    } finally {
      await client.end();
    }
    return found;
  };
  const table = (name: string) => schema.tables.find((it) => it.name === name) as Table;

  beforeAll(async () => {
    fresh = await freshPostgresql();
    await run(
      ...tables,
      `DO 'BEGIN CREATE ROLE ${writer}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END'`,
      `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${writer}`,
      `GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${writer}`,
    );
    database = await openDatabase(fresh.url);
    schema = await database.introspect();
  });
  afterAll(async () => {
    await database?.close();
    await fresh?.drop();
  });

  const bytesOf = (name: string, text: string): Dataset => ({
    dialect: 'postgresql',
    schemas: [],
    create: [],
    tables: [table(name)],
    async *rows() {
      const chunks = (async function* () {
        for (const line of text.split(/(?<=\n)/)) yield Buffer.from(line);
      })();
      const none = (async function* (): AsyncGenerator<Row[]> {})();
      const { columns } = table(name);
      yield { table: table(name), columns, batches: none, bytes: { format: 'copy-text', chunks } };
    },
  });

  it.each([
    [
      'too long',
      [
        ['1', 'a', '1'],
        ['2', 'too long', '2'],
      ],
      /varying\(5\).*column name/,
      'row 2, id = 2',
    ],
    [
      'null',
      [
        ['1', 'a', '1'],
        ['2', null, '2'],
      ],
      /null value in column "name"/,
      'row 2, id = 2',
    ],
    [
      'twice',
      [
        ['1', 'a', '1'],
        ['3', 'b', '3'],
        ['2', 'c', '1'],
      ],
      /item_n_key/,
      'row 3, id = 2',
    ],
    [
      'no number',
      [
        ['1', 'a', 'Anna'],
        ['2', 'b', '2'],
      ],
      /integer …, column n/,
      'row 1, id = 1',
    ],
    [
      'a key that is no number',
      [
        ['1', 'a', '1'],
        ['Anna', 'b', '2'],
      ],
      /integer …, column id/,
      'row 2',
    ],
  ])('tells which row it is by number and key: %s', async (_, rows, reason, where) => {
    const text = rows.map((row) => `${row.map((it) => it ?? '\\N').join('\t')}\n`).join('');
    for (const dataset of [datasetOf('postgresql', table('item'), rows), bytesOf('item', text)]) {
      const error = await database.load(dataset).catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_LOAD_FAILED', where });
      expect(error.message).toMatch(reason);
      expect(error.message).not.toMatch(/Anna/);
      expect(await run('SELECT * FROM item')).toEqual([]);
    }
  });

  it('finds the row among many, also by a key of several columns and a key that points nowhere', async () => {
    await run(`INSERT INTO item VALUES (1, 'one')`);
    const rows = Array.from({ length: 2500 }, (_, i) => ['7', String(i), i === 1717 ? '9' : '1']);
    const text = rows.map((row) => `${row.join('\t')}\n`).join('');
    for (const dataset of [datasetOf('postgresql', table('part'), rows), bytesOf('part', text)]) {
      const error = await database.load(dataset).catch((it) => it);
      expect(error).toMatchObject({
        code: 'HFIT_LOAD_FAILED',
        where: 'row 1718, item_id = 7, no = 1717',
      });
      expect(error.message).toMatch(/part_of_fkey/);
    }
    await run('DELETE FROM item', 'DELETE FROM seen');
  });

  it('fires no trigger of a user unless told to', async () => {
    await database.load(datasetOf('postgresql', table('item'), [['1', 'a', '1']]));
    expect(await run('SELECT * FROM seen')).toEqual([]);
    await database.load(datasetOf('postgresql', table('item'), [['2', 'b', '2']]), {
      fireTriggers: true,
    });
    expect(await run('SELECT * FROM seen')).toEqual([['item2']]);
    await run(`INSERT INTO item VALUES (4, 'd')`);
    expect(await run('SELECT * FROM seen ORDER BY 1')).toEqual([['item2'], ['item4']]);
    await run('DELETE FROM item', 'DELETE FROM seen');
  });

  it('takes rows without a column', async () => {
    await database.load(datasetOf('postgresql', table('empty'), [[], [], []]));
    const snapshot = await database.snapshot();
    await database.load({
      ...datasetOf('postgresql', table('empty'), []),
      async *rows() {
        yield snapshot.tableRows(table('empty'));
      },
    });
    await snapshot.close();
    expect(await run('SELECT count(*) FROM empty')).toEqual([['6']]);
  });

  it('numbers on after identity ALWAYS, in either direction, and never back', async () => {
    const columns = table('always').columns.filter(({ generated }) => !generated);
    const dataset = (rows: Row[]): Dataset => ({
      ...datasetOf('postgresql', table('always'), rows),
      async *rows() {
        const batches = (async function* () {
          yield rows;
        })();
        yield { table: table('always'), columns, batches };
      },
    });
    await database.load(
      dataset([
        ['10', '-5'],
        ['4', '-9'],
      ]),
    );
    const next = 'INSERT INTO always DEFAULT VALUES RETURNING id, down, twice';
    expect(await run(next)).toEqual([[13, -10, -20]]);
    await run('DELETE FROM always');
    await database.load(dataset([['1', '-1']]));
    expect(await run(next)).toEqual([[16, -11, -22]]);
    await run('TRUNCATE always');
  });

  it('puts sequences exactly where the dataset says, owned or not, by load and by psql', async () => {
    const sequences = [
      { schema: 'public', name: 'lonely', value: { last: '41', called: true } },
      { schema: 'public', name: 'always_id_seq', value: { last: '7', called: false } },
    ];
    const dataset = () => ({ ...datasetOf('postgresql', table('seen'), []), sequences });
    const next = () => run(`SELECT nextval('lonely'), nextval('always_id_seq')`);
    await database.load(dataset());
    expect(await next()).toEqual([['42', '7']]);
    if (!services.psql) return;
    let text = '';
    for await (const piece of script(database.dialect, dataset())) text += piece;
    await feed(psqlCommand(fresh.url), text);
    expect(await next()).toEqual([['42', '7']]);
  });

  it('leaves sequences where they were when it fails after they were moved', async () => {
    const states = 'SELECT last_value, is_called FROM always_id_seq';
    const before = await run(states);
    const sequences = [{ schema: 'public', name: 'nowhere', value: { last: '1', called: true } }];
    const always = table('always');
    const plain = { ...always, columns: always.columns.filter(({ generated }) => !generated) };
    const dataset = { ...datasetOf('postgresql', plain, [['9000', '0']]), sequences };
    await expect(database.load(dataset)).rejects.toThrow('nowhere');
    expect(await run(states)).toEqual(before);
  });

  it('makes a sequence that stands alone, and leaves none behind when it fails', async () => {
    const other = await freshPostgresql();
    const target = await openDatabase(other.url);
    const createSequences = schema.sequences.filter(({ definition }) => definition);
    expect(createSequences.map(({ name }) => name)).toEqual(['lonely']);
    const create = [{ table: table('seen'), mode: 'absent' as const }];
    const failing = datasetOf('postgresql', table('seen'), [['x', 'y']]);
    await expect(target.load({ ...failing, create, createSequences })).rejects.toThrow();
    expect((await target.introspect()).sequences).toEqual([]);
    const whole = datasetOf('postgresql', table('seen'), [['x']]);
    const sequences = [{ schema: 'public', name: 'lonely', value: { last: '5', called: true } }];
    await target.load({ ...whole, create, createSequences, sequences });
    const all = (await target.introspect()).sequences;
    expect(all).toEqual(createSequences);
    await target.transaction(async (session) => {
      expect(await target.dialect.readSequences(session, all)).toEqual(sequences);
    });
    await target.close();
    await other.drop();
  });

  describe('by a role that owns nothing', () => {
    let pool: pg.Pool;
    let role: Database;
    beforeAll(async () => {
      await run('DROP TRIGGER note ON item');
      pool = new pg.Pool({ connectionString: fresh.url, options: `-c role=${writer}` });
      role = await openDatabase(pool);
    });
    afterAll(() => pool?.end());

    const cycle = (): Dataset => {
      const { tables } = orderByForeignKeys([table('egg'), table('chicken')]);
      const rows: Record<string, Row[]> = {
        chicken: [
          ['1', '20', 'a\tb'],
          ['2', '10', null],
          ['3', null, 'c'],
        ],
        egg: [
          ['10', '1'],
          ['20', '2'],
        ],
      };
      return {
        dialect: 'postgresql',
        schemas: [],
        create: [],
        tables,
        async *rows() {
          for (const it of tables) {
            const batches = (async function* () {
              yield rows[it.name] as Row[];
            })();
            yield { table: it, columns: it.columns, batches };
          }
        },
      };
    };

    it('closes a cycle by a null that is updated later', async () => {
      await role.load(cycle());
      await role.load(cycle(), { existing: 'replace' });
      expect((await contents(database))['public.chicken']).toEqual([
        ['1', '20', 'a\tb'],
        ['2', '10', null],
        ['3', null, 'c'],
      ]);
      expect(await database.orphans()).toEqual([]);
      await run('UPDATE chicken SET egg_id = NULL', 'DELETE FROM egg', 'DELETE FROM chicken');
    });

    it('loads a chain that points forwards, as batches and as bytes', async () => {
      const rows = Array.from({ length: 2500 }, (_, i) => [
        String(i),
        i < 2499 ? String(i + 1) : null,
        'x',
      ]);
      const batches = {
        ...datasetOf('postgresql', table('node'), []),
        async *rows() {
          const list = (async function* () {
            for (let i = 0; i < rows.length; i += 1000) yield rows.slice(i, i + 1000);
          })();
          yield { table: table('node'), columns: table('node').columns, batches: list };
        },
      };
      await role.load(batches);
      expect((await contents(database))['public.node']).toEqual(rows);
      await run('DELETE FROM node');
      const text = rows.map((row) => `${row.map((it) => it ?? '\\N').join('\t')}\n`).join('');
      await role.load(bytesOf('node', text));
      expect((await contents(database))['public.node']).toEqual(rows);
      await run('DELETE FROM node');
    });

    it('leaves all as it was where what comes later points nowhere', async () => {
      const dataset = cycle();
      const broken: Dataset = {
        ...dataset,
        async *rows() {
          for await (const part of dataset.rows()) if (part.table.name === 'chicken') yield part;
        },
      };
      await expect(role.load(broken)).rejects.toThrow(/HFIT_LOAD_FAILED.*chicken.*laid/s);
      expect(await run('SELECT * FROM chicken')).toEqual([]);
    });
  });
});
