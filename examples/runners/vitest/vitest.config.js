import { hotFixture } from 'hot-fixture/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { options } from '../options.js';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [hotFixture(options)],
  test: {
    include: ['*.spec.ts'],
    // Only here, where the packages are the folders of this repository: they are built already.
    server: { deps: { external: [/\/packages\/[\w-]+\/dist\//] } },
  },
});
