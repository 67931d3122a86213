/** What becomes of the origin's answer? (RFC 9111 §3, §4.3.3 to §4.3.5, §4.4; RFC 5861 §4) */
import fc from 'fast-check';
import type { LooseFields } from '../../lib/policy/fields.js';
import { decideHead, decideOnFailure, decideStoring, keepFor } from '../../lib/policy/storing.js';
import type { StoreDecision } from '../../lib/policy/decisions.js';
import type { CacheSettings, Exchange, PolicyRequest, StoredResponse } from '../../lib/policy/types.js';
import { varyMismatch } from '../../lib/policy/vary.js';
import { anAnswer, anExchange, aRequest, aStored, given, httpDate, now, times } from './given.js';

type Settings = Partial<CacheSettings>;
const day = 86_400;

/** A decision in a few words. */
function inWords(decision: StoreDecision): string {
  switch (decision.kind) {
    case 'store':
      return `store for ${String(decision.keepFor)}`;
    case 'freshen':
      return decision.notStored === undefined
        ? `freshen for ${String(decision.keepFor)}`
        : `freshen, ${decision.notStored}`;
    case 'serve-stale':
    case 'refetch':
      return `${decision.kind}: ${decision.because}`;
    case 'invalidate':
      return `invalidate: ${decision.urls.join(' ')}`;
    case 'pass':
      return `pass: ${decision.because}${decision.evict ? ', evict' : ''}`;
    default:
      throw new Error('no such decision');
  }
}

const good = aStored({ age: 10, maxAge: 60, headers: { etag: '"1"' } });
const stale = aStored({ age: 70, maxAge: 60, headers: { etag: '"1"' } });

function decide(
  stored: StoredResponse<string> | undefined,
  headers: LooseFields,
  status = 200,
  settings: Settings = {},
  rest: Partial<Exchange<string>> = {},
): StoreDecision<string> {
  return decideStoring(anExchange(stored, given(settings), rest), anAnswer(headers, status), times);
}

describe('a new answer', () => {
  test.each<[string, LooseFields, string, Settings?]>([
    ['§4.2.1 as long as it is fresh', { 'cache-control': 'max-age=60' }, 'store for 60'],
    ['§4.2.3 less the age it has', { 'cache-control': 'max-age=60', age: '20' }, 'store for 40'],
    ['§4.2.2 as long as is guessed', { 'last-modified': httpDate(-1000) }, `store for ${100 + day}`],
    ['§4.3 longer, where it can be validated', { 'cache-control': 'max-age=60', etag: '"1"' }, `store for ${60 + day}`],
    ['§4.3 an option says how long', { etag: '"1"' }, 'store for 5', { keepForValidation: 5 }],
    ['§4.3 stale, but with a validator', { 'cache-control': 'max-age=0', etag: '"1"' }, `store for ${day}`],
    ['§4.2.1 without lifetime and validator it is of no use', {}, 'pass: no-lifetime'],
    ['§4.2.1 max-age=0 alone too', { 'cache-control': 'max-age=0' }, 'pass: no-lifetime'],
    ['§5.1 an Age that is none', { 'cache-control': 'max-age=60', age: 'x' }, 'pass: no-lifetime'],
    ['§5.1 older than its lifetime', { 'cache-control': 'max-age=60', age: '60' }, 'pass: no-lifetime'],
    [
      'RFC 5861 §3 it may be used while it is refreshed',
      { 'cache-control': 'max-age=60, stale-while-revalidate=30' },
      'store for 90',
    ],
    [
      'RFC 5861 §4 it may be used when the origin fails',
      { 'cache-control': 'max-age=60, stale-if-error=30' },
      'store for 90',
    ],
    ['RFC 5861 §4 only that', { 'cache-control': 'max-age=0, stale-if-error=30' }, 'store for 30'],
    [
      'the longest of these',
      { 'cache-control': 'max-age=60, stale-if-error=9999999', etag: '"1"' },
      `store for ${60 + 30 * day}`,
    ],
    [
      'an option for any staleness: a month',
      { 'cache-control': 'max-age=60' },
      `store for ${60 + 30 * day}`,
      { staleIfError: true },
    ],
    [
      '§5.2.2.2 none of these with must-revalidate',
      { 'cache-control': 'max-age=60, must-revalidate, stale-if-error=30' },
      'store for 60',
    ],
    ['an option for the lifetime', {}, 'store for 60', { expireAfter: '1m' }],
    ['an option for the lifetime: never', {}, 'store for null', { expireAfter: 'never' }],
    ['an option for the lifetime: at once', { etag: '"1"' }, `store for ${day}`, { expireAfter: 0 }],
    ['an option for the lifetime: in the past', { etag: '"1"' }, `store for ${day}`, { expireAfter: -5 }],
    ['§4.1 Vary: * is stored, though never selected', { 'cache-control': 'max-age=60', vary: '*' }, 'store for 60'],
  ])('%s', (_claim, ...[headers, expected, settings]) => {
    expect(inWords(decide(undefined, headers, 200, settings))).toBe(expected);
  });

  test.each<[number, string, Settings?]>([
    [200, 'store for 60'],
    [203, 'store for 60'],
    [204, 'store for 60'],
    [300, 'store for 60'],
    [301, 'store for 60'],
    [308, 'store for 60'],
    [302, 'pass: status'],
    [404, 'pass: no-lifetime'],
    [500, 'pass: status'],
    [404, 'store for 60', { statuses: [404] }],
    [200, 'pass: status', { statuses: [404] }],
  ])('expireAfter gives a %d: %s', (status, ...[expected, settings]) => {
    expect(inWords(decide(undefined, {}, status, { expireAfter: 60, ...settings }))).toBe(expected);
  });

  test('§3 the facts of the exchange are stored', () => {
    const request = aRequest({ 'x-a': ' 1 ' }, { url: 'https://u:p@api.invalid/x?api_key=7#f' });
    const answer = { ...anAnswer({ 'cache-control': 'max-age=60', vary: 'x-a' }), statusText: 'Fine' };
    const at = { requestedAt: now - 1000, receivedAt: now };
    const decision = decideStoring(anExchange(undefined, given({ expireAfter: 5 }), { request }), answer, at);
    expect(decision).toEqual({
      kind: 'store',
      keepFor: 59,
      response: {
        method: 'GET',
        url: 'https://api.invalid/x?api_key=REDACTED',
        status: 200,
        statusText: 'Fine',
        headers: { 'cache-control': 'max-age=60', vary: 'x-a' },
        selectedBy: { 'x-a': '1' },
        ...at,
        assigned: { expiresAt: now + 5000, outranksOrigin: false },
        body: undefined,
      },
    });
  });
});

describe('an answer beside a stored response', () => {
  const fresh = { 'cache-control': 'max-age=60' };
  test.each<[string, StoredResponse<string>, LooseFields, number, string, Settings?, PolicyRequest?]>([
    ['§4 the newer one replaces it', good, fresh, 200, 'store for 60'],
    ['§4 may not be kept, and ends it', good, { 'cache-control': 'no-store' }, 200, 'pass: no-store, evict'],
    ['§4 has no use, and ends it', good, {}, 200, 'pass: no-lifetime, evict'],
    ['§4 a redirect ends it too', good, {}, 302, 'pass: status, evict'],
    ['§3.3 a part does not', good, {}, 206, 'pass: partial'],
    ['T30 an error neither replaces nor ends what is usable', good, fresh, 404, 'pass: error-keeps-usable'],
    ['T30 431 too', good, fresh, 431, 'pass: status'],
    ['T30 nor does one that may not be kept', good, { 'cache-control': 'no-store' }, 404, 'pass: no-store'],
    ['T30 400 too', good, fresh, 400, 'pass: error-keeps-usable'],
    ['T30 to its last second', aStored({ age: 59.5, maxAge: 60 }), fresh, 404, 'pass: error-keeps-usable'],
    ['T30 on the edge it is stale', aStored({ age: 60, maxAge: 60 }), fresh, 404, 'store for 60'],
    [
      '§4 an error that may not be kept does not end what is stale',
      stale,
      { 'cache-control': 'no-store, max-age=60' },
      400,
      'pass: no-store',
    ],
    ['T30 a 400 that is stored is an error too', aStored({ maxAge: 60, status: 400 }), fresh, 404, 'store for 60'],
    ['T30 it replaces what is stale', stale, fresh, 404, 'store for 60'],
    ['T30 and another error', aStored({ maxAge: 60, status: 410 }), fresh, 404, 'store for 60'],
    ['T30 where it is listed it is an answer', good, fresh, 404, 'store for 60', { statuses: [200, 404] }],
    [
      '§5.2.1.5 what the request keeps out ends nothing',
      good,
      fresh,
      200,
      'pass: request-no-store',
      {},
      aRequest({ 'cache-control': 'no-store' }),
    ],
    ['an option: read only', good, fresh, 200, 'pass: read-only', { readOnly: true }],
    ['an option: disabled', good, fresh, 200, 'pass: disabled', { disabled: true }],
  ])('%s', (_claim, ...[stored, headers, status, expected, settings, request = aRequest()]) => {
    expect(inWords(decide(stored, headers, status, settings, { request }))).toBe(expected);
  });
});

describe('an answer to an unsafe method', () => {
  test.each<[string, number, string]>([
    ['§4.4 succeeds', 204, 'invalidate: https://api.invalid/x'],
    ['§4.4 fails', 500, 'pass: unsafe-method'],
  ])('%s', (_claim, status, expected) => {
    expect(inWords(decide(good, {}, status, {}, { request: aRequest({}, { method: 'PUT' }) }))).toBe(expected);
  });

  test('promise 6: so does a method that a GET is overridden with', () => {
    const request = aRequest({ 'x-http-method-override': 'DELETE' });
    expect(inWords(decide(good, {}, 204, {}, { request }))).toBe('invalidate: https://api.invalid/x');
  });
});

describe('an error', () => {
  const error = 'serve-stale: stale-if-error';
  test.each<[string, StoredResponse<string>, number, string, Settings?, Partial<Exchange<string>>?]>([
    ['RFC 5861 §4 500', stale, 500, error, { staleIfError: true }],
    ['RFC 5861 §4 502', stale, 502, error, { staleIfError: true }],
    ['RFC 5861 §4 503', stale, 503, error, { staleIfError: true }],
    ['RFC 5861 §4 504', stale, 504, error, { staleIfError: true }],
    ['RFC 5861 §4 501 is no failure', stale, 501, 'pass: no-lifetime', { staleIfError: false }],
    ['RFC 5861 §4 404 is none either', stale, 404, 'pass: no-lifetime', { staleIfError: false }],
    ['RFC 5861 §4 nobody allows it', stale, 500, 'pass: status'],
    ['§4.3.3 fresh, and merely validated', good, 500, error],
    [
      '§5.2.2.2 must-revalidate',
      aStored({ age: 70, maxAge: 60, cc: 'must-revalidate' }),
      500,
      'pass: status',
      { staleIfError: true },
    ],
    [
      '§5.2.2.4 no-cache, however fresh',
      aStored({ maxAge: 60, cc: 'no-cache' }),
      500,
      'pass: status',
      { staleIfError: true },
    ],
    [
      'a request that forbids to read the store',
      stale,
      500,
      'pass: status',
      { staleIfError: true },
      { reading: false },
    ],
    ['where it is listed, it is an answer', stale, 500, 'pass: no-lifetime', { staleIfError: false, statuses: [500] }],
  ])('%s', (_claim, ...[stored, status, expected, settings, rest]) => {
    expect(inWords(decide(stored, {}, status, settings, rest))).toBe(expected);
  });

  test.each<[string, StoredResponse<string> | undefined, string, Settings?, Partial<Exchange<string>>?]>([
    ['RFC 5861 §4 an option allows it', stale, error, { staleIfError: true }],
    [
      'RFC 5861 §4 the request allows it',
      stale,
      error,
      {},
      { request: aRequest({ 'cache-control': 'stale-if-error=11' }) },
    ],
    [
      'RFC 5861 §4 not that long',
      stale,
      'pass: status',
      {},
      { request: aRequest({ 'cache-control': 'stale-if-error=10' }) },
    ],
    ['nothing is stored', undefined, 'pass: status', { staleIfError: true }],
    [
      '§5.2.2.4 no-cache, however fresh',
      aStored({ maxAge: 60, cc: 'no-cache' }),
      'pass: status',
      { staleIfError: true },
    ],
    ['a request that forbids to read the store', good, 'pass: status', {}, { reading: false }],
  ])('no answer at all: %s', (_claim, ...[stored, expected, settings, rest]) => {
    expect(inWords(decideOnFailure(anExchange(stored, given(settings), rest), now))).toBe(expected);
  });

  test('nothing that the origin forbids to serve stale helps out', () => {
    const forbidden = fc.constantFrom('must-revalidate', 'no-cache', 'no-cache="x"', 'Must-Revalidate;');
    const allowance = fc.oneof(fc.boolean(), fc.nat(99));
    const request = fc
      .constantFrom('', 'max-stale', 'stale-if-error=99', 'only-if-cached')
      .map((cc) => aRequest({ 'cache-control': cc }));
    fc.assert(
      fc.property(
        forbidden,
        allowance,
        allowance,
        request,
        fc.nat(99),
        (cc, staleIfError, staleWhileRevalidate, asked, age) => {
          const stored = aStored({ age: 60 + age, maxAge: 60, cc: `${cc}, stale-if-error=99` });
          const settings = given({ staleIfError, staleWhileRevalidate });
          expect(decideOnFailure(anExchange(stored, settings, { request: asked }), now).kind).toBe('pass');
          expect(decide(stored, {}, 503, settings, { request: asked }).kind).not.toBe('serve-stale');
        },
      ),
    );
  });
});

describe('a 304', () => {
  const validating = { validating: true };
  test.each<[string, LooseFields, string, Settings?, PolicyRequest?]>([
    ['§4.3.4 confirms', { etag: '"1"' }, `freshen for ${60 + day}`],
    ['§4.3.4 with a new lifetime', { etag: '"1"', 'cache-control': 'max-age=5' }, `freshen for ${5 + day}`],
    ['§4.3.4 with an age', { etag: '"1"', age: '20' }, `freshen for ${40 + day}`],
    ['§4.3.4 T48 speaks of something else', { etag: '"2"' }, 'refetch: validator-mismatch'],
    ['§5.2.2.5 T51 no-store', { etag: '"1"', 'cache-control': 'no-store' }, 'freshen, no-store'],
    [
      '§5.2.2.7 T51 private, in a shared cache',
      { etag: '"1"', 'cache-control': 'private' },
      'freshen, private',
      { shared: true },
    ],
    [
      '§5.2.2.7 T51 private, in a private one',
      { etag: '"1"', 'cache-control': 'private, max-age=5' },
      `freshen for ${5 + day}`,
    ],
    [
      'RFC 9213 §2.2 T51 no-store for this target',
      { etag: '"1"', 'cdn-cache-control': 'no-store' },
      'freshen, no-store',
      { shared: ['cdn-cache-control'] },
    ],
    [
      '§3.5 to an authorized request',
      { etag: '"1"', 'cache-control': 'max-age=5' },
      'freshen, authorization',
      { shared: true, credentials: 'strict' },
      aRequest({ authorization: 'x' }),
    ],
    [
      '§3.5 what was stored was judged then',
      { etag: '"1"' },
      `freshen for ${60 + day}`,
      { shared: true, credentials: 'strict' },
      aRequest({ authorization: 'x' }),
    ],
    [
      '§5.2.1.5 the request says no-store',
      { etag: '"1"' },
      'freshen, request-no-store',
      {},
      aRequest({ 'cache-control': 'no-store' }),
    ],
    ['an option: read only', { etag: '"1"' }, 'freshen, read-only', { readOnly: true }],
    [
      'an option gives the lifetime',
      { etag: '"1"', 'cache-control': 'x' },
      `freshen for ${7 + day}`,
      { expireAfter: 7 },
    ],
    [
      'what is of no further use is not kept',
      { etag: '"1"', 'cache-control': 'max-age=0' },
      'freshen, no-lifetime',
      { keepForValidation: 0 },
    ],
  ])('%s', (_claim, ...[headers, expected, settings, request = aRequest()]) => {
    expect(inWords(decide(stale, headers, 304, settings, { ...validating, request }))).toBe(expected);
  });

  test('the filter may decline it', () => {
    expect(inWords(decide(stale, {}, 304, {}, { ...validating, filterResult: false }))).toBe('freshen, filtered');
  });

  test.each<[string, StoredResponse<string> | undefined, boolean]>([
    ['T49 to a request without conditions', undefined, false],
    ['T50 to the caller’s own conditions', stale, false],
    ['with nothing stored', undefined, true],
  ])('%s passes by', (_claim, stored, isValidating) => {
    expect(inWords(decide(stored, { etag: '"1"' }, 304, {}, { validating: isValidating }))).toBe('pass: not-modified');
  });

  test('T51 Vary: * is kept, and the response never selected again', () => {
    const decision = decide(stale, { etag: '"1"', vary: '*' }, 304, {}, validating);
    expect(decision).toMatchObject({ kind: 'freshen', response: { headers: { vary: '*' } } });
    if (decision.kind === 'freshen')
      expect(varyMismatch(decision.response, { headers: {} }, given())).toBe('vary-star');
  });

  test('T52 Vary stays, and with it what it selects by', () => {
    const headers = { etag: '"1"', vary: 'x-a' };
    const stored = aStored({ age: 70, maxAge: 60, headers, selectedBy: { 'x-a': '1' } });
    const decision = decide(stored, { etag: '"1"' }, 304, {}, { ...validating, request: aRequest({ 'x-a': '1' }) });
    expect(decision).toMatchObject({
      response: { headers: { vary: 'x-a' }, selectedBy: { 'x-a': '1' }, body: 'stored' },
    });
  });

  test('T47 brings no secret and no cookie into the store', () => {
    const headers = { etag: '"1"', 'set-cookie': 'sid=SECRET', 'x-auth-token': 'SECRET', vary: 'cookie, x-b' };
    const request = aRequest({ cookie: 'u=SECRET', 'x-b': 'SECRET' });
    const settings = { ignoredParameters: ['x-b'] };
    const decision = decide(stale, headers, 304, settings, { ...validating, request });
    expect(decision.kind).toBe('freshen');
    expect(JSON.stringify(decision)).not.toContain('SECRET');
  });
});

describe('a HEAD about what a GET stored', () => {
  const head = { request: aRequest({}, { method: 'HEAD' }) };
  const decideOf = (
    stored: StoredResponse<string>,
    headers: LooseFields,
    status = 200,
    settings: Settings = {},
    rest: Partial<Exchange<string>> = head,
  ) => inWords(decideHead(anExchange(stored, given(settings), rest), stored, anAnswer(headers, status), times));

  test.each<[string, LooseFields, number, string, Settings?]>([
    ['§4.3.5 T53 confirms it', { etag: '"1"', 'x-new': '1' }, 200, `freshen for ${60 + day}`],
    ['§4.3.5 T53 another tag ends it', { etag: '"2"' }, 200, 'pass: status, evict'],
    ['§4.3.5 T53 but not where nothing is written', { etag: '"2"' }, 200, 'pass: status', { readOnly: true }],
    ['§4.3.5 another status says nothing of it', { etag: '"1"' }, 410, 'pass: status'],
    ['§5.2.2.5 no-store', { etag: '"1"', 'cache-control': 'no-store' }, 200, 'freshen, no-store'],
  ])('%s', (_claim, ...[headers, status, expected, settings]) => {
    expect(decideOf(good, headers, status, settings)).toBe(expected);
  });

  test('§4.3.5 what is no 200 is left alone', () => {
    expect(decideOf(aStored({ status: 404, maxAge: 60 }), {})).toBe('pass: status');
  });

  test('§4.1 another variant is left alone', () => {
    const stored = aStored({ maxAge: 60, headers: { vary: 'x-a', etag: '"1"' }, selectedBy: { 'x-a': '1' } });
    const asked = { request: aRequest({ 'x-a': '2' }, { method: 'HEAD' }) };
    expect(decideOf(stored, { etag: '"2"' }, 200, {}, asked)).toBe('pass: status');
  });
});

test.each<[string, Parameters<typeof aStored>[0], number | null]>([
  ['counts from when it came', { age: 50, maxAge: 60 }, 60],
  ['is nothing for what was stale then', { maxAge: 60, headers: { age: '100' } }, 0],
  ['is for ever', { assigned: { expiresAt: null, outranksOrigin: false } }, null],
])('keepFor %s', (_claim, stored, expected) => {
  expect(keepFor(aStored(stored), given())).toBe(expected);
});
