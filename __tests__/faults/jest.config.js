import base from '../../jest.config.js';

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  testPathIgnorePatterns: ['/node_modules/'],
  // One after another: what is measured is what a failing store costs, not what other tests do.
  maxWorkers: 1,
  reporters: ['default', '<rootDir>/__tests__/faults/reporter.mjs'],
};
