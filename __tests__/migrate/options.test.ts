/** What the shim maps to what, option by option, and what it says of those that have no equivalent. */
/* eslint-disable @typescript-eslint/no-deprecated -- options that are deprecated there are in use. */
import * as theirs from 'axios-cache-interceptor';
import type { CacheOptions as TheirOptions, CacheRequestConfig } from 'axios-cache-interceptor';
import axios from 'axios';
import { CacheConfigurationError, cachePlugin } from 'axios-http-cache';
import type { CacheOptions, CacheRequestOptions, SeenResponse } from 'axios-http-cache';
import {
  buildMemoryStorage,
  fromAxiosCacheInterceptor,
  fromAxiosCacheInterceptorRequest,
} from 'axios-http-cache/migrate';
import type { Unmapped } from 'axios-http-cache/migrate';
import { startOrigin } from '../helpers/origin.js';

const optionsOf = (cache: CacheRequestConfig['cache']): CacheRequestOptions => {
  const config = fromAxiosCacheInterceptorRequest(cache === undefined ? {} : { cache });
  return config.cache === false ? { disabled: true } : (config.cache ?? {});
};

const seen: SeenResponse = {
  status: 200,
  statusText: 'OK',
  headers: {},
  url: 'http://a.test/',
  method: 'GET',
  text: () => '<p>',
};

test('without options: the defaults that the other library had', () => {
  const { filterFn, ...rest } = fromAxiosCacheInterceptor();
  expect(rest).toEqual({
    heuristic: false,
    expireAfter: 300,
    staleIfError: true,
    statuses: [200, 203],
    urlsExpireAfter: [],
  });
  expect(filterFn?.(seen)).toBe(true);
});

test.each<[TheirOptions, CacheOptions]>([
  [{ ttl: 90_000 }, { expireAfter: 90 }],
  [{ ttl: 1500 }, { expireAfter: 1.5 }],
  [{ ttl: 250 }, { expireAfter: '250ms' }],
  [{ ttl: 0 }, { expireAfter: 0 }],
  [{ ttl: -1 }, { expireAfter: 0 }],
  [{ ttl: NaN }, { expireAfter: 0 }],
  [{ ttl: Infinity }, { expireAfter: 'never' }],
  [{ interpretHeader: true }, { cacheControl: true }],
  [{ interpretHeader: false }, { cacheControl: 'ignore' }],
  [{ methods: ['get', 'query'] }, { methods: ['GET', 'QUERY'] }],
  [{ staleIfError: false }, { staleIfError: false }],
  [{ staleIfError: 3600 }, { staleIfError: 3600 }],
  [{ override: true }, { forceRefresh: true }],
  [{ enabled: false }, { disabled: true }],
  [{ enabled: true }, { disabled: false }],
  [{ vary: ['accept-language'] }, { matchHeaders: ['accept-language'] }],
  [{ vary: true }, { matchHeaders: false }],
  [{ location: 'server' }, { shared: true }],
  [{ location: 'client' }, { shared: false }],
  [{ cachePredicate: { statusCheck: (status) => status === 201 } }, { statuses: [201] }],
  // No effect, and no harm.
  [{ etag: false, modifiedSince: true, cacheTakeover: true, update: {}, register: true }, {}],
])('%j', (options, expected) => {
  const mapped = fromAxiosCacheInterceptor(options);
  expect(mapped).toMatchObject(expected);
  expect(() => cachePlugin(mapped)).not.toThrow();
});

test('a request says only what it says', () => {
  expect(optionsOf(undefined)).toEqual({});
  expect(optionsOf({ ttl: 1000 })).toEqual({ expireAfter: 1 });
  expect(fromAxiosCacheInterceptorRequest({ params: { a: 1 }, timeout: 5, cache: false, id: 'x' })).toEqual({
    params: { a: 1 },
    timeout: 5,
    cache: false,
  });
  const { cache } = fromAxiosCacheInterceptorRequest({ id: 'list', cache: { update: { a: 'delete', b: 'delete' } } });
  expect(cache).toMatchObject({ tags: ['list'], invalidates: [{ tags: ['a', 'b'] }] });
});

test('what axios accepts decides which statuses there are to be stored', () => {
  const statusesWith = (validateStatus: ((status: number) => boolean) | null): CacheOptions['statuses'] =>
    fromAxiosCacheInterceptor({}, { validateStatus }).statuses;
  expect(statusesWith((status) => status < 500)).toEqual([200, 203, 300, 301, 302, 404, 405, 410, 414]);
  expect(statusesWith(null)).toContain(501);
});

test('a predicate of a request replaces the one above it, with all it said', async () => {
  const { statuses, filterFn, urlsExpireAfter } = optionsOf({ cachePredicate: { responseMatch: () => false } });
  expect(statuses).toContain(206);
  expect(urlsExpireAfter).toEqual([]);
  expect(await filterFn?.(seen)).toBe(false);
});

test('a status check that answers later is asked of each response', async () => {
  const statusCheck = (status: number): Promise<boolean> => Promise.resolve(status === 200);
  const { statuses, filterFn } = optionsOf({ cachePredicate: { statusCheck } });
  expect(statuses).toContain(204);
  expect(await filterFn?.({ ...seen, status: 204 })).toBe(false);
  expect(await filterFn?.(seen)).toBe(true);
});

test('a predicate is shown a body that is no JSON as its text, and a header that is not there as undefined', async () => {
  const shown: unknown[] = [];
  const { filterFn } = optionsOf({
    cachePredicate: {
      containsHeaders: { 'X-Missing': (value) => shown.push(value) > 0 },
      responseMatch: ({ data, config }) => shown.push(data, config.method) > 0,
    },
  });
  expect(await filterFn?.(seen)).toBe(true);
  expect(shown).toEqual(['<p>', 'get', undefined]);
});

test('debug hears of what the cache does', async () => {
  const origin = await startOrigin({ '/a': { body: 'a' } });
  const heard: (string | undefined)[] = [];
  const options = fromAxiosCacheInterceptor({ debug: ({ msg }) => heard.push(msg) });
  const api = axios.create({ baseURL: origin.url }).use(cachePlugin(options));
  await api.get('/a');
  await api.get('/a');
  expect(heard).toEqual(['miss: uri-miss', 'stored: uri-miss', 'hit: fresh']);
  await origin.close();
});

describe('options without an equivalent', () => {
  const storage = theirs.buildStorage({ find: () => undefined, set: () => {}, remove: () => {} });
  const interceptor = { onFulfilled: (value: unknown) => value } as never;
  const cases: [keyof TheirOptions, TheirOptions, RegExp][] = [
    ['ttl', { ttl: ({ data }) => (data as { expiresIn: number }).expiresIn * 1000 }, /urlsExpireAfter/],
    ['headerInterpreter', { headerInterpreter: () => 'not enough headers' }, /adapter below the cache/],
    ['hydrate', { hydrate: () => {} }, /staleWhileRevalidate: true/],
    ['waiting', { waiting: new Map() }, /cache\.collapsed/],
    ['requestInterceptor', { requestInterceptor: interceptor }, /around the adapter/],
    ['responseInterceptor', { responseInterceptor: interceptor }, /around the adapter/],
    ['register', { register: false }, /order of interceptors/],
    ['etag', { etag: '"custom-etag"' }, /If-None-Match/],
    ['modifiedSince', { modifiedSince: new Date(0) }, /If-Modified-Since/],
    ['staleIfError', { staleIfError: () => 10 }, /500, 502, 503 and 504/],
    ['vary', { vary: false }, /always kept apart/],
    ['update', { update: { list: 'delete' } }, /each request/],
    ['storage', { storage }, /buildMemoryStorage\(\)/],
    ['storage', { storage: theirs.buildMemoryStorage() }, /buildMemoryStorage\(\)/],
    ['staleWhileRevalidate' as 'ttl', { staleWhileRevalidate: true } as TheirOptions, /no such option/],
  ];

  test.each(cases)('%s is an error that says what to do', (option, options, advice) => {
    const attempt = (): CacheOptions => fromAxiosCacheInterceptor(options);
    expect(attempt).toThrow(CacheConfigurationError);
    expect(attempt).toThrow(`Option "${option}": got`);
    expect(attempt).toThrow(advice);
  });

  test.each(cases)('%s is left out where somebody listens', (option, options, advice) => {
    const unmapped: Unmapped[] = [];
    const mapped = fromAxiosCacheInterceptor(options, { onUnmapped: (one) => unmapped.push(one) });
    expect(unmapped).toEqual([{ option, advice: expect.stringMatching(advice) }]);
    expect(() => cachePlugin(mapped)).not.toThrow();
  });

  test('of a request: an updater, and an option of the instance', () => {
    const update = { list: (): 'ignore' => 'ignore', other: 'delete' as const };
    expect(() => fromAxiosCacheInterceptorRequest({ cache: { update } })).toThrow(/fetched again/);
    expect(() => fromAxiosCacheInterceptorRequest({ cache: { update: () => {} } })).toThrow(/fetched again/);
    const { cache } = fromAxiosCacheInterceptorRequest({ cache: { update } }, { onUnmapped: () => {} });
    expect(cache).toEqual({ invalidates: [{ tags: ['other'] }] });
    expect(() => fromAxiosCacheInterceptorRequest({ cache: { storage: {} } as never })).toThrow(/no such option/);
  });

  test.each([null, 'x', 5])('%p is no configuration', (given) => {
    expect(() => fromAxiosCacheInterceptor(given as never)).toThrow(CacheConfigurationError);
    expect(() => fromAxiosCacheInterceptorRequest({ cache: given as never })).toThrow(CacheConfigurationError);
  });

  test('a ttl that is no number', () => {
    expect(() => fromAxiosCacheInterceptor({ ttl: '5m' as never })).toThrow('a number of milliseconds');
  });
});

test('memory: a limit by entries, in both spellings, and none', () => {
  const migrated = (storage: object): CacheOptions => fromAxiosCacheInterceptor({ storage });
  expect(migrated(buildMemoryStorage(true, 300_000, 100, 3_600_000))).toMatchObject({
    maxEntries: 100,
    keepForValidation: 3600,
  });
  expect(migrated(buildMemoryStorage({ maxEntries: 500 }))).toMatchObject({ maxEntries: 500 });
  expect(migrated(buildMemoryStorage(false, false, false))).not.toHaveProperty('maxEntries');
});
