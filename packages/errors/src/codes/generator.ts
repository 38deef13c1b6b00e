import { defineCodes } from '../define.js';

export const generator = defineCodes({
  HFIT_GENERATOR_ENTROPY: {
    kind: 'input',
    what: 'values are drawn from 16 bytes, and {length} were given',
    todo: 'Give 16 bytes, such as the first of a SHA-256 of what the values should depend on.',
  },
  HFIT_GENERATOR_LOCALE: {
    kind: 'input',
    what: 'there is no locale "{locale}"',
    todo: 'Use one of: {known}.',
  },
  HFIT_GENERATOR_RANGE: {
    kind: 'input',
    what: '{what} cannot be drawn',
    todo: 'Give a range to draw from: {range}.',
  },
  HFIT_GENERATOR_TYPE: {
    kind: 'input',
    what: 'no provider makes values of the type "{type}"',
    todo: 'Use one of: {known}. Or add a provider that supports it. A literal object that has a "type" is written literal(…).',
  },
  HFIT_GENERATOR_OPTION: {
    kind: 'input',
    what: 'the type {type} has no option "{option}"',
    todo: 'Remove it. Options of this type: {known}.',
  },
  HFIT_GENERATOR_OPTION_VALUE: {
    kind: 'input',
    what: 'the option "{option}" of the type {type} must be {expected}',
    todo: 'Give such a value, or leave the option out where it has a default.',
  },
  HFIT_GENERATOR_EXHAUSTED: {
    kind: 'input',
    what: 'unique values are used up: there are {size}, and the row of index {row} needs one more',
    todo: 'Give the type a larger space (a wider range, a longer text, more values), make fewer rows, or leave out "unique". Where workers share a database they share the values too: a smaller "block" or "mostWorkers" leaves more to each.',
  },
  HFIT_GENERATOR_NOT_UNIQUE: {
    kind: 'input',
    what: 'values of the type {type} cannot be made unique: {reason}',
    todo: 'Leave out "unique", or use a type whose values can be counted. A provider of your own gives a space instead of a draw.',
  },
  HFIT_GENERATOR_TOO_SHORT: {
    kind: 'input',
    what: 'no value of the type {type} fits into {maxLength} characters',
    todo: 'Allow at least {needed} characters, or use the type string.',
  },
  HFIT_GENERATOR_ROW: {
    kind: 'input',
    what: '{row} is no row: rows are counted from 0',
    todo: 'Give a whole number from 0 to 99999999999999.',
  },
  HFIT_GENERATOR_SEED: {
    kind: 'input',
    what: '{seed} is no seed',
    todo: 'Give a whole number or a text.',
  },
});
