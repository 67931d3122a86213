/** One request through the cache, step by step: every public name of `CacheActions` (after requests-cache). */
import { CacheActions } from '../../lib/policy/actions.js';
import type { LooseFields } from '../../lib/policy/fields.js';
import type { CacheSettings, PolicyRequest, StoredResponse } from '../../lib/policy/types.js';
import { anAnswer, aRequest, aStored, given, httpDate, now, times } from './given.js';

type Settings = Partial<CacheSettings>;

const begin = (request: PolicyRequest = aRequest(), settings: Settings = {}) =>
  CacheActions.fromRequest<string>('key', request, settings, now);
const asking = (cc: string, settings: Settings = {}) => begin(aRequest({ 'cache-control': cc }), settings);

const fresh = aStored({ age: 10, maxAge: 60, headers: { etag: '"1"' } });
const stale = aStored({ age: 70, maxAge: 60, headers: { etag: '"1"', 'last-modified': httpDate(-1000) } });

test.each([
  ...['cacheKey', 'error504', 'expireAfter', 'expires', 'sendRequest', 'resendRequest', 'resendAsync'],
  ...['skipRead', 'skipWrite', 'validationHeaders', 'varyKey', 'directives', 'settings', 'onlyIfCached', 'refresh'],
  ...['request', 'staleIfError', 'staleWhileRevalidate', 'isUsable', 'updateFromCachedResponse'],
  ...['updateFromResponse', 'updateFromError', 'updateRequest', 'updateRevalidatedResponse', 'reuse', 'storing'],
])('there is %s', (name) => {
  expect(name in begin()).toBe(true);
});

describe('fromRequest', () => {
  test('brings names into the case the policy compares in, and settings to completeness', () => {
    const request = { method: 'get', url: 'https://api.invalid/', headers: { 'Cache-Control': 'Max-Age=5' } };
    const actions = CacheActions.fromRequest('key', request, undefined, now);
    expect(actions.cacheKey).toBe('key');
    expect(actions.request).toEqual({ ...request, method: 'GET', headers: { 'cache-control': 'Max-Age=5' } });
    expect(actions.directives.maxAge).toBe(5);
    expect(actions.settings).toEqual(given());
  });

  test('is what the constructor makes of complete fields', () => {
    const actions = new CacheActions({ cacheKey: 'key', request: aRequest(), settings: given(), now });
    expect(actions.updateFromCachedResponse(fresh, now).kind).toBe('serve');
  });

  test('nothing is decided yet', () => {
    const { reuse, storing, error504, sendRequest, resendRequest, resendAsync, varyKey, validationHeaders } = begin();
    expect([reuse, storing, varyKey]).toEqual([undefined, undefined, undefined]);
    expect([error504, sendRequest, resendRequest, resendAsync]).toEqual([false, false, false, false]);
    expect({ ...validationHeaders }).toEqual({});
  });
});

describe('what the request says', () => {
  type Row = [
    name: 'onlyIfCached' | 'refresh' | 'staleIfError' | 'staleWhileRevalidate' | 'skipRead' | 'skipWrite',
    cc: string,
    settings: Settings,
    expected: unknown,
  ];
  test.each<Row>([
    ['onlyIfCached', '', {}, false],
    ['onlyIfCached', 'only-if-cached', {}, true],
    ['onlyIfCached', '', { onlyIfCached: true }, true],
    ['refresh', '', {}, false],
    ['refresh', 'max-age=0', {}, true],
    ['refresh', 'max-age=1', {}, false],
    ['refresh', '', { refresh: true }, true],
    ['staleIfError', '', {}, false],
    ['staleIfError', 'stale-if-error=5', {}, 5],
    ['staleIfError', 'stale-if-error=5', { staleIfError: 7 }, 7],
    ['staleIfError', '', { staleIfError: true }, true],
    ['staleWhileRevalidate', '', {}, false],
    ['staleWhileRevalidate', 'stale-while-revalidate=5', {}, 5],
    ['staleWhileRevalidate', 'stale-while-revalidate=5', { staleWhileRevalidate: true }, true],
    ['skipRead', '', {}, false],
    ['skipRead', 'no-store', {}, true],
    ['skipRead', '', { forceRefresh: true }, true],
    ['skipWrite', '', {}, false],
    ['skipWrite', 'no-store', {}, true],
  ])('%s for %j and %j: %j', (name, cc, settings, expected) => {
    expect(asking(cc, settings)[name]).toBe(expected);
  });
});

describe('updateFromCachedResponse', () => {
  type Flags = [error504: number, sendRequest: number, resendRequest: number, resendAsync: number];
  const flagsOf = ({ error504, sendRequest, resendRequest, resendAsync }: CacheActions<string>) =>
    [error504, sendRequest, resendRequest, resendAsync].map(Number);
  test.each<[string, StoredResponse<string> | undefined, string, Settings, Flags]>([
    ['served', fresh, '', {}, [0, 0, 0, 0]],
    ['§5.2.1.7 error504', undefined, 'only-if-cached', {}, [1, 0, 0, 0]],
    ['sendRequest', undefined, '', {}, [0, 1, 0, 0]],
    ['resendRequest', stale, '', {}, [0, 0, 1, 0]],
    ['RFC 5861 §3 resendAsync', stale, '', { staleWhileRevalidate: true }, [0, 0, 0, 1]],
    ['one flag at most', stale, 'only-if-cached', { refresh: true }, [1, 0, 0, 0]],
  ])('%s', (_claim, stored, cc, settings, flags) => {
    const actions = asking(cc, settings);
    expect(actions.updateFromCachedResponse(stored, now)).toBe(actions.reuse);
    expect(flagsOf(actions)).toEqual(flags);
  });

  test('§4.3.1 the validators, and the request that carries them', () => {
    const actions = begin();
    actions.updateFromCachedResponse(stale, now);
    const headers = { 'if-none-match': '"1"', 'if-modified-since': httpDate(-1000) };
    expect({ ...actions.validationHeaders }).toEqual(headers);
    const updated = actions.updateRequest({ ...aRequest(), headers: { Accept: 'a/b' } });
    expect(updated).toEqual({ ...aRequest(), headers: { accept: 'a/b', ...headers } });
    expect(Object.getPrototypeOf(updated.headers)).toBeNull();
  });

  const keyOf = (_request: PolicyRequest, names: readonly string[]): string => names.join();
  test.each<[string, LooseFields, Settings, string | undefined]>([
    ['§4.1 the fields that Vary names', { vary: 'X-B, x-a' }, {}, 'x-a,x-b'],
    ['§4.1 none for *', { vary: '*' }, {}, undefined],
    ['none for an ignored field', { vary: 'x-a' }, { ignoredParameters: ['x-a'] }, undefined],
    ['none where it is selected', {}, {}, undefined],
  ])('varyKey: %s', (_claim, headers, settings, expected) => {
    const actions = begin(aRequest({ 'x-a': '1' }), settings);
    actions.updateFromCachedResponse(aStored({ maxAge: 60, headers }), now, keyOf);
    expect(actions.varyKey).toBe(expected);
    const without = begin(aRequest({ 'x-a': '1' }), settings);
    without.updateFromCachedResponse(aStored({ maxAge: 60, headers }), now);
    expect(without.varyKey).toBeUndefined();
  });

  test('§4.1 what was made for another request neither helps out nor is confirmed', () => {
    const actions = begin(aRequest({ 'x-a': '1' }), { staleIfError: true });
    actions.updateFromCachedResponse(aStored({ maxAge: 60, headers: { vary: 'x-a', etag: '"1"' } }), now);
    expect(actions.updateFromError(now).kind).toBe('pass');
    expect(actions.updateFromResponse(anAnswer({}, 304), times).kind).toBe('pass');
  });
});

test.each<[string, StoredResponse<string> | undefined, Settings, boolean, boolean]>([
  ['nothing', undefined, { staleIfError: true }, false, false],
  ['fresh', fresh, {}, true, true],
  ['stale', stale, {}, false, false],
  ['RFC 5861 §4 stale, and errors are to be answered with it', stale, { staleIfError: true }, false, true],
  ['RFC 5861 §3 stale, and usable while it is refreshed', stale, { staleWhileRevalidate: true }, true, true],
])('isUsable: %s', (_claim, stored, settings, usable, onError) => {
  expect(begin(aRequest(), settings).isUsable(stored, now)).toBe(usable);
  expect(begin(aRequest(), settings).isUsable(stored, now, { error: true })).toBe(onError);
});

describe('updateFromResponse', () => {
  test.each<[string, LooseFields, number, string, boolean]>([
    ['stored', { 'Cache-Control': 'max-age=60' }, 200, 'store', false],
    ['§5.2.2.5 not stored', { 'Cache-Control': 'no-store' }, 200, 'pass', true],
    ['§4.3.4 confirmed', { ETag: '"1"' }, 304, 'freshen', false],
    ['§5.2.2.5 confirmed, and not kept', { ETag: '"1"', 'Cache-Control': 'no-store' }, 304, 'freshen', true],
    ['§4.3.3 not confirmed', { ETag: '"2"' }, 304, 'refetch', true],
    ['RFC 5861 §4 an error', {}, 503, 'serve-stale', true],
  ])('%s', (_claim, headers, status, kind, skipWrite) => {
    const actions = asking('stale-if-error=60');
    actions.updateFromCachedResponse(stale, now);
    const decision = actions.updateFromResponse({ status, headers: headers as Record<string, string> }, times);
    expect(decision).toBe(actions.storing);
    expect([decision.kind, actions.skipWrite]).toEqual([kind, skipWrite]);
  });

  test('the filter declines', () => {
    const actions = begin();
    expect(actions.updateFromResponse(anAnswer({ 'cache-control': 'max-age=60' }), times, false)).toMatchObject({
      because: 'filtered',
    });
  });

  test('a request that forbids to read gets nothing stored in place of an error', () => {
    const actions = asking('no-cache', { staleIfError: true });
    actions.updateFromCachedResponse(stale, now);
    expect(actions.updateFromResponse(anAnswer({}, 503), times).kind).toBe('pass');
  });
});

test('updateFromError gives what is stale, where that is allowed', () => {
  const actions = begin(aRequest(), { staleIfError: true });
  actions.updateFromCachedResponse(stale, now);
  expect(actions.updateFromError(now)).toEqual({ kind: 'serve-stale', stored: stale, because: 'stale-if-error' });
  expect(actions.skipWrite).toBe(true);
});

test('updateFromError gives it also to a request with a condition of its own', () => {
  const actions = begin(aRequest({ 'if-none-match': '"0"' }), { staleIfError: true });
  expect(actions.updateFromCachedResponse(stale, now).kind).toBe('fetch');
  expect(actions.updateFromError(now).kind).toBe('serve-stale');
});

describe('a 304 in answer to the validators', () => {
  test.each<[string, LooseFields, string, number | null | undefined]>([
    ['to one: the stored lifetime begins anew', { etag: '"1"' }, 'freshen', now + 60_000],
    ['to none: it confirms nothing', {}, 'pass', undefined],
  ])('%s', (_claim, headers, kind, expires) => {
    const actions = begin();
    actions.updateFromCachedResponse(aStored({ age: 70, maxAge: 60, headers }), now);
    expect(actions.updateFromResponse(anAnswer({}, 304), times).kind).toBe(kind);
    expect(actions.expires).toBe(expires);
  });
});

test('updateRevalidatedResponse confirms what it is given, and leaves it as it was', () => {
  const actions = begin();
  const before = structuredClone({ ...stale, headers: { ...stale.headers } });
  const decision = actions.updateRevalidatedResponse(anAnswer({ 'cache-control': 'max-age=5' }), stale, times);
  expect(decision).toMatchObject({ kind: 'freshen', response: { receivedAt: now, body: 'stored' } });
  expect({ ...stale, headers: { ...stale.headers } }).toEqual(before);
  expect(actions.expires).toBe(now + 5000);
});

describe('expireAfter and expires', () => {
  type Row = [
    claim: string,
    settings: Settings,
    answer: LooseFields | undefined,
    expireAfter: unknown,
    expires: number | null | undefined,
  ];
  test.each<Row>([
    ['nobody says', {}, undefined, undefined, undefined],
    ['an option says', { expireAfter: '1m' }, undefined, '1m', now + 60_000],
    ['never', { expireAfter: 'never' }, undefined, 'never', null],
    ['do-not-cache', { expireAfter: 'do-not-cache' }, undefined, 'do-not-cache', undefined],
    ['the answer says, and outweighs the option', { expireAfter: 60 }, { 'cache-control': 'max-age=5' }, 5, now + 5000],
    ['by Expires', {}, { expires: httpDate(5) }, new Date(now + 5000), now + 5000],
    ['the answer does not say', { expireAfter: 60 }, { etag: '"1"' }, 60, now + 60_000],
    ['neither does', {}, { etag: '"1"' }, undefined, undefined],
    ['it is guessed', {}, { 'last-modified': httpDate(-1000) }, undefined, now + 100_000],
    ['of what is not stored', {}, { 'cache-control': 'no-store, max-age=5' }, 5, now + 5000],
  ])('%s', (_claim, settings, answer, expireAfter, expires) => {
    const actions = begin(aRequest(), settings);
    if (answer !== undefined) actions.updateFromResponse(anAnswer(answer), times);
    expect(actions.expireAfter).toEqual(expireAfter);
    expect(actions.expires).toBe(expires);
  });
});
