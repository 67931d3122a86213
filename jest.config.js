/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/lib', '<rootDir>/__tests__'],
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  // ts-jest compiles file by file; `npm test` has the compiler check all types once before.
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.test.json' }] },
  // './x.js' means './x.ts' in our own files alone; packages keep their own './x.js'.
  resolver: '<rootDir>/scripts/jest-resolver.cjs',
  // The package's own name means its sources, so that tests and examples import what users import.
  moduleNameMapper: {
    '^axios-http-cache$': '<rootDir>/lib/index.ts',
    '^axios-http-cache/(core|migrate|redis)$': '<rootDir>/lib/$1.ts',
    '^axios-http-cache/policy$': '<rootDir>/lib/policy/index.ts',
  },
  // They have scripts of their own: `npm run faults`, which takes the machine for itself, `npm run test:browser` and
  // `npm run test:examples`, whose time goes into starting processes.
  testPathIgnorePatterns: [
    '/node_modules/',
    ...['faults', 'browser', 'examples'].map((room) => `<rootDir>/__tests__/${room}/`),
  ],
  maxWorkers: 2,
  setupFilesAfterEnv: ['<rootDir>/__tests__/helpers/again.ts'],
  testTimeout: 20_000,
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'lcov'],
  // Counts with --coverage alone. The tests of the policy reach all of it by themselves.
  coverageThreshold: { './lib/policy/': { branches: 100, functions: 100, lines: 100, statements: 100 } },
};
