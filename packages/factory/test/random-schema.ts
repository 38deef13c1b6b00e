import fc from 'fast-check';

/** How a dialect writes what differs. */
export interface Words {
  readonly id: string;
  readonly json: string;
  readonly moment: string;
}

interface ColumnSql {
  readonly type: string;
  /** Conditions that it may have, with `?` for its name. */
  readonly checks: readonly string[];
  readonly default: string;
}

const columns = ({ json, moment }: Words): readonly ColumnSql[] => [
  {
    type: 'INTEGER',
    default: '7',
    checks: [
      ...['? > 0', '? BETWEEN 5 AND 900000', '? >= 10 AND ? < 1000000', '0 <= ?', '? <> 0'],
      ...['? IS NULL OR ? > 3', 'NOT (? IN (1, 2))', 'NOT (? <= 12)', '? < 0 OR ? > 1000000'],
    ],
  },
  { type: 'SMALLINT', default: '7', checks: ['? >= 0', '? < 32000'] },
  {
    type: 'DECIMAL(10,2)',
    default: '1.5',
    checks: ['? > 0', '? <= 99999.99', '? BETWEEN 0.5 AND 9000', '? IS NOT NULL AND ? > 1'],
  },
  { type: 'DOUBLE PRECISION', default: '1.5', checks: ['? >= 0', '? < 10'] },
  {
    type: 'VARCHAR(20)',
    default: `'abcde'`,
    checks: [`? <> ''`, 'length(?) > 4', 'length(?) BETWEEN 5 AND 12', 'length(?) = 8'],
  },
  { type: 'TEXT', default: `'abcde'`, checks: [`? IS NOT NULL`, 'length(?) <= 100'] },
  { type: 'DATE', default: `'2024-01-01'`, checks: [`? > '2000-01-01'`, `? < '2030-01-01'`] },
  { type: moment, default: `'2024-01-01 00:00:00'`, checks: [`? >= '2001-01-01 00:00:00'`] },
  { type: json, default: `'{}'`, checks: [] },
];

/** Columns with few values; unique together with others at most. */
const small = [
  { type: 'BOOLEAN', check: '' },
  {
    type: 'VARCHAR(10)',
    check: `? IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'it''s')`,
  },
  { type: 'INTEGER', check: '? IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)' },
  { type: 'TEXT', check: `? = 'x' OR ? = 'y'` },
];

const pick = (size: number) => fc.nat({ max: size - 1 });
const names = ['a', 'name', 'email', 'code', 'price', 'first_name', 'rating', 'city', 'Two Words'];
const quoted = (name: string) => `"${name}"`;

/** Tables that point to each other, and what a row of them has to keep. */
export const schemas = (words: Words): fc.Arbitrary<string[]> =>
  fc
    .array(
      fc.record({
        columns: fc.uniqueArray(
          fc.record({
            name: pick(names.length),
            type: pick(columns(words).length),
            check: fc.option(fc.nat({ max: 20 })),
            required: fc.boolean(),
            unique: fc.boolean(),
            default: fc.boolean(),
          }),
          { minLength: 1, maxLength: 5, selector: ({ name }) => name },
        ),
        few: fc.array(pick(small.length), { maxLength: 2 }),
        targets: fc.array(fc.record({ to: fc.nat({ max: 9 }), required: fc.boolean() }), {
          maxLength: 3,
        }),
        together: fc.boolean(),
        partial: fc.boolean(),
        junction: fc.boolean(),
        ordered: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((tables) =>
      tables.flatMap((table, at) => {
        const lines: string[] = [];
        const rest: string[] = [];
        const own = table.columns.map((it) => ({
          ...it,
          sql: columns(words)[it.type] as ColumnSql,
        }));
        for (const { name, sql, check, required, unique, default: given } of own) {
          const column = quoted(names[name] as string);
          const { checks, type } = sql;
          const condition = check === null ? undefined : checks[check % Math.max(1, checks.length)];
          const isUnique =
            unique && type !== words.json && type !== 'SMALLINT' && !/DOUBLE/.test(type);
          lines.push(
            [
              ...[column, type],
              ...(required ? ['NOT NULL'] : []),
              // A default would be the same in each row.
              ...(given && !isUnique && !condition && !table.together
                ? [`DEFAULT ${sql.default}`]
                : []),
              ...(condition ? [`CHECK (${condition.replaceAll('?', column)})`] : []),
              ...(isUnique ? ['UNIQUE'] : []),
            ].join(' '),
          );
        }
        table.few.forEach((kind, i) => {
          const { type, check } = small[kind] as (typeof small)[number];
          const condition = check ? ` CHECK (${check.replaceAll('?', `few${i}`)})` : '';
          lines.push(`few${i} ${type} NOT NULL${condition}`);
        });
        // Enough of them for the rows that a law makes.
        if (
          table.together &&
          table.few.length === 2 &&
          table.few.every((it) => it === 1 || it === 2)
        ) {
          rest.push('UNIQUE (few0, few1)');
        } else if (table.together) {
          const one = quoted(names[own[0]?.name ?? 0] as string);
          const isTold = !/JSON|DOUBLE|SMALL/.test(own[0]?.sql.type ?? '');
          if (isTold)
            rest.push(`UNIQUE (${[one, ...table.few.map((_, i) => `few${i}`)].join(', ')})`);
        }
        if (table.ordered) {
          lines.push('begins DATE NOT NULL', 'ends DATE NOT NULL');
          rest.push('CHECK (begins < ends)');
        }
        const keys = table.targets
          .filter(() => at > 0)
          .map(({ to, required }, i) => {
            lines.push(`t${i} INTEGER${required || table.junction ? ' NOT NULL' : ''}`);
            rest.push(`FOREIGN KEY (t${i}) REFERENCES t${to % at}_table (id)`);
            return `t${i}`;
          });
        if (table.junction && keys.length > 1) rest.push(`UNIQUE (${keys.join(', ')})`);
        const create = `CREATE TABLE t${at}_table (id ${words.id}, ${[...lines, ...rest].join(', ')})`;
        const some = quoted(names[own[0]?.name ?? 0] as string);
        const isText = /CHAR|TEXT/.test(own[0]?.sql.type ?? '');
        return table.partial && isText
          ? [create, `CREATE UNIQUE INDEX u${at} ON t${at}_table (lower(${some})) WHERE id > 0`]
          : [create];
      }),
    );
