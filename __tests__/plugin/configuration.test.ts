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

const AES = { id: 'a', secret: new Uint8Array(32) };

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
  ['compression', 'gzip', /"compression": got "gzip", takes true, false or an object with threshold and algorithm/],
  ['compression', null, /got null/],
  ['compression', { level: 9 }, /"compression\.level": got 9, takes nothing/],
  ['compression', { threshold: -1 }, /"compression\.threshold": got -1, takes a number of bytes/],
  ['compression', { threshold: '1kb' }, /"compression\.threshold": got "1kb"/],
  ['compression', { algorithm: 'br' }, /"compression\.algorithm": got "br", takes 'gzip' or 'zstd'/],
  ['encryption', 'SECRET', /"encryption": got a text, takes an object with keys/],
  ['encryption', [], /got an array/],
  ['encryption', {}, /"encryption\.keys": got undefined, takes a list/],
  ['encryption', { secret: 'SECRET' }, /"encryption\.secret": got a text, takes nothing/],
  ['encryption', { keys: [] }, /"encryption\.keys": got an array, takes a list of at least one/],
  ['encryption', { keys: ['SECRET'] }, /"encryption\.keys\[0\]": got a text, takes \{ id, secret \}/],
  ['encryption', { keys: [{ id: 'a' }] }, /"encryption\.keys\[0\]\.secret": got undefined/],
  ['encryption', { keys: [{ id: 'a', secret: '' }] }, /got an empty text/],
  ['encryption', { keys: [{ id: 'a', secret: 12345678 }] }, /got a number, takes a Uint8Array of 32 octets/],
  ['encryption', { keys: [{ id: 'a', secret: new Uint8Array(31) }] }, /got 31 octets, takes a Uint8Array of 32/],
  ['encryption', { keys: [{ id: 'a:b', secret: 'SECRET' }] }, /\.id": got a text, takes a name of 1 to 64/],
  ['encryption', { keys: [{ id: 'a', secret: 'SECRET', kid: 'SECRET' }] }, /\.kid": got a text, takes nothing/],
  ['encryption', { keys: [AES, AES] }, /"encryption\.keys\[1\]\.id": got a text, takes a name that no other key has/],
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
    expect(error.message).not.toMatch(/SECRET|12345678/);
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
