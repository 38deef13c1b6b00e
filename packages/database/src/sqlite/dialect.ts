import type { Dialect } from '../dialect.js';
import type { Column, Table, Value } from '../model.js';
import { carry } from './carry.js';
import { clientProgram } from './client-program.js';
import { create, createAbsent } from './create.js';
import { edit } from './edit.js';
import { editScript } from './edit-script.js';
import { explain } from './explain.js';
import { insertReturning } from './insert-returning.js';
import { introspect, schemas, schemaVersion } from './introspect.js';
import { decode, encode } from './javascript.js';
import { affinityOf } from './kinds.js';
import { literal } from './literal.js';
import { log } from './log.js';
import { quote, quoteTable } from './quote.js';
import { rowAddress } from './row-address.js';
import type { SqliteSession } from './session.js';
import { withoutDefaults } from './without-defaults.js';
import { withoutRules } from './without-rules.js';

/** Lets keys be broken until the commit, which then checks them. */
const deferKeys = 'PRAGMA defer_foreign_keys = ON';

export const dialect: Dialect = {
  name: 'sqlite',
  // They are checked by the commit, which does not say which key it was.
  capabilities: {
    transactionalDefinitions: true,
    schemasAreDatabases: false,
    checksDeferredKeys: false,
    truthIsNumber: true,
    nullsFirst: true,
    transactionalSequences: true,
  },

  quote,
  placeholder: () => '?',
  bind,
  encode,
  decode,
  selected: ({ name }) => quote(name),

  keyedBy(columns, keys) {
    const one = columns.map(() => '?').join(', ');
    const sql =
      columns.length === 1
        ? `${columnList(columns)} IN (${keys.map(() => '?').join(', ')})`
        : `(${columnList(columns)}) IN (VALUES ${keys.map(() => `(${one})`).join(', ')})`;
    return { sql, parameters: keys.flatMap((key) => columns.map((_, i) => key[i] ?? null)) };
  },

  rowAddress,
  introspect,
  schemaVersion,
  schemas,
  places: async () => [],

  // The moment that a transaction sees is that of its first look.
  beginRead: ['BEGIN', 'SELECT 1 FROM sqlite_schema'],
  beginLoad: ['BEGIN IMMEDIATE'],
  async beginWithoutKeys(session) {
    // The end of the session puts it back; within a transaction it would do nothing.
    await session.run('PRAGMA foreign_keys = OFF');
    await session.run('BEGIN IMMEDIATE');
    return true;
  },
  commit: 'COMMIT',
  rollback: 'ROLLBACK',

  ownTable: (name) => ({ schema: '', name: `hfit_${name}` }),
  createSchema: () => [],
  create,
  createAbsent,
  withoutDefaults,
  withoutRules,
  // A drop deletes the rows first, and their keys count.
  drop: (tables) =>
    tables.length === 0
      ? []
      : [deferKeys, ...tables.map((table) => `DROP TABLE IF EXISTS ${quoteTable(table)}`)],

  defer: (references) => (references.length === 0 ? [] : [deferKeys]),
  settle: () => [],
  // SQLite numbers on from the largest number that it has seen.
  renumber: () => [],

  async insert(session, table, columns, rows) {
    const values = columns.map(() => '?').join(', ');
    await (session as SqliteSession).insert(`${into(table, columns)} VALUES (${values})`, rows);
  },

  insertReturning,

  insertScript(table, columns, rows) {
    const values = rows.map((row) => `(${row.map(literal).join(', ')})`).join(',\n');
    return `${into(table, columns)} VALUES\n${values};\n`;
  },

  scriptPrologue: ['.bail on', 'PRAGMA foreign_keys = ON;'],
  clientProgram,

  ...edit,
  editScript,
  log,
  carry,

  explain,
};

function columnList(columns: readonly Column[]): string {
  return columns.map(({ name }) => quote(name)).join(', ');
}

/** OR ABORT: a table may say ON CONFLICT IGNORE, and would lose the row in silence. */
function into(table: Table, columns: readonly Column[]): string {
  return `INSERT OR ABORT INTO ${quoteTable(table)} (${columnList(columns)})`;
}

function bind(column: Column, text: string): Value {
  switch (column.kind) {
    case 'boolean':
      return /^(true|1)$/i.test(text) ? 1n : 0n;
    case 'integer':
      return wholeOrReal(text);
    case 'decimal':
      return affinityOf(column.type) === 'numeric' ? wholeOrReal(text) : Number(text);
    case 'float':
      return Number(text);
    default:
      return text;
  }
}

/** A number beyond 64 bits can only be a REAL. */
function wholeOrReal(text: string): bigint | number {
  if (!/^[+-]?\d+$/.test(text)) return Number(text);
  const whole = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, whole) === whole ? whole : Number(text);
}
