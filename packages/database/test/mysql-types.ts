import fc from 'fast-check';
import type { Dataset } from '../src/index.js';
import { ask, withConnection } from './mysql-server.js';

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
const bits = (size: number) =>
  fc.bigInt({ min: 0n, max: 2n ** BigInt(size) - 1n }).map((it) => {
    const hex = it.toString(16).padStart(Math.ceil(size / 8) * 2, '0');
    return Buffer.from(hex, 'hex');
  });
const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, Number.MAX_VALUE, -Number.MAX_VALUE, 2.2250738585072014e-308, 0.1),
);
/** As text, -0 would be 0. */
const digitsOf = (it: number) => (Object.is(it, -0) ? '-0' : String(it));

const uint = (it: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(it);
  return bytes;
};
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const xy = fc.tuple(finite, finite).map(([x, y]) => {
  const bytes = Buffer.alloc(16);
  bytes.writeDoubleLE(x, 0);
  bytes.writeDoubleLE(y, 8);
  return bytes;
});
/** Well-known binary: the order of bytes, the number of the kind, what it is made of. */
const shape = (kind: number, of: fc.Arbitrary<Buffer>) =>
  of.map((it) => Buffer.concat([Buffer.of(1), uint(kind), it]));
const many = (of: fc.Arbitrary<Buffer>, minLength: number) =>
  fc
    .array(of, { minLength, maxLength: 4 })
    .map((list) => Buffer.concat([uint(list.length), ...list]));
/** A ring ends where it begins. */
const ring = fc
  .array(xy, { minLength: 3, maxLength: 5 })
  .map((list) => Buffer.concat([uint(list.length + 1), ...list, list[0] as Buffer]));
const point = shape(1, xy);
const line = shape(2, many(xy, 2));
const polygon = shape(3, many(ring, 1));
const shapes = {
  point,
  linestring: line,
  polygon,
  multipoint: shape(4, many(point, 1)),
  multilinestring: shape(5, many(line, 1)),
  multipolygon: shape(6, many(polygon, 1)),
  geometrycollection: shape(7, many(fc.oneof(point, line, polygon), 1)),
};
/** With the number of its reference system before it, as the server keeps it. */
const placed = (of: fc.Arbitrary<Buffer>) =>
  fc
    .tuple(fc.constantFrom(0, 4326, 2 ** 31 - 1), of)
    .map(([system, it]) => Buffer.concat([uint(system), it]));

/** Columns of every type: how each is declared, and which values it may hold. */
export const types: Record<string, [type: string, values: fc.Arbitrary<string | Buffer>]> = {
  tiny: ['tinyint', integer(8n)],
  truth: ['boolean', fc.constantFrom('0', '1', '2')],
  small: ['smallint unsigned', integer(16n, true)],
  medium: ['mediumint', integer(24n)],
  whole: ['int unsigned zerofill', integer(32n, true)],
  large: ['bigint', integer(64n)],
  larger: ['bigint unsigned', integer(64n, true)],
  exact: ['decimal(65,30)', decimal(35, 30)],
  round: ['decimal(38)', digits(38)],
  single: ['float', fc.float({ noNaN: true, noDefaultInfinity: true }).map(digitsOf)],
  fixed: ['float(7,2)', decimal(5, 2)],
  twice: ['double', double.map(digitsOf)],
  fixedTwice: ['double(20,5)', decimal(15, 5)],
  flag: ['bit', fc.constantFrom(Buffer.of(0), Buffer.of(1))],
  few: ['bit(11)', bits(11)],
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
  id4: ['inet4', fc.ipV4()],
  id6: ['inet6', fc.ipV6().map((it) => it.replace(/%.*/, ''))],
  uid: ['uuid', fc.uuid()],
  ...Object.fromEntries(
    Object.entries(shapes).map(([type, of]) => [`a ${type}`, [type, placed(of)]]),
  ),
  any: ['geometry', placed(fc.oneof(...Object.values(shapes)))],
  twicePlus: ['bigint AS (tiny * 2) STORED', fc.constant('')],
  greeting: [`varchar(30) AS (concat('it''s ', coalesce(year, '?'))) VIRTUAL`, fc.constant('')],
};
/** Those that are not generated. */
export const written = Object.entries(types).filter(([, [type]]) => !type.includes(' AS ('));

export const definition = `CREATE TABLE \`all \`\`types\` (
  id int AUTO_INCREMENT PRIMARY KEY,
  touched timestamp NOT NULL DEFAULT '2001-01-01' ON UPDATE current_timestamp,
  ${Object.entries(types)
    .map(([name, [type]]) => `\`${name}\` ${type}`)
    .join(',\n  ')},
  CHECK (small >= 0), KEY (words(3)), UNIQUE (id, truth)
) DEFAULT CHARSET utf8mb4 COMMENT 'AUTO_INCREMENT=7, ''quoted'''`;

/** The values of the written columns. */
export const row = fc.tuple(
  ...written.map(([, [, values]]) =>
    fc.option(values as fc.Arbitrary<string | Buffer>, { freq: 5 }),
  ),
);

/** Fills the table as an application would, through a statement that the driver escapes. */
export const fill = (url: string, rows: readonly unknown[][]) =>
  withConnection(url, async (connection) => {
    await connection.query(
      `SET sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'`,
    );
    await connection.query('DELETE FROM `all ``types`');
    const names = ['id', ...written.map(([name]) => `\`${name}\``)];
    await connection.query(`INSERT INTO \`all \`\`types\` (${names}) VALUES ?`, [
      rows.map((values, i) => [i, ...values]),
    ]);
  });

/** How many rows are the same in another database, as the server compares them byte by byte. */
export async function sameRows(url: string, other: string): Promise<number> {
  const equal = ['touched', ...Object.keys(types)].map((name) => {
    const type = types[name]?.[0] ?? '';
    const isText = /char|text|enum|set|json/.test(type);
    const of = (alias: string) => {
      const column = `${alias}.\`${name}\``;
      // As numbers, 0 and -0 are the same.
      if (/^(float|double)/.test(type)) return `CAST(CAST(${column} AS DOUBLE) AS CHAR)`;
      return isText ? `BINARY ${column}` : column;
    };
    return `${of('a')} <=> ${of('b')}`;
  });
  const [[count]] = (await ask(
    url,
    `SELECT count(*) FROM \`all \`\`types\` a JOIN ${other}.\`all \`\`types\` b ON a.id = b.id AND ${equal.join(' AND ')}`,
  )) as [[string]];
  return Number(count);
}

/** The same as values alone. */
export function withoutBytes(dataset: Dataset): Dataset {
  return {
    ...dataset,
    async *rows() {
      for await (const { table, columns, batches } of dataset.rows()) {
        yield { table, columns, batches };
      }
    },
  };
}
