/** Keys (RFC 9111 §2, §4.1), partitions (§3.5), and whose response is whose. */
import fc from 'fast-check';
import { toFields } from '../../lib/policy/fields.js';
import { createKey, credentialPartition, effectiveMethod, urlTag, variantKey } from '../../lib/policy/key.js';
import { redactUrl } from '../../lib/policy/redaction.js';
import { completeSettings } from '../../lib/policy/settings.js';
import type { CacheSettings, PolicyRequest } from '../../lib/policy/types.js';

const settings = completeSettings({});
const strict = completeSettings({ credentials: 'strict' });
const host = 'https://api.invalid';

type Given = Partial<Omit<PolicyRequest, 'headers'>> & { readonly headers?: Readonly<Record<string, string>> };

function aRequest({ method = 'GET', url = `${host}/x`, headers = {}, ...rest }: Given = {}): PolicyRequest {
  return { method, url: url.startsWith('/') ? host + url : url, headers: toFields(headers), ...rest };
}

function aJson(body: string, contentType = 'application/json'): PolicyRequest {
  return aRequest({ method: 'POST', headers: { 'Content-Type': contentType }, body });
}

const aForm = (body: string): PolicyRequest => aJson(body, 'application/x-www-form-urlencoded');
const key = (request: PolicyRequest, given: Partial<CacheSettings> = {}): string =>
  createKey(request, completeSettings(given));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// Stores hold entries under these keys: where this value changes, the key version must have.
test('a key is a tag of the URL and a digest', () => {
  expect(createKey(aRequest(), settings)).toMatch(/^\{[\w-]{22}\}[\w-]{43}$/);
  expect(createKey(aRequest(), settings)).toBe('{7n2Y889GNWPFwl1urbyygb}Q0f01LnnyUamoVj3eKoZGPeUpGVvovPMPXnEXKSkm-Y');
});

describe('one response for', () => {
  test.each<[string, PolicyRequest, PolicyRequest, Partial<CacheSettings>?]>([
    ['a method in either case', aRequest({ method: 'get' }), aRequest()],
    ['equivalent URLs', aRequest({ url: 'HTTPS://API.invalid:443/x#f' }), aRequest()],
    ['parameters in another order', aRequest({ url: '/x?b=1&a=2' }), aRequest({ url: '/x?a=2&b=1' })],
    ['an ignored parameter', aRequest({ url: '/x?api_key=1' }), aRequest({ url: '/x?api_key=2' })],
    ['an ignored member of JSON', aJson('{"token":1}'), aJson('{"token":2}'), { ignoredParameters: ['Token'] }],
    ['an ignored member of a form', aForm('a=1&token=2'), aForm('token=3&a=1'), { ignoredParameters: ['token'] }],
    ['JSON spelt differently', aJson('{"a":1,"b":2}'), aJson(' {"b": 2, "a": 1}')],
    [
      'a body as text and as bytes',
      aRequest({ method: 'POST', body: 'é' }),
      aRequest({ method: 'POST', body: bytes('é') }),
    ],
    ['no body and an empty one', aRequest({ method: 'POST' }), aRequest({ method: 'POST', body: '' })],
    ['fields that are not matched', aRequest({ headers: { accept: 'a/b' } }), aRequest()],
    [
      'an ignored field',
      aRequest({ headers: { 'X-API-Key': '1' } }),
      aRequest({ headers: { 'x-api-key': '2' } }),
      { matchHeaders: true },
    ],
    [
      'names to match in another order',
      aRequest({ headers: { a: '1', b: '2' } }),
      aRequest({ headers: { b: '2', a: '1' } }),
      { matchHeaders: true },
    ],
    [
      'media ranges in another order',
      aRequest({ headers: { accept: 'a/b, C/d' } }),
      aRequest({ headers: { accept: 'c/d,A/b, ' } }),
      { matchHeaders: ['Accept'] },
    ],
  ])('%s', (_name, ...[a, b, given]) => {
    expect(key(a, given)).toBe(key(b, given));
  });
});

describe('different responses for', () => {
  test.each<[string, PolicyRequest, PolicyRequest, Partial<CacheSettings>?]>([
    ['methods', aRequest({ method: 'HEAD' }), aRequest()],
    ['an ignored parameter and none', aRequest({ url: '/x?api_key=1' }), aRequest()],
    ['an empty query and none', aRequest({ url: '/x?' }), aRequest()],
    ['an empty value and none', aRequest({ url: '/x?q=' }), aRequest()],
    ['userinfo and none', aRequest({ url: 'https://u:p@api.invalid/x' }), aRequest()],
    [
      'a part of the URL that moves into the body',
      aRequest({ url: '/y', body: '22' }),
      aRequest({ url: '/y2', body: '2' }),
    ],
    ['bodies', aRequest({ body: '{"q":1}' }), aRequest({ body: '{"q":2}' })],
    ['array orders', aJson('["a","b"]'), aJson('["b","a"]')],
    ['array items with an ignored name', aJson('["api_key","x"]'), aJson('["x"]')],
    ['numbers beyond a double', aJson('{"id":9007199254740993}'), aJson('{"id":9007199254740992}')],
    ['repeated names', aJson('{"a":1,"a":2}'), aJson('{"a":2}')],
    ['invalid JSON', aJson('{"a":1'), aJson('{"a":1 ')],
    [
      'a matched field',
      aRequest({ headers: { accept: 'a/b' } }),
      aRequest({ headers: { accept: 'c/d' } }),
      { matchHeaders: ['accept'] },
    ],
    ['a matched field and none', aRequest({ headers: { a: '' } }), aRequest(), { matchHeaders: ['a'] }],
    [
      'an ignored matched field and none',
      aRequest({ headers: { authorization: 'x' } }),
      aRequest(),
      { matchHeaders: ['Authorization'] },
    ],
    [
      'values of an unknown field that differ in case',
      aRequest({ headers: { t: 'Ab,cD' } }),
      aRequest({ headers: { t: 'aB,Cd' } }),
      { matchHeaders: ['t'] },
    ],
    [
      'parameters of media ranges',
      aRequest({ headers: { accept: 'a/b;v=X' } }),
      aRequest({ headers: { accept: 'a/b;v=x' } }),
      { matchHeaders: true },
    ],
    [
      'a value that looks like two fields',
      aRequest({ headers: { a: '1', b: '2' } }),
      aRequest({ headers: { a: '11:b1:2' } }),
      { matchHeaders: ['a', 'b'] },
    ],
  ])('%s', (_name, ...[a, b, given]) => {
    expect(key(a, given)).not.toBe(key(b, given));
  });

  test('any two requests whose parts differ', () => {
    const part = fc.string({ unit: fc.constantFrom(...Array.from('ab1:-,=')), maxLength: 4 });
    const field = fc.option(part, { nil: undefined });
    const parts = fc.record({ path: part, body: field, a: field, b: field, partition: field });
    const given = completeSettings({ matchHeaders: ['a', 'b'] });
    const keyOf = ({ path, body, a, b, partition }: Record<string, string | undefined>): string => {
      const headers = Object.fromEntries(Object.entries({ a, b }).filter(([, value]) => value !== undefined));
      const request = { method: 'POST', url: `${host}/${String(path)}`, headers: toFields(headers), body };
      return createKey(request, given, partition);
    };
    // What the key is allowed to unify: an empty body with none, white space and empty members of lists.
    const list = (value: string | undefined): string | undefined =>
      value?.includes(',') === true ? value.split(',').filter(Boolean).join() : value;
    const meaning = ({ body, a, b, ...rest }: Record<string, string | undefined>): string =>
      JSON.stringify([Object.entries(rest), body === '' ? null : (body ?? null), list(a) ?? null, list(b) ?? null]);
    fc.assert(
      fc.property(parts, parts, (x, y) => {
        expect(keyOf(x) === keyOf(y)).toBe(meaning(x) === meaning(y));
      }),
      { numRuns: 2000 },
    );
  });

  test('partitions, an empty one included', () => {
    const keys = [undefined, '', 'a', 'b'].map((partition) => createKey(aRequest(), settings, partition));
    expect(new Set(keys).size).toBe(4);
  });
});

describe('the tag', () => {
  const tag = (given: string): string => given.slice(0, given.indexOf('}') + 1);

  test('is one for all methods, bodies, fields, partitions and variants of a URL', () => {
    const request = aRequest({
      method: 'POST',
      url: 'https://u:p@api.invalid/x?b=1&api_key=1',
      body: 'b',
      headers: { a: '1' },
    });
    const primary = createKey(request, settings, 'p');
    const expected = `{${urlTag(`${host}/x?api_key=2&b=1`, settings)}}`;
    expect([tag(primary), tag(variantKey(primary, ['a'], request, settings))]).toEqual([expected, expected]);
  });

  test('differs between URLs, and is that of the redacted URL', () => {
    expect(urlTag(`${host}/x`, settings)).not.toBe(urlTag(`${host}/y`, settings));
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (url) => {
        expect(urlTag(redactUrl(url, settings.ignoredParameters), settings)).toBe(urlTag(url, settings));
      }),
    );
  });
});

test('a key can be made of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (url, body) => {
      const request = {
        method: 'POST',
        url,
        headers: toFields({ 'content-type': 'application/json', accept: body }),
        body,
      };
      expect(createKey(request, completeSettings({ matchHeaders: true }))).toHaveLength(67);
      credentialPartition(request, settings);
    }),
  );
});

describe('credentialPartition', () => {
  const partition = (request: PolicyRequest, given: Partial<CacheSettings> = {}): string | undefined =>
    credentialPartition(request, completeSettings(given));

  const sources: readonly (readonly [string, (secret: string) => PolicyRequest])[] = [
    ['§3.5 Authorization', (s) => aRequest({ headers: { Authorization: `Bearer ${s}` } })],
    ['Proxy-Authorization', (s) => aRequest({ headers: { 'Proxy-Authorization': s } })],
    ['Cookie', (s) => aRequest({ headers: { cookie: `u=${s}` } })],
    ['a credential header', (s) => aRequest({ headers: { 'X-Api-Key': s } })],
    ['userinfo', (s) => aRequest({ url: `https://${s}:pw@api.invalid/x` })],
    ['userinfo behind odd slashes', (s) => aRequest({ url: `https:/${s}:pw@api.invalid/x` })],
    ['a query parameter', (s) => aRequest({ url: `/x?access_token=${s}` })],
    ['a query parameter in any case', (s) => aRequest({ url: `/x?Api_Key=${s}` })],
    ['a query parameter with an escaped name', (s) => aRequest({ url: `/x?api%5Fkey=${s}` })],
    ['a query parameter with a tab in its name', (s) => aRequest({ url: `/x?api\t_key=${s}` })],
    ['a query parameter named like a credential field', (s) => aRequest({ url: `/x?authorization=${s}` })],
    ['a query parameter named like a credential header', (s) => aRequest({ url: `/x?x-auth-token=${s}` })],
    ['a form parameter', (s) => aForm(`apikey=${s}`)],
    ['a form parameter in bytes', (s) => ({ ...aForm(''), body: bytes(`apikey=${s}`) })],
    ['a member of JSON', (s) => aJson(`{"access_token":"${s}"}`)],
  ];

  test.each(sources)('%s is a credential', (_name, from) => {
    expect(partition(from('alice'))).toMatch(/^[\w-]{43}$/);
    expect(partition(from('alice'))).not.toBe(partition(from('bob')));
    expect(partition(from('alice'))).toBe(partition(from('alice')));
  });

  test.each(sources)('%s stays one where it is ignored, or the list is replaced', (_name, from) => {
    for (const ignoredParameters of [[], ['token'], ['authorization', 'cookie', 'access_token', 'apikey', 'api_key']]) {
      expect(partition(from('alice'), { ignoredParameters })).not.toBe(partition(from('bob'), { ignoredParameters }));
    }
  });

  test.each(sources)('%s: what the key leaves out is in the partition', (_name, from) => {
    const keyOf = (request: PolicyRequest): string => createKey(request, settings, partition(request));
    expect(keyOf(from('alice'))).not.toBe(keyOf(from('bob')));
  });

  test('a request without credentials has none', () => {
    expect(partition(aRequest({ url: '/@x?token=1', headers: { Accept: 'a/b' } }))).toBeUndefined();
  });

  test('credentials that no field shows', () => {
    expect(partition(aRequest({ ambientCredentials: true }))).toMatch(/^[\w-]{43}$/);
    expect(partition(aRequest({ ambientCredentials: false }))).toBeUndefined();
  });

  test('the list of credential headers is the options own', () => {
    const request = aRequest({ headers: { 'X-Api-Key': 'alice', 'X-Mine': 'alice' } });
    expect(partition(request, { credentialHeaders: [] })).toBeUndefined();
    expect(partition(request, { credentialHeaders: ['X-Mine'] })).not.toBe(partition(request));
  });

  test('one credential is not mistaken for another, nor two for one', () => {
    const headers: Readonly<Record<string, string>>[] = [
      { authorization: 'a' },
      { cookie: 'a' },
      { authorization: 'a', cookie: '' },
      { authorization: 'a', cookie: 'a' },
      { authorization: 'a6:cookie1:a' },
      { '@': 'a' },
    ];
    const all = headers.map((each) => partition(aRequest({ headers: each }), { credentialHeaders: ['@'] }));
    expect(new Set(all).size).toBe(all.length);
  });

  test('the order of the options list does not matter', () => {
    const request = aRequest({ headers: { a: '1', b: '2' } });
    expect(partition(request, { credentialHeaders: ['a', 'b'] })).toBe(
      partition(request, { credentialHeaders: ['b', 'a'] }),
    );
  });

  test('a secret makes it an HMAC', () => {
    const request = aRequest({ headers: { authorization: 'Bearer x' } });
    const all = [undefined, 'one', 'two'].map((secret) => credentialPartition(request, settings, secret));
    expect(new Set(all).size).toBe(3);
    expect(credentialPartition(request, settings, bytes('one'))).toBe(all[1]);
  });

  test('strict: none, but what the URL says of the user stays in the key', () => {
    const from = (secret: string): PolicyRequest => aRequest({ url: `/x?api_key=${secret}` });
    expect(credentialPartition(from('alice'), strict)).toBeUndefined();
    expect(createKey(from('alice'), strict)).not.toBe(createKey(from('bob'), strict));
    expect(createKey(aRequest(), strict)).toBe(createKey(aRequest(), settings));
  });
});

describe('variantKey', () => {
  const primary = createKey(aRequest(), settings);
  const variant = (headers: Readonly<Record<string, string>>, names = ['a', 'b']): string =>
    variantKey(primary, names, aRequest({ headers }), settings);

  test('§4.1 absent, empty, one and two values all differ', () => {
    const all = [{}, { a: '' }, { a: '1' }, { a: '1,1' }, { b: '1' }, { a: '1", "b: 2' }, { a: '1', b: '2' }];
    expect(new Set([primary, ...all.map((headers) => variant(headers))]).size).toBe(all.length + 1);
  });

  test('§4.1 names in any order and case, other fields', () => {
    expect(variant({ a: '1', b: '2', c: '3' }, ['B', 'a', 'A'])).toBe(variant({ b: '2', a: '1' }, ['a', 'b']));
  });

  test('differs between primary keys and sets of names', () => {
    expect(variant({ a: '1' }, ['a'])).not.toBe(variant({ a: '1' }, ['a', 'b']));
    const other = variantKey(
      createKey(aRequest(), settings, 'p'),
      ['a', 'b'],
      aRequest({ headers: { a: '1' } }),
      settings,
    );
    expect(other).not.toBe(variant({ a: '1' }));
  });

  test('a key without a tag gives one without', () => {
    expect(variantKey('mine', ['a'], aRequest(), settings)).toMatch(/^[\w-]{43}$/);
  });
});

test.each<[string, string, Readonly<Record<string, string>>, string]>([
  ['no override', 'get', {}, 'GET'],
  ['X-HTTP-Method-Override', 'GET', { 'X-HTTP-Method-Override': 'delete' }, 'DELETE'],
  ['X-HTTP-Method', 'GET', { 'x-http-method': 'PUT' }, 'PUT'],
  ['X-Method-Override', 'POST', { 'X-Method-Override': ' get ' }, 'GET'],
  ['an empty one', 'GET', { 'X-Method-Override': '' }, 'GET'],
  ['what is no method, and none that is cached', 'GET', { 'X-HTTP-Method': 'GET, DELETE' }, 'GET, DELETE'],
])('effectiveMethod: %s', (_name, method, headers, expected) => {
  expect(effectiveMethod(aRequest({ method, headers }))).toBe(expected);
});
