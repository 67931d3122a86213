/** What must not be seen in keys, stores and events; and the normal form of bodies. */
import fc from 'fast-check';
import {
  DEFAULT_IGNORED_PARAMETERS,
  redactBody,
  redactFields,
  redactUrl,
  secretNames,
} from '../../lib/policy/redaction.js';
import { completeSettings } from '../../lib/policy/settings.js';
import { toFields } from '../../lib/policy/fields.js';

const ignored = DEFAULT_IGNORED_PARAMETERS;
const json = 'application/json';
const form = 'application/x-www-form-urlencoded';

describe('redactUrl', () => {
  test.each([
    ['a value', 'http://h.invalid/?api_key=7', 'http://h.invalid/?api_key=REDACTED'],
    ['any case', 'http://h.invalid/?API_Key=7', 'http://h.invalid/?API_Key=REDACTED'],
    ['an escaped name', 'http://h.invalid/?api%5fkey=7', 'http://h.invalid/?api%5Fkey=REDACTED'],
    [
      'a name that a server reads with a tab left out',
      'http://h.invalid/?api\t_key=7',
      'http://h.invalid/?api_key=REDACTED',
    ],
    ['a member without =', 'http://h.invalid/?access_token', 'http://h.invalid/?access_token=REDACTED'],
    ['an empty value', 'http://h.invalid/?apikey=', 'http://h.invalid/?apikey=REDACTED'],
    [
      'each of several, sorted',
      'http://h.invalid/?b=1&apikey=2&apikey=3',
      'http://h.invalid/?apikey=REDACTED&apikey=REDACTED&b=1',
    ],
    ['nothing else', 'http://h.invalid/api_key=7?a=api_key', 'http://h.invalid/api_key=7?a=api_key'],
    ['userinfo', 'http://alice:a@h.invalid/', 'http://h.invalid/'],
    ['the fragment', 'http://h.invalid/#access_token=7', 'http://h.invalid/'],
    ['a relative URL', '/x?api_key=7#f', '/x?api_key=REDACTED'],
    ['userinfo of what is no URL', 'http://alice:a@no host/?api_key=7', 'http://no host/?api_key=REDACTED'],
    [
      'T85 what would begin a line or a colour',
      'http://no host/\r\n\x1b[31m\u2028',
      'http://no host/%0D%0A%1B[31m%E2%80%A8',
    ],
    ['a malformed escape', 'http://h.invalid/?%=1&%zz=2', 'http://h.invalid/?%=1&%zz=2'],
  ])('%s', (_name, url, expected) => {
    expect(redactUrl(url, ignored)).toBe(expected);
  });

  test('an empty list leaves the query as it is, and still hides userinfo', () => {
    expect(redactUrl('http://u@h.invalid/?b=1&a=2', [])).toBe('http://h.invalid/?b=1&a=2');
  });

  test('is idempotent and never throws, on any text', () => {
    const text = fc.oneof(
      fc.webUrl({ withQueryParameters: true }),
      fc.string({ unit: fc.constantFrom(...Array.from('htp:/@?#&=%5fapi_key')) }),
    );
    fc.assert(
      fc.property(text, (url) => {
        const once = redactUrl(url, ignored);
        expect(typeof redactUrl(once, ignored)).toBe('string');
        if (URL.canParse(url)) expect(redactUrl(once, ignored)).toBe(once);
      }),
    );
  });
});

test('redactFields: names in any case, values of others untouched', () => {
  const fields = toFields({ 'X-API-Key': 'abc', Accept: 'a/b', AUTHORIZATION: 'Bearer x' });
  expect({ ...redactFields(fields, ignored) }).toEqual({
    'x-api-key': 'REDACTED',
    accept: 'a/b',
    authorization: 'REDACTED',
  });
});

test('secretNames: a list replaces what is ignored, never what is a credential', () => {
  const names = secretNames(completeSettings({ ignoredParameters: ['Token'], credentialHeaders: ['X-Mine'] }));
  expect(names).toEqual(
    expect.arrayContaining([
      'token',
      'x-mine',
      'authorization',
      'proxy-authorization',
      'cookie',
      'access_token',
      'api_key',
      'apikey',
    ]),
  );
});

describe('redactBody', () => {
  test.each([
    ['members of JSON', '{"access_token":"abc","a":1}', json, '{"a": 1, "access_token": "REDACTED"}'],
    ['any JSON type', '{"b":1,"a":2}', 'Application/Problem+JSON; v=1', '{"a": 2, "b": 1}'],
    ['white space', ' { "a" : [ 1 , 2 ] , "b" : { } } ', json, '{"a": [1, 2], "b": {}}'],
    ['an escaped name', '{"api\\u005fkey":1}', json, '{"api\\u005fkey": "REDACTED"}'],
    [
      'structure within a value',
      '{"apikey":{"a":[1,{"b":"}"}]},"c":"{,:]"}',
      json,
      '{"apikey": "REDACTED", "c": "{,:]"}',
    ],
    ['escapes at the end of text', '{"a":"\\\\","b":"\\""}', json, '{"a": "\\\\", "b": "\\""}'],
    ['arrays keep their order and their items', '["b","api_key"]', json, '["b", "api_key"]'],
    ['nested objects keep theirs', '{"x":{"b":1,"a":2,"api_key":3}}', json, '{"x": {"b": 1, "a": 2, "api_key": 3}}'],
    ['numbers keep their digits', '{"id":12345678901234567891}', json, '{"id": 12345678901234567891}'],
    ['repeated names stay in order', '{"b":2,"a":1,"\\u0062":1}', json, '{"a": 1, "b": 2, "\\u0062": 1}'],
    ['names from nowhere', '{"b":1,"__proto__":{"x":1}}', json, '{"__proto__": {"x": 1}, "b": 1}'],
    ['an empty object', '{ }', json, '{}'],
    ['a scalar', ' "abc" ', json, '"abc"'],
    ['invalid JSON is untouched', '{"api_key":1', json, '{"api_key":1'],
    ['text/json is no JSON type', '{"b":1,"a":2}', 'text/json', '{"b":1,"a":2}'],
    ['a form as a query', 'b=2&api_key=3&a=', form, 'a=&api_key=REDACTED&b=2'],
    ['a form with parameters', 'api_key=3', `${form}; charset=utf-8`, 'api_key=REDACTED'],
    ['a type that only begins like a form', 'api_key=3', `${form}x`, 'api_key=3'],
    ['any other type', 'api_key=3', 'text/plain', 'api_key=3'],
    ['no type', 'api_key=3', undefined, 'api_key=3'],
  ])('%s', (_name, body, contentType, expected) => {
    expect(redactBody(body, contentType, ignored)).toBe(expected);
    if (contentType === undefined || expected === body) return;
    expect(redactBody(new TextEncoder().encode(body), contentType, ignored)).toBe(expected);
  });

  test.each([
    ['bytes that are no text', Uint8Array.of(0x22, 0xff, 0x22), json],
    ['bytes with a byte order mark', new TextEncoder().encode('\ufeff{"b":1,"a":2}'), json],
    ['more than 10 MiB', `{"b":1,"a":"${'x'.repeat(10 * 1024 * 1024)}"}`, json],
  ])('%s are untouched', (_name, body, contentType) => {
    expect(redactBody(body, contentType, ignored)).toBe(body);
  });

  test('JSON keeps its meaning, and its normal form is stable', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 2), (text, space) => {
        const value: unknown = JSON.parse(text);
        const normal = redactBody(JSON.stringify(value, null, space), json, []);
        expect(JSON.parse(String(normal))).toEqual(value);
        expect(redactBody(normal, json, [])).toBe(normal);
        expect(redactBody(text, json, [])).toBe(normal);
      }),
    );
  });

  test('never throws, on any text or bytes', () => {
    const body = fc.oneof(fc.string({ unit: fc.constantFrom(...Array.from('{}[]",:\\1 a%&=+')) }), fc.uint8Array());
    fc.assert(
      fc.property(body, fc.constantFrom(json, form), (content, type) => {
        expect(['string', 'object']).toContain(typeof redactBody(content, type, ignored));
      }),
    );
  });

  test.each([
    ['numbers', `[${'1234567,'.repeat(500_000)}1]`],
    ['quotes', `{"a":"${'\\"'.repeat(2_000_000)}"}`],
    ['backslashes', `{"a":"${'\\\\'.repeat(2_000_000)}"}`],
    ['depth', `${'['.repeat(500_000)}${']'.repeat(500_000)}`],
  ])('reads 4 MB of %s in linear time', (_name, body) => {
    const startedAt = performance.now();
    redactBody(body, json, ignored);
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});
