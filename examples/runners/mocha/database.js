import { hotFixture } from 'hot-fixture/mocha';
import { options } from '../options.js';

export const { hot, mochaHooks, mochaGlobalSetup, mochaGlobalTeardown } = hotFixture(options);
