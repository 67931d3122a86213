/** What `ignoreUrls` and `allowUrls` mean once the base URL is part of what they are compared with. */
import { CacheConfigurationError } from 'axios-http-cache';
import { urlRules } from '../../lib/migrate/urls.js';
import { matchUrl } from '../../lib/policy/urls.js';

/** Whether the rules leave a URL to be cached. */
const isCached = (rules: ReturnType<typeof urlRules>, url: string): boolean =>
  rules.find(([pattern]) => matchUrl(pattern, url))?.[1] !== 'do-not-cache';

type Row = readonly [pattern: string | RegExp, baseURL: string, url: string, matches: boolean];

const rows: readonly Row[] = [
  ['/auth/', 'https://api.test', 'https://api.test/auth/token', true],
  ['a.b', 'https://api.test', 'https://api.test/axb', false],
  [/\/auth\//, 'https://api.test', 'https://api.test/v1/auth/token', true],
  ['weekly', 'https://weekly.test', 'https://weekly.test/daily', false],
  ['weekly', 'https://api.test/weekly/', 'https://api.test/weekly/daily', false],
  ['weekly', 'https://api.test/weekly/', 'https://api.test/weekly/weekly', true],
  ['weekly', '/weekly', 'https://page.test/weekly/daily', false],
  ['weekly', '/weekly/', 'https://page.test/weekly/weekly', true],
  // The base URL may have a path, and the URL of the request no slash.
  [/^\/api/, 'https://api.test/v1', 'https://api.test/v1/api', true],
  [/^api/, 'https://api.test/v1/', 'https://api.test/v1/api', true],
  [/^\/api/, 'https://api.test/v1', 'https://api.test/v1/x/api', false],
  [/^\/api/, 'https://api.test', 'https://api.test/users', false],
  [/users$/, 'https://api.test', 'https://api.test/users', true],
  [/users$/, 'https://api.test', 'https://api.test/users?page=1', true],
  [/users$/, 'https://api.test', 'https://api.test/users/1', false],
  [/^\/(a|b)$/, 'https://api.test', 'https://api.test/b', true],
  [/^\/(a|b)\/\1$/, 'https://api.test', 'https://api.test/b/b', true],
  [/[$^]/, 'https://api.test', 'https://api.test/users', false],
  [/\$/, 'https://api.test', 'https://api.test/users', false],
  [/[[]|^\/users/, 'https://api.test', 'https://api.test/users', true],
  [/USERS/i, 'https://api.test', 'https://api.test/users', true],
  // A whole URL in the request is not below the base.
  [/^https:\/\/other/, 'https://api.test/v1', 'https://other.test/', true],
  [/^https:\/\/api/, 'https://api.test/v1', 'https://api.test/v1/users', false],
  ['v1', 'https://api.test/v1', 'https://api.test/v10/users', true],
  // However the base URL is spelt.
  ['weekly', 'HTTPS://API.test:443/weekly', 'https://api.test/weekly/daily', false],
  // Without a base URL, the whole URL counts, and what follows the origin of a page.
  ['internal.test', '', 'https://internal.test/a', true],
  [/^https:\/\/internal/, '', 'https://internal.test/a', true],
  [/^\/api/, '', 'https://page.test/api', true],
  [/^\/api/, '', 'https://page.test/v1/api', false],
];

test.each(rows)('%p below "%s" in %s: %p', (pattern, baseURL, url, matches) => {
  expect(isCached(urlRules({ ignoreUrls: [pattern] }, baseURL), url)).toBe(!matches);
  expect(isCached(urlRules({ allowUrls: [pattern] }, baseURL), url)).toBe(matches);
});

test('a pattern that remembers where it ended is asked anew each time', () => {
  const rules = urlRules({ ignoreUrls: [/auth/g, /users/y] }, '');
  for (let times = 0; times < 3; times += 1) expect(isCached(rules, 'https://api.test/auth')).toBe(false);
  expect(isCached(rules, 'https://api.test/users')).toBe(false);
});

test('what is ignored outranks what is allowed, and an empty list allows nothing', () => {
  const report = urlRules({ ignoreUrls: ['daily'], allowUrls: ['report'] }, '');
  expect(isCached(report, 'https://api.test/daily/report')).toBe(false);
  expect(isCached(report, 'https://api.test/weekly/report')).toBe(true);
  expect(isCached(urlRules({ allowUrls: [] }, ''), 'https://api.test/')).toBe(false);
  expect(isCached(urlRules({}, undefined), 'https://api.test/')).toBe(true);
});

test('what they are compared with has to be known', () => {
  expect(() => urlRules({ ignoreUrls: ['auth'] }, undefined)).toThrow(/Option "baseURL".*api\.defaults\.baseURL/);
  expect(() => urlRules({ allowUrls: ['auth'] }, undefined)).toThrow(CacheConfigurationError);
});

test('a long URL is looked through in linear time', () => {
  const rules = urlRules({ ignoreUrls: [/^\/api$/, 'needle', /^x|y$/] }, 'https://api.test/v1');
  const started = performance.now();
  expect(isCached(rules, `https://api.test/v1/${'a/'.repeat(50_000)}`)).toBe(true);
  expect(performance.now() - started).toBeLessThan(1_000);
});
