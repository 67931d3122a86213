import base from '../../jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/__tests__/browser/setup.mjs',
  // Each file has a browser of its own.
  maxWorkers: 1,
  testTimeout: 60_000,
};
