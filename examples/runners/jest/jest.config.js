export default {
  rootDir: import.meta.dirname,
  testMatch: ['**/*.spec.js'],
  transform: {},
  globalSetup: './setup.js',
  globalTeardown: './teardown.js',
};
