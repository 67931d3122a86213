/**
 * Rows of the table in rules.ts: variants, validation and invalidation.
 */
import { toFields } from 'axios-http-cache/policy';

import { asking, course, NOW, reuse, storing } from './rules.js';
import type { Row } from './rules.js';

const ACCEPT = { Vary: 'Accept', ETag: '"a"', 'Cache-Control': 'max-age=60' };
const TIMES = { requestedAt: NOW, receivedAt: NOW };

/** The stored response as a 304 leaves it. */
function confirmed(stored: Readonly<Record<string, string>>, said: Readonly<Record<string, string>>): string | object {
  const decision = storing({ status: 304, headers: said }, { headers: stored, age: 90 });
  return decision.kind === 'freshen' ? { ...decision.response.headers } : decision.kind;
}

export const VALIDATION_ROWS: readonly Row[] = [
  [
    'vary-mismatch-validators',
    'RFC 9111 4.1: not selected, not asked about',
    () => ({
      ...course({ headers: ACCEPT, request: { Accept: 'a/b' }, age: 90 }, { Accept: 'c/d' }).validationHeaders,
    }),
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
    () =>
      reuse(
        { headers: { Vary: 'Cookie', 'Cache-Control': 'max-age=60' }, request: { Cookie: 'sid=1' } },
        { Cookie: 'sid=2' },
      ),
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
];
