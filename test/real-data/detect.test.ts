import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@hot-fixture/database';
import { describe, expect, it } from 'vitest';
import { fillShop } from '../../examples/shop/data.js';
import { readBeside } from '../../examples/shop/shop.js';
import { type ProposedColumn, proposeLines } from '../../packages/hfit/src/policy/propose.js';
import { lookAtTables, type SeenTable } from '../../packages/hfit/src/policy/sample.js';
import { services } from '../services/index.js';
import { freshPglite } from '../services/pglite.js';
import { hasChinook } from './chinook.js';
import { type Named, personalColumns } from './personal.js';
import { chinookOnSqlite, type Place, scriptOnPostgresql } from './places.js';
import { hasSakila, sakilaScript } from './sakila.js';

const file = fileURLToPath(new URL('../../docs/policy.md', import.meta.url));
const between = /(<!-- detected: .*? -->\n)[\s\S]*?(<!-- \/detected -->)/;

interface Way {
  readonly name: Named;
  readonly missing: boolean;
  /** What it has to reach at least; a change that finds less has to say why. */
  readonly recall: number;
  readonly precision: number;
  propose(): Promise<ProposedColumn[]>;
}

const ways: Way[] = [
  {
    name: 'Sakila',
    missing: !hasSakila || !services.postgresql || !services.psql,
    ...{ recall: 0.9, precision: 0.7 },
    propose: () => placed(scriptOnPostgresql(sakilaScript())),
  },
  {
    name: 'Chinook',
    missing: !hasChinook,
    ...{ recall: 0.9, precision: 0.8 },
    propose: () => placed(chinookOnSqlite()),
  },
  {
    name: 'demo shop',
    missing: false,
    ...{ recall: 0.8, precision: 0.9 },
    async propose() {
      const pglite = await freshPglite();
      try {
        await pglite.exec(await readBeside('schema.sql'));
        await pglite.exec('SET session_replication_role = replica');
        await fillShop((sql, parameters) => pglite.query(sql, parameters), { scale: 0.003 });
        return await proposedFor(pglite);
      } finally {
        await pglite.close();
      }
    },
  },
];

interface Measured {
  readonly found: string[];
  readonly missed: string[];
  readonly wrong: string[];
  /** Personal, and proposed to leave as they are. */
  readonly kept: string[];
}

const measured = new Map<Named, Measured>();

describe.for(ways)('policy init on $name', ({ name, missing, propose, recall, precision }) => {
  if (missing) console.warn(`skipped: ${name} is not beside the project, or has no server`);

  it.skipIf(missing)('finds what a person found, or denies it', async () => {
    const lines = await propose();
    const truth = personalColumns(name);
    const named = (line: ProposedColumn) => `${line.table.replace(/^.*\./, '')}.${line.column}`;
    const all = new Set(lines.map(named));
    expect([...truth].filter((column) => !all.has(column))).toEqual([]);
    const flagged = new Set(lines.filter(({ kind }) => kind !== null).map(named));
    const keeps = new Set(lines.filter(({ as }) => as === 'keep').map(named));
    const of = {
      found: [...truth].filter((column) => flagged.has(column)),
      missed: [...truth].filter((column) => !flagged.has(column)),
      wrong: [...flagged].filter((column) => !truth.has(column)),
      kept: [...truth].filter((column) => keeps.has(column)),
    };
    measured.set(name, of);
    expect(of.found.length / truth.size).toBeGreaterThanOrEqual(recall);
    expect(of.found.length / flagged.size).toBeGreaterThanOrEqual(precision);
  });
});

it.skipIf(ways.some(({ missing }) => missing))('the page tells what was measured', async () => {
  const list = (columns: readonly string[]) => columns.map((it) => `\`${it}\``).join(', ') || '–';
  const share = (part: number, whole: number) =>
    `${part} of ${whole} (${Math.round((100 * part) / whole)} %)`;
  const rows = [...measured].map(([name, { found, missed, wrong, kept }]) => [
    name,
    share(found.length, found.length + missed.length),
    share(found.length, found.length + wrong.length),
    list(missed.filter((it) => !kept.includes(it))),
    list(kept),
    list(wrong),
  ]);
  const head = [
    'database',
    'found of what is personal (recall)',
    'personal of what was found (precision)',
    'missed, and denied all the same',
    'missed, and kept',
    'taken for personal, and is not',
  ];
  const table = [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
  const page = readFileSync(file, 'utf8');
  expect(page).toMatch(between);
  const written = page.replace(between, (_, begin, end) => `${begin}\n${table}\n\n${end}`);
  await expect(written).toMatchFileSnapshot(file);
});

async function placed(opening: Promise<Place>): Promise<ProposedColumn[]> {
  const place = await opening;
  try {
    return await proposedFor(place.url);
  } finally {
    await place.drop();
  }
}

async function proposedFor(from: Parameters<typeof openDatabase>[0]): Promise<ProposedColumn[]> {
  const database = await openDatabase(from);
  const snapshot = await database.snapshot();
  try {
    const schema = await snapshot.introspect();
    const seen: SeenTable[] = [];
    for await (const table of lookAtTables(snapshot, schema.tables, 500)) seen.push(table);
    return proposeLines(schema, seen);
  } finally {
    await snapshot.close();
    await database.close();
  }
}
