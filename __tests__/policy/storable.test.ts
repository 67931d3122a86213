/** May this answer be stored at all? (RFC 9111 §3, §3.5, §5.2; RFC 9110 §15) */
import type { LooseFields } from '../../lib/policy/fields.js';
import { isCachedMethod, isExplicitlyPublic } from '../../lib/policy/storable.js';
import { decideStoring } from '../../lib/policy/storing.js';
import { toFields } from '../../lib/policy/fields.js';
import type { CacheSettings, PolicyRequest } from '../../lib/policy/types.js';
import { anAnswer, anExchange, aRequest, given, httpDate, times } from './given.js';

type Settings = Partial<CacheSettings>;

/** `stored`, or why not. */
function verdict(headers: LooseFields, settings: Settings = {}, status = 200, request = aRequest()): string {
  const decision = decideStoring(anExchange(undefined, given(settings), { request }), anAnswer(headers, status), times);
  if (decision.kind === 'pass') return decision.because;
  return decision.kind === 'store' ? 'stored' : decision.kind;
}

const storedFor = (cc: string, settings?: Settings, status?: number): string =>
  verdict({ 'cache-control': cc }, settings, status);

describe('by the request', () => {
  const fresh = { 'cache-control': 'max-age=60' };
  test.each<[string, Settings, PolicyRequest, string]>([
    ['§3 a method that is cached', {}, aRequest(), 'stored'],
    ['§3 HEAD is', {}, aRequest({}, { method: 'HEAD' }), 'stored'],
    ['§3 a safe method that is not', {}, aRequest({}, { method: 'OPTIONS' }), 'method'],
    ['§3 methods have case', {}, aRequest({}, { method: 'get' }), 'invalidate'],
    ['§4.4 an unsafe method', {}, aRequest({}, { method: 'POST' }), 'invalidate'],
    ['an option: an unsafe method that is cached', { methods: ['post'] }, aRequest({}, { method: 'POST' }), 'stored'],
    ['§5.2.1.5 no-store', {}, aRequest({ 'cache-control': 'no-store' }), 'request-no-store'],
    ['§5.2.1.4 no-cache does not forbid it', {}, aRequest({ 'cache-control': 'no-cache' }), 'stored'],
    ['T28 an override with something unsafe', {}, aRequest({ 'x-http-method-override': 'DELETE' }), 'invalidate'],
    ['an override with something safe', {}, aRequest({ 'x-http-method-override': 'OPTIONS' }), 'stored'],
    [
      'an override of what is cached with what is not',
      { methods: ['GET', 'OPTIONS'] },
      aRequest({ 'x-http-method-override': 'get' }, { method: 'OPTIONS' }),
      'stored',
    ],
    ['an option: disabled', { disabled: true }, aRequest(), 'disabled'],
    ['an option: readOnly', { readOnly: true }, aRequest(), 'read-only'],
    ['an option: do-not-cache', { expireAfter: 'do-not-cache' }, aRequest(), 'do-not-cache'],
    [
      'an option: do-not-cache for this URL, whatever is said of the request',
      { urlsExpireAfter: [['*', 'do-not-cache']], requestExpireAfter: 60 },
      aRequest(),
      'do-not-cache',
    ],
  ])('%s', (_claim, settings, request, expected) => {
    expect(verdict(fresh, settings, 200, request)).toBe(expected);
  });

  test('an unsafe override of a method that is cached is not kept, though it invalidates nothing', () => {
    const settings = { methods: ['GET', 'PUT'] };
    expect(verdict(fresh, settings, 200, aRequest({ 'x-http-method': 'Put' }))).toBe('method-override');
  });
});

describe('by the status', () => {
  test.each<[string, number, string, Settings?]>([
    ['§3 explicit freshness: 200', 200, 'stored'],
    ['§3 299', 299, 'stored'],
    ['§3 302', 302, 'stored'],
    ['§3 400', 400, 'stored'],
    ['§3 499', 499, 'stored'],
    ['§3 500', 500, 'stored'],
    ['§3 599', 599, 'stored'],
    ['§3 T59 an interim response is not final', 103, 'status'],
    ['§3 what is no status', 600, 'status'],
    ['§3.3 206', 206, 'partial'],
    ['RFC 9110 §15.5.17 416', 416, 'status'],
    ['an option: listed', 404, 'stored', { statuses: [404] }],
    ['an option: not listed', 200, 'status', { statuses: [404] }],
    ['an option: 206 is a part all the same', 206, 'partial', { statuses: [206] }],
  ])('%s', (_claim, ...[status, expected, settings]) => {
    expect(storedFor('max-age=60', settings, status)).toBe(expected);
  });

  test.each([
    [200, 'stored'],
    [203, 'stored'],
    [204, 'stored'],
    [300, 'stored'],
    [301, 'stored'],
    [308, 'stored'],
    [404, 'stored'],
    [405, 'stored'],
    [410, 'stored'],
    [414, 'stored'],
    [501, 'stored'],
    [201, 'status'],
    [202, 'status'],
    [302, 'status'],
    [307, 'status'],
    [403, 'status'],
    [429, 'status'],
    [500, 'status'],
    [502, 'status'],
    [503, 'status'],
    [504, 'status'],
    [599, 'status'],
  ])('RFC 9110 §15.1 without explicit freshness, %d: %s', (status, expected) => {
    expect(verdict({ 'last-modified': httpDate(-1000) }, {}, status)).toBe(expected);
  });

  test.each<[string, string, string, Settings?]>([
    ['§3 public', 'public', 'stored'],
    ['§3 private, in a private cache', 'private', 'stored'],
    ['§3 private, where an option disobeys', 'private', 'status', { cacheControl: false }],
    ['§3 max-age, where an option disobeys', 'max-age=60', 'status', { cacheControl: false }],
    ['§3 s-maxage, in a private cache', 's-maxage=60', 'status'],
    ['§3 s-maxage, in a shared one', 's-maxage=60', 'stored', { shared: true }],
  ])('%s makes a 599 cacheable: %s', (_claim, ...[cc, expected, settings]) => {
    expect(verdict({ 'cache-control': cc, etag: '"1"' }, settings, 599)).toBe(expected);
  });

  test('where headers are not obeyed, Expires makes nothing cacheable', () => {
    const headers = { expires: httpDate(60), etag: '"1"' };
    expect(verdict(headers, {}, 403)).toBe('stored');
    expect(verdict(headers, { cacheControl: false }, 403)).toBe('status');
  });
});

describe('by what the origin says', () => {
  test.each<[string, string, string, Settings?, number?]>([
    ['§5.2.2.5 no-store', 'no-store, max-age=60', 'no-store'],
    ['§5.2.2.5 no-store, in any case', 'NO-STORE, max-age=60', 'no-store'],
    [
      '§5.2.2.5 no-store is obeyed where nothing else is',
      'no-store',
      'no-store',
      { cacheControl: false, expireAfter: 60 },
    ],
    ['an option: not even no-store', 'no-store', 'stored', { cacheControl: 'ignore', expireAfter: 60 }],
    ['§5.2.2.4 no-cache does not forbid it', 'no-cache, max-age=60', 'stored'],
    ['§5.2.2.3 must-understand lifts no-store', 'must-understand, no-store, max-age=60', 'stored'],
    ['§5.2.2.3 of what is understood', 'must-understand, no-store, max-age=60', 'must-understand', {}, 599],
    ['§5.2.2.3 and forbids the rest', 'must-understand, max-age=60', 'must-understand', {}, 299],
    ['§5.2.2.3 what has an argument lifts nothing', 'must-understand=no, no-store, max-age=60', 'no-store'],
    ['§5.2.2.7 private, in a private cache', 'private, max-age=60', 'stored'],
    ['§5.2.2.7 private, in a shared one', 'private, max-age=60', 'private', { shared: true }],
    [
      '§5.2.2.7 private, where headers are not obeyed',
      'private',
      'private',
      { shared: true, cacheControl: false, expireAfter: 60 },
    ],
    ['§5.2.2.7 private for some fields', 'private="set-cookie", max-age=60', 'private', { shared: true }],
    ['T8 private=""', 'private="", max-age=60', 'private', { shared: true }],
    ['T8 private=" "', 'private=" ", max-age=60', 'private', { shared: true }],
    ['T8 private twice', 'private, private="x", max-age=60', 'private', { shared: true }],
    ['T8 private twice, the other way', 'private="x", private, max-age=60', 'private', { shared: true }],
    ['T8 PRIVATE', 'PRIVATE, max-age=60', 'private', { shared: true }],
    ['T9 private=" authorization "', 'private=" authorization ", max-age=60', 'private', { shared: true }],
    ['T9 quotes that do not close', 'private="Set-Cookie, max-age=60', 'private', { shared: true }],
    ['T60 a semicolon', 'no-store;max-age=60', 'no-store'],
    ['T60 a space', 'max-age=60 no-store', 'no-store'],
    ['T60 quotes', '"no-store", max-age=60', 'no-store'],
    ['T60 an argument', 'no-store=1, max-age=60', 'no-store'],
    ['T60 not what stands in quotes', 'x="no-store", max-age=60', 'stored'],
    ['T57 max-age and no-store', 'max-age=60, no-store', 'no-store'],
  ])('%s', (_claim, ...[cc, expected, settings, status]) => {
    expect(storedFor(cc, settings, status)).toBe(expected);
  });

  test('§5.2.2.3 the statuses that are understood: those of RFC 9110 §15 and its kin', () => {
    const statuses = Array.from({ length: 400 }, (_, i) => i + 200);
    const understood = statuses.filter((status) => storedFor('must-understand, max-age=60', {}, status) === 'stored');
    expect(understood).toEqual([
      ...[200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 305, 307, 308],
      ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 417, 421, 422, 426, 451],
      ...[500, 501, 502, 503, 504, 505],
    ]);
  });

  const cdn: Settings = { shared: ['CDN-Cache-Control'] };
  test.each<[string, LooseFields, string]>([
    [
      '§2.2 allows what Cache-Control forbids',
      { 'cdn-cache-control': 'max-age=60', 'cache-control': 'no-store' },
      'stored',
    ],
    [
      '§2.2 forbids what Cache-Control allows',
      { 'cdn-cache-control': 'no-store', 'cache-control': 'max-age=60' },
      'no-store',
    ],
    ['§2.2 private', { 'cdn-cache-control': 'private', 'cache-control': 'max-age=60' }, 'private'],
    [
      '§2.2 malformed: Cache-Control counts',
      { 'cdn-cache-control': 'max-age=60, &&&', 'cache-control': 'no-store' },
      'no-store',
    ],
    ['§2.1 of the wrong type too', { 'cdn-cache-control': 'max-age="60"', 'cache-control': 'no-store' }, 'no-store'],
  ])('RFC 9213 %s', (_claim, headers, expected) => {
    expect(verdict(headers, cdn)).toBe(expected);
  });
});

describe('by whom it is for', () => {
  const strict: Settings = { shared: true, credentials: 'strict' };
  test.each<[string, string, string, Settings]>([
    ['§3.5 nothing said', 'max-age=60', 'authorization', strict],
    ['§3.5 public', 'public, max-age=60', 'stored', strict],
    ['§3.5 must-revalidate', 'must-revalidate, max-age=60', 'stored', strict],
    ['§3.5 s-maxage', 's-maxage=60', 'stored', strict],
    ['§3.5 T2 an s-maxage that is none', 's-maxage=x, max-age=60', 'authorization', strict],
    ['§3.5 T2 an empty s-maxage', 's-maxage=, max-age=60', 'authorization', strict],
    ['§3.5 T2 public=1x', 'public=1x, max-age=60', 'authorization', strict],
    ['§3.5 T2 must-revalidate2', 'must-revalidate2, max-age=60', 'authorization', strict],
    ['§3.5 a private cache is for one', 'max-age=60', 'stored', { credentials: 'strict' }],
    ['an option: users are kept apart by their keys', 'max-age=60', 'stored', { shared: true }],
  ])('%s', (_claim, cc, expected, settings) => {
    const request = aRequest({ authorization: 'Bearer alice' });
    const headers = { 'cache-control': cc, etag: '"1"' };
    expect(verdict(headers, settings, 200, request)).toBe(expected);
    expect(verdict(headers, settings)).toBe('stored');
  });

  test.each<[string, LooseFields, boolean, Settings?]>([
    ['public', { 'cache-control': 'public' }, true],
    ['s-maxage', { 'cache-control': 's-maxage=1' }, true],
    ['an s-maxage that is none', { 'cache-control': 's-maxage=x' }, false],
    ['nothing said', { 'cache-control': 'max-age=60' }, false],
    ['public and private', { 'cache-control': 'public, private="x"' }, false],
    ['public and no-store', { 'cache-control': 'public, no-store, must-understand' }, false],
    ['RFC 9213 §2.2 a targeted public', { 'cdn-cache-control': 'public' }, true, { shared: ['cdn-cache-control'] }],
    ['where headers are not obeyed', { 'cache-control': 'public' }, true, { cacheControl: false }],
  ])('is explicitly for everybody: %s', (_claim, ...[headers, expected, settings]) => {
    expect(isExplicitlyPublic(toFields(headers), given(settings))).toBe(expected);
  });
});

test.each<[string, boolean | undefined, string]>([
  ['declines', false, 'filtered'],
  ['accepts', true, 'stored'],
  ['is not there', undefined, 'stored'],
])('the filter %s', (_claim, filterResult, expected) => {
  const exchange = anExchange(undefined, given(), { filterResult });
  const decision = decideStoring(exchange, anAnswer({ 'cache-control': 'max-age=60' }), times);
  expect(decision.kind === 'pass' ? decision.because : 'stored').toBe(expected);
});

test('isCachedMethod: a method, or what it is overridden with', () => {
  expect(isCachedMethod(aRequest(), given())).toBe(true);
  expect(isCachedMethod(aRequest({}, { method: 'PUT' }), given())).toBe(false);
});
