import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Tests run on the sources; what is built is tested through the commands. */
const alias = [
  { find: /^@hot-fixture\/([\w-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
  { find: /^hot-fixture$/, replacement: `${root}packages/hot-fixture/src/index.ts` },
  { find: /^hot-fixture\/([\w-]+)$/, replacement: `${root}packages/hot-fixture/src/$1.ts` },
];

/** What takes longest begins first, so that no worker ends long before the other. */
const long =
  /examples\/(runners|shop)\/|-kill\.test|-log\.test|anyfixture\/test\/workers|real-data|hfit\/test\/(changes|extract|fixpoint)/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => long.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    setupFiles: ['test/laws.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    maxWorkers: 2,
    // A process and the import of the rooms for each file took a quarter of the time.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});
