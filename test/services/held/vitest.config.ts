import { mergeConfig } from 'vitest/config';
import house from '../../../vitest.config.js';

/** A run that never ends, for the test that kills it. */
export default mergeConfig(
  { ...house, test: { ...house.test, include: [] } },
  { test: { include: ['test/services/held/hold.ts'], testTimeout: 300_000 } },
);
