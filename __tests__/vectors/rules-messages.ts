/**
 * Rows of the table in rules.ts: what messages say, how long a response lives, what is stored, keys, names and options.
 */
import {
  completeSettings,
  createKey,
  credentialPartition,
  currentAge,
  matchUrl,
  redactFields,
  redactUrl,
  DEFAULT_IGNORED_PARAMETERS,
} from 'axios-http-cache/policy';

import { asking, course, held, lifetime, NOW, reuse, said, storing } from './rules.js';
import type { Row } from './rules.js';
import type { Settings } from './mapping.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };

function sameKey(a: string, b: string, settings: Settings = {}): boolean {
  const key = (body: string) => createKey({ ...asking(JSON_TYPE, 'POST'), body }, completeSettings(settings));
  return key(a) === key(b);
}

function sameUrl(a: string, b: string): boolean {
  const key = (url: string) => createKey({ ...asking(), url: `https://rules.invalid${url}` }, completeSettings({}));
  return key(a) === key(b);
}

function sameField(a: string, b: string, name: string): boolean {
  const settings = completeSettings({ matchHeaders: [name] });
  return createKey(asking({ [name]: a }), settings) === createKey(asking({ [name]: b }), settings);
}

function partition(settings: Settings): string | undefined {
  return credentialPartition(asking({ Authorization: 'Bearer one' }), completeSettings(settings));
}

const HTTP_NOW = new Date(NOW).toUTCString();
const HTTP_IN_A_MINUTE = new Date(NOW + 60_000).toUTCString();
const HTTP_A_MINUTE_AGO = new Date(NOW - 60_000).toUTCString();

export const MESSAGE_ROWS: readonly Row[] = [
  ['directive-self-crashes', 'RFC 9111 5.2.3: unknown directives are ignored', () => said('self, max-age=5').maxAge, 5],
  [
    'quoted-comma-split',
    'RFC 9110 5.6.4: a quoted comma is text',
    () => said('private="a, no-store, b"').noStore,
    false,
  ],
  ['quoted-comma-split', 'RFC 9111 5.2: names have hyphens', () => said('max_age=60').maxAge, undefined],
  ['quoted-value-ignored', 'RFC 9111 5.2: both forms are read', () => said('max-age="60"').maxAge, 60],
  ['valueless-max-stale', 'RFC 9111 5.2.1.2: any staleness', () => said('max-stale').maxStale, Infinity],
  ['valueless-numeric-directive', 'no number, no limit', () => said('min-fresh, stale-if-error').minFresh, undefined],
  ['valueless-numeric-directive', 'RFC 9111 4.2.1: invalid freshness means stale', () => said('max-age').maxAge, 0],
  [
    'invalid-delta-ignored',
    'RFC 9111 4.2.1: invalid freshness means stale',
    () => lifetime({ 'Cache-Control': 'max-age=1.5' }),
    0,
  ],
  ['negative-delta-accepted', 'RFC 9111 1.2.2: digits only', () => said('max-age=-7').maxAge, 0],
  ['max-age-minus-one-never-expires', 'RFC 9111 4.2.1: stale', () => lifetime({ 'Cache-Control': 'max-age=-1' }), 0],
  ['lenient-integer', 'RFC 9111 1.2.2: digits only', () => said('max-age=1_000').maxAge, 0],
  ['lenient-integer', 'RFC 9111 1.2.2: ASCII digits', () => said('max-age=１２').maxAge, 0],
  ['duplicate-directive-last-wins', 'RFC 9111 4.2.1: the cautious one', () => said('max-age=0, max-age=60').maxAge, 0],
  ['duplicate-directive-last-wins', 'in either order', () => said('max-age=60, max-age=0').maxAge, 0],
  ['empty-argument-directive-dropped', 'a prohibition stays one', () => said('no-store=').noStore, true],
  ['invalid-expires-raises', 'RFC 9111 5.3: in the past', () => lifetime({ Expires: 'soon' }, { expireAfter: 60 }), 0],
  ['invalid-expires-raises', 'RFC 9111 5.3: empty as well', () => lifetime({ Expires: '' }), 0],
  [
    'overflowing-max-age-raises',
    'RFC 9111 1.2.2: 2^31 at most',
    () => lifetime({ 'Cache-Control': 'max-age=99999999999999999999' }),
    2 ** 31,
  ],
  ['age-ignored', 'RFC 9111 4.2.3: Age counts', () => currentAge(held({ headers: { Age: '30' }, age: 5 }), NOW), 35],
  [
    'date-ignored',
    'RFC 9111 4.2.3: apparent age',
    () => currentAge(held({ headers: { Date: HTTP_A_MINUTE_AGO } }), NOW),
    60,
  ],
  [
    'date-ignored',
    'RFC 9111 4.2.1: Expires minus Date',
    () => lifetime({ Date: HTTP_A_MINUTE_AGO, Expires: HTTP_IN_A_MINUTE }),
    120,
  ],
  [
    'immutable-never-expires',
    'RFC 8246 2: the lifetime stays',
    () => lifetime({ 'Cache-Control': 'max-age=42, immutable' }),
    42,
  ],
  [
    'immutable-never-expires',
    'RFC 8246 2: no validation while fresh',
    () =>
      reuse(
        { headers: { 'Cache-Control': 'max-age=42, immutable', ETag: '"a"' }, age: 1 },
        { 'Cache-Control': 'max-age=0' },
      ),
    'serve immutable',
  ],
  [
    'no-store-needs-cache-control-option',
    'RFC 9111 5.2.2.5: not stored',
    () =>
      storing({ headers: { 'Cache-Control': 'no-store' } }, undefined, asking(), {
        cacheControl: false,
        expireAfter: 60,
      }),
    { kind: 'pass', because: 'no-store', evict: false },
  ],
  [
    'no-store-needs-cache-control-option',
    "the option: cacheControl 'ignore'",
    () =>
      storing({ headers: { 'Cache-Control': 'no-store' } }, undefined, asking(), {
        cacheControl: 'ignore',
        expireAfter: 60,
      }).kind,
    'store',
  ],
  [
    'key-parts-concatenated',
    'body and URL are apart',
    () => {
      const key = (url: string, body: string) =>
        createKey({ ...asking({}, 'PUT'), url: url, body }, completeSettings({}));
      return key('https://rules.invalid/y', '22') === key('https://rules.invalid/y2', '2');
    },
    false,
  ],
  ['json-array-order-ignored', 'order is meaning', () => sameKey('["b","a"]', '["a","b"]'), false],
  ['json-array-order-ignored', 'text is no list', () => sameKey('"abc"', '"cba"'), false],
  ['json-array-items-dropped', 'items have no names', () => sameKey('["api_key","x"]', '["x"]'), false],
  ['blank-parameter-dropped', 'empty is not absent', () => sameUrl('/x?a=&b=1', '/x?b=1'), false],
  ['blank-parameter-dropped', 'RFC 3986 6.2.3: nor is an empty query', () => sameUrl('/x?', '/x'), false],
  ['repeated-parameter-order-ignored', 'order may be meaning', () => sameUrl('/x?a=1&a=2', '/x?a=2&a=1'), false],
  ['authorization-not-in-key', 'each user has a partition', () => partition({}) === undefined, false],
  [
    'authorization-not-in-key',
    "the option: credentials 'strict'",
    () => partition({ credentials: 'strict' }),
    undefined,
  ],
  ['header-list-lowercased', 'RFC 9111 4.1: case may be meaning', () => sameField('Ab,cD', 'aB,Cd', 'X-Token'), false],
  ['header-list-lowercased', 'RFC 9110 12.5.1: not in Accept', () => sameField('a/b, c/d', 'C/D,a/b', 'Accept'), true],
  [
    'header-redaction-case-sensitive',
    'RFC 9110 5.1: field names have no case',
    () => redactFields({ 'X-Api-Key': 'abc' }, DEFAULT_IGNORED_PARAMETERS)['X-Api-Key'],
    'REDACTED',
  ],
  [
    'header-redaction-case-sensitive',
    'nor have names of parameters',
    () => redactUrl('https://rules.invalid/?ACCESS_TOKEN=abc', DEFAULT_IGNORED_PARAMETERS),
    'https://rules.invalid/?ACCESS_TOKEN=REDACTED',
  ],
  [
    'key-only-parameter-not-redacted',
    'a bare name may be a secret',
    () => redactUrl('https://rules.invalid/?access_token', DEFAULT_IGNORED_PARAMETERS),
    'https://rules.invalid/?access_token=REDACTED',
  ],
  [
    'url-pattern-prefix-host',
    'followed: the end is open',
    () => matchUrl('a.invalid', 'https://a.invalid.evil.invalid/'),
    true,
  ],
  [
    'url-pattern-prefix-host',
    'a slash ends the host',
    () => matchUrl('a.invalid/', 'https://a.invalid.evil.invalid/'),
    false,
  ],
  [
    'url-pattern-embedded-scheme',
    'the host is the host',
    () => matchUrl('a.invalid', 'https://other.invalid/?next=https://a.invalid/'),
    false,
  ],
  [
    'option-max-age-lottery',
    'the option is the lifetime',
    () => course(undefined, { 'Cache-Control': 'max-age=3600' }, { requestExpireAfter: 120 }).expireAfter,
    120,
  ],
  [
    'option-never-expire-on-wire',
    'options are not sent',
    () => course(undefined, {}, { requestExpireAfter: 'never' }).updateRequest(asking()).headers,
    {},
  ],
  ['stored-while-of-use', 'nothing could use it', () => storing({ headers: { Expires: HTTP_NOW } }).kind, 'pass'],
  [
    'stored-while-of-use',
    'an error could',
    () => storing({ headers: { 'Cache-Control': 'max-age=0' } }, undefined, asking(), { staleIfError: 60 }).kind,
    'store',
  ],
  [
    'do-not-cache-above-all',
    'it outranks the origin',
    () =>
      storing({ headers: { 'Cache-Control': 'max-age=60' } }, undefined, asking(), { expireAfter: 'do-not-cache' })
        .kind,
    'pass',
  ],
];
