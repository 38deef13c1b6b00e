import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { type Database, openDatabase, qualified, type Schema, type Table } from '../src/index.js';
import { contents, wholeOf } from './datasets.js';
import { everything } from './postgresql-everything.js';

async function run(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

describe.skipIf(!services.postgresql)('the schema of PostgreSQL', () => {
  let source: Awaited<ReturnType<typeof freshPostgresql>>;
  let database: Database;
  let schema: Schema;
  beforeAll(async () => {
    source = await freshPostgresql();
    await run(source.url, everything);
    database = await openDatabase(source.url);
    schema = await database.introspect();
  });
  afterAll(async () => {
    await database?.close();
    await source?.drop();
  });

  const table = (name: string): Table => {
    const found = schema.tables.find((it) => qualified(it) === name);
    if (!found) throw new Error(`no table ${name}`);
    return found;
  };

  it('lists tables of users: no view, partition, foreign, temporary or extension table, no log', () => {
    expect(schema.tables.map(qualified)).toEqual([
      'hr.person',
      'public.account',
      'public.animal',
      'public.dog',
      'public.event',
      'public.fast',
      'public.hidden',
      'public.item',
      'public.link',
      'public.slot',
      'public.wide',
    ]);
  });

  it('introspects only the schemas asked for', async () => {
    const hr = await database.introspect(['hr']);
    expect(hr.tables.map(qualified)).toEqual(['hr.person']);
    expect(hr.sequences.map(qualified)).toEqual(['hr.person_id_seq']);
  });

  it('knows sequences, whoever owns them', () => {
    expect(
      schema.sequences.map((it) => [qualified(it), it.ownedBy?.table.name, it.ownedBy?.column]),
    ).toEqual([
      ['hr.person_id_seq', 'person', 'id'],
      ['public.account_no', 'account', 'id'],
      ['public.free', undefined, undefined],
      ['public.item_id_seq', 'item', 'id'],
      ['public.owned', 'fast', 'id'],
      ['public.shared', undefined, undefined],
    ]);
    expect(schema.sequences.filter((it) => it.definition).map(({ name }) => name)).toEqual([
      'free',
      'shared',
    ]);
  });

  it('knows identity, generated columns, labels, lengths and the kind below a domain', () => {
    const columns = (name: string) =>
      Object.fromEntries(table(name).columns.map((it) => [it.name, it]));
    expect(columns('public.account').id).toMatchObject({ identity: 'always', nullable: false });
    expect(columns('hr.person').id).toMatchObject({ identity: 'default' });
    expect(columns('public.item')).toMatchObject({
      id: { identity: null, default: `nextval('public.item_id_seq'::regclass)` },
      mood: { kind: 'enum', labels: ['sad', `it's ok`, 'happy'] },
      strict_mood: { kind: 'enum', labels: ['sad', `it's ok`, 'happy'] },
      moods: { kind: 'array', labels: null },
      code: { kind: 'text', maxLength: 7, type: 'public.code' },
      doubled: { generated: 'stored' },
      tripled: { generated: 'virtual' },
    });
  });

  it('knows what a type is made of: below domains, in arrays, composites and ranges', () => {
    const parts = Object.fromEntries(
      schema.tables.flatMap(({ columns }) =>
        columns.map(({ name, madeOf }) => [
          name,
          madeOf?.map(({ type, kind }) => `${type}: ${kind}`),
        ]),
      ),
    );
    expect(parts).toMatchObject({
      id: undefined,
      moods: ['public.mood: enum'],
      strict_mood: ['public.mood: enum'],
      code: ['character varying: text', 'public.code_base: other'],
      spans: ['double precision: float', 'public.span: other'],
      far: ['integer: integer'],
      line: expect.arrayContaining(['text[]: array', 'text: text', 'numeric: decimal']),
    });
  });

  it('knows unique keys, NULLS NOT DISTINCT, and what is unique over a part or an expression', () => {
    expect(table('public.item').uniques).toEqual([
      { name: 'item_a_b_key', columns: ['a', 'b'], nullsDistinct: true },
      { name: 'item_c_key', columns: ['c'], nullsDistinct: false },
      { name: 'item_by_index', columns: ['b', 'Odd "c"'], nullsDistinct: false },
    ]);
    expect(table('public.item').uniqueIndexes).toEqual([
      { name: 'item_lower', expressions: ['lower(c)', 'a'], predicate: null },
      { name: 'item_part', expressions: ['"Odd ""c"""'], predicate: '(a > 5)' },
    ]);
    expect(table('public.item').checks).toEqual([
      { name: 'item_a_check', condition: '((a IS NULL) OR (a >= 0))' },
    ]);
  });

  it('knows foreign keys: composite, to a unique key, self, several, of every action, across schemas', () => {
    expect(table('public.link').foreignKeys).toEqual(
      [
        ['cascade', ['a', 'b'], 'public', 'item', ['a', 'b'], 'cascade', 'set null', 'never'],
        ['default', ['boss'], 'hr', 'person', ['id'], 'no action', 'set default', 'immediate'],
        ['other', ['other'], 'hr', 'person', ['id'], 'restrict', 'restrict', 'never'],
        ['self', ['follows'], 'public', 'link', ['id'], 'no action', 'cascade', 'deferred'],
        [
          'to_part',
          ['event_id', 'event_at'],
          'public',
          'event',
          ['id', 'at'],
          'no action',
          'no action',
          'never',
        ],
        ['unique', ['c'], 'public', 'item', ['c'], 'set null', 'no action', 'never'],
      ].map(([name, columns, of, target, targetColumns, onUpdate, onDelete, deferrable]) => ({
        name,
        columns,
        target: { schema: of, name: target },
        targetColumns,
        onUpdate,
        onDelete,
        deferrable,
      })),
    );
  });

  it('knows who inherits from whom, and takes the rows of each once', async () => {
    expect(table('public.dog').inherits).toEqual([{ schema: 'public', name: 'animal' }]);
    expect(table('public.animal').hasHeirs).toBe(true);
    expect(table('public.item').hasHeirs).toBeUndefined();
    const all = await contents(database);
    expect(all['public.animal']).toEqual([['1', 'Ann']]);
    expect(all['public.dog']).toEqual([['2', 'Rex', 'bone']]);
  });

  it('makes all of it anew, rows and sequences included, with sub-partitions that take rows', async () => {
    const fresh = await freshPostgresql();
    const target = await openDatabase(fresh.url);
    const snapshot = await database.snapshot();
    try {
      await target.load(wholeOf(schema, snapshot));
      const copied = await target.introspect();
      expect(copied.tables).toEqual(schema.tables);
      expect(await contents(target)).toEqual(await contents(database));
      const both = await Promise.all([source.url, fresh.url].map(catalogOf));
      expect(both[1]).toEqual(both[0]);
    } finally {
      await snapshot.close();
      await target.close();
      await fresh.drop();
    }
  });

  it('refuses the rows of a table that policies hide a part of, and reads the others', async () => {
    const pool = new pg.Pool({ connectionString: source.url, options: '-c role=hfit_test_reader' });
    const reader = await openDatabase(pool);
    const { tables } = await reader.introspect();
    const hidden = tables.find(({ name }) => name === 'hidden')!;
    const animal = tables.find(({ name }) => name === 'animal')!;
    expect(hidden.hiddenFrom).toBe('hfit_test_reader');
    const snapshot = await reader.snapshot();
    for (const read of [
      () => snapshot.list({ table: hidden, columns: hidden.columns }),
      () => snapshot.count(hidden),
      () => snapshot.byKeys(hidden, hidden.columns, hidden.columns, [['1']]),
      () => snapshot.rows({ table: hidden, columns: hidden.columns }).next(),
    ]) {
      await expect(read()).rejects.toThrow(/HFIT_ROWS_HIDDEN.*hidden.*hfit_test_reader/);
    }
    expect(await snapshot.count(animal)).toBe(1);
    // Asked by what another role has seen, the server itself refuses.
    await expect(snapshot.count(table('public.hidden'))).rejects.toThrow(/HFIT_DATABASE_QUERY/);
    await snapshot.close();
    await pool.end();
  });
});

/** What the catalog tells of constraints, indexes, types and partitions, in words of the server. */
async function catalogOf(url: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`SET search_path = ''`);
  const asked = client.query({
    rowMode: 'array',
    text: `
      SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace::regnamespace::text IN ('public', 'hr') AND conrelid <> 0
          AND conrelid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
          AND conrelid::regclass::text <> 'public.far'
      UNION ALL SELECT 'index', indrelid::regclass::text, '', pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid::regclass::text ~ '^(public|hr)[.]' AND indrelid::regclass::text !~ 'plain_view|gone'
      UNION ALL SELECT 'partition', inhrelid::regclass::text, inhparent::regclass::text, pg_get_expr(c.relpartbound, c.oid)
        FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
      UNION ALL SELECT 'column', c.oid::regclass::text, attname, concat_ws(' ', format_type(atttypid, atttypmod),
          attnotnull, attislocal, attinhcount, attidentity, attgenerated, attcollation::regcollation, pg_get_expr(adbin, adrelid), relpersistence)
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relkind IN ('r', 'p', 'c') AND attnum > 0 AND NOT attisdropped
          AND relnamespace::regnamespace::text IN ('public', 'hr') AND relname <> 'gone'
          AND c.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
      UNION ALL SELECT 'collation', collname, concat_ws(' ', collprovider, collisdeterministic), colllocale
        FROM pg_collation WHERE collnamespace::regnamespace::text = 'hr'
      UNION ALL SELECT 'domain', typname, typcollation::regcollation::text, format_type(typbasetype, typtypmod)
        FROM pg_type WHERE typtype = 'd' AND typnamespace::regnamespace::text IN ('public', 'hr')
      UNION ALL SELECT 'sequence', schemaname || '.' || sequencename, '', concat_ws(' ', data_type, start_value, min_value,
          max_value, increment_by, cycle, cache_size) FROM pg_sequences WHERE schemaname <> 'hfit' AND sequencename <> 'free'
      ORDER BY 1, 2, 3, 4`,
  });
  const { rows } = await asked.finally(() => client.end());
  return rows;
}
