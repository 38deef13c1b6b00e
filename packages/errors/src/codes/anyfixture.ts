import { defineCodes } from '../define.js';

export const anyfixture = defineCodes({
  HFIT_FIXTURE_UNKNOWN: {
    kind: 'missing',
    what: 'there is no fixture "{fixture}", and no block was given to build it',
    todo: 'Give the block with the name, or define it first. Fixtures known here: {known}.',
  },
  HFIT_FIXTURE_DEFINED: {
    kind: 'input',
    what: 'the fixture "{fixture}" is defined already',
    todo: 'Give each fixture a name of its own.',
  },
  HFIT_FIXTURE_RECURSION: {
    kind: 'input',
    what: 'a fixture needs itself: {chain}',
    todo: 'Move what both need into a fixture of its own, which uses neither.',
  },
  HFIT_FIXTURE_INSIDE: {
    kind: 'input',
    what: '{call}() was called within the block of the fixture "{fixture}"',
    todo: 'Call it before or after: what a block has built so far is not yet a fixture.',
  },
  HFIT_FIXTURE_LEFT: {
    kind: 'conflict',
    what: 'the fixture "{fixture}" failed, and what its block had written could not be taken back: {reason}',
    todo: 'See the cause for why the block failed. Build the database anew before the next test.',
  },
  HFIT_FIXTURE_AWAY: {
    kind: 'conflict',
    what: 'a block with a clean database failed, and what was there before could not be brought back: {reason}',
    todo: 'See the cause for why the block failed. Build the database anew before the next test.',
  },
  HFIT_FIXTURE_ENABLED: {
    kind: 'input',
    what: 'enable() was called, and fixtures are not disabled',
    todo: 'Call disable() before it, as often as enable(); withClean() does both.',
  },
  HFIT_FIXTURE_KEPT: {
    kind: 'conflict',
    what: 'fixtures with clean: false cannot stay without the others: {reason}',
    todo: 'Nothing was changed. Register them before all others, or let them be cleaned too.',
  },
  HFIT_FIXTURE_ROW: {
    kind: 'input',
    what: 'the row of {value} cannot be found again: {reason}',
    todo: 'Name its table with refindRow(table, row), or give the fixture a find function of its own.',
  },
  HFIT_FIXTURE_ROW_GONE: {
    kind: 'missing',
    what: 'the row {key} is no longer in table {table}',
    todo: 'Something has deleted it since the fixture was built: look at what the tests before left behind.',
  },
  HFIT_DUMP_WATCH: {
    kind: 'input',
    what: 'the dump "{dump}" watches {pattern}, and no file in {folder} fits that',
    todo: 'Mend the path or the glob: a dump whose file is not watched would never become stale.',
  },
  HFIT_DUMP_CALLER: {
    kind: 'input',
    what: 'the file that registers the dump "{dump}" is not known, so it cannot be watched',
    todo: 'Name it by the option watch, such as watch: [import.meta.filename].',
  },
  HFIT_DUMP_KEY: {
    kind: 'input',
    what: 'the cacheKey of the dump "{dump}" holds {kind}, which says nothing that could be compared',
    todo: 'Give texts, numbers, dates, and arrays or objects of these.',
  },
  HFIT_DUMP_VALUE: {
    kind: 'input',
    what: 'the value of the dump "{dump}" cannot be kept in a file: {place} is {kind}',
    todo: 'Return plain data such as rows and ids; or give the option find, which gets the value from the database.',
  },
  HFIT_DUMP_FOLDER: {
    kind: 'unavailable',
    what: 'the dump "{dump}" cannot be kept in {folder}: {reason}',
    todo: 'Let this user write there, or name another folder (dumps: { folder }). What its block had built was taken back.',
  },
  HFIT_DUMP_LOCKED: {
    kind: 'conflict',
    what: 'another process builds the dump "{dump}" and did not end within {seconds} s: {owner}',
    todo: 'End that process, or give the dump more patience (lockPatience).',
  },
  HFIT_DUMP_FORCE: {
    kind: 'input',
    what: 'HFIT_FORCE_DUMP is no pattern: {reason}',
    todo: 'Set it to 1 for all dumps, or to a regular expression that names of dumps fit.',
  },
});
