import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: import.meta.dirname,
  globalSetup: './setup.js',
  reporter: 'line',
  fullyParallel: true,
  workers: 2,
});
