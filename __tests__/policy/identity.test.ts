/** What makes two requests the same, beyond the rows of key.test.ts: contentRootKey, method overrides, odd URLs. */
import { createHmac } from 'node:crypto';
import { hmacSha256 } from '../../lib/policy/digest.js';
import { createKey, credentialPartition, effectiveMethod, methodOverride } from '../../lib/policy/key.js';
import { belowRoot, identityBody, readBody } from '../../lib/policy/members.js';
import { redactBody } from '../../lib/policy/redaction.js';
import { splitUrl } from '../../lib/policy/urls.js';
import type { CacheSettings } from '../../lib/policy/types.js';
import { aRequest, given } from './given.js';

const json = 'application/json';
const aJson = (body: string) => aRequest({ 'content-type': json }, { method: 'POST', body });

describe('contentRootKey: the form that identifies a body', () => {
  test.each<[string, string, string | undefined, string]>([
    [
      'below it, members are ignored and sorted',
      '{"data":{"b":1,"api_key":2}}',
      'data',
      '{"data": {"api_key": "REDACTED", "b": 1}}',
    ],
    ['beside it, nothing is', '{"z":1,"data":{"a":1},"api_key":2}', 'data', '{"z": 1, "data": {"a": 1}, "api_key": 2}'],
    ['without that member, the root is meant', '{"b":1,"api_key":2}', 'data', '{"api_key": "REDACTED", "b": 1}'],
    ['without the setting too', '{"data":{"b":1,"a":1},"a":2}', undefined, '{"a": 2, "data": {"b": 1, "a": 1}}'],
    ['no deeper than its members', '{"data":{"x":{"b":1,"a":2}}}', 'data', '{"data": {"x": {"b": 1, "a": 2}}}'],
    ['an array keeps its order', '{"data":["b","a"]}', 'data', '{"data": ["b", "a"]}'],
    ['a text is a text', '{"data":"api_key"}', 'data', '{"data": "api_key"}'],
    ['an escaped name is that name', '{"d\\u0061ta":{"api_key":2}}', 'data', '{"d\\u0061ta": {"api_key": "REDACTED"}}'],
    ['names have case', '{"Data":{"b":1,"a":2}}', 'data', '{"Data": {"b": 1, "a": 2}}'],
    [
      'of two, the last counts',
      '{"data":{"b":1,"a":1},"data":{"b":1,"a":1}}',
      'data',
      '{"data": {"b": 1, "a": 1}, "data": {"a": 1, "b": 1}}',
    ],
    ['an array has no members', '[{"b":1,"a":2}]', 'data', '[{"b": 1, "a": 2}]'],
    ['no JSON is no JSON', '{"data":{"b":1', 'data', '{"data":{"b":1'],
  ])('%s', (_claim, body, rootKey, expected) => {
    expect(identityBody(body, json, ['api_key'], rootKey)).toBe(expected);
  });

  test('a form has no depth', () => {
    expect(identityBody('data=1&api_key=2', 'application/x-www-form-urlencoded', ['api_key'], 'data')).toBe(
      'api_key=REDACTED&data=1',
    );
  });

  test('redaction knows nothing of it', () => {
    expect(redactBody('{"data":{"api_key":1},"api_key":2}', json, ['api_key'])).toBe(
      '{"api_key": "REDACTED", "data": {"api_key": 1}}',
    );
  });

  const rooted: CacheSettings = given({ contentRootKey: 'data' });
  test.each<[string, string, string, boolean]>([
    [
      's-key-0010: the root, where there is no such member',
      '{"a":1,"access_token":"1"}',
      '{"a":1,"access_token":"2"}',
      true,
    ],
    ['s-key-0014: below it', '{"data":{"access_token":"1"}}', '{"data":{"access_token":"2"}}', true],
    ['order below it', '{"data":{"a":1,"b":2}}', '{"data":{"b":2,"a":1}}', true],
    ['order beside it', '{"data":{},"b":2}', '{"b":2,"data":{}}', false],
    ['a value below it', '{"data":{"a":1}}', '{"data":{"a":2}}', false],
  ])('%s', (_claim, one, other, isSame) => {
    expect(createKey(aJson(one), rooted) === createKey(aJson(other), rooted)).toBe(isSame);
  });

  test('promise 1: a credential below it is kept out of the key, and separates users all the same', () => {
    const partitionOf = (body: string, settings = rooted) => credentialPartition(aJson(body), settings);
    const [alice, bob] = ['{"data":{"access_token":"alice"}}', '{"data":{"access_token":"bob"}}'];
    expect(partitionOf(alice)).toBeDefined();
    expect(partitionOf(alice)).not.toBe(partitionOf(bob));
    expect(partitionOf(alice, given())).toBeUndefined();
    expect(partitionOf('{"data":{}}')).toBeUndefined();
    const strict = given({ contentRootKey: 'data', credentials: 'strict' });
    expect(createKey(aJson(alice), strict)).not.toBe(createKey(aJson(bob), strict));
  });

  test('what is below, for those who ask', () => {
    const content = readBody('{"data":{"b":1,"a":2}}', json);
    expect(content && belowRoot(content, 'data')?.content.members.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(content && belowRoot(content, undefined)).toBeUndefined();
  });
});

describe('RFC 9110 §9.1 the method a request is overridden with', () => {
  test.each<[string, Record<string, string>, string | undefined]>([
    ['none', {}, undefined],
    ['an empty one', { 'x-http-method': ' ' }, undefined],
    ['one', { 'x-http-method': ' put ' }, 'put'],
    ['the same twice', { 'x-http-method': 'PUT', 'x-method-override': 'PUT' }, 'PUT'],
    ['several, which is none', { 'x-http-method': 'PUT', 'x-method-override': 'GET' }, 'PUT GET'],
  ])('%s', (_claim, headers, expected) => {
    expect(methodOverride(aRequest(headers))).toBe(expected);
    expect(effectiveMethod(aRequest(headers))).toBe((expected ?? 'GET').toUpperCase());
  });

  test('is part of the identity, unless it says nothing new', () => {
    const key = (override?: string) => createKey(aRequest({ 'x-http-method': override }), given());
    expect(key('OPTIONS')).not.toBe(key());
    expect(key('get')).toBe(key());
  });
});

test('RFC 2104 §2 a long secret is digested first; secret and message may be bytes or text', () => {
  const secret = 'secret'.repeat(20);
  expect(Buffer.from(hmacSha256(secret, 'm')).toString('hex')).toBe(
    createHmac('sha256', secret).update('m').digest('hex'),
  );
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(hmacSha256(bytes('secret'), bytes('message'))).toEqual(hmacSha256('secret', 'message'));
});

test('a URL without a path', () => {
  expect(splitUrl('app://u:p@host')).toEqual({ base: 'app://host', query: undefined, userinfo: 'u:p' });
});
