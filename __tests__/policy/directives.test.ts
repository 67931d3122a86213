/** Cache-Control, Pragma and targeted fields: syntax (RFC 9111 §5.2, §5.4; RFC 5861; RFC 8246; RFC 9213). */
import { CacheDirectives } from '../../lib/policy/cache-directives.js';
import {
  NO_DIRECTIVES,
  parseCacheControl,
  requestDirectives,
  targetedDirectives,
} from '../../lib/policy/directives.js';
import type { Directives } from '../../lib/policy/directives.js';
import { toFields } from '../../lib/policy/fields.js';

type Row = [claim: string, value: string | undefined, directives: Partial<Directives>];

describe('parseCacheControl', () => {
  test.each<Row>([
    ['§5.2 absent', undefined, {}],
    ['§5.2 empty', '', {}],
    ['§5.2 names have no case', 'NO-STORE, Max-Age=5', { noStore: true, maxAge: 5 }],
    ['§5.2.3 what is unknown is ignored', 'foo, no-storex, x-no-store, foo=no-store', {}],
    ['§5.2 an argument may be quoted', 'max-age="60"', { maxAge: 60 }],
    ['§5.2 an argument may be quoted and escaped', 'max-age="6\\0"', { maxAge: 60 }],
    ['§5.2 a comma in quotes separates nothing', 'x="no-store, max-age=60"', {}],
    ['§5.2 an escaped quote ends nothing', 'x="\\", no-store, \\"", max-age=5', { maxAge: 5 }],
    ['RFC 9110 §5.6.1 empty members say nothing', ',, ,\tmax-age=60 ,,', { maxAge: 60 }],
    ['§5.2.1.2 max-stale', 'max-stale=10', { maxStale: 10 }],
    ['§5.2.1.2 max-stale without a value: any', 'max-stale', { maxStale: Infinity }],
    ['§5.2.1.2 max-stale with a wrong value: none', 'max-stale=x', {}],
    ['§5.2.1.2 of two, the smaller', 'max-stale, max-stale=5', { maxStale: 5 }],
    ['§5.2.1.3 min-fresh', 'min-fresh=10', { minFresh: 10 }],
    ['§5.2.1.3 of two, the larger', 'min-fresh=10, min-fresh=5', { minFresh: 10 }],
    ['§5.2.1.6 no-transform', 'no-transform', { noTransform: true }],
    ['§5.2.1.7 only-if-cached', 'only-if-cached', { onlyIfCached: true }],
    ['§5.2.2.2 must-revalidate', 'must-revalidate', { mustRevalidate: true }],
    ['§5.2.2.3 must-understand', 'must-understand', { mustUnderstand: true }],
    ['§5.2.2.3 with an argument it lifts nothing', 'must-understand=1, no-store', { noStore: true }],
    ['§5.2.2.4 no-cache', 'no-cache', { noCache: true }],
    ['§5.2.2.4 qualified: as a plain one', 'no-cache="set-cookie, x"', { noCache: true }],
    ['§5.2.2.7 private', 'private', { private: true }],
    ['§5.2.2.8 proxy-revalidate', 'proxy-revalidate', { proxyRevalidate: true }],
    ['§5.2.2.9 public', 'public', { public: true }],
    ['§5.2.2.9 public with an argument is not public', 'public=1x', {}],
    ['§5.2.2.10 s-maxage', 's-maxage=10', { sMaxage: 10 }],
    ['RFC 8246 §2 immutable', 'immutable', { immutable: true }],
    ['RFC 8246 §2 an argument says nothing', 'immutable=x', { immutable: true }],
    ['RFC 5861 §3 stale-while-revalidate', 'stale-while-revalidate=10', { staleWhileRevalidate: 10 }],
    ['RFC 5861 §4 stale-if-error', 'stale-if-error=10', { staleIfError: 10 }],
    ['RFC 5861 without a value: nothing', 'stale-while-revalidate, stale-if-error=', {}],
  ])('%s', (_claim, value, directives) => {
    expect(parseCacheControl(value)).toEqual({ ...NO_DIRECTIVES, ...directives });
  });

  test.each<Row>([
    ['§4.2.1 of two lifetimes, the smaller', 'max-age=60, max-age=0', { maxAge: 0 }],
    ['§4.2.1 in either order', 'max-age=0, max-age=60', { maxAge: 0 }],
    ['§4.2.1 negative: stale', 'max-age=-1', { maxAge: 0 }],
    ['§4.2.1 with an exponent: stale', 'max-age=1e3', { maxAge: 0 }],
    ['§4.2.1 with a fraction: stale', 'max-age=1.5', { maxAge: 0 }],
    ['§4.2.1 with a sign: stale', 'max-age=+60', { maxAge: 0 }],
    ['§4.2.1 other digits: stale', 'max-age=٦٠', { maxAge: 0 }],
    ['§4.2.1 without a value: stale', 'max-age', { maxAge: 0 }],
    ['§4.2.1 empty: stale', 's-maxage=', { sMaxage: 0 }],
    ['§4.2.1 in single quotes: stale', "max-age='60'", { maxAge: 0 }],
    ['§4.2.1 quotes that do not close: stale', 'max-age="60', { maxAge: 0 }],
    ['§4.2.1 with something behind: stale', 'max-age=60;x', { maxAge: 0 }],
    ['§4.2.1 leading zeros are digits', 'max-age=0060', { maxAge: 60 }],
    ['§1.2.2 more than any integer', `max-age=${'9'.repeat(400)}`, { maxAge: Infinity }],
    ['§5.2 white space behind = is let pass', 'max-age= 60', { maxAge: 60 }],
    ['§5.2 white space before = makes another name', 'max-age =60', {}],
  ])('lifetimes: %s', (_claim, value, directives) => {
    expect(parseCacheControl(value)).toEqual({ ...NO_DIRECTIVES, ...directives });
  });

  test.each<Row>([
    ['T60 a semicolon for a comma', 'no-store;max-age=60', { noStore: true }],
    ['T60 nothing for a comma', 'max-age=60 no-store', { noStore: true, maxAge: 0 }],
    ['T60 in quotes', '"no-store"', { noStore: true }],
    ['T60 with an argument', 'no-store=1', { noStore: true }],
    ['T60 with an empty argument', 'no-store=', { noStore: true }],
    ['T9 white space around =', 'no-cache = "set-cookie"', { noCache: true }],
    ['T9 quotes that do not close', 'private="Set-Cookie, max-age=60', { private: true }],
    ['T8 an empty list', 'private=""', { private: true }],
    ['T8 a list of nothing', 'private=" "', { private: true }],
    ['behind a permission', 'public no-store', { noStore: true }],
    ['behind something unknown', 'foo no-cache', { noCache: true }],
    ['in quotes that do not close', 'max-age=5, x="a, no-store', { maxAge: 5, noStore: true }],
    ['in quotes that do not close, without a name', 'max-age=5, x"a, no-store', { maxAge: 5, noStore: true }],
    ['behind quotes', 'x="a" must-revalidate', { mustRevalidate: true }],
    ['in an argument that is none', 'x=y=Proxy-Revalidate', { proxyRevalidate: true }],
  ])('a restriction counts however it is spelled: %s', (_claim, value, directives) => {
    expect(parseCacheControl(value)).toEqual({ ...NO_DIRECTIVES, ...directives });
  });
});

describe('requestDirectives', () => {
  test.each<[string, Record<string, string>, boolean]>([
    ['§5.4 Pragma: no-cache counts by itself', { pragma: 'no-cache' }, true],
    ['§5.4 in any case, among others', { pragma: 'x, No-Cache' }, true],
    ['§5.4 other pragmas say nothing', { pragma: 'x="no-cache"' }, false],
    ['§5.4 not beside Cache-Control', { pragma: 'no-cache', 'cache-control': 'max-age=5' }, false],
    ['§5.4 nor beside an empty one', { pragma: 'no-cache', 'cache-control': '' }, false],
    ['§5.2.1.4 no-cache', { 'cache-control': 'no-cache' }, true],
    ['nothing said', {}, false],
  ])('%s', (_claim, fields, noCache) => {
    expect(requestDirectives(toFields(fields)).noCache).toBe(noCache);
  });
});

describe('targetedDirectives', () => {
  const targets = ['My-Cache-Control', 'cdn-cache-control'];
  test.each<[string, Record<string, string>, Partial<Directives> | undefined]>([
    ['§2.2 absent', { 'cache-control': 'max-age=5' }, undefined],
    [
      '§2.2 the first of the list counts',
      { 'cdn-cache-control': 'max-age=1', 'my-cache-control': 'private' },
      { private: true },
    ],
    ['§2.2 an empty one is passed over', { 'cdn-cache-control': 'max-age=1', 'my-cache-control': '' }, { maxAge: 1 }],
    ['§2.2 a malformed one too', { 'cdn-cache-control': 'max-age=1', 'my-cache-control': 'a, &&&' }, { maxAge: 1 }],
    ['§2.1 keys are in lower case', { 'cdn-cache-control': 'Max-Age=1' }, undefined],
    ['§2.1 no white space around =', { 'cdn-cache-control': 'max-age =1' }, undefined],
    ['§2.1 no white space behind = either', { 'cdn-cache-control': 'max-age= 1' }, undefined],
    [
      '§2.1 parameters are ignored',
      { 'cdn-cache-control': 'max-age=1;x="a, no-store";y, public; z=1' },
      { maxAge: 1, public: true },
    ],
    ['§2.1 ?1 is what a bare name says', { 'cdn-cache-control': 'public=?1' }, { public: true }],
    ['§2.1 ?0 is nothing a directive can be', { 'cdn-cache-control': 'no-store, must-understand=?0' }, undefined],
    ['§2.1 a lifetime is no text', { 'cdn-cache-control': 'max-age="10000"' }, undefined],
    ['§2.1 a lifetime is no decimal', { 'cdn-cache-control': 'max-age=1.5' }, undefined],
    ['§2.1 a lifetime is not merely there', { 'cdn-cache-control': 's-maxage' }, undefined],
    ['§2.1 a negative lifetime is an integer, and stale', { 'cdn-cache-control': 'max-age=-1' }, { maxAge: 0 }],
    ['§2.1 names may be a text', { 'cdn-cache-control': 'no-cache="set-cookie"' }, { noCache: true }],
    ['§2.1 items of other types', { 'cdn-cache-control': 'a=1.5, b=tok/en:x, *c="", max-age=1' }, { maxAge: 1 }],
    ['§2.1 more than any integer', { 'cdn-cache-control': 'max-age=99999999999' }, { maxAge: 99_999_999_999 }],
  ])('RFC 9213 %s', (_claim, fields, directives) => {
    expect(targetedDirectives(toFields(fields), targets)).toEqual(directives && { ...NO_DIRECTIVES, ...directives });
  });
});

describe('CacheDirectives.fromHeaders', () => {
  test('reads any case of names, and the fields that belong with the directives', () => {
    const headers = { 'Cache-Control': ['max-age=5', 'max-stale=7'], ETag: '"1"', EXPIRES: '0' };
    expect(CacheDirectives.fromHeaders(headers)).toEqual({
      ...NO_DIRECTIVES,
      maxAge: 5,
      maxStale: 7,
      etag: '"1"',
      lastModified: undefined,
      expires: '0',
      hasValidator: true,
      expireOffsetSeconds: 7,
    });
  });

  test.each([
    ['nothing', {}, false, 0],
    ['max-stale moves the limit out', { 'cache-control': 'max-stale=5' }, false, 5],
    ['min-fresh moves it in', { 'cache-control': 'min-fresh=5', 'last-modified': 'x' }, true, -5],
    ['an empty validator is none', { etag: '' }, false, 0],
  ])('%s', (_claim, headers, hasValidator, expireOffsetSeconds) => {
    expect(CacheDirectives.fromHeaders(headers)).toMatchObject({ hasValidator, expireOffsetSeconds });
  });
});
