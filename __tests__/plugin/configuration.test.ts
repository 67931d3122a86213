/** DESIGN 4: a wrong option throws `CacheConfigurationError` at once, with what it got and what it takes. */
import axios from 'axios';
import { CacheConfigurationError, cachePlugin } from 'axios-http-cache';
import { customAdapter, fresh, outcome } from '../exchange/bench.js';
import type { Client } from '../exchange/bench.js';

const WRONG_ANYWHERE: readonly (readonly [name: string, value: unknown, says: RegExp])[] = [
  ['expireAfter', 'soon', /got "soon", takes a number of seconds, a duration/],
  ['expireAfter', NaN, /got NaN/],
  ['expireAfter', new Date(NaN), /got an object/],
  ['expireAfter', {}, /got an object/],
  ['expireafter', 5, /expireAfter/],
  ['ttl', 5, /expireAfter/],
  ['colour', 5, /got 5, takes nothing/],
  ['urlsExpireAfter', ['x'], /takes an object, Map or list of \[pattern, lifetime\]/],
  ['urlsExpireAfter', { 'x.test/*': 'soon' }, /got an object/],
  ['cacheControl', 'yes', /takes true, false or 'ignore'/],
  ['heuristic', 1, /takes true or false/],
  ['shared', 1, /takes true, false or/],
  ['credentials', 'none', /takes 'partition' or 'strict'/],
  ['credentialHeaders', 'x-key', /takes a list of header names/],
  ['credentialHeaders', ['bad name'], /takes a list of header names/],
  ['partition', 'tenant', /takes a function/],
  ['alwaysRevalidate', 'yes', /takes true or false/],
  ['onlyIfCached', 1, /takes true or false/],
  ['readOnly', null, /got null/],
  ['disabled', 'no', /takes true or false/],
  ['refresh', 0, /takes true or false/],
  ['forceRefresh', 'yes', /takes true or false/],
  ['staleIfError', -1, /not negative/],
  ['staleIfError', '5m', /not negative/],
  ['staleWhileRevalidate', NaN, /not negative/],
  ['methods', 'GET', /takes a list of methods/],
  ['statuses', [99], /between 200 and 599/],
  ['statuses', [200.5], /between 200 and 599/],
  ['ignoredParameters', 'token', /takes a list of names/],
  ['matchHeaders', [1], /takes true, false or a list/],
  ['keyFn', 'key', /takes a function/],
  ['filterFn', true, /takes a function/],
  ['tags', 'a', /takes a list of tags or a function/],
  ['contentRootKey', '', /takes the name of a member/],
  ['keepForValidation', -1, /not negative/],
  ['storeSetCookie', 'yes', /takes true or false/],
];

const WRONG_IN_PLUGIN: readonly (readonly [name: string, value: unknown, says: RegExp])[] = [
  ['store', 'redis://localhost', /takes a Keyv instance/],
  ['store', {}, /store/],
  ['store', { get: 1, set: 2, delete: 3 }, /store/],
  ['namespace', '', /not empty/],
  ['namespace', 5, /got 5/],
  ['maxBytes', 0, /greater than 0/],
  ['maxEntryBytes', '5MB', /got "5MB"/],
  ['maxEntries', -1, /greater than 0/],
  ['storage', 5, /takes an object/],
  ['storage', { timeoutMs: 5 }, /storage\.timeoutMs/],
  ['storage', { timeout: 'soon' }, /storage\.timeout/],
  ['storage', { breaker: { failures: 'many' } }, /storage\.breaker/],
  ['onEvent', {}, /takes a function/],
  ['clock', 5, /takes a function/],
  ['constructor', 5, /constructor/],
  ['__proto__x', 5, /there is no such option/],
];

function thrownBy(action: () => unknown): any {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('cachePlugin()', () => {
  test.each([...WRONG_ANYWHERE, ...WRONG_IN_PLUGIN])('throws for %s: %p', (name, value, says) => {
    const error = thrownBy(() => cachePlugin({ [name]: value }));
    expect(error).toBeInstanceOf(CacheConfigurationError);
    expect(error).toMatchObject({ name: 'CacheConfigurationError' });
    expect(error.message).toMatch(says);
    expect(error.message).toContain(`"${name}`);
    expect(error.message).toMatch(/\.$/);
  });

  test.each([[null], ['x'], [[]], [5]])('throws for %p in place of options', (value) => {
    expect(thrownBy(() => cachePlugin(value as never))).toBeInstanceOf(CacheConfigurationError);
  });

  test('an explicit maxEntryBytes above an explicit maxBytes is the one contradiction that is an error', () => {
    expect(thrownBy(() => cachePlugin({ maxBytes: 10, maxEntryBytes: 11 })).message).toMatch(/at most maxBytes/);
    expect(() => cachePlugin({ maxBytes: 1_000 })).not.toThrow();
    expect(() => cachePlugin({ onlyIfCached: true, refresh: true, forceRefresh: true, disabled: true })).not.toThrow();
  });

  test('an option that is undefined counts as not given', () => {
    expect(() => cachePlugin({ expireAfter: undefined, store: undefined, namespace: undefined })).not.toThrow();
  });

  test('T91 options are read as own properties: a polluted prototype changes nothing', async () => {
    const polluted = Object.prototype as Record<string, unknown>;
    const pollution = {
      disabled: true,
      methods: ['POST'],
      expireAfter: 'do-not-cache',
      store: {},
      shared: true,
      ttl: 1,
    };
    Object.assign(polluted, pollution);
    try {
      const api = withCannedAnswer(cachePlugin());
      await api.get('http://o.test/a');
      expect((await api.get('http://o.test/a')).cache.status).toBe('hit');
      expect((await api.get('http://o.test/a', { cache: {} })).cache.status).toBe('hit');
    } finally {
      for (const name of Object.keys(pollution)) Reflect.deleteProperty(polluted, name);
    }
  });
});

function withCannedAnswer(plugin: ReturnType<typeof cachePlugin>, cache?: object): Client {
  const adapter = customAdapter(() => ({ data: 'canned', headers: fresh() }));
  return plugin(axios.create({ adapter, ...(cache && { cache }) }));
}

describe('a request', () => {
  test.each(WRONG_ANYWHERE)('rejects for cache.%s: %p, before anything is asked', async (name, value, says) => {
    const api = withCannedAnswer(cachePlugin());
    const { error } = await outcome(api.get('http://o.test/a', { cache: { [name]: value } }));
    expect(error).toBeInstanceOf(CacheConfigurationError);
    expect(error.message).toMatch(says);
    expect(api.cache.stats()).toMatchObject({ miss: 0, bypass: 0 });
  });

  test.each([[true], ['off'], [5], [null], [[]]])('rejects for cache: %p', async (cache) => {
    const { error } = await outcome(withCannedAnswer(cachePlugin()).get('http://o.test/a', { cache: cache as never }));
    expect(error).toBeInstanceOf(CacheConfigurationError);
    expect(error.message).toMatch(/"cache".*takes false or an object of options/);
  });

  test('rejects for an option that only the plugin takes, and says so', async () => {
    const api = withCannedAnswer(cachePlugin());
    const { error } = await outcome(api.get('http://o.test/a', { cache: { namespace: 'x' } as never }));
    expect(error.message).toMatch(/"namespace".*option of cachePlugin\(\) only/);
  });

  test('rejects for what is wrong in axios.create({ cache })', async () => {
    const api = withCannedAnswer(cachePlugin(), { expireAfter: 'soon' });
    const { error } = await outcome(api.get('http://o.test/a'));
    expect(error).toBeInstanceOf(CacheConfigurationError);
  });
});

describe('settings', () => {
  test.each(WRONG_ANYWHERE)('assigning %s = %p throws and changes nothing', (name, value, says) => {
    const { cache } = withCannedAnswer(cachePlugin({ expireAfter: 5 }));
    const settings = cache.settings as Record<string, unknown>;
    const before = { ...settings };
    const error = thrownBy(() => {
      settings[name] = value;
    });
    expect(error).toBeInstanceOf(CacheConfigurationError);
    expect(error.message).toMatch(says);
    expect({ ...settings }).toEqual(before);
  });
});
