import { defineCodes } from '../define.js';

export const generator = defineCodes({
  HFIT_GENERATOR_ENTROPY: {
    kind: 'input',
    what: 'values are drawn from 32 bytes, and {length} were given',
    todo: 'Give 32 bytes, such as a SHA-256 of what the values should depend on.',
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
});
