import { defineCodes } from '../define.js';

export const changes = defineCodes({
  HFIT_LOG_ABSENT: {
    kind: 'missing',
    what: '{database} keeps no change log',
    todo: 'Switch it on first: track(database) in code, or hfit track on --database URL.',
  },
  HFIT_CHECKPOINT_NAME: {
    kind: 'input',
    what: 'a checkpoint needs a name of 1 to 100 characters',
    todo: 'Give it a name to come back to, such as before-import.',
  },
  HFIT_CHECKPOINT_UNKNOWN: {
    kind: 'missing',
    what: 'there is no checkpoint "{checkpoint}" in {database}',
    todo: 'Set it before the changes that are to be seen or rewound. Checkpoints there: {known}.',
  },
  HFIT_LOG_SCHEMA_CHANGED: {
    kind: 'conflict',
    what: 'the schema of {database} is not what it was at the checkpoint: {change}',
    todo: 'Rows cannot go back to a schema that is gone. Undo that change, or build the database anew; then switch the change log on again.',
  },
  HFIT_LOG_BYPASSED: {
    kind: 'conflict',
    what: 'the change log of {database} did not see all changes: {reason}',
    todo: 'Nothing was changed. Build the database anew and set a new checkpoint; the page on the change log tells how to avoid it.',
  },
  HFIT_LOG_WRITER: {
    kind: 'conflict',
    what: 'another transaction on {database} did not end within {seconds} s: {writer}',
    todo: 'Nothing was changed. End that transaction: commit or roll back, or close its connection.',
  },
  HFIT_TRIGGERS_FIRE: {
    kind: 'conflict',
    what: 'triggers of table {table} would fire, and cannot be kept from it: {reason}',
    todo: 'Nothing was changed. Let them fire by the option fireTriggers, or drop them in the test database.',
  },
  HFIT_ROWS_HIDDEN: {
    kind: 'denied',
    what: 'row-level security hides rows of table {table} from the role {role}',
    todo: 'Connect as the owner of the table, or as a role that has BYPASSRLS: a part of the rows is never taken for the whole.',
  },
  HFIT_SEQUENCE_HIDDEN: {
    kind: 'denied',
    what: 'the role may not see where a sequence stands: {reason}',
    todo: 'Give it the right: GRANT SELECT ON SEQUENCE, or ON ALL SEQUENCES IN SCHEMA. To draw numbers (USAGE) is not enough to put them back.',
  },
  HFIT_CHANGES_CONFLICT: {
    kind: 'conflict',
    what: 'the change set does not fit {table}, {key}: {reason}',
    todo: 'Nothing was changed. Apply it to the state that it begins with; a new diff of the two states tells what is to change now.',
  },
  HFIT_CHANGES_CHAIN: {
    kind: 'conflict',
    what: 'the second change set does not begin where the first ends, at {table}, {key}: {reason}',
    todo: 'Compose change sets in the order in which they happened, with none left out.',
  },
  HFIT_CHANGES_SCHEMA: {
    kind: 'conflict',
    what: 'the two sides have not the same schema: {change}',
    todo: 'Nothing was changed. Bring both to the same schema (run the migrations that one of them lacks), then try again.',
  },
  HFIT_CHANGES_FILE: {
    kind: 'input',
    what: 'the file of changes cannot be read: {reason}',
    todo: 'Mend it at this place, or write it anew from the database.',
  },
  HFIT_TRACK_SCHEMAS: {
    kind: 'conflict',
    what: 'the change log of {database} is on already, also for schema {schema}',
    todo: 'Nothing was changed. Leave out the schemas, or switch it off first (untrack, hfit track off), which forgets its checkpoints.',
  },
  HFIT_TRACK_REACHES: {
    kind: 'input',
    what: 'foreign key {key} of table {table} acts on its rows when those of {target} change, but table {table} would not be tracked',
    todo: 'Nothing was changed. Track the schema of that table, too: name it among the schemas (--schema).',
  },
  HFIT_LOG_IMPOSSIBLE: {
    kind: 'denied',
    what: '{database} cannot keep a change log: {reason}',
    todo: 'Leave out the strategy, so that copies of the tables or files serve instead of the log.',
  },
  HFIT_TRACK_IMPOSSIBLE: {
    kind: 'denied',
    what: 'the changes of {database} cannot be tracked: {reasons}',
    todo: 'Connect as a role that may make triggers or tables there; or give a folder, so that all rows are kept in files.',
  },
  HFIT_REWIND_REFUSED: {
    kind: 'conflict',
    what: 'rows of {database} cannot go back to "{checkpoint}": a constraint refuses what was there: {reason}',
    todo: 'Nothing was changed. The checkpoint holds rows that its own schema does not allow. Mend those rows or drop the constraint, then set the checkpoint anew.',
  },
  HFIT_REWIND_VERIFY: {
    kind: 'internal',
    what: 'after the rewind to "{checkpoint}", {object} is not what it was',
    todo: 'Do not trust this state: build the database anew. Tell us how to see it, for it is our fault.',
  },
});
