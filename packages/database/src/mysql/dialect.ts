import type { Dialect } from '../dialect.js';
import type { Value } from '../model.js';
import { advance } from './advance.js';
import { bind, keyedBy, placeholder } from './bind.js';
import { bulk } from './bulk.js';
import { carry } from './carry.js';
import { clientProgram } from './client-program.js';
import { create, createAbsent, createSchema, define, drop } from './create.js';
import { edit } from './edit.js';
import { editScript } from './edit-script.js';
import { notAtomic } from './engine.js';
import { estimatedRows } from './estimated-rows.js';
import { explain } from './explain.js';
import { selected } from './image.js';
import { insertScript } from './insert.js';
import { insertReturning } from './insert-returning.js';
import { introspect, schemas } from './introspect.js';
import { decode, encode } from './javascript.js';
import { limitReads } from './limits.js';
import { writeRows } from './load-lines.js';
import { log } from './log.js';
import { places } from './places.js';
import { powers } from './powers.js';
import { quote } from './quote.js';
import { renumber } from './sequences.js';
import type { BulkSession } from './session.js';
import { checkKeys, encoding, settings } from './settings.js';
import { withoutDefaults } from './without-defaults.js';
import { withoutRules } from './without-rules.js';

/** MySQL and MariaDB: what differs between them is asked of the server, not of a name. */
export const dialect: Dialect = {
  name: 'mysql',
  capabilities: {
    transactionalDefinitions: false,
    schemasAreDatabases: true,
    checksDeferredKeys: false,
    truthIsNumber: true,
    nullsFirst: true,
    transactionalSequences: false,
  },

  quote,
  placeholder,
  bind,
  encode,
  decode,
  selected: (column) => selected(column),
  keyedBy,

  introspect,
  schemas,
  estimatedRows,
  places,
  powers,

  beginRead: [
    settings,
    'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
  ],
  limitReads,
  cancel: {
    name: async (session) => (await session.query('SELECT CONNECTION_ID()'))[0]?.[0] as Value,
    // It takes no parameter.
    end: (session, name) => session.run(`KILL QUERY ${BigInt(name as string)}`),
  },
  beginLoad: [
    settings,
    'SET SESSION unique_checks = 1',
    checkKeys(true),
    'START TRANSACTION READ WRITE',
  ],
  async beginWithoutKeys(session) {
    for (const statement of [settings, 'SET SESSION unique_checks = 1', checkKeys(false)]) {
      await session.run(statement);
    }
    await session.run('START TRANSACTION READ WRITE');
    return true;
  },
  commit: 'COMMIT',
  rollback: 'ROLLBACK',

  ownTable: (name) => ({ schema: '', name: `hfit_${name}` }),
  createSchema: (name) => define(createSchema(name)),
  create,
  createAbsent,
  withoutDefaults,
  withoutRules,
  drop,
  defer: (references) => (references.length === 0 ? [] : [checkKeys(false)]),
  settle: (references) => (references.length === 0 ? [] : [checkKeys(true)]),
  // A numbered column moves past each number that is written into it; a sequence does not.
  renumber,

  insert: (session, table, columns, rows) =>
    writeRows(session as BulkSession, table, columns, rows),
  insertScript,
  insertReturning,
  bulk,
  // A command of the client: one that reads GBK would take a byte of ours for half a character,
  // and a quote with it.
  scriptPrologue: ['charset utf8mb4', `${encoding};`],
  clientProgram,

  notAtomic,
  ...edit,
  advance,
  editScript,
  log,
  carry,

  explain,
};
