import type { Dialect, Reference } from '../dialect.js';
import type { Session } from '../driver.js';
import type { Column, Row, Table, Value } from '../model.js';
import { arrayLiteral } from './array.js';
import { create, createAbsent, makeSchema } from './create.js';
import { edit } from './edit.js';
import { explain } from './explain.js';
import { introspect, schemas } from './introspect.js';
import { log } from './log.js';
import { literal, quote, quoteTable } from './quote.js';

/** How values are written, whatever the server, the role or the user's handle are set to. */
const settings = [
  `SET LOCAL search_path = ''`,
  `SET LOCAL datestyle = 'ISO, YMD'`,
  `SET LOCAL intervalstyle = 'postgres'`,
  `SET LOCAL timezone = 'UTC'`,
  `SET LOCAL bytea_output = 'hex'`,
  `SET LOCAL extra_float_digits = 3`,
  `SET LOCAL standard_conforming_strings = on`,
  // Rows that policies would hide make the server refuse, instead of being left out.
  `SET LOCAL row_security = off`,
];

const columnList = (columns: readonly Column[]) =>
  columns.map(({ name }) => quote(name)).join(', ');

export const dialect: Dialect = {
  name: 'postgresql',
  capabilities: {
    transactionalDefinitions: true,
    checksDeferredKeys: true,
    truthIsNumber: false,
    transactionalSequences: true,
  },

  quote,
  placeholder: (n) => `$${n}`,
  bind: (_column, text) => text,
  selected: ({ name }) => quote(name),

  keyedBy(columns, keys, offset) {
    const arrays = columns.map(({ type }, i) => `$${offset + i + 1}::${arrayOf(type)}`);
    const sql =
      columns.length === 1
        ? `${columnList(columns)} = ANY (${arrays[0]})`
        : `(${columnList(columns)}) IN (SELECT * FROM unnest(${arrays.join(', ')}))`;
    return {
      sql,
      parameters: columns.map((_, i) => arrayLiteral(keys.map((key) => key[i] ?? null))),
    };
  },

  introspect,
  schemas,

  beginRead: ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ...settings],
  beginLoad: ['BEGIN', ...settings],
  async beginWithoutKeys(session) {
    await session.run(['BEGIN', ...settings, 'SAVEPOINT hfit_keys'].join('; '));
    try {
      // It takes a privilege that managed servers do not give.
      await session.run('SET LOCAL session_replication_role = replica');
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== '42501') throw error;
      await session.run('ROLLBACK TO SAVEPOINT hfit_keys');
      return false;
    }
  },
  commit: 'COMMIT',
  rollback: 'ROLLBACK',

  ownTable: (name) => ({ schema: 'hfit', name }),
  createSchema: (name) => [makeSchema(name)],
  create,
  createAbsent,
  drop: (tables) =>
    tables.length === 0
      ? []
      : [`DROP TABLE IF EXISTS ${tables.map(quoteTable).join(', ')} CASCADE`],

  defer: (references) => alterConstraints(references, 'DEFERRABLE INITIALLY DEFERRED'),
  settle: (references) =>
    references.length === 0
      ? []
      : ['SET CONSTRAINTS ALL IMMEDIATE', ...restoreConstraints(references)],

  renumber: (tables) => tables.flatMap((table) => table.columns.flatMap(pastLastRow(table))),

  async insert(session, table, columns, rows) {
    await copyIn(session, table, columns, rows);
  },

  insertScript(table, columns, rows) {
    const values = rows.map((row) => `(${row.map(valueLiteral).join(', ')})`).join(',\n');
    return `INSERT INTO ${quoteTable(table)} (${columnList(columns)}) OVERRIDING SYSTEM VALUE VALUES\n${values};\n`;
  },

  scriptPrologue: ['\\set ON_ERROR_STOP on', `SET client_encoding = 'UTF8';`],

  ...edit,
  log,

  explain,
};

/** A session of this dialect can also take rows by COPY. */
export interface CopySession extends Session {
  copyIn(sql: string, text: string): Promise<void>;
}

async function copyIn(
  session: Session,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<void> {
  const text = rows.map((row) => `${row.map(copyField).join('\t')}\n`).join('');
  const sql = `COPY ${quoteTable(table)} (${columnList(columns)}) FROM`;
  await (session as CopySession).copyIn(sql, text);
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One field of COPY's text format. */
function copyField(value: Value): string {
  return value === null
    ? '\\N'
    : (value as string).replace(/[\\\t\n\r]/g, (character) => escapes[character] as string);
}

function valueLiteral(value: Value): string {
  return value === null ? 'NULL' : literal(String(value));
}

function arrayOf(type: string): string {
  return `${type}[]`;
}

/**
 * The keys of a cycle are put off by making them deferrable for the length of the transaction:
 * that takes the owner of the table, and no privilege that a managed server would not give.
 */
function alterConstraints(references: readonly Reference[], how: string): string[] {
  return references.map(({ table, foreignKey }) => {
    return `ALTER TABLE ${quoteTable(table)} ALTER CONSTRAINT ${quote(foreignKey.name)} ${how}`;
  });
}

function restoreConstraints(references: readonly Reference[]): string[] {
  return references.flatMap((reference) =>
    alterConstraints([reference], deferrability[reference.foreignKey.deferrable]),
  );
}

const deferrability = {
  never: 'NOT DEFERRABLE',
  immediate: 'DEFERRABLE INITIALLY IMMEDIATE',
  deferred: 'DEFERRABLE INITIALLY DEFERRED',
} as const;

/** Moves the sequence of a numbered column past the largest number in it. */
function pastLastRow(table: Table): (column: Column) => string[] {
  return (column) => {
    const numbered = column.identity !== null || /^nextval\(/.test(column.default ?? '');
    if (!numbered || column.kind !== 'integer') return [];
    const [name, of] = [literal(column.name), literal(quoteTable(table))];
    return [
      `SELECT pg_catalog.setval(s, m) FROM (SELECT pg_catalog.pg_get_serial_sequence(${of}, ${name}) AS s,` +
        ` (SELECT max(${quote(column.name)}) FROM ${quoteTable(table)}) AS m) x WHERE s IS NOT NULL AND m IS NOT NULL`,
    ];
  };
}
