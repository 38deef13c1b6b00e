import fc, { type Arbitrary } from 'fast-check';

/** Types with what a person might write into a column of each, by family. */
export type Family = Readonly<Record<string, Arbitrary<string>>>;

const mapped = (bounds: { min: bigint; max: bigint }) => fc.bigInt(bounds).map(String);
const signed = (bits: bigint) => {
  const half = 2n ** (bits - 1n);
  const [least, most] = [-half, half - 1n].map(String) as [string, string];
  return fc.oneof(mapped({ min: -half, max: half - 1n }), fc.constantFrom(least, most, '0', '-1'));
};
const unsigned = (bits: bigint) => mapped({ min: 0n, max: 2n ** bits - 1n });
const pad = (value: number, size: number) => String(value).padStart(size, '0');
const whole = (min: number, max: number) => fc.integer({ min, max });
const digits = (max: number) =>
  fc.array(whole(0, 9), { minLength: 1, maxLength: max }).map((list) => list.join(''));
const sign = fc.constantFrom('', '-');
const joined = (separator: string, ...parts: Arbitrary<string>[]) =>
  fc.tuple(...parts).map((list) => list.join(separator));

const numeric = fc.oneof(
  fc.tuple(sign, digits(60), digits(40)).map(([s, a, b]) => `${s}${a}.${b}`),
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '0', '0.000', '1e-1000', '9e9999'),
);
const doubles = fc.double().map((it) => (Object.is(it, -0) ? '-0' : String(it)));
const floats = fc.float().map((it) => (Object.is(it, -0) ? '-0' : String(it)));
const cents = fc.tuple(sign, whole(0, 2 ** 31), whole(0, 99));

export const numbers: Family = {
  int2: signed(16n),
  int4: signed(32n),
  int8: signed(64n),
  numeric,
  'numeric(12,3)': fc
    .tuple(sign, whole(0, 999_999_999), whole(0, 999))
    .map(([s, a, b]) => `${s}${a}.${pad(b, 3)}`),
  float4: fc.oneof(floats, fc.constantFrom('3.4028235e+38', '1e-45', '-0', 'NaN')),
  float8: fc.oneof(doubles, fc.constantFrom('1.7976931348623157e+308', '5e-324', '-0', 'NaN')),
  money: fc.oneof(
    cents.map(([s, a, b]) => `${s}${a}.${pad(b, 2)}`),
    fc.constant('-92233720368547758.08'),
  ),
  bool: fc.constantFrom('t', 'f'),
  oid: unsigned(32n),
  xid8: unsigned(64n),
};

/** Every character but NUL, which PostgreSQL does not have, and what its formats treat apart. */
export const text = fc.oneof(
  fc
    .string({ unit: 'binary', maxLength: 30 })
    .filter((it) => !it.includes('\0') && it.isWellFormed()),
  fc.string({
    unit: fc.constantFrom(
      '\\',
      '\t',
      '\n',
      '\r',
      '\b',
      '\v',
      '"',
      "'",
      ',',
      '{',
      '}',
      '(',
      ')',
      ' ',
      'N',
      '.',
      'é',
      '\u{1F600}',
      '$',
      ';',
    ),
    maxLength: 12,
  }),
  fc.constantFrom(
    '',
    '\\N',
    '\\.',
    'NULL',
    '\\\\',
    '\\n',
    '\ufeff',
    '\u0001',
    '\u{10ffff}',
    '\ufffe',
  ),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((it) => `\\x${Buffer.from(it).toString('hex')}`);
const hex = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((it) => Buffer.from(it).toString('hex'));
const bits = (min: number, max: number) =>
  fc.array(fc.constantFrom('0', '1'), { minLength: min, maxLength: max }).map((it) => it.join(''));

export const strings: Family = {
  text,
  'varchar(40)': text,
  'char(5)': fc.string({ unit: fc.constantFrom('a', ' ', 'é'), maxLength: 5 }),
  name: fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
  '"char"': fc.constantFrom('a', '', '\\377', '\\200'),
  bytea: bytes,
  uuid: hex(16),
  'bit(7)': bits(7, 7),
  varbit: bits(0, 70),
};

const clock = fc
  .tuple(whole(0, 23), whole(0, 59), whole(0, 59), whole(0, 999_999))
  .map(([h, m, s, us]) => `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}.${pad(us, 6)}`);
const zone = fc
  .tuple(fc.constantFrom('+', '-'), whole(0, 14), whole(0, 59))
  .map(([s, h, m]) => `${s}${pad(h, 2)}:${pad(m, 2)}`);
/** By Julian day, from 4714 BC on. */
const day = (max: number) =>
  fc.oneof(whole(2, max), whole(2_400_000, 2_500_000)).map((it) => `J${it}`);
const endless = fc.constantFrom('infinity', '-infinity');
const stamp = joined(' ', day(109_203_000), clock);
const span = fc
  .tuple(whole(-9999, 9999), whole(-20, 20), whole(-9999, 9999), sign, clock)
  .map(([y, m, d, s, time]) => `${y} years ${m} mons ${d} days ${s}${time}`);

export const times: Family = {
  date: fc.oneof(day(2_147_483_000), endless),
  time: fc.oneof(clock, fc.constant('24:00:00')),
  timetz: fc.oneof(joined('', clock, zone), fc.constant('24:00:00-15:59:59')),
  timestamp: fc.oneof(stamp, endless),
  timestamptz: fc.oneof(joined('', stamp, zone), endless),
  interval: fc.oneof(span, fc.constantFrom('178000000 years', '-178000000 years', '0')),
};

const byte = whole(0, 255).map(String);
const ip4 = joined('.', byte, byte, byte, byte);
const ip6 = hex(16).map((it) => (it.match(/..../g) as string[]).join(':'));
const real = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map(String);
const point = joined(',', real, real).map((it) => `(${it})`);
const points = fc.array(point, { minLength: 2, maxLength: 5 }).map((it) => it.join(','));
const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', '\u{1F600}', '\\\\', "''", ' '),
  minLength: 1,
  maxLength: 6,
});
const lexeme = fc.tuple(
  word,
  fc.array(joined('', whole(1, 16383).map(String), fc.constantFrom('', 'A', 'B')), {
    maxLength: 3,
  }),
);

export const others: Family = {
  inet: fc.oneof(
    joined('/', ip4, whole(0, 32).map(String)),
    ip4,
    joined('/', ip6, whole(0, 128).map(String)),
  ),
  cidr: fc.oneof(ip4, ip6),
  macaddr: hex(6),
  macaddr8: hex(8),
  point: fc.oneof(point, fc.constant('(Infinity,NaN)')),
  line: joined(',', real, whole(1, 99).map(String), real).map((it) => `{${it}}`),
  lseg: joined(',', point, point).map((it) => `[${it}]`),
  box: joined(',', point, point),
  path: fc.oneof(
    points.map((it) => `[${it}]`),
    points.map((it) => `(${it})`),
  ),
  polygon: points.map((it) => `(${it})`),
  circle: fc.tuple(point, whole(0, 999)).map(([at, r]) => `<${at},${r}>`),
  tsvector: fc
    .array(lexeme, { maxLength: 5 })
    .map((it) => it.map(([of, at]) => `'${of}'${at.length > 0 ? `:${at.join()}` : ''}`).join(' ')),
  tsquery: fc
    .array(word, { minLength: 1, maxLength: 4 })
    .map((it) => it.map((of) => `'${of}':*A`).join(' <-> ')),
  pg_lsn: joined('/', hex(4), hex(4)),
  pg_snapshot: fc.constantFrom('10:20:10,14,15', '1:1:'),
  jsonpath: fc.constantFrom('$.a[*] ? (@ > 1)', 'strict $."x\\"y"', '$'),
};

const spaces = fc.constantFrom('', ' ', '\n\t');
/** JSON keeps its text: spaces, keys given twice, numbers as they were written. */
const json = fc.tuple(fc.json({ maxDepth: 3 }), spaces, spaces).map(([of, a, b]) => {
  return `${a}{"a": 1.00e5,"a":${b}${of.replaceAll('\\u0000', '0')} }`;
});

export const documents: Family = {
  json,
  jsonb: fc.oneof(json, fc.constantFrom('null', '"\\ud83d\\ude00"', '1e400', '-0.00')),
};

export const xml: Family = {
  xml: fc.constantFrom(
    '<a b="1">é<!-- x --></a>',
    'no element',
    '<a/><b>&lt;</b>',
    '',
    ' <x>\n</x> ',
  ),
};

const range = (bound: Arbitrary<string>, order: (a: string, b: string) => number) =>
  fc.oneof(
    fc.tuple(fc.constantFrom('[', '('), bound, bound, fc.constantFrom(']', ')')).map(
      ([open, a, b, close]) =>
        `${open}${[a, b]
          .sort(order)
          .map((it) => `"${it}"`)
          .join()}${close}`,
    ),
    bound.map((it) => `["${it}",)`),
    fc.constantFrom('empty', '(,)'),
  );
const byNumber = (a: string, b: string) => Number(a) - Number(b);
const byText = (a: string, b: string) => (a < b ? -1 : 1);
const several = (of: Arbitrary<string>) =>
  fc.array(of, { maxLength: 4 }).map((it) => `{${it.join()}}`);
const small = whole(-99_999, 99_999).map(String);
const date = fc
  .tuple(whole(1000, 9999), whole(1, 12), whole(1, 28))
  .map(([y, m, d]) => `${y}-${pad(m, 2)}-${pad(d, 2)}`);
const moment = joined(' ', date, clock);
const ranges_ = {
  int4range: range(small, byNumber),
  int8range: range(small, byNumber),
  numrange: range(
    fc.tuple(small, digits(9)).map((it) => it.join('.')),
    byNumber,
  ),
  daterange: range(fc.oneof(date), byText),
  tsrange: range(moment, byText),
  tstzrange: range(moment, byText),
};

export const ranges: Family = {
  ...ranges_,
  ...Object.fromEntries(
    Object.entries(ranges_).map(([name, of]) => [name.replace('range', 'multirange'), several(of)]),
  ),
};

const element = (value: string | null) =>
  value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`;

/** Arrays of one and two dimensions, with NULL in them, that do not always begin at 1. */
export function arraysOf(type: string, of: Arbitrary<string>): Arbitrary<string> {
  // Alone, a box is parted from the next by a semicolon.
  const comma = type === 'box' ? ';' : ',';
  const list = (size: { minLength: number; maxLength: number }) =>
    fc.array(fc.option(of), size).map((it) => `{${it.map(element).join(comma)}}`);
  const lower = whole(-3, 3);
  return fc.oneof(
    list({ minLength: 0, maxLength: 4 }),
    fc
      .tuple(lower, list({ minLength: 2, maxLength: 2 }))
      .map(([from, it]) => `[${from}:${from + 1}]=${it}`),
    fc
      .tuple(list({ minLength: 2, maxLength: 2 }), list({ minLength: 2, maxLength: 2 }))
      .map(([a, b]) => `{${a}${comma}${b}}`),
    fc
      .tuple(lower, list({ minLength: 1, maxLength: 1 }), list({ minLength: 1, maxLength: 1 }))
      .map(([from, a, b]) => `[${from}:${from + 1}][5:5]={${a}${comma}${b}}`),
  );
}

const field = (value: string | null) =>
  value === null ? '' : `"${value.replace(/["\\]/g, (it) => it + it)}"`;
const record = (...fields: Arbitrary<string>[]) =>
  fc.tuple(...fields.map((it) => fc.option(it))).map((it) => `(${it.map(field).join()})`);

/** Types that have to be made. */
export const makeOwn = [
  `CREATE TYPE mood AS ENUM ('sad', 'it''s, ok', 'a"b\\c', '')`,
  `CREATE DOMAIN short AS varchar(40) CHECK (length(VALUE) <= 40)`,
  `CREATE DOMAIN shorts AS short[]`,
  `CREATE TYPE thing AS (a int, "B b" text, moods mood[], at timestamptz)`,
  `CREATE TYPE things AS (one thing, many thing[])`,
  `CREATE TYPE floats AS RANGE (SUBTYPE = float8)`,
];
const mood = fc.constantFrom('sad', `it's, ok`, 'a"b\\c', '');
const thing = record(numbers.int4 as Arbitrary<string>, text, arraysOf('mood', mood), stamp);

export const own: Family = {
  mood,
  short: text,
  shorts: arraysOf('short', text),
  thing,
  things: record(thing, arraysOf('thing', thing)),
  floats: range(small, byNumber),
};
