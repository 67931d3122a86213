// How is one test driven? By the suite's own engine; here is only the pool around it.
// The suite's runner starts chunks of 100 tests and waits for the slowest of each chunk; a pool keeps the pauses
// (three seconds each) overlapping, and a bound keeps two busy cores from turning "fresh for 2 s" into "stale".

import * as config from 'http-cache-tests/client/config.mjs';
import { makeCacheTest, testResults } from 'http-cache-tests/client/test.mjs';

/** @returns per test id: `true`, or `[error name, message]` where the name `Setup` or `Assertion` is the suite's own. */
export async function runTests(tests, { fetch, baseUrl, browserCache, concurrency, dump }) {
  config.setFetch(fetch);
  config.setBaseUrl(baseUrl);
  // With a browser's cache the engine sends no `Pragma: foo` and `Cache-Control: nothing-to-see-here` of its own.
  config.setUseBrowserCache(browserCache);

  const queue = tests.map((test) => (dump ? { ...test, dump: true } : test));
  const worker = async () => {
    for (let test = queue.shift(); test !== undefined; test = queue.shift()) await makeCacheTest(test);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, queue.length) }, worker));
  return { ...testResults };
}
