import { type Database, openDatabase } from '@hot-fixture/database';
import { parsePolicy } from '@hot-fixture/masking';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { openExtraction, parseTemplate } from '../src/index.js';
import { type Fresh, openMariadb, openPostgresql } from './dialects.js';
import { key, rowsOf } from './shop.js';

/** More with HFIT_RUNS. */
const runs = Number(process.env.HFIT_RUNS ?? 60);
const runsOnServers = Number(process.env.HFIT_RUNS ?? 4);

/**
 * A table has a key of one or two columns, a unique column `u`, a unique pair of `u` and `b`, and
 * references of each form, to itself too.
 */
interface Drawn {
  readonly wide: readonly boolean[];
  readonly references: readonly Drawing[];
  readonly rows: number;
  readonly seed: readonly number[];
  readonly starts: readonly { table: number; from: number; count: number }[];
  readonly depth: number | null;
  readonly isOptional: boolean;
}

interface Drawing {
  readonly from: number;
  readonly to: number;
  readonly by: 'key' | 'unique' | 'pair';
  readonly required: boolean;
  readonly bringsChildren: boolean;
}

const most = 4;
const drawn: fc.Arbitrary<Drawn> = fc.record({
  wide: fc.array(fc.boolean(), { minLength: 1, maxLength: most }),
  references: fc.array(
    fc.record({
      from: fc.nat(most - 1),
      to: fc.nat(most - 1),
      by: fc.constantFrom('key', 'unique', 'pair'),
      required: fc.boolean(),
      bringsChildren: fc.boolean(),
    }),
    { maxLength: 6 },
  ),
  rows: fc.integer({ min: 1, max: 12 }),
  seed: fc.array(fc.nat(1000), { minLength: 90, maxLength: 90 }),
  starts: fc.array(fc.record({ table: fc.nat(most - 1), from: fc.nat(12), count: fc.nat(4) }), {
    minLength: 1,
    maxLength: 2,
  }),
  depth: fc.constantFrom(0, 1, 2, null),
  isOptional: fc.boolean(),
});

interface Edge extends Drawing {
  /** The columns that point, and what they point to. */
  readonly columns: readonly string[];
  readonly targets: readonly string[];
}

/** How a table is called: with a schema where it has one of its own. */
type NameOf = (t: number) => string;
const plain: NameOf = (t) => `t${t}`;
const inTwoSchemas: NameOf = (t) => (t % 2 === 1 ? `law_other.t${t}` : `t${t}`);

/** Statements that make the tables with their rows, and what they are. */
function build(drawing: Drawn, nameOf: NameOf) {
  const { wide, references, rows, seed } = drawing;
  const tables = wide.length;
  const edges = references.map((it, e): Edge => {
    const [from, to] = [it.from % tables, it.to % tables];
    const targets = { key: wide[to] ? ['a', 'b'] : ['a'], unique: ['u'], pair: ['u', 'b'] }[it.by];
    const columns = targets.map((_, i) => `e${e}${'ab'[i]}`);
    return { ...it, from, to, columns, targets };
  });
  const own = (t: number) => edges.filter(({ from }) => from === t);
  let at = 0;
  const next = () => seed[at++ % seed.length] as number;
  const statements: string[] = [];
  for (let t = 0; t < tables; t++) {
    const columns = own(t).flatMap((it) => {
      return it.columns.map((name) => `${name} int${it.required ? ' NOT NULL' : ''}`);
    });
    const key = wide[t] ? 'a, b' : 'a';
    statements.push(
      `CREATE TABLE ${nameOf(t)} (${['a int', 'b int', 'u int NOT NULL UNIQUE', ...columns].join()}, PRIMARY KEY (${key}), UNIQUE (u, b))`,
    );
    const values = Array.from({ length: rows }, (_, i) => {
      const points = own(t).flatMap((it) => {
        const row = it.required ? 1 + (next() % rows) : next() % (rows + 2);
        const isNull = row === 0 || row > rows;
        // As in the row that it points to; one null of a pair is enough to point nowhere.
        const target = [it.by === 'key' ? row : row + 100, row * 2];
        const nulls = it.columns.map((_, c) => isNull && (c === row % 2 || row === 0));
        if (isNull && !nulls.includes(true)) nulls[0] = true;
        return it.columns.map((_, c) => (nulls[c] ? 'NULL' : target[c]));
      });
      return `(${[i + 1, (i + 1) * 2, i + 101, ...points].join()})`;
    });
    statements.push(`INSERT INTO ${nameOf(t)} VALUES ${values.join()}`);
  }
  for (const [e, it] of edges.entries()) {
    statements.push(
      `ALTER TABLE ${nameOf(it.from)} ADD CONSTRAINT k${e} FOREIGN KEY (${it.columns}) REFERENCES ${nameOf(it.to)} (${it.targets})`,
    );
  }
  return { edges, statements: [...statements, ...stepsTable(drawing, edges, nameOf)], tables };
}

/** SQLite has no way to add a key, and asks for none: they go into the tables. */
function forSqlite(statements: readonly string[]): string[] {
  const keys = statements.flatMap((it) => /^ALTER TABLE (\w+) ADD (.*)$/.exec(it)?.slice(1) ?? []);
  return statements
    .filter((it) => !it.startsWith('ALTER'))
    .map((it) => {
      const [, table] = /^CREATE TABLE (\w+)/.exec(it) ?? [];
      const own = keys.filter((_, i) => i % 2 === 1 && keys[i - 1] === table);
      return table && own.length > 0 ? it.replace(/\)$/, `, ${own.join()})`) : it;
    });
}

const startText = ({ from, count }: Drawn['starts'][number]) =>
  `a > ${from} AND a <= ${from + count}`;
const edgeName = (nameOf: NameOf, { from, columns }: Edge) =>
  `${nameOf(from)}.${columns.length > 1 ? `(${columns.join(', ')})` : columns[0]}`;
const isCut = ({ isOptional }: Drawn, { required }: Edge) => isOptional && !required;

/** Every way from a row to another: `s` and `p` are a table and a row, `t` and `r` where it leads. */
function stepsTable(it: Drawn, edges: readonly Edge[], nameOf: NameOf): string[] {
  const steps = edges.flatMap((edge) => {
    const same = edge.columns.map((name, i) => `x.${name} = y.${edge.targets[i]}`).join(' AND ');
    const rows = `${nameOf(edge.from)} x JOIN ${nameOf(edge.to)} y ON ${same}`;
    const up = `SELECT ${edge.from} AS s, x.a AS p, ${edge.to} AS t, y.a AS r, 0 AS down FROM ${rows}`;
    const down = `SELECT ${edge.to} AS s, y.a AS p, ${edge.from} AS t, x.a AS r, 1 AS down FROM ${rows}`;
    return [...(isCut(it, edge) ? [] : [up]), ...(edge.bringsChildren ? [down] : [])];
  });
  const none = 'SELECT 0 AS s, 0 AS p, 0 AS t, 0 AS r, 0 AS down';
  const from = [none, ...steps].join(' UNION ALL ');
  return [`CREATE TABLE step AS ${from}`, 'CREATE INDEX step_from ON step (s, p)'];
}

/**
 * The same rows by plain SQL, one recursive query over everything: `d` counts the references down
 * from a start row, and is -1 for rows that others need.
 */
function expectedQuery({ starts, depth, wide }: Drawn, schema: string, nameOf: NameOf): string {
  const before = schema === '' ? '' : `${schema}.`;
  const begun = starts.map((start) => {
    const t = start.table % wide.length;
    const name = nameOf(t).includes('.') ? nameOf(t) : before + nameOf(t);
    return `SELECT ${t} AS t, a AS r, 0 AS d FROM ${name} WHERE ${startText(start)}`;
  });
  const [next, isNear] = depth === null ? ['0', '1 = 1'] : ['found.d + 1', `found.d < ${depth}`];
  return `WITH RECURSIVE found (t, r, d) AS (
    SELECT * FROM (${begun.join(' UNION ')}) begun
    UNION
    SELECT step.t, step.r, CASE WHEN step.down = 1 THEN ${next} ELSE -1 END
      FROM found JOIN ${before}step step ON step.s = found.t AND step.p = found.r
      WHERE step.down = 0 OR (found.d >= 0 AND ${isNear})
  ) SELECT DISTINCT t, r FROM found`;
}

function templateOf(it: Drawn, edges: readonly Edge[], nameOf: NameOf): string {
  const starts = it.starts.map(
    (start) => `{ table: ${nameOf(start.table % it.wide.length)}, filter: "${startText(start)}" }`,
  );
  const cut = [
    ...new Set(edges.filter((edge) => isCut(it, edge)).map((edge) => edgeName(nameOf, edge))),
  ];
  const rules = edges.map((edge) => `"${edgeName(nameOf, edge)}": ${edge.bringsChildren}`);
  const depth = it.depth === null ? '' : `depth: ${it.depth}, `;
  return `hfitVersion: 1
templateName: law
exports:
  slice.sql:
    type: subset
    data:
      dbms: law
      start: [${starts.join(', ')}]
      allowEmpty: true
      optional: [${cut.map((name) => `"${name}"`).join(', ')}]
      children: { ${depth}relations: { ${rules.join(', ')} } }
`;
}

/** Before the extraction: some handles have one session. */
async function expectedRows(database: Database, it: Drawn, nameOf: NameOf): Promise<string[]> {
  const snapshot = await database.snapshot();
  try {
    const { defaultSchema } = await snapshot.introspect();
    const sql = expectedQuery(it, defaultSchema, nameOf);
    const rows = await snapshot.using((session) => session.query(sql));
    return rows.map(([t, r]) => `${t}:${r}`).sort();
  } finally {
    await snapshot.close();
  }
}

/** Runs the closure, and checks it against SQL: rows, references that hold, chains that end. */
async function check(database: Database, it: Drawn, edges: readonly Edge[], nameOf: NameOf) {
  const tables = it.wide.length;
  const columns = (t: number) => [
    'a',
    'b',
    'u',
    ...edges.filter(({ from }) => from === t).flatMap((edge) => edge.columns),
  ];
  const policy = Array.from({ length: tables }, (_, t) => {
    return `    ${nameOf(t)}: { ${columns(t)
      .map((name) => `${name}: keep`)
      .join(', ')} }\n`;
  });
  const expected = await expectedRows(database, it, nameOf);
  const extraction = await openExtraction({
    template: parseTemplate(templateOf(it, edges, nameOf)),
    parameters: [],
    sources: { databases: { law: database }, volumes: {} },
    policy: parsePolicy(`policyVersion: 1\ndatabases:\n  law:\n${policy.join('')}`, 'policy.yaml'),
    maskingKey: key,
  });
  try {
    const rows = await rowsOf(extraction.dataset());
    const found = Object.entries(rows).flatMap(([name, list]) =>
      list.map(([a]) => `${name.slice(1)}:${a}`),
    );
    expect(found.sort()).toEqual(expected);
    for (const edge of edges) {
      const value = (t: number, names: readonly string[]) =>
        (rows[`t${t}`] ?? []).map((row) => names.map((name) => row[columns(t).indexOf(name)]));
      const there = new Set(value(edge.to, edge.targets).map(String));
      for (const points of value(edge.from, edge.columns)) {
        if (!points.includes(null)) expect(there).toContain(String(points));
      }
    }
    let chains = 0;
    for (const chain of await extraction.explainAll()) {
      chains += 1;
      expect(chain[0]?.kind).toBe('start');
      expect(found).toContain(`${chain.at(-1)?.table.replace(/.*t/, '')}:${chain.at(-1)?.key.a}`);
    }
    expect(chains).toBe(found.length);
  } finally {
    await extraction.close();
  }
}

describe('peers, extraction 1 and 2: the closure is complete and minimal', () => {
  it(`over ${runs} random schemas and data, by recursive SQL`, async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async (it) => {
        const { edges, statements } = build(it, plain);
        const sqlite = new Sqlite(':memory:');
        sqlite.pragma('foreign_keys = OFF');
        for (const statement of forSqlite(statements)) sqlite.exec(statement);
        const database = await openDatabase(sqlite);
        await check(database, it, edges, plain);
        await database.close();
        sqlite.close();
      }),
      { numRuns: runs },
    );
  });

  describe.each([
    { name: 'PostgreSQL', skip: !services.postgresql, open: openPostgresql, nameOf: inTwoSchemas },
    { name: 'MariaDB', skip: !services.mariadb, open: openMariadb, nameOf: plain },
  ])('of $name', ({ skip, open, nameOf }) => {
    let source: Fresh;
    beforeAll(async () => {
      if (skip) return;
      source = await open();
      if (nameOf === inTwoSchemas) await source.run('CREATE SCHEMA law_other');
    });
    afterAll(() => source?.close());

    it.skipIf(skip)(`over ${runsOnServers} too`, async () => {
      await fc.assert(
        fc.asyncProperty(drawn, async (it) => {
          const { edges, statements, tables } = build(it, nameOf);
          try {
            for (const statement of statements) await source.run(statement);
            await check(source.database, it, edges, nameOf);
          } finally {
            for (const [e, { from }] of edges.entries()) {
              await source.run(`ALTER TABLE ${nameOf(from)} DROP CONSTRAINT IF EXISTS k${e}`);
            }
            await source.run('DROP TABLE IF EXISTS step');
            for (let t = 0; t < tables; t++) await source.run(`DROP TABLE IF EXISTS ${nameOf(t)}`);
          }
        }),
        { numRuns: runsOnServers },
      );
    });
  });
});
