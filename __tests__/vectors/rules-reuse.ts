/**
 * Rows of the table in rules.ts: stored responses, variants, validation and invalidation.
 */
import { toFields } from 'axios-http-cache/policy';

import { asking, course, failing, NOW, reuse, storing } from './rules.js';
import type { Row } from './rules.js';

const MUST_REVALIDATE = { 'Cache-Control': 'max-age=60, must-revalidate' };
const ACCEPT = { Vary: 'Accept', ETag: '"a"', 'Cache-Control': 'max-age=60' };
const TIMES = { requestedAt: NOW, receivedAt: NOW };

/** The stored response as a 304 leaves it. */
function confirmed(stored: Readonly<Record<string, string>>, said: Readonly<Record<string, string>>): string | object {
  const decision = storing({ status: 304, headers: said }, { headers: stored, age: 90 });
  return decision.kind === 'freshen' ? { ...decision.response.headers } : decision.kind;
}

export const REUSE_ROWS: readonly Row[] = [
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
    () => reuse({ age: 60, headers: { 'Cache-Control': 'max-age=1' } }, {}, { onlyIfCached: true, staleWhileRevalidate: true }),
    'serve stale-while-revalidate',
  ],
  [
    'max-stale-ineffective',
    'RFC 9111 5.2.1.2: with a validator too',
    () => reuse({ headers: { 'Cache-Control': 'max-age=60', ETag: '"a"' }, age: 65 }, { 'Cache-Control': 'max-stale=10' }),
    'serve max-stale',
  ],
  [
    'max-stale-ineffective',
    'RFC 9111 5.2.1.2: beyond another option',
    () =>
      reuse({ headers: { 'Cache-Control': 'max-age=60' }, age: 65 }, { 'Cache-Control': 'max-stale=10' }, { staleWhileRevalidate: 2 }),
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
    () => storing({ status: 404 }, { headers: { 'Cache-Control': 'max-age=60' }, age: 65 }, asking(), { staleIfError: true }).kind,
    'store',
  ],
  [
    'stale-if-error-request-directive-status',
    'RFC 5861 4: a 503 is an error',
    () =>
      storing({ status: 503 }, { headers: { 'Cache-Control': 'max-age=60' }, age: 65 }, asking({ 'Cache-Control': 'stale-if-error=10' }))
        .kind,
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
    'vary-mismatch-validators',
    'RFC 9111 4.1: not selected, not asked about',
    () => ({ ...course({ headers: ACCEPT, request: { Accept: 'a/b' }, age: 90 }, { Accept: 'c/d' }).validationHeaders }),
    {},
  ],
  [
    'vary-star-in-list',
    'RFC 9111 4.1: never matches',
    () => reuse({ headers: { Vary: 'Accept, *', 'Cache-Control': 'max-age=60' } }),
    'fetch vary-star',
  ],
  [
    'vary-cookie-header-ignored',
    'RFC 9111 4.1: a field like any other',
    () => reuse({ headers: { Vary: 'Cookie', 'Cache-Control': 'max-age=60' }, request: { Cookie: 'sid=1' } }, { Cookie: 'sid=2' }),
    'fetch vary-mismatch',
  ],
  [
    '304-validator-mismatch',
    'RFC 9111 4.3.4: it speaks of something else',
    () => confirmed({ ETag: '"a"', 'Cache-Control': 'max-age=60' }, { ETag: '"b"' }),
    'refetch',
  ],
  [
    '304-freshness-from-settings',
    'RFC 9111 3.2: the merged fields',
    () => {
      const decision = storing({ status: 304 }, { headers: { ETag: '"a"', 'Cache-Control': 'max-age=60' }, age: 90 });
      return decision.kind === 'freshen' && decision.keepFor;
    },
    60 + 86_400,
  ],
  [
    '304-content-length',
    'RFC 9111 3.2: excluded',
    () => confirmed({ ETag: '"a"', 'Content-Length': '12' }, { 'Content-Length': '0', 'X-New': 'yes' }),
    { etag: '"a"', 'content-length': '12', 'x-new': 'yes' },
  ],
  [
    '304-no-store-written',
    'RFC 9111 5.2.2.5: given, not kept',
    () => storing({ status: 304, headers: { 'Cache-Control': 'no-store' } }, { headers: { ETag: '"a"' }, age: 90 }),
    expect.objectContaining({ kind: 'freshen', notStored: 'no-store' }),
  ],
  [
    '304-wrong-variant',
    'RFC 9111 4.3.4: only what was asked about is confirmed',
    () => {
      const actions = course({ headers: ACCEPT, request: { Accept: 'a/b' }, age: 90 }, { Accept: 'c/d' });
      return actions.updateFromResponse({ status: 304, headers: toFields({ ETag: '"a"' }) }, TIMES).kind;
    },
    'pass',
  ],
  [
    '304-without-validators',
    "RFC 9111 4.3.3: the caller's own question",
    () => {
      const actions = course({ headers: { 'Cache-Control': 'max-age=60' }, age: 90 }, { 'If-None-Match': '"mine"' });
      return actions.updateFromResponse({ status: 304, headers: {} }, TIMES).kind;
    },
    'pass',
  ],
  [
    'no-invalidation',
    'RFC 9111 4.4: what is stored is untrue',
    () => storing({ status: 204 }, undefined, asking({}, 'DELETE')),
    { kind: 'invalidate', urls: ['https://rules.invalid/'] },
  ],
  [
    'min-fresh-validates',
    'RFC 9111 4.3.1: a 304 can do',
    () => ({
      ...course({ headers: { 'Cache-Control': 'max-age=60', ETag: '"a"' }, age: 50 }, { 'Cache-Control': 'min-fresh=20' })
        .validationHeaders,
    }),
    { 'if-none-match': '"a"' },
  ],
];
