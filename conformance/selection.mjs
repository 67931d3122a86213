// Which tests does a client in this mode have to face?
//
// What the suite's public site does (client/runner.mjs, cli.mjs, test-browser.html, index.html of 0.4.5):
//   browser   every suite of tests/index.mjs without the tests marked `browser_skip`;
//   proxy     the same suites and surrogate-control.mjs, without the tests marked `browser_only`.
// `browser_skip` has two meanings. Most such tests are skipped because a page cannot see the outcome: fetch() hides
// redirects, and turns its cache off for a request with its own If-None-Match. The others are rules for shared caches.
// A client in process is bound by the second only, so:
//   private   what a browser gets, and what it is spared for the first reason;
//   shared    what a proxy gets, without Surrogate-Control (a W3C note for CDNs; no HTTP cache has to know it).
// The site's own selection is run as well and reported on a line of its own.

import suites from 'http-cache-tests/tests/index.mjs';
import surrogateControl from 'http-cache-tests/tests/surrogate-control.mjs';

const SHARED_ONLY = new Set([
  'cc-resp-private-shared',
  'freshness-s-maxage-shared',
  'freshness-max-age-s-maxage-shared-longer',
  'freshness-max-age-s-maxage-shared-longer-reversed',
  'freshness-max-age-s-maxage-shared-longer-multiple',
  'freshness-max-age-s-maxage-shared-shorter',
  'freshness-max-age-s-maxage-shared-shorter-expires',
  'other-authorization',
  'other-authorization-public',
  'other-authorization-must-revalidate',
  'other-authorization-smaxage',
  // Not marked in 0.4.5, marked `browser_skip` by the suite since: a private cache ignores both directives.
  'stale-close-proxy-revalidate',
  'stale-close-s-maxage=2',
]);

const flatten = (list) => list.flatMap((suite) => suite.tests.map((test) => Object.assign(test, { suite: suite.id })));
const base = flatten(suites);
const surrogate = flatten([surrogateControl]);

export const kindOf = (test) => test.kind ?? 'required';
export const allTests = [...base, ...surrogate];

const COUNTED = {
  private: { ours: base.filter((test) => !SHARED_ONLY.has(test.id)), site: base.filter((test) => !test.browser_skip) },
  shared: {
    ours: base.filter((test) => !test.browser_only),
    site: allTests.filter((test) => !test.browser_only),
  },
};

/** @returns `counted` and `site`: the ids that count; `run`: the tests to run for them; `complete`: nothing left out. */
export function select({ mode, id, only }) {
  const isAsked = (test) => (id === undefined ? test.id.startsWith(only ?? '') : test.id === id);
  const known = allTests.filter((test) => COUNTED[mode].ours.includes(test) || COUNTED[mode].site.includes(test));
  const asked = known.filter(isAsked);
  const ids = (tests) => new Set(tests.filter(isAsked).map((test) => test.id));
  return {
    counted: ids(COUNTED[mode].ours),
    site: ids(COUNTED[mode].site),
    run: id === undefined ? withDependencies(asked, known) : asked,
    complete: asked.length === known.length,
  };
}

function withDependencies(asked, known) {
  const byId = new Map(known.map((test) => [test.id, test]));
  const wanted = new Set();
  const add = (test) => {
    if (test === undefined || wanted.has(test)) return;
    wanted.add(test);
    (test.depends_on ?? []).forEach((dependency) => add(byId.get(dependency)));
  };
  asked.forEach(add);
  return known.filter((test) => wanted.has(test));
}
