import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: import.meta.dirname,
  globalSetup: './setup.js',
  reporter: 'line',
  fullyParallel: true,
  workers: 2,
  // Only here, where the packages are the folders of this repository: they are built already.
  build: { external: ['**/packages/*/dist/**'] },
});
