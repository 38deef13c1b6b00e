import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Tests run on the sources; what is built is tested through the commands. */
const alias = [
  { find: /^@hot-fixture\/([\w-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
  { find: /^hot-fixture$/, replacement: `${root}packages/hot-fixture/src/index.ts` },
  { find: /^hot-fixture\/([\w-]+)$/, replacement: `${root}packages/hot-fixture/src/$1.ts` },
];

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    maxWorkers: 2,
  },
});
