/** What a successful change makes untrue (RFC 9111 §4.4). */
import type { LooseFields } from '../../lib/policy/fields.js';
import { invalidatedUrls, isUnsafe } from '../../lib/policy/invalidation.js';
import { anAnswer, aRequest } from './given.js';

test.each([
  ['GET', false],
  ['HEAD', false],
  ['OPTIONS', false],
  ['TRACE', false],
  ['QUERY', false],
  ['PROPFIND', false],
  ['POST', true],
  ['PUT', true],
  ['DELETE', true],
  ['PATCH', true],
  ['M-SEARCH', true],
  ['FOO', true],
  ['get', true],
])('RFC 9110 §9.2.1 %s is unsafe: %s', (method, expected) => {
  expect(isUnsafe(method)).toBe(expected);
});

describe('invalidatedUrls', () => {
  const url = 'https://api.invalid/a/x?q=1';
  const urlsOf = (headers: LooseFields, { status = 200, method = 'POST', request = {}, to = url } = {}) =>
    invalidatedUrls(aRequest(request, { method, url: to }), anAnswer(headers, status));

  test.each([
    ['200', 200, true],
    ['201', 201, true],
    ['204', 204, true],
    ['302', 302, true],
    ['399', 399, true],
    ['100', 100, false],
    ['400', 400, false],
    ['404', 404, false],
    ['500', 500, false],
  ])('§4.4 %s to a POST', (_claim, status, expected) => {
    expect(urlsOf({}, { status })).toEqual(expected ? [url] : []);
  });

  test.each<[string, LooseFields, readonly string[]]>([
    ['§4.4 Location', { location: '/b' }, [url, 'https://api.invalid/b']],
    ['§4.4 Content-Location', { 'content-location': 'y' }, [url, 'https://api.invalid/a/y']],
    [
      '§4.4 both',
      { location: '/b', 'content-location': '/c' },
      [url, 'https://api.invalid/b', 'https://api.invalid/c'],
    ],
    ['§4.4 the same again', { location: url, 'content-location': '/a/x?q=1' }, [url]],
    ['§4.4 another host', { location: 'https://other.invalid/a' }, [url]],
    ['§4.4 another scheme', { location: 'http://api.invalid/a' }, [url]],
    ['§4.4 another port', { location: 'https://api.invalid:444/a' }, [url]],
    ['§4.4 a host that looks the same', { location: '//api.invalid.evil.invalid/a' }, [url]],
    ['§4.4 the default port', { location: 'https://API.invalid:443/b' }, [url, 'https://api.invalid/b']],
    ['no URL', { location: 'https://:0/' }, [url]],
  ])('%s', (_claim, headers, urls) => {
    expect(urlsOf(headers)).toEqual(urls);
  });

  test.each<[string, string, Record<string, string>, boolean]>([
    ['§4.4 a safe method changes nothing', 'GET', {}, false],
    ['§4.4 a method of which nothing is known may', 'FOO', {}, true],
    ['RFC 9110 §9.1 what a GET is overridden with may', 'GET', { 'x-http-method-override': 'delete' }, true],
    ['RFC 9110 §9.1 what is overridden with GET may still', 'POST', { 'x-http-method-override': 'GET' }, true],
  ])('%s', (_claim, method, request, expected) => {
    expect(urlsOf({}, { method, request })).toEqual(expected ? [url] : []);
  });

  test('§4.4 outside the web, origins are scheme and host too', () => {
    const to = 'app://one/x';
    expect(urlsOf({ location: 'app://two/x', 'content-location': 'app://one/y' }, { to })).toEqual([to, 'app://one/y']);
  });

  test('what is no URL is taken as it is', () => {
    expect(urlsOf({ location: '/b' }, { to: '/relative' })).toEqual(['/relative']);
  });
});
