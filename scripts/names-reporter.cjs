// Writes which tests ran and how they ended, by name, to the file that its option `output` says. Jest's own JSON holds
// whole errors, and cannot be written where one refers to itself, as errors of axios do.
const { writeFileSync } = require('node:fs');

module.exports = class NamesReporter {
  constructor(_config, { output }) {
    this.output = output;
  }

  onRunComplete(_contexts, { testResults }) {
    const tests = testResults.flatMap(({ testFilePath, testResults: own, testExecError, skipped }) => {
      if (testExecError !== undefined && !skipped) return [{ fullName: testFilePath, status: 'failed' }];
      return own.map(({ fullName, status }) => ({ fullName, status }));
    });
    writeFileSync(this.output, JSON.stringify(tests));
  }
};
