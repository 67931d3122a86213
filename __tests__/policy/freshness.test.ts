/** Age and freshness lifetime (RFC 9111 §4.2, §5.1, §5.3; RFC 9213). */
import fc from 'fast-check';
import {
  ageValue,
  currentAge,
  effectiveDirectives,
  expiresAt,
  freshnessLifetime,
  staleness,
  statedExpiration,
  writtenDirectives,
} from '../../lib/policy/freshness.js';
import type { LifetimeSource } from '../../lib/policy/freshness.js';
import { toFields } from '../../lib/policy/fields.js';
import type { AssignedExpiry, CacheSettings, Expiration } from '../../lib/policy/types.js';
import { aStored, given, httpDate, now } from './given.js';

const day = 86_400;
type Headers = Readonly<Record<string, string>>;
type Row = [
  claim: string,
  headers: Headers,
  seconds: number,
  source: LifetimeSource,
  settings?: Partial<CacheSettings>,
  status?: number,
];

describe('freshnessLifetime', () => {
  test.each<Row>([
    ['§4.2.1 max-age', { 'cache-control': 'max-age=60' }, 60, 'max-age'],
    ['§4.2.1 max-age comes before Expires', { 'cache-control': 'max-age=60', expires: httpDate(999) }, 60, 'max-age'],
    ['§4.2.1 0 too', { 'cache-control': 'max-age=0', expires: httpDate(999) }, 0, 'max-age'],
    ['§4.2.1 an invalid one too', { 'cache-control': 'max-age=x', expires: httpDate(999) }, 0, 'max-age'],
    ['§5.2.2.10 a private cache knows no s-maxage', { 'cache-control': 'max-age=60, s-maxage=5' }, 60, 'max-age'],
    ['§5.2.2.10 a shared one does', { 'cache-control': 'max-age=60, s-maxage=5' }, 5, 's-maxage', { shared: true }],
    [
      '§5.2.2.10 before Expires',
      { 'cache-control': 's-maxage=5', expires: httpDate(999) },
      5,
      's-maxage',
      { shared: true },
    ],
    [
      '§5.2.2.10 alone, a private cache is left with Expires',
      { 'cache-control': 's-maxage=5', expires: httpDate(9) },
      9,
      'expires',
    ],
    ['§1.2.2 too large for an integer: 2^31', { 'cache-control': 'max-age=99999999999999999999' }, 2 ** 31, 'max-age'],
    ['§1.2.2 s-maxage too', { 'cache-control': 's-maxage=2147483649' }, 2 ** 31, 's-maxage', { shared: true }],
    ['§4.2.1 Expires counts from Date', { expires: httpDate(100), date: httpDate(40) }, 60, 'expires'],
    ['§4.2.1 without a Date, from when it came', { expires: httpDate(100) }, 100, 'expires'],
    ['§4.2.1 with an invalid Date too', { expires: httpDate(100), date: 'x' }, 100, 'expires'],
    ['§5.3 Expires in the past', { expires: httpDate(-100) }, 0, 'expires'],
    ['§5.3 Expires is Date', { expires: httpDate(0), date: httpDate(0) }, 0, 'expires'],
    ['§5.3 Expires: 0', { expires: '0', 'last-modified': httpDate(-day) }, 0, 'expires'],
    ['§5.3 Expires: -1', { expires: '-1' }, 0, 'expires'],
    ['§5.3 an empty Expires', { expires: '' }, 0, 'expires'],
    ['T57 two Expires', { expires: `0, ${httpDate(100)}` }, 0, 'expires'],
    ['T62 an impossible date', { expires: 'Thu, 32 Foo 2099 00:00:00 GMT' }, 0, 'expires'],
    ['§4.2 Expires in any case', { expires: httpDate(100).toUpperCase() }, 100, 'expires'],
    ['RFC 9110 §5.6.7 Expires with a two-digit year', { expires: 'Monday, 15-Jun-26 12:01:00 GMT' }, 60, 'expires'],
    ['nothing', {}, 0, 'none'],
  ])('stated: %s', (_claim, ...[headers, seconds, source, settings, status = 200]) => {
    expect(freshnessLifetime(aStored({ headers, status }), given(settings))).toEqual({ seconds, source });
  });

  test.each<Row>([
    ['§4.2.2 a tenth of the time since the change', { 'last-modified': httpDate(-1000) }, 100, 'heuristic'],
    ['§4.2.2 counted from Date', { 'last-modified': httpDate(-1000), date: httpDate(-500) }, 50, 'heuristic'],
    ['§4.2.2 a week at most', { 'last-modified': httpDate(-365 * day) }, 7 * day, 'heuristic'],
    [
      '§4.2.2 none where a time is stated',
      { 'last-modified': httpDate(-1000), 'cache-control': 'max-age=0' },
      0,
      'max-age',
    ],
    ['§4.2.2 nor where it is stated wrongly', { 'last-modified': httpDate(-1000), expires: 'soon' }, 0, 'expires'],
    ['§4.2.2 of a few seconds too', { 'last-modified': httpDate(-5) }, 0.5, 'heuristic'],
    ['§4.2.2 changed just now', { 'last-modified': httpDate(0) }, 0, 'none'],
    ['T62 changed in the future', { 'last-modified': httpDate(1000) }, 0, 'none'],
    ['§4.2.2 an invalid Last-Modified', { 'last-modified': 'x' }, 0, 'none'],
    ['§4.2.2 404', { 'last-modified': httpDate(-1000) }, 100, 'heuristic', {}, 404],
    ['§4.2.2 302', { 'last-modified': httpDate(-1000) }, 0, 'none', {}, 302],
    [
      '§4.2.2 302 that is public',
      { 'last-modified': httpDate(-1000), 'cache-control': 'public' },
      100,
      'heuristic',
      {},
      302,
    ],
    ['switched off', { 'last-modified': httpDate(-1000) }, 0, 'none', { heuristic: false }],
    ['where headers are not obeyed', { 'last-modified': httpDate(-1000) }, 0, 'none', { cacheControl: false }],
  ])('guessed: %s', (_claim, ...[headers, seconds, source, settings, status = 200]) => {
    expect(freshnessLifetime(aStored({ headers, status }), given(settings))).toEqual({ seconds, source });
  });

  const cdn = { shared: ['CDN-Cache-Control'] };
  test.each<Row>([
    [
      '§2.2 outweighs Cache-Control',
      { 'cdn-cache-control': 'max-age=5', 'cache-control': 'max-age=60' },
      5,
      'max-age',
      cdn,
    ],
    ['§2.2 longer too', { 'cdn-cache-control': 'max-age=60', 'cache-control': 's-maxage=5' }, 60, 'max-age', cdn],
    ['§2.2 and Expires', { 'cdn-cache-control': 'max-age=5', expires: '0' }, 5, 'max-age', cdn],
    ['§2.2 even where it states no lifetime', { 'cdn-cache-control': 'public', expires: httpDate(60) }, 0, 'none', cdn],
    ['§2.2 not where it is malformed', { 'cdn-cache-control': '&', 'cache-control': 'max-age=60' }, 60, 'max-age', cdn],
    [
      '§2.2 nor for a cache that is no target',
      { 'cdn-cache-control': 'max-age=5', expires: httpDate(60) },
      60,
      'expires',
      { shared: true },
    ],
  ])('RFC 9213 %s', (_claim, ...[headers, seconds, source, settings]) => {
    expect(freshnessLifetime(aStored({ headers }), given(settings))).toEqual({ seconds, source });
  });

  const inAMinute: AssignedExpiry = { expiresAt: now + 60_000, outranksOrigin: false };
  const byHand: AssignedExpiry = { expiresAt: now + 60_000, outranksOrigin: true };
  test.each<[string, AssignedExpiry, Headers, number, LifetimeSource, Partial<CacheSettings>?]>([
    ['counts where the origin is silent', inAMinute, {}, 60, 'option'],
    ['comes before a guess', inAMinute, { 'last-modified': httpDate(-day) }, 60, 'option'],
    ['comes behind what the origin states', inAMinute, { 'cache-control': 'max-age=5' }, 5, 'max-age'],
    [
      'but where headers are not obeyed',
      inAMinute,
      { 'cache-control': 'max-age=5' },
      60,
      'option',
      { cacheControl: false },
    ],
    ['nor Expires', inAMinute, { expires: httpDate(5) }, 60, 'option', { cacheControl: 'ignore' }],
    ['and where it was set by hand', byHand, { 'cache-control': 'max-age=5' }, 60, 'option'],
    ['counts from when it came, whatever its age', inAMinute, { age: '100' }, 160, 'option'],
    ['never', { expiresAt: null, outranksOrigin: false }, {}, Infinity, 'option'],
    ['in the past', { expiresAt: now - 60_000, outranksOrigin: true }, {}, -60, 'option'],
  ])('assigned: %s', (_claim, ...[assigned, headers, seconds, source, settings]) => {
    expect(freshnessLifetime(aStored({ headers, assigned }), given(settings))).toEqual({ seconds, source });
  });
});

describe('ageValue', () => {
  test.each<[string, string | undefined, number]>([
    ['absent', undefined, 0],
    ['a number', '60', 60],
    ['white space', ' 60\t', 60],
    ['§5.1 of a list the first', '60,0', 60],
    ['T62 too large for an integer', '4294967296', 2 ** 31],
    ['not a number', 'abc', 2 ** 31],
    ['negative', '-1', 2 ** 31],
    ['a fraction', '7200.0', 2 ** 31],
    ['with a parameter', '0;foo=111', 2 ** 31],
    ['empty', '', 2 ** 31],
    ['T57 two lines', '1, 2', 2 ** 31],
    ['two lines that agree', '0, 0', 2 ** 31],
    ['a first member that is none', ',5', 2 ** 31],
  ])('§5.1 %s', (_claim, age, seconds) => {
    expect(ageValue(toFields({ age }))).toBe(seconds);
  });
});

describe('currentAge', () => {
  test.each<[string, Parameters<typeof aStored>[0], number]>([
    ['§4.2.3 resident time', { age: 10 }, 10],
    ['§4.2.3 the age it came with', { age: 10, headers: { age: '5' } }, 15],
    ['§4.2.3 the delay of the answer', { age: 10, requestedAt: now - 12_000 }, 12],
    ['§4.2.3 both', { age: 10, requestedAt: now - 12_000, headers: { age: '5' } }, 17],
    ['§4.2.3 the apparent age', { age: 10, headers: { date: httpDate(-40) } }, 40],
    ['§4.2.3 the larger of both', { age: 10, headers: { date: httpDate(-40), age: '90' } }, 100],
    ['§4.2.3 either way', { age: 10, headers: { date: httpDate(-40), age: '5' } }, 40],
    ['T62 Date an hour ahead', { age: 10, headers: { date: httpDate(3600) } }, 10],
    ['T57 an invalid Date', { age: 10, headers: { date: `${httpDate(-40)}, ${httpDate(-41)}` } }, 10],
    [
      'within the second of its Date',
      { receivedAt: now + 900, requestedAt: now + 900, headers: { date: httpDate(0) } },
      0,
    ],
    ['a clock that goes back', { age: -100 }, 0],
    ['a delay that is negative', { age: 10, requestedAt: now }, 10],
  ])('%s', (_claim, stored, seconds) => {
    expect(currentAge(aStored(stored), now)).toBe(seconds);
  });

  test('never decreases with time, and is a number', () => {
    const age = fc.oneof(fc.nat().map(String), fc.string());
    const date = fc.oneof(fc.integer({ min: -9999, max: 9999 }).map(httpDate), fc.string());
    const instant = fc.integer({ min: now - 1e7, max: now + 1e7 });
    const facts = fc.record({ age, date, requestedAt: instant, receivedAt: instant });
    fc.assert(
      fc.property(facts, instant, fc.nat(1e7), ({ age, date, ...at }, earlier, later) => {
        const stored = aStored({ ...at, headers: { age, date } });
        const young = currentAge(stored, earlier);
        expect(young).toBeGreaterThanOrEqual(0);
        expect(currentAge(stored, earlier + later)).toBeGreaterThanOrEqual(young);
      }),
    );
  });
});

describe('staleness', () => {
  test.each([
    ['a second left', 59, -1],
    ['on the edge it is stale', 60, 0],
    ['a second over', 61, 1],
  ])('§4.2 %s', (_claim, age, seconds) => {
    expect(staleness(aStored({ age, maxAge: 60 }), given(), now)).toBe(seconds);
  });

  test('an Age that is none is older than any lifetime', () => {
    const stored = aStored({ maxAge: 2 ** 31, headers: { age: '-1' } });
    expect(staleness(stored, given(), now)).toBe(0);
  });
});

describe('expiresAt', () => {
  test.each<[string, Parameters<typeof aStored>[0], number | null]>([
    ['is when it becomes stale', { age: 10, maxAge: 60 }, now + 50_000],
    ['counts the age it came with', { age: 10, maxAge: 60, headers: { age: '20' } }, now + 30_000],
    ['is never', { assigned: { expiresAt: null, outranksOrigin: false } }, null],
    [
      'is when an option says',
      { age: 10, headers: { age: '5' }, assigned: { expiresAt: now + 1234, outranksOrigin: false } },
      now + 1234,
    ],
  ])('%s', (_claim, stored, expected) => {
    expect(expiresAt(aStored(stored), given())).toBe(expected);
  });
});

describe('statedExpiration', () => {
  test.each<[string, Parameters<typeof aStored>[0], Expiration | undefined, Partial<CacheSettings>?]>([
    ['seconds of max-age', { maxAge: 60 }, 60],
    ['the instant of Expires', { headers: { expires: httpDate(60) } }, new Date(now + 60_000)],
    ['an Expires that is none', { age: 10, headers: { expires: '0' } }, new Date(now - 10_000)],
    ['nothing', {}, undefined],
    ['not obeyed', { maxAge: 60 }, undefined, { cacheControl: false }],
    ['outranked', { maxAge: 60, assigned: { expiresAt: now, outranksOrigin: true } }, undefined],
  ])('%s', (_claim, ...[stored, expected, settings]) => {
    expect(statedExpiration(aStored(stored), given(settings))).toEqual(expected);
  });
});

test('directives count where headers are obeyed; what is written is written', () => {
  const headers = toFields({ 'cache-control': 'no-store' });
  expect(effectiveDirectives(headers, given()).noStore).toBe(true);
  expect(effectiveDirectives(headers, given({ cacheControl: false })).noStore).toBe(false);
  expect(writtenDirectives(headers, given({ cacheControl: 'ignore' })).noStore).toBe(true);
});
