import { defineCodes } from '../define.js';

export const extract = defineCodes({
  HFIT_TEMPLATE_INVALID: {
    kind: 'input',
    what: 'the template cannot be read: {reason}',
    todo: 'Mend the line that is named. The page "templates" of the docs lists every field.',
  },
  HFIT_TEMPLATE_VARIABLE: {
    kind: 'input',
    what: 'the template uses ${{variable}}, which nothing sets before',
    todo: 'Declare it under parameters or set it in an earlier prepare step. Known here: {known}.',
  },
  HFIT_TEMPLATE_TABLE_TWICE: {
    kind: 'input',
    what: 'table {table} is carried by two exports: {first} and {second}',
    todo: 'One script or one load can take the rows of a table only once: remove it from one of them, or ask for a package of files.',
  },
  HFIT_TEMPLATE_DATABASES: {
    kind: 'input',
    what: 'the template exports from more than one database: {databases}',
    todo: 'One script or one load is for one database: ask for a package of files, or split the template.',
  },
  HFIT_TEMPLATE_NO_DATABASE: {
    kind: 'input',
    what: 'the template exports nothing from a database',
    todo: 'Ask for a package of files, or add an export of type subset, table-data or table-create.',
  },
  HFIT_TARGET_UNKNOWN: {
    kind: 'missing',
    what: 'rows of {table} cannot come: {columns} points to a table that is not there for you',
    todo: 'Ask the owner of the server for a grant of that table. Or, where {columns} may be null, have it denied in the policy or in your grant, so that rows come without it, and let the export make no table, which would point there too: a subset says "create: none", and is loaded where its tables are already.',
  },
  HFIT_SOURCE_UNKNOWN: {
    kind: 'missing',
    what: 'there is no source named "{source}"',
    todo: 'Use one of: {known}.',
  },
  HFIT_PARAMETER_MISSING: {
    kind: 'input',
    what: 'parameter "{parameter}" has no value',
    todo: 'Give it by position or as {parameter}=VALUE. The template takes: {parameters}.',
  },
  HFIT_PARAMETER_UNKNOWN: {
    kind: 'input',
    what: 'the template has no parameter "{parameter}"',
    todo: 'The template takes: {parameters}.',
  },
  HFIT_PARAMETER_TYPE: {
    kind: 'input',
    what: 'parameter "{parameter}" takes {type}, and was given {value}',
    todo: 'Give a value of that type.',
  },
  HFIT_PREPARE_EMPTY: {
    kind: 'missing',
    what: 'the prepare step that sets "{variable}" found nothing',
    todo: 'Check the parameters: {source} holds no match for them.',
  },
  HFIT_POLICY_FILTER: {
    kind: 'denied',
    what: 'column {column} may not be used in a filter, an order or a prepare query: {reason}',
    todo: 'Filter by a column that the policy keeps, such as a key; or mend the policy where it means this column by another name.',
  },
  HFIT_POLICY_REQUIRED: {
    kind: 'denied',
    what: 'the policy denies columns that the rows cannot do without: {columns}',
    todo: 'Let each of them leave, kept or masked. In the policy:\n{lines}',
  },
  HFIT_POLICY_KEYS_DIFFER: {
    kind: 'denied',
    what: 'foreign key {foreignKey} of {table} would break: {column} is {here} and {target} is {there}',
    todo: 'Give both columns the same line in the policy, so that masked keys still join.',
  },
  HFIT_POLICY_KEYS_UNFIT: {
    kind: 'denied',
    what: 'foreign key {foreignKey} of {table} would break: the masks of {target} {there} do not serve {column} {here}: {reason}',
    todo: 'Give both columns a line whose masks fit into both: integer with a range (from, to) that both hold, format, or keep.',
  },
  HFIT_FILE_DENIED: {
    kind: 'denied',
    what: 'the policy does not let files of volume {volume} leave that match "{path}"',
    todo: 'Add under volumes: {volume}: in the policy a pattern that keeps them, such as "{path}": keep',
  },
  HFIT_FILE_REDACT: {
    kind: 'conflict',
    what: 'file "{path}" of volume {volume} cannot be redacted: {reason}',
    todo: 'Redact files of text in UTF-8 only. In the policy, write replace for others, which lets an empty file of that kind leave, or deny.',
  },
  HFIT_FILE_MISSING: {
    kind: 'missing',
    what: 'volume {volume} has no file "{path}"',
    todo: 'Check the path and the variables in it. Links and everything outside the volume do not count.',
  },
  HFIT_FILE_PATH: {
    kind: 'input',
    what: 'a value cannot be part of a file path: {value}',
    todo: 'A value in a path is one name: no "/", no "\\", no "..", no control character.',
  },
  HFIT_PACKAGE_DISK: {
    kind: 'unavailable',
    what: 'the package cannot be put together on disk: {reason}',
    todo: 'It is built in the temporary folder (TMPDIR) of the machine that reads the sources: see that it is there, may be written to and has room. Or ask for a script, which needs none.',
  },
  HFIT_SUBSET_KEY: {
    kind: 'input',
    what: 'table {table} has no key of columns that are not null, so its rows cannot be told apart',
    todo: 'Start the subset from another table; where its rows come as children, put "{table}: false" into the relations of the children; or give it a primary key.',
  },
  HFIT_SUBSET_EMPTY: {
    kind: 'missing',
    what: 'subset "{subset}" finds no row to start from',
    todo: 'Check its filter and the parameters. If there may be none, write allowEmpty: true in its data.',
  },
  HFIT_RELATION_UNKNOWN: {
    kind: 'input',
    what: 'there is no reference "{relation}" between tables that may leave',
    todo: 'Name one as table.column, or table.(column, column), or a table for all that it has. Known are: {known}.',
  },
  HFIT_RELATION_CHILDREN: {
    kind: 'input',
    what: 'reference {relation} cannot bring children: what it points to lies inside a document',
    todo: 'Take it out of the relations. The rows that it points to come in any case.',
  },
  HFIT_RELATION_REQUIRED: {
    kind: 'input',
    what: 'reference {relation} cannot be optional: its columns may not be null',
    todo: 'Take it out of "optional": what it points to has to come.',
  },
  HFIT_REFERENCE_TYPE: {
    kind: 'input',
    what: 'column {column} ({type}) cannot point to {target} ({targetType})',
    todo: 'Both columns must hold the same kind of value. In a document, a reference points to a number, a text or a uuid.',
  },
  HFIT_REFERENCE_TARGET: {
    kind: 'input',
    what: 'the reference names {count} column(s), and the primary key of {target} is {key}',
    todo: 'Name the columns that are pointed to: targetColumns, or targetColumn for one inside a document.',
  },
  HFIT_REFERENCE_MASKED: {
    kind: 'denied',
    what: 'reference {reference} would break: {column} is masked, and what it points to is found by its value',
    todo: 'Let the policy keep the column, or take the reference out of the template.',
  },
  HFIT_BUDGET_ROWS: {
    kind: 'input',
    what: 'more rows belong to it than its budget of {maxRows}: {rows} so far',
    todo: 'Nothing was delivered. Bring fewer (a filter, a limit, a depth, a reference that is off), or raise maxRows. What most rows came for:\n{largest}',
  },
  HFIT_BUDGET_BYTES: {
    kind: 'input',
    what: 'its rows are about {bytes} bytes, and its budget is {maxBytes}',
    todo: 'Nothing was delivered. Bring fewer rows, or raise maxBytes. What most rows came for:\n{largest}',
  },
  HFIT_BUDGET_OUT: {
    kind: 'input',
    what: 'its rows have more bytes than its budget of {maxBytes}: by the first rows of each table they were fewer',
    todo: 'It was stopped while it went out: a load has written nothing and a package is none; throw away a script that was begun. Bring fewer rows, or raise maxBytes. What most rows came for:\n{largest}',
  },
  HFIT_KEYS_DISK: {
    kind: 'unavailable',
    what: 'the keys of the rows that belong to it cannot be kept on disk: {reason}',
    todo: 'Nothing was delivered. They are kept in the temporary folder (SQLITE_TMPDIR, else TMPDIR) of the machine that reads the sources: see that it may be written to and has room, or bring fewer rows.',
  },
  HFIT_EXPLAIN_ROW: {
    kind: 'missing',
    what: 'no row {key} of {table} belongs to it',
    todo: 'Give a key as it leaves: {columns}. Tables that have rows in it: {tables}.',
  },
  HFIT_STREAM_INCOMPLETE: {
    kind: 'unavailable',
    what: 'the data ended before its end: {reason}',
    todo: 'Nothing was kept of it. Look at the log of the server for why it stopped, then run again.',
  },
  HFIT_STREAM_FORMAT: {
    kind: 'input',
    what: 'what came is no dataset: {reason}',
    todo: 'Check that client and server are of versions that go together.',
  },
});
