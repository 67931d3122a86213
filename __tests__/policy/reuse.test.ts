/** May a stored response be reused? (RFC 9111 §4, §5.2; RFC 5861; RFC 8246) */
import fc from 'fast-check';
import { requestDirectives } from '../../lib/policy/directives.js';
import { toFields } from '../../lib/policy/fields.js';
import { decideReuse } from '../../lib/policy/reuse.js';
import { errorUsability, forbidsStale } from '../../lib/policy/staleness.js';
import type { ReuseDecision } from '../../lib/policy/decisions.js';
import type { CacheSettings, StoredResponse } from '../../lib/policy/types.js';
import { aRequest, aStored, given, httpDate, now } from './given.js';

type Settings = Partial<CacheSettings>;

/** A decision in a few words: its kind, then why. */
function inWords(decision: ReuseDecision): string {
  switch (decision.kind) {
    case 'serve':
    case 'serve-and-refresh':
      return `${decision.kind}: ${decision.because}`;
    case 'revalidate':
    case 'fetch':
      return `${decision.kind}: ${decision.because}, ${decision.rule}`;
    case 'fail':
      return `fail: ${String(decision.status)}`;
    default:
      throw new Error('no such decision');
  }
}

function decide(
  stored: StoredResponse | undefined,
  cc: string | undefined,
  settings: Settings = {},
  request: Parameters<typeof aRequest>[1] = {},
): string {
  return inWords(decideReuse(aRequest({ 'cache-control': cc }, request), stored, given(settings), now));
}

const fresh = aStored({ age: 10, maxAge: 60, headers: { etag: '"1"' } });
const stale = aStored({ age: 70, maxAge: 60, headers: { etag: '"1"' } });
const staleFor = (seconds: number, cc?: string): StoredResponse =>
  aStored({ age: 60 + seconds, maxAge: 60, ...(cc === undefined ? {} : { cc }) });

type Row = [
  claim: string,
  stored: StoredResponse | undefined,
  cc: string | undefined,
  expected: string,
  settings?: Settings,
];

describe('is the store asked at all?', () => {
  test.each<Row>([
    ['§4 nothing is stored', undefined, undefined, 'fetch: uri-miss, no-entry'],
    ['§5.2.1.5 the request says no-store', fresh, 'no-store', 'fetch: request, request-no-store'],
    ['§5.2.1.4 the request says no-cache', fresh, 'no-cache', 'fetch: request, request-no-cache'],
    ['an option: disabled', fresh, undefined, 'fetch: bypass, disabled', { disabled: true }],
    ['an option: forceRefresh', fresh, undefined, 'fetch: request, force-refresh', { forceRefresh: true }],
    ['an option: do-not-cache', fresh, undefined, 'fetch: bypass, do-not-cache', { expireAfter: 'do-not-cache' }],
    [
      'an option: do-not-cache by URL',
      fresh,
      undefined,
      'fetch: bypass, do-not-cache',
      { urlsExpireAfter: [['*', 'do-not-cache']] },
    ],
    ['an option: readOnly reads', fresh, undefined, 'serve: fresh', { readOnly: true }],
  ])('%s', (_claim, ...[stored, cc, expected, settings]) => {
    expect(decide(stored, cc, settings)).toBe(expected);
  });

  test.each<[string, string, Record<string, string>, Settings, string]>([
    ['§4 a method that is not cached', 'POST', {}, {}, 'fetch: method, method'],
    ['an option: one that is', 'POST', {}, { methods: ['POST'] }, 'serve: fresh'],
    ['an override with something unsafe', 'GET', { 'x-http-method-override': 'DELETE' }, {}, 'fetch: method, method'],
    ['an override with no method at all', 'GET', { 'x-http-method': '??' }, {}, 'fetch: method, method'],
    [
      'overrides that contradict each other',
      'GET',
      { 'x-http-method': 'GET', 'x-method-override': 'PUT' },
      {},
      'fetch: method, method',
    ],
    ['an override with something safe', 'GET', { 'x-method-override': 'options' }, {}, 'serve: fresh'],
    ['an override with itself', 'GET', { 'x-method-override': 'get' }, {}, 'serve: fresh'],
    ['a POST that is overridden with GET', 'POST', { 'x-http-method-override': 'GET' }, {}, 'serve: fresh'],
    ['RFC 9110 §9.1 but not with get', 'POST', { 'x-http-method-override': 'get' }, {}, 'fetch: method, method'],
  ])('%s', (_claim, method, headers, settings, expected) => {
    expect(inWords(decideReuse(aRequest(headers, { method }), fresh, given(settings), now))).toBe(expected);
  });
});

describe('is it selected?', () => {
  const forEnglish = aStored({ maxAge: 60, headers: { vary: 'x-a', etag: '"1"' }, selectedBy: { 'x-a': 'en' } });
  test.each<[string, StoredResponse, string, Settings?]>([
    ['§4.1 another field', forEnglish, 'fetch: vary-miss, vary-mismatch'],
    ['§4.1 Vary: *', aStored({ maxAge: 60, headers: { vary: '*' } }), 'fetch: vary-miss, vary-star'],
    ['an option: ignored', forEnglish, 'fetch: vary-miss, vary-ignored-header', { ignoredParameters: ['x-a'] }],
  ])('%s', (_claim, ...[stored, expected, settings]) => {
    const request = aRequest({ 'x-a': 'de' });
    expect(inWords(decideReuse(request, stored, given(settings), now))).toBe(expected);
    expect(decideReuse(request, stored, given({ ...settings, onlyIfCached: true }), now).kind).toBe('fail');
  });
});

describe('is it fresh?', () => {
  test.each<Row>([
    ['§4.2 a second left', aStored({ age: 59, maxAge: 60 }), undefined, 'serve: fresh'],
    ['§4.2 on the edge', aStored({ age: 60, maxAge: 60 }), undefined, 'revalidate: stale, stale'],
    ['§4.2.1 max-age=0', aStored({ maxAge: 0 }), undefined, 'revalidate: stale, stale'],
    [
      '§5.1 an Age that is none',
      aStored({ maxAge: 9999, headers: { age: 'x' } }),
      undefined,
      'revalidate: stale, stale',
    ],
    ['§5.3 Expires: 0', aStored({ headers: { expires: '0' } }), undefined, 'revalidate: stale, stale'],
    ['§4.2.2 a guess', aStored({ age: 99, headers: { 'last-modified': httpDate(-1099) } }), undefined, 'serve: fresh'],
    [
      '§4.2.2 the end of a guess',
      aStored({ age: 100, headers: { 'last-modified': httpDate(-1100) } }),
      undefined,
      'revalidate: stale, stale',
    ],
    ['RFC 8246 §2 immutable', aStored({ maxAge: 60, cc: 'immutable' }), undefined, 'serve: immutable'],
    ['RFC 8246 §2 no longer', staleFor(0, 'immutable'), undefined, 'revalidate: stale, stale'],
    [
      'an option: never',
      aStored({ age: 1e9, assigned: { expiresAt: null, outranksOrigin: false } }),
      undefined,
      'serve: never-expires',
    ],
    [
      'an option: headers do not count',
      aStored({ maxAge: 60 }),
      undefined,
      'revalidate: stale, stale',
      { cacheControl: false },
    ],
  ])('%s', (_claim, ...[stored, cc, expected, settings]) => {
    expect(decide(stored, cc, settings)).toBe(expected);
  });
});

describe('does the request accept it?', () => {
  test.each<Row>([
    ['§5.2.1.1 max-age: as old as that', fresh, 'max-age=10', 'serve: fresh'],
    ['§5.2.1.1 max-age: older', fresh, 'max-age=9', 'revalidate: request, request-max-age'],
    [
      '§5.2.1.1 max-age=0 asks for validation, however young',
      aStored({ maxAge: 60 }),
      'max-age=0',
      'revalidate: request, request-max-age',
    ],
    ['§5.2.1.1 an invalid one too', fresh, 'max-age=x', 'revalidate: request, request-max-age'],
    [
      '§5.2.1.1 also of what never expires',
      aStored({ age: 9, assigned: { expiresAt: null, outranksOrigin: false } }),
      'max-age=8',
      'revalidate: request, request-max-age',
    ],
    [
      'RFC 8246 §2 immutable is not reloaded',
      aStored({ age: 10, maxAge: 60, cc: 'immutable' }),
      'max-age=0',
      'serve: immutable',
    ],
    ['RFC 8246 §2 but when it is stale', staleFor(1, 'immutable'), 'max-age=0', 'revalidate: request, request-max-age'],
    ['RFC 8246 §2 also on the edge', staleFor(0, 'immutable'), 'max-age=9', 'revalidate: request, request-max-age'],
    [
      '§5.2.1.1 nothing stale behind its back',
      staleFor(1, 'stale-while-revalidate=60'),
      'max-age=99',
      'revalidate: stale, stale',
    ],
    [
      '§5.2.1.1 but with max-stale',
      staleFor(1, 'stale-while-revalidate=60'),
      'max-age=99, max-stale=5',
      'serve-and-refresh: stale-while-revalidate',
    ],
    ['§5.2.1.2 max-stale: staler than that', staleFor(10), 'max-stale=10', 'revalidate: stale, stale'],
    ['§5.2.1.2 max-stale: less stale', staleFor(9), 'max-stale=10', 'serve: max-stale'],
    ['§5.2.1.2 max-stale without a value', staleFor(1e6), 'max-stale', 'serve: max-stale'],
    ['§5.2.1.2 max-stale with a wrong one', staleFor(1), 'max-stale=x', 'revalidate: stale, stale'],
    [
      '§5.2.1.2 beside max-age, both count',
      staleFor(9),
      'max-stale=10, max-age=60',
      'revalidate: request, request-max-age',
    ],
    ['§5.2.1.3 min-fresh: longer than that', fresh, 'min-fresh=49', 'serve: fresh'],
    ['§5.2.1.3 min-fresh: exactly that is not enough', fresh, 'min-fresh=50', 'revalidate: request, min-fresh'],
    [
      '§5.2.1.3 min-fresh, with a second left',
      aStored({ age: 59, maxAge: 60 }),
      'min-fresh=5',
      'revalidate: request, min-fresh',
    ],
    ['§5.2.1.3 min-fresh, and it is stale', stale, 'min-fresh=1', 'revalidate: stale, stale'],
    [
      '§5.2.1.3 min-fresh of what never expires',
      aStored({ assigned: { expiresAt: null, outranksOrigin: false } }),
      'min-fresh=9',
      'serve: never-expires',
    ],
    ['§5.2.1.2 max-stale outweighs min-fresh', fresh, 'min-fresh=50, max-stale=5', 'serve: fresh'],
    ['§5.2.1.2 however little', fresh, 'min-fresh=50, max-stale=1', 'serve: fresh'],
    ['§5.2.1.2 to the end', aStored({ age: 59.5, maxAge: 60 }), 'min-fresh=50, max-stale=5', 'serve: fresh'],
    ['§5.2.1.2 max-stale=0 does not', fresh, 'min-fresh=50, max-stale=0', 'revalidate: request, min-fresh'],
  ])('%s', (_claim, ...[stored, cc, expected, settings]) => {
    expect(decide(stored, cc, settings)).toBe(expected);
  });
});

describe('does the origin demand validation?', () => {
  test.each<Row>([
    [
      '§5.2.2.4 no-cache, however fresh',
      aStored({ maxAge: 60, cc: 'no-cache' }),
      undefined,
      'revalidate: request, response-no-cache',
    ],
    [
      '§5.2.2.4 for some fields',
      aStored({ maxAge: 60, cc: 'no-cache="set-cookie"' }),
      undefined,
      'revalidate: request, response-no-cache',
    ],
    [
      '§5.2.2.4 whatever the request accepts',
      aStored({ maxAge: 60, cc: 'no-cache' }),
      'max-stale',
      'revalidate: request, response-no-cache',
    ],
    [
      '§5.2.2.4 whatever is lasting',
      aStored({ maxAge: 60, cc: 'no-cache, immutable' }),
      undefined,
      'revalidate: request, response-no-cache',
    ],
    [
      '§5.2.2.4 whatever the options',
      aStored({ cc: 'no-cache', assigned: { expiresAt: null, outranksOrigin: true } }),
      undefined,
      'revalidate: request, response-no-cache',
      { staleWhileRevalidate: true },
    ],
    [
      '§5.2.2.2 must-revalidate: not while it is fresh',
      aStored({ age: 59, maxAge: 60, cc: 'must-revalidate' }),
      undefined,
      'serve: fresh',
    ],
    [
      '§5.2.2.2 must-revalidate: when it is stale',
      staleFor(0, 'must-revalidate'),
      undefined,
      'revalidate: stale, must-revalidate',
    ],
    [
      '§5.2.2.2 whatever the request accepts',
      staleFor(1, 'must-revalidate'),
      'max-stale',
      'revalidate: stale, must-revalidate',
    ],
    [
      '§5.2.2.2 whatever the origin allows besides',
      staleFor(1, 'must-revalidate, stale-while-revalidate=60'),
      undefined,
      'revalidate: stale, must-revalidate',
    ],
    [
      '§5.2.2.2 whatever the options',
      staleFor(1, 'must-revalidate'),
      undefined,
      'revalidate: stale, must-revalidate',
      { staleWhileRevalidate: true },
    ],
    [
      '§5.2.2.8 proxy-revalidate binds shared caches',
      staleFor(1, 'proxy-revalidate'),
      'max-stale',
      'revalidate: stale, must-revalidate',
      { shared: true },
    ],
    ['§5.2.2.8 and no others', staleFor(1, 'proxy-revalidate'), 'max-stale', 'serve: max-stale'],
    [
      '§5.2.2.10 s-maxage does as well',
      staleFor(1, 's-maxage=60'),
      'max-stale',
      'revalidate: stale, must-revalidate',
      { shared: true },
    ],
    ['§5.2.2.10 and no others', staleFor(1, 's-maxage=1'), 'max-stale', 'serve: max-stale'],
    [
      '§5.4 Pragma of a response says nothing',
      aStored({ maxAge: 60, headers: { pragma: 'no-cache' } }),
      undefined,
      'serve: fresh',
    ],
    [
      'an option: headers do not count',
      aStored({ cc: 'no-cache', assigned: { expiresAt: null, outranksOrigin: false } }),
      undefined,
      'serve: never-expires',
      { cacheControl: false },
    ],
    ['an option: refresh', fresh, undefined, 'revalidate: request, refresh', { refresh: true }],
    [
      'an option: refresh, without a validator',
      aStored({ age: 10, maxAge: 60 }),
      undefined,
      'serve: fresh',
      { refresh: true },
    ],
    [
      'an option: alwaysRevalidate',
      fresh,
      undefined,
      'revalidate: request, always-revalidate',
      { alwaysRevalidate: true },
    ],
    [
      'an option: alwaysRevalidate, without a validator',
      aStored({ age: 10, maxAge: 60 }),
      undefined,
      'serve: fresh',
      { alwaysRevalidate: true },
    ],
  ])('%s', (_claim, ...[stored, cc, expected, settings]) => {
    expect(decide(stored, cc, settings)).toBe(expected);
  });
});

describe('may it be used while it is refreshed?', () => {
  const swr = 'serve-and-refresh: stale-while-revalidate';
  test.each<Row>([
    ['RFC 5861 §3 the origin allows it so long', staleFor(9, 'stale-while-revalidate=10'), undefined, swr],
    ['RFC 5861 §3 and no longer', staleFor(10, 'stale-while-revalidate=10'), undefined, 'revalidate: stale, stale'],
    [
      'RFC 5861 §3 an invalid one allows nothing',
      staleFor(1, 'stale-while-revalidate=x'),
      undefined,
      'revalidate: stale, stale',
    ],
    ['RFC 5861 §3 from the moment it is stale', staleFor(0, 'stale-while-revalidate=10'), undefined, swr],
    ['an option: any staleness', staleFor(1e6), undefined, swr, { staleWhileRevalidate: true }],
    ['an option: so long', staleFor(9), undefined, swr, { staleWhileRevalidate: 10 }],
    ['an option: and no longer', staleFor(10), undefined, 'revalidate: stale, stale', { staleWhileRevalidate: 10 }],
    ['an option: 0', staleFor(0), undefined, 'revalidate: stale, stale', { staleWhileRevalidate: 0 }],
    ['the longer of both', staleFor(9, 'stale-while-revalidate=10'), undefined, swr, { staleWhileRevalidate: 5 }],
    ['the request', staleFor(9), 'stale-while-revalidate=10', swr],
    [
      'an option outweighs the request',
      staleFor(9),
      'stale-while-revalidate=10',
      'revalidate: stale, stale',
      { staleWhileRevalidate: 5 },
    ],
    [
      'alwaysRevalidate happens behind it',
      stale,
      undefined,
      swr,
      { staleWhileRevalidate: true, alwaysRevalidate: true },
    ],
    [
      'alwaysRevalidate happens behind the shortest of it',
      aStored({ age: 60, maxAge: 60, headers: { etag: '"1"' } }),
      undefined,
      swr,
      { staleWhileRevalidate: 1, alwaysRevalidate: true },
    ],
    [
      'but not where only the origin allows it',
      aStored({ age: 70, maxAge: 60, cc: 'stale-while-revalidate=60', headers: { etag: '"1"' } }),
      undefined,
      'revalidate: request, always-revalidate',
      { alwaysRevalidate: true },
    ],
    [
      'refresh does not',
      stale,
      undefined,
      'revalidate: request, refresh',
      { staleWhileRevalidate: true, refresh: true },
    ],
    [
      '§5.2.2.10 a shared cache with s-maxage may not',
      staleFor(1, 's-maxage=60, stale-while-revalidate=60'),
      undefined,
      'revalidate: stale, must-revalidate',
      { shared: true },
    ],
  ])('%s', (_claim, ...[stored, cc, expected, settings]) => {
    expect(decide(stored, cc, settings)).toBe(expected);
  });

  const slow = (age: number): StoredResponse =>
    aStored({ age, maxAge: 60, requestedAt: now - (age + 10) * 1000, headers: { date: httpDate(-age) } });
  test.each<Row>([
    ['not while much is left', slow(29), undefined, 'serve: fresh', { earlyRefresh: 2 }],
    ['when no more is left than it took, twice', slow(30), undefined, 'serve-and-refresh: fresh', { earlyRefresh: 2 }],
    ['not where it is switched off', slow(49), undefined, 'serve: fresh', { earlyRefresh: 0 }],
    ['not where nothing may be sent', slow(49), 'only-if-cached', 'serve: fresh', { earlyRefresh: 2 }],
    [
      'not of what never expires',
      aStored({ assigned: { expiresAt: null, outranksOrigin: false } }),
      undefined,
      'serve: never-expires',
      { earlyRefresh: 9 },
    ],
  ])('refreshed early: %s', (_claim, ...[stored, cc, expected, settings]) => {
    expect(decide(stored, cc, settings)).toBe(expected);
  });
});

describe('what if nothing may be sent?', () => {
  test.each<Row>([
    ['§5.2.1.7 nothing stored', undefined, 'only-if-cached', 'fail: 504'],
    ['§5.2.1.7 fresh', fresh, 'only-if-cached', 'serve: fresh'],
    ['§5.2.1.7 stale', stale, 'only-if-cached', 'fail: 504'],
    ['§5.2.1.7 stale, and the request accepts that', stale, 'only-if-cached, max-stale', 'serve: max-stale'],
    [
      '§5.2.1.7 stale, where errors would be answered with it',
      staleFor(1, 'stale-if-error=60'),
      'only-if-cached',
      'serve: only-if-cached',
    ],
    [
      '§5.2.1.7 stale, and an option accepts that',
      stale,
      'only-if-cached',
      'serve: stale-while-revalidate',
      { staleWhileRevalidate: true },
    ],
    [
      'RFC 5861 §3 what the origin allows while refreshing, it does not here',
      staleFor(1, 'stale-while-revalidate=60'),
      'only-if-cached',
      'fail: 504',
    ],
    [
      '§5.2.1.7 no-cache',
      aStored({ maxAge: 60, cc: 'no-cache' }),
      'only-if-cached',
      'fail: 504',
      { staleIfError: true },
    ],
    ['§5.2.1.7 must-revalidate', staleFor(1, 'must-revalidate'), 'only-if-cached', 'fail: 504', { staleIfError: true }],
    [
      '§5.2.1.7 older than the request accepts',
      fresh,
      'only-if-cached, max-age=9',
      'fail: 504',
      { staleIfError: true },
    ],
    ['§5.2.1.7 not as fresh as it demands', fresh, 'only-if-cached, min-fresh=60', 'fail: 504'],
    ['§5.2.1.7 young enough for max-age=0', aStored({ maxAge: 60 }), 'only-if-cached, max-age=0', 'serve: fresh'],
    ['§5.2.1.7 the request says no-cache too', fresh, 'only-if-cached, no-cache', 'fail: 504'],
    ['an option', stale, undefined, 'fail: 504', { onlyIfCached: true }],
    [
      'an option: outweighs refresh',
      fresh,
      undefined,
      'serve: fresh',
      { onlyIfCached: true, refresh: true, alwaysRevalidate: true },
    ],
    ['an option: disabled', fresh, undefined, 'fail: 504', { onlyIfCached: true, disabled: true }],
  ])('%s', (_claim, ...[stored, cc, expected, settings]) => {
    expect(decide(stored, cc, settings)).toBe(expected);
  });
});

describe('a question of the caller’s own', () => {
  type Question = [
    claim: string,
    stored: StoredResponse,
    request: Record<string, string>,
    expected: string,
    settings?: Settings,
    method?: string,
  ];
  test.each<Question>([
    ['§4.3.2 the same tag: a 304 from here', fresh, { 'if-none-match': '"1"' }, 'serve: fresh'],
    [
      '§4.3.2 also while it is refreshed',
      stale,
      { 'if-none-match': '"1"' },
      'serve-and-refresh: stale-while-revalidate',
      { staleWhileRevalidate: true },
    ],
    ['§4.3.2 another tag', fresh, { 'if-none-match': '"2"' }, 'fetch: request, caller-conditional'],
    ['§4.3.2 stale', stale, { 'if-none-match': '"1"' }, 'fetch: request, caller-conditional'],
    ['RFC 9110 §13.1.1 If-Match', fresh, { 'if-match': '"1"' }, 'fetch: request, caller-conditional'],
    [
      'RFC 9110 §13.2.1 of a POST',
      fresh,
      { 'if-none-match': '"1"' },
      'fetch: request, caller-conditional',
      { methods: ['POST'] },
      'POST',
    ],
    [
      'RFC 9110 §13.2.1 of a POST that a GET overrides',
      fresh,
      { 'if-none-match': '"1"', 'x-http-method': 'GET' },
      'fetch: request, caller-conditional',
      {},
      'POST',
    ],
    [
      '§5.2.1.7 nothing may be sent: the whole response',
      fresh,
      { 'if-none-match': '"2"' },
      'serve: fresh',
      { onlyIfCached: true },
    ],
    ['§5.2.1.7 what only the origin knows', fresh, { 'if-match': '"1"' }, 'fail: 504', { onlyIfCached: true }],
  ])('%s', (_claim, ...[stored, headers, expected, settings, method = 'GET']) => {
    expect(inWords(decideReuse(aRequest(headers, { method }), stored, given(settings), now))).toBe(expected);
  });
});

test('§4.3.1 validators go along where something is asked of the origin', () => {
  const kinds = [{}, { staleWhileRevalidate: true }].map((settings) =>
    decideReuse(aRequest(), stale, given(settings), now),
  );
  for (const decision of kinds)
    expect(decision).toMatchObject({ validationHeaders: { 'if-none-match': '"1"' }, stored: stale });
});

test('nothing that the origin forbids to serve stale is served stale', () => {
  const staleness = fc.oneof(fc.boolean(), fc.nat(100));
  const options = fc.record({
    staleIfError: staleness,
    staleWhileRevalidate: staleness,
    onlyIfCached: fc.boolean(),
    refresh: fc.boolean(),
    alwaysRevalidate: fc.boolean(),
    shared: fc.boolean(),
    earlyRefresh: fc.nat(3),
  });
  const allowed = fc.constantFrom('', 'stale-while-revalidate=99', 'stale-if-error=99', 'public', 'immutable');
  const forbidden = fc.constantFrom(
    'must-revalidate',
    'no-cache',
    'No-Cache="x"',
    'MUST-REVALIDATE=1',
    'must-revalidate ;x',
  );
  const accepted = fc.constantFrom(
    '',
    'max-stale',
    'max-stale=99',
    'stale-if-error=99',
    'only-if-cached',
    'max-age=99',
  );
  fc.assert(
    fc.property(options, allowed, forbidden, accepted, fc.nat(30), (settings, also, cc, asked, seconds) => {
      const stored = staleFor(seconds, `${also}, ${cc}`);
      expect(forbidsStale(stored, given(settings))).toBe(true);
      expect(decide(stored, asked, settings)).not.toContain('serve');
      const directives = requestDirectives(toFields({ 'cache-control': asked }));
      expect(errorUsability(stored, directives, given(settings), now)).toBeUndefined();
    }),
  );
});
