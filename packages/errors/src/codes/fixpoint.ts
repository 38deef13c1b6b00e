import { defineCodes } from '../define.js';

export const fixpoint = defineCodes({
  HFIT_FIXPOINT_NAME: {
    kind: 'input',
    what: '"{name}" cannot be the name of a fixpoint: {reason}',
    todo: 'Use 1 to 100 letters, digits, ".", "_" and "-", and begin with a letter or digit; the folder is an option of its own.',
  },
  HFIT_FIXPOINT_ABSENT: {
    kind: 'missing',
    what: 'there is no fixpoint "{name}" in {directory}',
    todo: 'Record it on your machine, not in CI, and commit its file. To run: {command}',
  },
  HFIT_FIXPOINT_STORED: {
    kind: 'conflict',
    what: 'there was no fixpoint "{name}": it is stored now, in {file}',
    todo: 'Read the file: is this what the test is to leave? Then run the test again, and commit the file.',
  },
  HFIT_FIXPOINT_DIFFERS: {
    kind: 'conflict',
    what: 'the database is not at the fixpoint "{name}": it differs in {count}',
    todo: 'Mend the code; or, if it is right so, accept the new state with HFIT_UPDATE=1 and read what that changes in the file.',
  },
  HFIT_FIXPOINT_CI: {
    kind: 'denied',
    what: 'with CI=true no file of a fixpoint is touched, and {name} would be {action}',
    todo: 'Do that on your machine, and commit the files. To run: {command}',
  },
  HFIT_FIXPOINT_FILE: {
    kind: 'input',
    what: 'the file of a fixpoint cannot be read: {reason}',
    todo: 'Mend it at this place, take it from git, or remove it and run the test that stores it.',
  },
  HFIT_FIXPOINT_FOLDER: {
    kind: 'conflict',
    what: 'cannot {action} {file}: {reason}',
    todo: 'Check that the folder may be read and written to and that the disk is not full. A fixpoint of that name is as it was before.',
  },
  HFIT_FIXPOINT_NO_FOLDER: {
    kind: 'missing',
    what: 'there is no folder of fixpoints at {directory}: {reason}',
    todo: 'Name the folder that holds them; the first fixpoint that is stored makes it. Of hfit: --dir, or the variable HFIT_FIXPOINTS.',
  },
  HFIT_FIXPOINT_ROWS: {
    kind: 'missing',
    what: 'the rows of the fixpoint "{name}" cannot be read from {file}: {reason}',
    todo: 'That file belongs to {name}.yaml, and is committed with it: take both from git, or record the fixpoint again.',
  },
  HFIT_FIXPOINT_BUSY: {
    kind: 'conflict',
    what: 'another test stores the fixpoint "{name}" at this moment ({holder})',
    todo: 'This one stored nothing. Give each test a name of its own; if nobody is at it, remove {file}.',
  },
  HFIT_FIXPOINT_SCHEMA: {
    kind: 'conflict',
    what: 'the fixpoint "{name}" is of another schema than {database}: {differences}',
    todo: 'Nothing was changed. Run the migrations that one of them lacks, or record the fixpoint again. To run: {command}',
  },
  HFIT_FIXPOINT_CYCLE: {
    kind: 'input',
    what: 'the parents of the fixpoint "{name}" lead back to themselves: {chain}',
    todo: 'Record one of them anew without a parent.',
  },
  HFIT_FIXPOINT_PARENT_MISSING: {
    kind: 'missing',
    what: 'the fixpoint "{name}" is built on "{parent}", which is not there',
    todo: 'Record in this order, each by the test that stores it: {order}',
  },
  HFIT_FIXPOINT_PARENT_CHANGED: {
    kind: 'conflict',
    what: 'the fixpoint "{name}" is built on "{parent}", which has changed since',
    todo: 'Record again in this order: {order}. Or, where their changes still fit: hfit fixpoint rebase {name}',
  },
  HFIT_FIXPOINT_NOT_RESTORED: {
    kind: 'input',
    what: 'the parent is to be the fixpoint that was restored last, and none was',
    todo: 'Restore one before, or name the parent.',
  },
  HFIT_FIXPOINT_ROW: {
    kind: 'conflict',
    what: 'the fixpoint "{name}" cannot be restored: {reason}',
    todo: 'Nothing was changed. Mend that row in the file, or record the fixpoint again.',
  },
  HFIT_FIXPOINT_VALUE: {
    kind: 'input',
    what: 'the fixpoint "{name}" cannot be restored: {place} has the tag {tag} and no value{more}',
    todo: 'Nothing was changed. Write the value that a restore is to give beside the tag, as in {tag} with "value: 12" or "value: null" below it; or accept the state of a database, which adds it.',
  },
  HFIT_FIXPOINT_EXCLUDED: {
    kind: 'conflict',
    what: 'rows of {child}, which is excluded, point to rows of {parent} that would go or change: {reason}',
    todo: 'Nothing was changed. Leave {child} in, or {advice}.',
  },
  HFIT_FIXPOINT_REBASE: {
    kind: 'conflict',
    what: 'the fixpoint "{name}" does not fit on the changed "{parent}": {conflicts}',
    todo: 'Nothing was written. Record it again by the test that stores it.',
  },
  HFIT_FIXPOINT_RULES: {
    kind: 'input',
    what: 'the rules of a comparison cannot be used: {reason}',
    todo: 'A comparison that lets everything through could not fail. Leave the rule out, or say more.',
  },
  HFIT_FIXPOINT_OF_GEM: {
    kind: 'conflict',
    what: 'the fixpoint "{name}" is there as a file of the Ruby gem alone, {file}: it can be restored, and not compared',
    todo: 'Make one of ours of it. To run: hfit fixpoint import {name} --dir {directory}',
  },
  HFIT_FIXPOINT_GEM_ABSENT: {
    kind: 'missing',
    what: 'there is no fixpoint "{name}" of the Ruby gem: no {name}.yml is in {directory}',
    todo: 'Name the folder that holds the files of the gem; of hfit: --from.',
  },
  HFIT_FIXPOINT_GEM: {
    kind: 'input',
    what: 'the fixpoint of the Ruby gem cannot be read: {reason}',
    todo: 'Mend it at this place, or record the state again with a test of your own.',
  },
});
