import { defineCodes } from '../define.js';

export const hotFixture = defineCodes({
  HFIT_HOT_CLOSED: {
    kind: 'input',
    what: 'the database of the tests is not open',
    todo: 'Use it within tests and their hooks: it is opened before all tests and closed after them.',
  },
  HFIT_HOT_CONCURRENT: {
    kind: 'input',
    what: 'the test "{test}" may run while another one runs, and they share a database',
    todo: 'Let tests of one file run one after the other. For more at once, give the runner more workers: each has a database of its own.',
  },
  HFIT_HOT_RUNNER: {
    kind: 'input',
    what: 'hot-fixture/{runner} was called outside of {runner}',
    todo: 'Call it in a test file, or in a module that test files import.',
  },
});
