import { defineCodes } from '../define.js';

export const database = defineCodes({
  HFIT_DATABASE_URL: {
    kind: 'input',
    what: 'cannot tell which database "{url}" means',
    todo: 'Give a URL that begins with one of: {schemes}. Special characters in the user and the password of a server are percent-encoded: %23 for #, %2F for /, %3F for ?, %40 for @, %3A for :, %25 for %.',
  },
  HFIT_DATABASE_HANDLE: {
    kind: 'input',
    what: 'the value given is no database handle that is known',
    todo: 'Give a URL, or one of: {handles}.',
  },
  HFIT_DRIVER_MISSING: {
    kind: 'unavailable',
    what: 'the driver package "{driver}" is not installed',
    todo: 'Install it beside your project: npm install {driver}',
  },
  HFIT_DATABASE_UNREACHABLE: {
    kind: 'unavailable',
    what: 'cannot connect to {database}: {reason}',
    todo: 'Check that the server runs, and the host, port, user, password and database name of the URL; of a file, that it is there and may be read.',
  },
  HFIT_DATABASE_LOST: {
    kind: 'unavailable',
    what: 'the connection to {database} was lost: {reason}',
    todo: 'Look in the log of that server for why it ended the connection, then run again. Nothing was left half done.',
  },
  HFIT_DATABASE_FULL: {
    kind: 'unavailable',
    what: '{database} has no room for more: {reason}',
    todo: 'Its disk is full, or it may not grow any further: make room where its files are, then run again. Nothing was left half done.',
  },
  HFIT_READ_SLOW: {
    kind: 'unavailable',
    what: 'reading {table} of {database} took longer than its limit of {seconds} seconds',
    todo: 'The query was ended in the server. Ask for fewer rows, or give the server an index for the columns of the filter or of the foreign key; or raise the limit for statements.',
  },
  HFIT_READ_LOCKED: {
    kind: 'unavailable',
    what: '{table} of {database} was held by another session for longer than the limit of {seconds} seconds',
    todo: 'Somebody changes its schema, or locks it: look which session it is, and run again when that has ended; or raise the limit for locks.',
  },
  HFIT_READ_IDLE: {
    kind: 'unavailable',
    what: '{database} ended the connection before {table} was read: nothing was asked of it for longer than the limit of {seconds} seconds',
    todo: 'What takes the rows was too slow for it. Run again where they can be written faster, or raise the limit for idle transactions.',
  },
  HFIT_DATABASE_QUERY: {
    kind: 'conflict',
    what: '{database} refused a statement: {reason}',
    todo: 'Mostly the role lacks a right, or something is not there that was there before: the reason tells. All that the database said is in the cause of the error; hfit prints it where HFIT_DEBUG=1 is set.',
  },
  HFIT_DATABASE_CLOSED: {
    kind: 'input',
    what: '{database} was used after it was closed',
    todo: 'Close a database only when all work on it has ended.',
  },
  HFIT_DATABASE_BUSY: {
    kind: 'conflict',
    what: '{database} is in use: {reason}',
    todo: 'End that first; or give a pool or a URL, so that the work gets a connection of its own.',
  },
  HFIT_DATABASE_READ_ONLY: {
    kind: 'denied',
    what: '{database} was opened to be read from, and nothing is written to it',
    todo: 'Open the database that is to be written to without the option "reading".',
  },
  HFIT_DATABASE_CROWDED: {
    kind: 'unavailable',
    what: 'all connections to {database} were in use for {seconds} seconds',
    todo: 'Try again in a minute. Who runs it may raise the number of connections, or how long one waits.',
  },
  HFIT_ACCOUNT_WRITES: {
    kind: 'denied',
    what: 'the account for {database} may do more than read: {powers}',
    todo: 'Give it an account that can read and nothing else: docs/rows-and-files.md has the statements. Where it has to be this one, hfitd takes it with dangerouslyAllowWriters: true at the source.',
  },
  HFIT_NOT_A_TEST_DATABASE: {
    kind: 'denied',
    what: '"{database}" does not look like a test database, so nothing is written to it',
    todo: 'Use a database whose name holds test, dev, tmp, local or hfit; or, if you are sure, allow it by {override}.',
  },
  HFIT_TABLE_UNKNOWN: {
    kind: 'missing',
    what: 'there is no table "{table}" in {database}',
    todo: 'Check the spelling and the schema. Tables there: {tables}.',
  },
  HFIT_TABLE_AMBIGUOUS: {
    kind: 'input',
    what: '"{table}" names more than one table in {database}',
    todo: 'Write the schema before it: one of {tables}.',
  },
  HFIT_COLUMN_UNKNOWN: {
    kind: 'missing',
    what: 'table {table} has no column "{column}"',
    todo: 'Check the spelling. Columns there: {columns}.',
  },
  HFIT_FILTER_SYNTAX: {
    kind: 'input',
    what: 'the filter cannot be read at character {position}: {reason}',
    todo: "A filter compares columns with values, as in: status = 'paid' AND total > 100 ORDER BY id LIMIT 100. It holds no function, no subquery and no second statement.",
  },
  HFIT_FILTER_TYPE: {
    kind: 'input',
    what: 'the filter compares column {column} ({type}) with {value}',
    todo: 'Give a value of the type of the column.',
  },
  HFIT_FILTER_VARIABLE: {
    kind: 'input',
    what: 'the filter uses ${{variable}}, which has no value',
    todo: 'Declare it as a parameter or set it in a prepare step before this one. Known here: {known}.',
  },
  HFIT_TABLE_NOT_ATOMIC: {
    kind: 'conflict',
    what: 'table {table} cannot be written so that all is there or nothing: {reason}',
    todo: 'Nothing was changed. Give it an engine with transactions in the test database: ALTER TABLE … ENGINE=InnoDB.',
  },
  HFIT_LOAD_FAILED: {
    kind: 'conflict',
    what: 'loading table {table} failed: {reason}',
    todo: 'Nothing was loaded: {database} is as it was. Mend the row or the schema of the target, then load again. Where a row of its key is there already, merge by key, or move the keys that come.',
  },
  HFIT_LOAD_ORPHAN: {
    kind: 'conflict',
    what: '{count} rows of {table} point by {foreignKey} to rows of {target} that are not there',
    todo: 'Nothing was loaded: {database} is as it was. Export the rows of {target} too, or use an export of type subset.',
  },
  HFIT_LOAD_REPLACE: {
    kind: 'conflict',
    what: 'table {table} cannot be replaced: {reason}',
    todo: 'Nothing was changed. Replace what depends on it too, or drop the table yourself if it may go, or load into an empty database.',
  },
  HFIT_LOAD_EXISTING: {
    kind: 'conflict',
    what: 'there are rows already in {tables}',
    todo: 'Nothing was loaded: {database} is as it was. Say what is to become of them: replace them, merge by key, or move the keys that come behind theirs; or load into an empty database.',
  },
  HFIT_LOAD_CYCLE: {
    kind: 'conflict',
    what: 'table {table} cannot be loaded: its rows need others that come after them, by a cycle of keys that are not null: {cycle}',
    todo: 'Nothing was loaded. Load as the owner of the tables, who may put such keys off; or make one of the keys DEFERRABLE in the target.',
  },
  HFIT_LOAD_MERGE: {
    kind: 'conflict',
    what: 'rows of table {table} cannot be merged: {reason}',
    todo: 'Nothing was loaded: {database} is as it was. {advice}; or replace its rows.',
  },
  HFIT_LOAD_SHIFT: {
    kind: 'conflict',
    what: 'the keys of table {table} cannot be moved: {reason}',
    todo: 'Nothing was loaded. Name the tables whose keys mean the same in both databases, so that theirs stay; where rows with keys that stay are there already, merge too (existing: merge); or load into an empty database.',
  },
  HFIT_LOAD_DIFFERS: {
    kind: 'conflict',
    what: 'the tables of {database} cannot take what comes: {differences}',
    todo: 'Nothing was loaded. Bring the schema of the target to that of the source, or load into an empty database, where the tables are made.',
  },
  HFIT_CARRY_TABLE: {
    kind: 'conflict',
    what: 'table {table} cannot be carried to this dialect: {reason}',
    todo: 'Nothing was loaded. Load into an empty database, where the tables are made; or into one of the dialect of the source.',
  },
  HFIT_CARRY_VALUE: {
    kind: 'conflict',
    what: 'a value of {column} would not be in the target as it is: {reason}',
    todo: 'Nothing was loaded. Leave that row or column out (by the filter of the template or the policy), or load into a database of the dialect of the source.',
  },
  HFIT_LOAD_DIALECT: {
    kind: 'input',
    what: 'data of {from} cannot be loaded into {to}',
    todo: 'Load it into a database of the same dialect as its source.',
  },
  HFIT_LOAD_COLUMN: {
    kind: 'conflict',
    what: 'table {table} of {database} cannot take the data: {reason}',
    todo: 'Load into an empty database, or bring the schema of the target to that of the source.',
  },
});
