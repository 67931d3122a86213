/** What of an exchange is kept (RFC 9111 §3.1, §4.1), and what is not: secrets, cookies, the connection. */
import { storedFacts, unreplayableFields } from '../../lib/policy/facts.js';
import type { LooseFields } from '../../lib/policy/fields.js';
import type { CacheSettings, PolicyRequest } from '../../lib/policy/types.js';
import { anAnswer, aRequest, given, times } from './given.js';

const facts = (headers: LooseFields, settings: Partial<CacheSettings> = {}, request: PolicyRequest = aRequest()) =>
  storedFacts(request, anAnswer(headers), times, given(settings), undefined);

describe('fields of the response', () => {
  test.each<[string, LooseFields, Record<string, string>, Partial<CacheSettings>?]>([
    ['are kept', { 'X-A': '1', 'content-type': 'a/b' }, { 'x-a': '1', 'content-type': 'a/b' }],
    [
      '§3.1 T58 not those of the connection',
      { connection: 'x-hop', 'x-hop': '1', 'keep-alive': 'x', te: 'x', upgrade: 'x' },
      {},
    ],
    ['§3.1 nor what is for proxies', { 'proxy-authenticate': 'x', 'proxy-authentication-info': 'x' }, {}],
    ['T7 nor cookies', { 'set-cookie': 'sid=1', 'set-cookie2': 'sid=1' }, {}],
    ['an option: cookies', { 'set-cookie': 'sid=1' }, { 'set-cookie': 'sid=1' }, { storeSetCookie: true }],
    ['secrets are redacted', { 'x-auth-token': 'SECRET' }, { 'x-auth-token': 'REDACTED' }],
    ['what is ignored is redacted', { 'x-a': 'SECRET' }, { 'x-a': 'REDACTED' }, { ignoredParameters: ['X-A'] }],
    [
      'secrets also where the list is replaced',
      { 'x-auth-token': 'SECRET' },
      { 'x-auth-token': 'REDACTED' },
      { ignoredParameters: [] },
    ],
  ])('%s', (_claim, ...[headers, expected, settings]) => {
    expect({ ...facts(headers, settings).headers }).toEqual(expected);
  });

  test('Connection cannot take away what a response is judged by', () => {
    const headers = { connection: 'vary, cache-control', vary: 'cookie', 'cache-control': 'no-cache' };
    expect({ ...facts(headers).headers }).toEqual({ vary: 'cookie', 'cache-control': 'no-cache' });
  });
});

test.each<[string, string, Partial<CacheSettings>, string]>([
  ['userinfo', 'https://u:p@api.invalid/x', {}, 'https://api.invalid/x'],
  ['a credential', 'https://api.invalid/x?api_key=7', {}, 'https://api.invalid/x?api_key=REDACTED'],
  [
    'a credential, also where the list is replaced',
    'https://api.invalid/x?api_key=7&q=1',
    { ignoredParameters: ['q'] },
    'https://api.invalid/x?api_key=REDACTED&q=REDACTED',
  ],
  [
    'a credential of one’s own',
    'https://api.invalid/x?x-mine=7',
    { credentialHeaders: ['X-Mine'] },
    'https://api.invalid/x?x-mine=REDACTED',
  ],
])('the URL does not tell %s', (_claim, url, settings, expected) => {
  expect(facts({}, settings, aRequest({}, { url })).url).toBe(expected);
});

test('nothing of a user is in what is stored, whatever the settings ignore', () => {
  const request = aRequest(
    { authorization: 'SECRET', cookie: 'u=SECRET', 'x-api-key': 'SECRET', 'proxy-authorization': 'SECRET' },
    { url: 'https://u:SECRET@api.invalid/x?access_token=SECRET&apikey=SECRET' },
  );
  const headers = { vary: 'authorization, cookie, x-api-key, proxy-authorization', 'set-cookie': 'SECRET' };
  for (const settings of [{}, { ignoredParameters: [] }, { ignoredParameters: ['x'] }])
    expect(JSON.stringify(facts(headers, settings, request))).not.toContain('SECRET');
});

test('a response without a reason phrase has an empty one', () => {
  expect(facts({}).statusText).toBe('');
});

test('unreplayableFields are cookies, unless an option says otherwise', () => {
  expect([...unreplayableFields(given())]).toEqual(['set-cookie', 'set-cookie2']);
  expect([...unreplayableFields(given({ storeSetCookie: true }))]).toEqual([]);
});
