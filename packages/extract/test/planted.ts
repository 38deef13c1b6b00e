import fc from 'fast-check';

/** One value of SQL, and what of it must not come out where its column is hidden. */
export interface Plant {
  readonly sql: string;
  readonly secret: string;
}

/** A kind of column, with ways to hide it, and how to plant the n-th secret in it. */
export interface Sort {
  readonly type: string;
  readonly hidden: readonly string[];
  plant(n: number): Plant;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const word = (n: number) => `zq${(n * 7919 + 1_000_003).toString(36)}secret`;
const hex = (text: string) => Buffer.from(text).toString('hex');
/** Far enough from each other that a shifted one is no other one. */
const day = (n: number) =>
  new Date(Date.UTC(1500, 0, 1) + n * 100 * 86_400_000).toISOString().slice(0, 10);
const number = (n: number) => String(700_000_000_000_000 + n * 7_919_000_007);

const text = (n: number): Plant => ({ sql: quoted(word(n)), secret: word(n) });
const sentence = (n: number): Plant => ({
  sql: quoted(`It's "said" by ${word(n)}@example.com,\n born 1980-01-01\\`),
  secret: word(n),
});
/** There a backslash is a mark of its own. */
const sentenceOfMariadb = (n: number): Plant => {
  const { sql, secret } = sentence(n);
  return { sql: sql.replaceAll('\\', '\\\\'), secret };
};
const document = (n: number): Plant => ({
  sql: quoted(JSON.stringify({ a: [{ b: `x ${word(n)} y` }], [word(n)]: 1 })),
  secret: word(n),
});
const whole = (n: number): Plant => ({ sql: number(n), secret: number(n) });
const dated = (n: number): Plant => ({ sql: quoted(day(n)), secret: day(n) });
const fraction = (n: number): Plant => ({ sql: `0.${number(n)}`, secret: number(n).slice(1, 14) });

const gone = ['deny', '"null"'];
/** What hides the word within an address of mail, and only there. */
const redacted = ['redact', '{ mask: redact, with: stars }', '{ mask: redact, with: mask }'];
const texts = [
  ...gone,
  'hash',
  'email',
  'personName',
  'phone',
  'address',
  'format',
  'refuses',
  '{ mask: constant, value: x }',
];
const dates = [...gone, 'dateShift'];
/** The word stands at a path, and is a key itself. */
const jsons = [
  ...gone,
  '{ mask: constant, value: "{}" }',
  '{ mask: json, paths: { "$.a[*].b": hash, "$.z": keep } }',
  '{ mask: json, paths: { "$..b": personName, "$.a": deny, "$.c": email } }',
];
const numbers = [...gone, 'noise', '{ mask: noise, percent: 90 }'];

export const sortsOfPostgresql: readonly Sort[] = [
  { type: 'text', hidden: texts, plant: text },
  { type: 'text', hidden: [...texts, ...redacted], plant: sentence },
  { type: 'varchar(120)', hidden: [...texts, ...redacted], plant: sentence },
  { type: 'character(40)', hidden: gone, plant: text },
  { type: 'text', hidden: jsons, plant: document },
  { type: 'json', hidden: jsons, plant: document },
  { type: 'jsonb', hidden: jsons, plant: document },
  { type: 'xml', hidden: gone, plant: (n) => ({ sql: `'<a>${word(n)}</a>'`, secret: word(n) }) },
  { type: 'bytea', hidden: gone, plant: (n) => ({ sql: `'\\x${hex(word(n))}'`, secret: word(n) }) },
  {
    type: 'text[]',
    hidden: gone,
    plant: (n) => ({ sql: `ARRAY[${text(n).sql}, NULL]`, secret: word(n) }),
  },
  { type: 'bigint', hidden: [...gone, 'integer', 'hash', 'refuses'], plant: whole },
  { type: 'numeric', hidden: numbers, plant: fraction },
  { type: 'double precision', hidden: numbers, plant: fraction },
  { type: 'date', hidden: dates, plant: dated },
  { type: 'timestamp', hidden: dates, plant: dated },
  { type: 'daterange', hidden: gone, plant: (n) => ({ sql: `'[${day(n)},)'`, secret: day(n) }) },
  {
    type: 'uuid',
    hidden: [...gone, 'hash'],
    plant: (n) => ({
      sql: `'00000000-0000-4000-8000-${number(n).slice(-12)}'`,
      secret: number(n).slice(-12),
    }),
  },
  { type: 'tsvector', hidden: gone, plant: text },
];

/** SQLite takes anything anywhere, so there the values need not be of the type. */
export const sortsOfSqlite: readonly Sort[] = [
  { type: 'TEXT', hidden: texts, plant: text },
  { type: 'VARCHAR(99)', hidden: [...texts, ...redacted], plant: sentence },
  { type: 'TEXT', hidden: texts, plant: (n) => ({ sql: `x'${hex(word(n))}'`, secret: word(n) }) },
  { type: 'JSON', hidden: jsons, plant: document },
  { type: 'BLOB', hidden: gone, plant: (n) => ({ sql: `x'${hex(word(n))}'`, secret: word(n) }) },
  { type: '', hidden: gone, plant: sentence },
  { type: 'INTEGER', hidden: [...gone, 'integer', 'hash', 'refuses'], plant: whole },
  { type: 'INTEGER', hidden: [...gone, 'integer', 'hash'], plant: text },
  { type: 'TEXT', hidden: texts, plant: whole },
  // A script spells other doubles in a way that no search would know again.
  { type: 'REAL', hidden: gone, plant: whole },
  { type: 'DATE', hidden: dates, plant: dated },
  { type: 'DATETIME', hidden: dates, plant: text },
  { type: 'DATE', hidden: dates, plant: sentence },
];

export const sortsOfMariadb: readonly Sort[] = [
  { type: 'text', hidden: texts, plant: (n) => ({ sql: `'It''s ${word(n)}@x'`, secret: word(n) }) },
  { type: 'varchar(120)', hidden: texts, plant: text },
  { type: 'varchar(120)', hidden: [...texts, ...redacted], plant: sentenceOfMariadb },
  { type: 'json', hidden: jsons, plant: document },
  { type: 'blob', hidden: gone, plant: (n) => ({ sql: `x'${hex(word(n))}'`, secret: word(n) }) },
  { type: 'bigint', hidden: [...gone, 'integer', 'hash'], plant: whole },
  { type: 'decimal(30,20)', hidden: numbers, plant: fraction },
  { type: 'date', hidden: dates, plant: dated },
];

interface PlantedColumn {
  readonly sort: Sort;
  readonly as: string;
  /** Of 0 it takes no NULL, though the policy may leave none but that; under 12 where it may. */
  readonly required: number;
  /** A default that holds a secret, too. */
  readonly withDefault: boolean;
  /** What else of a definition quotes one. */
  readonly rule?: Rule;
}

export type Rule = 'check' | 'table check' | 'index' | 'unique index' | null;

interface PlantedTable {
  /** A number, which is kept, or a text that is hidden. */
  readonly key: 'number' | 'text';
  readonly keyAs: string;
  /** The tables before it that it points to. */
  readonly parents: readonly boolean[];
  readonly columns: readonly PlantedColumn[];
  readonly rows: number;
}

export type Shape = readonly PlantedTable[];

/** Random tables of such columns, some of which point to each other. */
export function shapes(sorts: readonly Sort[], rules: readonly Rule[]): fc.Arbitrary<Shape> {
  const column = fc.constantFrom(...sorts).chain((sort) =>
    fc.record({
      sort: fc.constant(sort),
      as: fc.constantFrom(...sort.hidden),
      required: fc.integer({ min: 0, max: 24 }),
      withDefault: fc.boolean(),
      rule: fc.constantFrom(null, null, ...rules),
    }),
  );
  const table = fc.record({
    key: fc.constantFrom('number' as const, 'text' as const),
    keyAs: fc.constantFrom('hash', 'format', 'email'),
    parents: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    columns: fc.array(column, { minLength: 1, maxLength: 6 }),
    rows: fc.integer({ min: 1, max: 6 }),
  });
  return fc.array(table, { minLength: 1, maxLength: 3 });
}

export interface Planted {
  readonly sql: string;
  readonly tables: readonly string[];
  /** What hides every secret, and what keeps them all. */
  readonly hiding: string;
  readonly keeping: string;
  readonly secrets: readonly string[];
}

/** Its values can be compared with a text. */
const isPlain = (sort: Sort) => sort.plant === text && sort.type !== 'tsvector';

/** Writes the tables, their rows, and the policies. */
export function planted(shape: Shape): Planted {
  let n = 0;
  const secrets: string[] = [];
  const plant = (sort: Sort): string => {
    const { sql, secret } = sort.plant(++n);
    secrets.push(secret);
    return sql;
  };
  const keyed: Sort = { type: 'varchar(60)', hidden: [], plant: text };
  const sql: string[] = [];
  const policy: (readonly [table: string, column: string, as: string])[] = [];
  const keys: string[][] = [];
  shape.forEach(({ key, keyAs, parents, columns, rows }, t) => {
    const name = `t${t}`;
    const typeOf = (it: PlantedTable) => (it.key === 'number' ? 'integer' : keyed.type);
    const asOf = (it: PlantedTable) => (it.key === 'number' ? 'keep' : it.keyAs);
    const own = { key, keyAs } as PlantedTable;
    const targets = shape.flatMap((it, p) => (p < t && parents[p] ? [{ it, p }] : []));
    const definitions = [
      `id ${typeOf(own)} NOT NULL PRIMARY KEY`,
      ...targets.map(({ it, p }) => `p${p} ${typeOf(it)} REFERENCES t${p} (id)`),
      ...columns.map(({ sort, as, required, withDefault, rule }, c) => {
        const isRequired = required < (gone.includes(as) ? 1 : 12);
        const given = withDefault && isPlain(sort) ? ` DEFAULT ${plant(sort)}` : '';
        const check = rule === 'check' && isPlain(sort) ? ` CHECK (c${c} <> ${plant(sort)})` : '';
        return `c${c} ${sort.type}${given}${isRequired ? ' NOT NULL' : ''}${check}`;
      }),
      ...columns.flatMap(({ sort, rule }, c) =>
        rule === 'table check' && isPlain(sort)
          ? `CONSTRAINT k${t}_${c} CHECK (c${c} IS NULL OR c${c} <> ${plant(sort)})`
          : [],
      ),
    ];
    sql.push(`CREATE TABLE ${name} (${definitions.join(', ')})`);
    columns.forEach(({ sort, as, rule }, c) => {
      if (!isPlain(sort) || !rule?.endsWith('index')) return;
      // No mask can keep what this one asks for.
      const unique = rule === 'unique index' && as === 'deny' ? 'UNIQUE ' : '';
      sql.push(`CREATE ${unique}INDEX i${t}_${c} ON ${name} (id) WHERE c${c} <> ${plant(sort)}`);
    });
    policy.push([name, 'id', asOf(own)]);
    for (const { it, p } of targets) policy.push([name, `p${p}`, asOf(it)]);
    policy.push(...columns.map(({ as }, c) => [name, `c${c}`, as] as const));
    keys[t] = [];
    for (let row = 0; row < rows; row++) {
      const id = key === 'number' ? String(row + 1) : plant(keyed);
      keys[t].push(id);
      const values = [
        id,
        ...targets.map(({ p }) => keys[p]![row % keys[p]!.length]!),
        ...columns.map(({ sort }) => plant(sort)),
      ];
      sql.push(`INSERT INTO ${name} VALUES (${values.join(', ')})`);
    }
  });
  const written = (as: (it: string) => string) => {
    const tables = shape.map((_, t) => {
      const lines = policy.filter(([name]) => name === `t${t}`);
      return `    t${t}:\n${lines.map(([, column, it]) => `      ${column}: ${as(it)}\n`).join('')}`;
    });
    return `policyVersion: 1\ndatabases:\n  shop:\n${tables.join('')}`;
  };
  return {
    sql: `${sql.join(';\n')};`,
    tables: shape.map((_, t) => `t${t}`),
    hiding: written((as) => as),
    keeping: written(() => 'keep'),
    secrets,
  };
}
