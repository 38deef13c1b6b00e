import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, openDatabase, type Schema, script, type Table } from '../src/index.js';
import { contents, wholeOf } from './datasets.js';
import { ask, fresh, withConnection } from './mysql-server.js';

const integer = (bits: bigint, unsigned = false) =>
  fc
    .bigInt(
      unsigned
        ? { min: 0n, max: 2n ** bits - 1n }
        : { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n },
    )
    .map(String);
const digits = (size: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: size, maxLength: size });
const decimal = (whole: number, scale: number) =>
  fc
    .tuple(fc.constantFrom('', '-'), digits(whole), digits(scale))
    .map(([sign, a, b]) => `${sign}${a}.${b}`);
const padded = (min: number, max: number, size: number) =>
  fc.integer({ min, max }).map((n) => String(n).padStart(size, '0'));
const date = fc.oneof(
  fc.constantFrom('0000-00-00', '2024-02-31', '2024-00-00', '9999-12-31', '2024-02-29'),
  fc.tuple(padded(1000, 9999, 4), padded(1, 12, 2), padded(1, 31, 2)).map((it) => it.join('-')),
);
const clock = fc
  .tuple(padded(0, 23, 2), padded(0, 59, 2), padded(0, 59, 2))
  .map((it) => it.join(':'));
const micro = padded(0, 999_999, 6);
const time = fc
  .tuple(fc.constantFrom('', '-'), padded(0, 838, 2), padded(0, 59, 2), padded(0, 59, 2), micro)
  .map(
    ([sign, h, m, s, f]) =>
      `${sign}${h}:${m}:${s}.${h === '838' && m === '59' && s === '59' ? '000000' : f}`,
  );
const timestamp = fc.oneof(
  fc.constantFrom('0000-00-00 00:00:00', '1970-01-01 00:00:01', '2038-01-19 03:14:07.999999'),
  fc
    .integer({ min: 1, max: 2 ** 31 - 1 })
    .map((s) => new Date(s * 1000).toISOString().slice(0, 19).replace('T', ' ')),
);
const wild = fc.constantFrom(
  "'",
  '"',
  '\\',
  '\0',
  '\n',
  '\r\n',
  '\u001a',
  '%',
  '`',
  ';',
  '--',
  '\\N',
  'NULL',
  ' ',
);
const text = (unit: fc.Arbitrary<string>, maxLength = 10) =>
  fc.array(fc.oneof(unit, wild), { maxLength }).map((it) => it.join('').slice(0, maxLength));
const unicode = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 1 })
  .filter((it) => it.isWellFormed());
const whole = (units: fc.Arbitrary<string>, maxLength?: number) =>
  text(units, maxLength).filter((it) => it.isWellFormed());
const basic = unicode.filter((it) => (it.codePointAt(0) as number) < 0x10000);
const latin = fc.constantFrom(...'abcäöüß€éñ¿');
const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((it) => Buffer.from(it));
const point = fc
  .tuple(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .map(([x, y]) => {
    // A reference system, then a point as well-known binary.
    const it = Buffer.alloc(25);
    it.writeUInt8(1, 4);
    it.writeUInt32LE(1, 5);
    it.writeDoubleLE(x, 9);
    it.writeDoubleLE(y, 17);
    return it;
  });

const types: Record<string, [type: string, values: fc.Arbitrary<string | Buffer>]> = {
  tiny: ['tinyint', integer(8n)],
  truth: ['boolean', fc.constantFrom('0', '1', '2')],
  small: ['smallint unsigned', integer(16n, true)],
  medium: ['mediumint', integer(24n)],
  whole: ['int unsigned zerofill', integer(32n, true)],
  large: ['bigint', integer(64n)],
  larger: ['bigint unsigned', integer(64n, true)],
  exact: ['decimal(65,30)', decimal(35, 30)],
  round: ['decimal(38)', digits(38)],
  single: ['float', fc.float({ noNaN: true, noDefaultInfinity: true }).map(String)],
  fixed: ['float(7,2)', decimal(5, 2)],
  twice: ['double', fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)],
  fixedTwice: ['double(20,5)', decimal(15, 5)],
  flag: ['bit', fc.constantFrom(Buffer.of(0), Buffer.of(1))],
  flags: ['bit(64)', bytes(8, 8)],
  day: ['date', date],
  moment: ['datetime(6)', fc.tuple(date, clock, micro).map(([d, t, f]) => `${d} ${t}.${f}`)],
  stamp: ['timestamp(6) NULL', timestamp],
  span: ['time(6)', time],
  year: ['year', fc.oneof(fc.constant('0000'), padded(1901, 2155, 4))],
  letters: ['char(10)', whole(basic).map((it) => it.trimEnd())],
  words: ['varchar(10)', whole(basic)],
  western: ['varchar(10) CHARACTER SET latin1', text(latin)],
  wide: ['varchar(10) CHARACTER SET utf16', whole(basic)],
  brief: ['tinytext', whole(unicode)],
  long: ['longtext', whole(unicode, 300)],
  four: ['binary(4)', bytes(4, 4)],
  some: ['varbinary(20)', bytes(0, 20)],
  blob: ['blob', bytes(0, 300)],
  mood: [`enum('sad','it''s','a"b\\\\','漢')`, fc.constantFrom('sad', "it's", 'a"b\\', '漢')],
  tags: [`set('x','y''','z z')`, fc.subarray(['x', "y'", 'z z']).map((it) => it.join())],
  tree: ['json', fc.json()],
  id6: ['inet6', fc.ipV6().map((it) => it.replace(/%.*/, ''))],
  uid: ['uuid', fc.uuid()],
  place: ['point', point],
  twicePlus: ['bigint AS (tiny * 2) STORED', fc.constant('')],
  greeting: [`varchar(30) AS (concat('it''s ', coalesce(year, '?'))) VIRTUAL`, fc.constant('')],
};
const written = Object.entries(types).filter(([, [type]]) => !type.includes(' AS ('));

const definition = `CREATE TABLE \`all \`\`types\` (
  id int AUTO_INCREMENT PRIMARY KEY,
  touched timestamp NOT NULL DEFAULT '2001-01-01' ON UPDATE current_timestamp,
  ${Object.entries(types)
    .map(([name, [type]]) => `\`${name}\` ${type}`)
    .join(',\n  ')},
  CHECK (small >= 0), KEY (words(3)), UNIQUE (id, truth)
) DEFAULT CHARSET utf8mb4 COMMENT 'AUTO_INCREMENT=7, ''quoted'''`;

const row = fc.tuple(
  ...written.map(([, [, values]]) =>
    fc.option(values as fc.Arbitrary<string | Buffer>, { freq: 5 }),
  ),
);

describe.skipIf(!services.mariadb)('values of MariaDB', () => {
  let [source, target, scripted]: Awaited<ReturnType<typeof fresh>>[] = [];
  let [database, copy, fed]: Database[] = [];
  let schema: Schema;
  beforeAll(async () => {
    [source, target, scripted] = await Promise.all([fresh(), fresh(), fresh()]);
    await source!.run([`SET sql_mode = ''`, definition]);
    [database, copy, fed] = await Promise.all(
      [source, target, scripted].map((it) => openDatabase(it!.url)),
    );
    schema = await database!.introspect();
  });
  afterAll(async () => {
    for (const it of [database, copy, fed]) await it?.close();
    for (const it of [source, target, scripted]) await it?.drop();
  });

  /** Fills the table as an application would, through a statement that the driver escapes. */
  const fill = (rows: readonly unknown[][]) =>
    withConnection(source!.url, async (connection) => {
      await connection.query(
        `SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'`,
      );
      await connection.query('DELETE FROM `all ``types`');
      const names = ['id', ...written.map(([name]) => `\`${name}\``)];
      await connection.query(`INSERT INTO \`all \`\`types\` (${names}) VALUES ?`, [
        rows.map((values, i) => [i, ...values]),
      ]);
    });

  const total = 'SELECT count(*) FROM `all ``types`';
  /** Rows that are the same in both databases, as the server compares them byte by byte. */
  const same = async (other: string) => {
    const equal = ['touched', ...Object.keys(types)].map((name) => {
      const isText = /char|text|enum|set|json|point/.test(types[name]?.[0] ?? '');
      const of = (alias: string) =>
        isText ? `BINARY ${alias}.\`${name}\`` : `${alias}.\`${name}\``;
      return `${of('a')} <=> ${of('b')}`;
    });
    const [[count]] = (await ask(
      source!.url,
      `SELECT count(*) FROM \`all \`\`types\` a JOIN ${other}.\`all \`\`types\` b ON a.id = b.id AND ${equal.join(' AND ')}`,
    )) as [[string]];
    return count;
  };

  it('come back to the bit, by load and by script, for every type', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        await fill(rows);
        const snapshot = await database!.snapshot();
        await copy!.load(wholeOf(schema, snapshot, 'replace'));
        expect(await contents(copy!)).toEqual(await contents(database!));
        expect(await same(target!.name)).toBe(String(rows.length));
        if (scripted!.feed) {
          let text = '';
          const whole = wholeOf(schema, snapshot, 'replace');
          for await (const piece of script(database!.dialect, whole)) text += piece;
          await scripted!.feed(text);
          expect(await contents(fed!)).toEqual(await contents(database!));
          expect(await same(scripted!.name)).toBe(String(rows.length));
        }
        await snapshot.close();
      }),
      { numRuns: 10 },
    );
    expect((await copy!.introspect()).tables).toEqual(schema.tables);
    const [[made]] = (await ask(target!.url, `${total} WHERE touched = '2001-01-01'`)) as [
      [string],
    ];
    expect(made).toEqual(((await ask(target!.url, total)) as [[string]])[0][0]);
  });

  it('have kinds, and the columns what they are made of', () => {
    const table = schema.tables[0] as Table;
    expect(table.name).toBe('all `types');
    const kinds: Record<string, string[]> = {};
    for (const { name, kind } of table.columns) kinds[kind] = [...(kinds[kind] ?? []), name];
    expect(kinds).toEqual({
      integer: 'id tiny truth small medium whole large larger year twicePlus'.split(' '),
      decimal: ['exact', 'round'],
      float: ['single', 'fixed', 'twice', 'fixedTwice'],
      binary: ['flag', 'flags', 'four', 'some', 'blob'],
      date: ['day'],
      timestamp: ['touched', 'moment', 'stamp'],
      time: ['span'],
      text: 'letters words western wide brief long greeting'.split(' '),
      enum: ['mood', 'tags'],
      json: ['tree'],
      uuid: ['uid'],
      other: ['id6', 'place'],
    });
    const column = (name: string) => table.columns.find((it) => it.name === name);
    expect(column('id')).toMatchObject({ identity: 'default', nullable: false, default: null });
    expect(column('touched')).toMatchObject({ default: `'2001-01-01 00:00:00'` });
    expect(column('twicePlus')).toMatchObject({ generated: 'stored', default: '`tiny` * 2' });
    expect(column('greeting')).toMatchObject({ generated: 'virtual', maxLength: 30 });
    expect(column('larger')).toMatchObject({ type: 'bigint(20) unsigned', default: null });
    expect([column('brief')?.maxLength, column('long')?.maxLength]).toEqual([63, null]);
    expect(table.uniques.map(({ columns }) => columns)).toEqual([['id', 'truth']]);
    expect(table.definition.create).not.toMatch(/ENGINE=\w+ AUTO_INCREMENT/);
    expect(table.definition.create).toMatch(/COMMENT='AUTO_INCREMENT=7/);
  });
});
