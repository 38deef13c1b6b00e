import { defineCodes } from '../define.js';

export const hotFixture = defineCodes({
  HFIT_HOT_CLOSED: {
    kind: 'input',
    what: 'the database of the tests is not open',
    todo: 'Use it within tests and their hooks: it is opened before all tests and closed after them.',
  },
  HFIT_HOT_RUNNER: {
    kind: 'input',
    what: 'hot-fixture/{runner} was called outside of {runner}',
    todo: 'Call it in a test file, or in a module that test files import.',
  },
});
