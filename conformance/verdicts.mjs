// What does an outcome count as? The site's own rule (determineTestResult in lib/display.mjs), put into words.
// A test passes only if it passed and every test it depends on passes; a failure in the preparation of a test, or a
// failed dependency, is neither "fail" nor "pass" on the site, and does not count as passed.

import { determineTestResult } from 'http-cache-tests/lib/display.mjs';

import { allTests, kindOf } from './selection.mjs';

const WORDS = {
  '✅': 'pass',
  Y: 'pass',
  '⛔️': 'fail',
  '⚠️': 'fail',
  N: 'fail',
  '🔹': 'setup-failed',
  '↻': 'retried',
  '⚪️': 'dependency-failed',
  '⁉️': 'harness-failed',
  '-': 'untested',
};

/** @returns a Map of id to `{ suite, kind, result, reason?, dependsOn? }` in the order of the suite. */
export function judge(tests, outcomes, { dependencies }) {
  const suites = [{ tests: allTests }];
  const verdictOf = (id) => WORDS[determineTestResult(suites, id, outcomes, dependencies)[2]];
  return new Map(
    tests.map((test) => {
      const verdict = { suite: test.suite, kind: kindOf(test), result: verdictOf(test.id) };
      const outcome = outcomes[test.id];
      if (verdict.result === 'dependency-failed') {
        verdict.dependsOn = test.depends_on.filter((id) => verdictOf(id) !== 'pass');
      }
      if (outcome !== true && outcome !== undefined) verdict.reason = outcome.filter(Boolean).join(': ');
      return [test.id, verdict];
    }),
  );
}

/** Counts the tests in `ids` by kind: `{ required: { passed, of }, optimal: …, check: … }`. */
export function totals(verdicts, ids) {
  const sums = Object.fromEntries(['required', 'optimal', 'check'].map((kind) => [kind, { passed: 0, of: 0 }]));
  for (const [id, { kind, result }] of verdicts) {
    if (!ids.has(id)) continue;
    sums[kind].of += 1;
    if (result === 'pass') sums[kind].passed += 1;
  }
  return sums;
}
