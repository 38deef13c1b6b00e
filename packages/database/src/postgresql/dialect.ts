import type { Dialect } from '../dialect.js';
import type { Column, SequenceState, Value } from '../model.js';
import { arrayLiteral } from './array.js';
import { bind } from './bind.js';
import { carry } from './carry.js';
import { clientProgram } from './client-program.js';
import { bulk, copyRows } from './copy.js';
import { create, createAbsent, makeSchema } from './create.js';
import { defer, lift, settle, undeferrable } from './deferral.js';
import { edit } from './edit.js';
import { editScript } from './edit-script.js';
import { estimatedRows } from './estimated-rows.js';
import { explain } from './explain.js';
import { heldTables } from './held-tables.js';
import { insertReturning } from './insert-returning.js';
import { introspect, schemas } from './introspect.js';
import { decode, encode } from './javascript.js';
import { limitReads } from './limits.js';
import { log } from './log.js';
import { places } from './places.js';
import { powers } from './powers.js';
import { literal, quote, quoteTable } from './quote.js';
import { rowAddress } from './row-address.js';
import { streamRows } from './row-stream.js';
import { schemaVersion } from './schema-version.js';
import { renumber } from './sequences.js';
import { withoutDefaults } from './without-defaults.js';
import { withoutDomains } from './without-domains.js';
import { withoutRules } from './without-rules.js';

/** How values are written, whatever the server, the role or the user's handle are set to. */
const settings = [
  `SET LOCAL search_path = ''`,
  `SET LOCAL datestyle = 'ISO, YMD'`,
  `SET LOCAL intervalstyle = 'postgres'`,
  `SET LOCAL timezone = 'UTC'`,
  `SET LOCAL bytea_output = 'hex'`,
  `SET LOCAL extra_float_digits = 3`,
  `SET LOCAL lc_monetary = 'C'`,
  `SET LOCAL xmloption = content`,
  `SET LOCAL array_nulls = on`,
  `SET LOCAL quote_all_identifiers = off`,
  `SET LOCAL client_encoding = 'UTF8'`,
  `SET LOCAL standard_conforming_strings = on`,
  // Rows that policies would hide make the server refuse, instead of being left out.
  `SET LOCAL row_security = off`,
];

const beginRead = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** A transaction begins in one message: each more would wait for an answer of its own. */
const script = (...begin: readonly string[]) => [...begin, ...settings].join(';\n');

const forFunctions = 'SET LOCAL search_path TO DEFAULT';

const columnList = (columns: readonly Column[]) =>
  columns.map(({ name }) => quote(name)).join(', ');

export type { CopySession } from './copy.js';

export const dialect: Dialect = {
  name: 'postgresql',
  capabilities: {
    transactionalDefinitions: true,
    schemasAreDatabases: false,
    checksDeferredKeys: true,
    truthIsNumber: false,
    nullsFirst: false,
    transactionalSequences: true,
  },

  quote,
  placeholder: (n) => `$${n}`,
  bind,
  encode,
  decode,
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

  rowAddress,
  introspect,
  schemaVersion,
  schemas,
  estimatedRows,
  places,
  powers,

  beginRead: [script(beginRead)],
  limitReads,
  heldTables,
  sharedMoment: {
    async share(session) {
      const [row] = await session.query('SELECT pg_export_snapshot()');
      return row?.[0] as string;
    },
    beginAt: (moment) => [script(beginRead, `SET TRANSACTION SNAPSHOT ${literal(moment)}`)],
  },
  cancel: {
    name: async (session) => (await session.query('SELECT pg_backend_pid()'))[0]?.[0] as Value,
    end: async (session, name) => {
      await session.query('SELECT pg_cancel_backend($1::int)', [name]);
    },
  },
  beginLoad: [script('BEGIN')],
  beginForFunctions: [`${script('BEGIN')};\n${forFunctions}`],
  async beginWithoutKeys(session) {
    await session.run(`${script('BEGIN')};\nSAVEPOINT hfit_keys`);
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
  withoutDefaults,
  withoutDomains,
  withoutRules,
  drop: (tables) =>
    tables.length === 0 ? [] : [`DROP TABLE IF EXISTS ${tables.map(quoteTable).join(', ')}`],

  undeferrable,
  lift,
  defer,
  settle,

  forFunctions: [forFunctions],
  renumber,

  sequenceScript: (states) => states.flatMap(setSequence),

  async insert(session, table, columns, rows) {
    await copyRows(session, table, columns, rows);
  },

  insertReturning,
  streamRows,
  bulk,

  insertScript(table, columns, rows) {
    if (columns.length === 0) {
      return `INSERT INTO ${quoteTable(table)} DEFAULT VALUES;\n`.repeat(rows.length);
    }
    const values = rows.map((row) => `(${row.map(valueLiteral).join(', ')})`).join(',\n');
    return `INSERT INTO ${quoteTable(table)} (${columnList(columns)}) OVERRIDING SYSTEM VALUE VALUES\n${values};\n`;
  },

  scriptPrologue: ['\\set ON_ERROR_STOP on', `SET client_encoding = 'UTF8';`],
  clientProgram,

  ...edit,
  editScript: editScript(() => dialect, settings),
  log,
  carry,

  explain,
};

/** One that has not begun, as other dialects know it, stays where it is. */
function setSequence({ value, ...sequence }: SequenceState): string[] {
  if (!value) return [];
  const name = literal(quoteTable(sequence));
  return [`SELECT pg_catalog.setval(${name}, ${literal(value.last)}, ${value.called})`];
}

function valueLiteral(value: Value): string {
  return value === null ? 'NULL' : literal(String(value));
}

function arrayOf(type: string): string {
  return `${type}[]`;
}
