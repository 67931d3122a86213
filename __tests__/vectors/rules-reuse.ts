/**
 * Rows of the table in rules.ts: when a stored response serves.
 */
import { asking, course, failing, NOW, reuse, storing } from './rules.js';
import type { Row } from './rules.js';

const MUST_REVALIDATE = { 'Cache-Control': 'max-age=60, must-revalidate' };
const ACCEPT = { Vary: 'Accept', ETag: '"a"', 'Cache-Control': 'max-age=60' };

export const REUSE_ROWS: readonly Row[] = [
  [
    'refresh-behind-stale',
    'refresh means now',
    () =>
      reuse(
        { headers: { ETag: '"a"', 'Cache-Control': 'max-age=60' }, age: 70 },
        {},
        {
          refresh: true,
          staleWhileRevalidate: true,
        },
      ),
    'revalidate refresh',
  ],
  [
    'request-max-age-as-lifetime',
    'RFC 9111 5.2.1.1: a limit to the age',
    () => reuse({ headers: { 'Cache-Control': 'max-age=60' }, age: 20 }, { 'Cache-Control': 'max-age=10' }),
    'revalidate request-max-age',
  ],
  [
    'request-max-age-as-lifetime',
    'the option: expireAfter of the request',
    () => course(undefined, {}, { requestExpireAfter: 10 }).expires,
    NOW + 10_000,
  ],
  [
    'must-revalidate-while-fresh',
    'RFC 9111 5.2.2.2: once stale',
    () => reuse({ headers: MUST_REVALIDATE, age: 59 }),
    'serve fresh',
  ],
  [
    'stale-despite-must-revalidate',
    'RFC 9111 5.2.2.2: never stale',
    () => reuse({ headers: MUST_REVALIDATE, age: 60 }, {}, { staleWhileRevalidate: true }),
    'revalidate must-revalidate',
  ],
  [
    'stale-despite-must-revalidate',
    'RFC 9111 5.2.2.2: nor on errors',
    () => failing({ headers: MUST_REVALIDATE, age: 60 }, {}, { staleIfError: true }),
    'pass',
  ],
  [
    'stale-despite-must-revalidate',
    'RFC 9111 5.2.2.4: no-cache waits for a successful validation',
    () => failing({ headers: { 'Cache-Control': 'no-cache, max-age=60', ETag: '"a"' } }, {}, { staleIfError: true }),
    'pass',
  ],
  [
    'no-cache-served-only-if-cached',
    'RFC 9111 5.2.2.4, 5.2.1.7: 504',
    () => reuse({ headers: { 'Cache-Control': 'no-cache, max-age=60' } }, { 'Cache-Control': 'only-if-cached' }),
    'fail only-if-cached',
  ],
  [
    'only-if-cached-sends',
    'RFC 9111 5.2.1.7: not for another variant',
    () => reuse({ headers: ACCEPT, request: { Accept: 'a/b' } }, { Accept: 'c/d', 'Cache-Control': 'only-if-cached' }),
    'fail only-if-cached',
  ],
  [
    'only-if-cached-sends',
    'RFC 9111 5.2.1.7: not in the background',
    () =>
      reuse(
        { age: 60, headers: { 'Cache-Control': 'max-age=1' } },
        {},
        { onlyIfCached: true, staleWhileRevalidate: true },
      ),
    'serve stale-while-revalidate',
  ],
  [
    'max-stale-ineffective',
    'RFC 9111 5.2.1.2: with a validator too',
    () =>
      reuse({ headers: { 'Cache-Control': 'max-age=60', ETag: '"a"' }, age: 65 }, { 'Cache-Control': 'max-stale=10' }),
    'serve max-stale',
  ],
  [
    'max-stale-ineffective',
    'RFC 9111 5.2.1.2: beyond another option',
    () =>
      reuse(
        { headers: { 'Cache-Control': 'max-age=60' }, age: 65 },
        { 'Cache-Control': 'max-stale=10' },
        { staleWhileRevalidate: 2 },
      ),
    'serve max-stale',
  ],
  [
    'stale-if-error-response-directive-ignored',
    'RFC 5861 4: the stored response says so',
    () => failing({ headers: { 'Cache-Control': 'max-age=60, stale-if-error=10' }, age: 69 }),
    'serve-stale',
  ],
  [
    'stale-if-error-response-directive-ignored',
    'RFC 5861 4: and for how long',
    () => failing({ headers: { 'Cache-Control': 'max-age=60, stale-if-error=10' }, age: 70 }),
    'pass',
  ],
  [
    'stale-while-revalidate-response-directive-ignored',
    'RFC 5861 3: the stored response says so',
    () => reuse({ headers: { 'Cache-Control': 'max-age=60, stale-while-revalidate=10' }, age: 69 }),
    'serve-and-refresh stale-while-revalidate',
  ],
  [
    'stale-if-error-4xx',
    'RFC 5861 4: a 404 is an answer',
    () =>
      storing({ status: 404 }, { headers: { 'Cache-Control': 'max-age=60' }, age: 65 }, asking(), {
        staleIfError: true,
      }).kind,
    'store',
  ],
  [
    'stale-if-error-request-directive-status',
    'RFC 5861 4: a 503 is an error',
    () =>
      storing(
        { status: 503 },
        { headers: { 'Cache-Control': 'max-age=60' }, age: 65 },
        asking({ 'Cache-Control': 'stale-if-error=10' }),
      ).kind,
    'serve-stale',
  ],
  [
    'method-override-any',
    'what may be unsafe is not answered from the store',
    () => reuse({ headers: { 'Cache-Control': 'max-age=60' } }, { 'X-HTTP-Method-Override': 'DELETE' }),
    'fetch method',
  ],
  [
    'method-override-any',
    'RFC 9111 4.4: nor does it spare what is stored',
    () => storing({}, undefined, asking({ 'X-HTTP-Method-Override': 'GET' }, 'POST')).kind,
    'invalidate',
  ],
  [
    'min-fresh-validates',
    'RFC 9111 4.3.1: a 304 can do',
    () => ({
      ...course(
        { headers: { 'Cache-Control': 'max-age=60', ETag: '"a"' }, age: 50 },
        { 'Cache-Control': 'min-fresh=20' },
      ).validationHeaders,
    }),
    { 'if-none-match': '"a"' },
  ],
];
