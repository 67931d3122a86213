/** Settings and their defaults (DESIGN 2). */
import { completeSettings, DEFAULT_SETTINGS } from '../../lib/policy/settings.js';

test('the defaults', () => {
  const { credentialHeaders, ignoredParameters, ...rest } = DEFAULT_SETTINGS;
  expect(rest).toEqual({
    shared: false,
    credentials: 'partition',
    cacheControl: true,
    requestExpireAfter: undefined,
    urlsExpireAfter: [],
    expireAfter: undefined,
    heuristic: true,
    alwaysRevalidate: false,
    onlyIfCached: false,
    readOnly: false,
    disabled: false,
    refresh: false,
    forceRefresh: false,
    staleIfError: false,
    staleWhileRevalidate: false,
    methods: ['GET', 'HEAD'],
    statuses: undefined,
    contentRootKey: undefined,
    matchHeaders: false,
    keepForValidation: 86_400,
    earlyRefresh: 0,
    storeSetCookie: false,
  });
  expect(credentialHeaders).toEqual(['x-api-key', 'x-auth-token', 'x-api-token', 'x-access-token']);
  expect(ignoredParameters).toEqual(expect.arrayContaining(['authorization', 'access_token', 'x-api-key']));
  expect(Object.isFrozen(DEFAULT_SETTINGS)).toBe(true);
});

test('what is not given, or undefined, has its default', () => {
  expect(completeSettings({})).toEqual(DEFAULT_SETTINGS);
  expect(completeSettings({ shared: undefined } as object)).toEqual(DEFAULT_SETTINGS);
  expect(completeSettings({ heuristic: false }).heuristic).toBe(false);
});

test.each([
  ['methods', { methods: ['get', 'Query'] }, { methods: ['GET', 'QUERY'] }],
  ['credentialHeaders', { credentialHeaders: ['X-A'] }, { credentialHeaders: ['x-a'] }],
  ['ignoredParameters', { ignoredParameters: ['Token'] }, { ignoredParameters: ['token'] }],
  ['matchHeaders', { matchHeaders: ['Accept'] }, { matchHeaders: ['accept'] }],
  ['matchHeaders, all', { matchHeaders: true }, { matchHeaders: true }],
])('names are brought into one case: %s', (_claim, given, expected) => {
  expect(completeSettings(given)).toEqual({ ...DEFAULT_SETTINGS, ...expected });
});
