/** What holds for any headers, settings and times: the policy as a whole (RFC 9111 §3, §4). */
import fc from 'fast-check';
import { CacheActions } from '../../lib/policy/actions.js';
import { assertNever } from '../../lib/policy/never.js';
import { readRange } from '../../lib/policy/conditions.js';
import * as policy from '../../lib/policy/index.js';
import { decideReuse } from '../../lib/policy/reuse.js';
import { decideHead, decideOnFailure, decideStoring } from '../../lib/policy/storing.js';
import { toFields } from '../../lib/policy/fields.js';
import type { CacheSettings, PolicyRequest, PolicyResponse, StoredResponse } from '../../lib/policy/types.js';
import { aStored, given, now } from './given.js';

const words = [
  ...['no-store', 'no-cache', 'private', 'public', 'must-revalidate', 'proxy-revalidate', 'must-understand'],
  ...['immutable', 'only-if-cached', 'max-age=60', 's-maxage=60', 'max-stale', 'min-fresh=5', 'stale-if-error=60'],
  ...['stale-while-revalidate=60', 'max-age=x', 'max-age', '"', '\\', ',', ' ', '=', ';', 'x="', 'é', '0', '*'],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((list) => list.join(', ')),
  fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((list) => list.join('')),
  fc.integer({ min: now / 1000 - 9999, max: now / 1000 + 9999 }).map((s) => new Date(s * 1000).toUTCString()),
  fc.string(),
);
const name = fc.oneof(
  fc.constantFrom(
    ...['cache-control', 'pragma', 'age', 'date', 'expires', 'vary', 'etag', 'last-modified', 'connection'],
  ),
  fc.constantFrom(
    ...['authorization', 'cookie', 'set-cookie', 'if-none-match', 'if-modified-since', 'if-range', 'range'],
  ),
  fc.constantFrom(...['cdn-cache-control', 'content-length', 'location', 'x-http-method-override', 'accept', 'x-a']),
  fc.constantFrom('__proto__', 'constructor', 'toString', ''),
  fc.string(),
);
const headers = fc.array(fc.tuple(name, text), { maxLength: 8 }).map((list) => {
  const loose: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of list) loose[key] = value;
  return toFields(loose);
});
const status = fc.oneof(fc.constantFrom(200, 204, 206, 301, 304, 404, 416, 500, 503), fc.integer({ min: 0, max: 999 }));
const instant = fc.integer({ min: now - 1e6, max: now + 1e6 });
const method = fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'DELETE', 'FOO');
const request: fc.Arbitrary<PolicyRequest> = fc.record({
  method,
  url: fc.oneof(fc.constant('https://api.invalid/x?api_key=1'), fc.webUrl(), fc.string()),
  headers,
});
const answer: fc.Arbitrary<PolicyResponse> = fc.record({ status, headers });
const staleness = fc.oneof(fc.boolean(), fc.nat(99));
const expiration = fc.oneof(fc.nat(99), fc.constantFrom('never', 'do-not-cache', '10m', 'x', undefined), fc.double());
const settings: fc.Arbitrary<CacheSettings> = fc
  .record({
    shared: fc.oneof(fc.boolean(), fc.constant(['cdn-cache-control'])),
    credentials: fc.constantFrom('partition' as const, 'strict' as const),
    cacheControl: fc.constantFrom(true, true, false, 'ignore' as const),
    expireAfter: expiration,
    requestExpireAfter: expiration,
    urlsExpireAfter: fc.array(fc.tuple(fc.string(), expiration), { maxLength: 2 }),
    heuristic: fc.boolean(),
    alwaysRevalidate: fc.boolean(),
    onlyIfCached: fc.boolean(),
    readOnly: fc.boolean(),
    disabled: fc.boolean(),
    refresh: fc.boolean(),
    forceRefresh: fc.boolean(),
    staleIfError: staleness,
    staleWhileRevalidate: staleness,
    methods: fc.subarray(['GET', 'HEAD', 'POST']),
    statuses: fc.option(fc.subarray([200, 206, 304, 404, 500]), { nil: undefined }),
    ignoredParameters: fc.subarray(['authorization', 'x-a', 'api_key', 'cookie']),
    matchHeaders: fc.oneof(fc.boolean(), fc.constant(['accept'])),
    keepForValidation: fc.nat(99),
    earlyRefresh: fc.nat(3),
    storeSetCookie: fc.boolean(),
  })
  .map((some) => given(some as Partial<CacheSettings>));
const stored: fc.Arbitrary<StoredResponse<string> | undefined> = fc.option(
  fc
    .record({ status, headers, requestedAt: instant, receivedAt: instant, selectedBy: headers })
    .map((facts) => aStored(facts)),
  { nil: undefined },
);
const runs = { numRuns: 1500 };

const REUSE = ['serve', 'serve-and-refresh', 'revalidate', 'fetch', 'fail'];
const STORE = ['store', 'freshen', 'serve-stale', 'invalidate', 'refetch', 'pass'];

test('both decisions are total: always one of the known kinds, never a throw', () => {
  fc.assert(
    fc.property(request, stored, settings, answer, instant, fc.boolean(), (asked, held, chosen, given, at, flag) => {
      expect(REUSE).toContain(decideReuse(asked, held, chosen, at).kind);
      const exchange = { request: asked, stored: held, settings: chosen, validating: flag, reading: !flag };
      const times = { requestedAt: at, receivedAt: now };
      const decision = decideStoring(exchange, given, times);
      expect(STORE).toContain(decision.kind);
      expect(STORE).toContain(decideOnFailure(exchange, at).kind);
      if (held !== undefined) expect(STORE).toContain(decideHead(exchange, held, given, times).kind);
      if (decision.kind === 'store') expect(decision.keepFor === null || decision.keepFor > 0).toBe(true);
      expect(readRange(asked.headers['range'], held ?? aStored(), 10).kind).toMatch(/^(full|partial|unsatisfiable)$/);
    }),
    runs,
  );
});

test('CacheActions is total too, and at most one of its flags is set', () => {
  fc.assert(
    fc.property(request, stored, settings, answer, instant, (asked, held, chosen, given, at) => {
      const actions = CacheActions.fromRequest<string>('key', asked, chosen, at);
      actions.updateFromCachedResponse(held, at, (_request, names) => names.join());
      const { error504, sendRequest, resendRequest, resendAsync } = actions;
      expect([error504, sendRequest, resendRequest, resendAsync].filter(Boolean).length).toBeLessThanOrEqual(1);
      actions.updateFromResponse(given, { requestedAt: at, receivedAt: at });
      for (const value of [actions.expires, actions.isUsable(held, at), actions.isUsable(held, at, { error: true })])
        expect(value).not.toBeNaN();
      expect([typeof actions.skipRead, typeof actions.skipWrite]).toEqual(['boolean', 'boolean']);
    }),
    runs,
  );
});

test('a person who reads the fields without care for prototypes gets decisions too', () => {
  const careless = fc.dictionary<string>(name, text);
  fc.assert(
    fc.property(careless, careless, settings, (asked, held, chosen) => {
      const plain = { ...aStored({ maxAge: 60 }), headers: { 'cache-control': 'max-age=60', ...held } };
      const about = { method: 'GET', url: 'https://api.invalid/x', headers: asked };
      expect(REUSE).toContain(decideReuse(about, plain, chosen, now).kind);
      const exchange = { request: about, stored: plain, settings: chosen, validating: true };
      const times = { requestedAt: now, receivedAt: now };
      expect(STORE).toContain(decideStoring(exchange, { status: 200, headers: held }, times).kind);
    }),
    runs,
  );
});

test('§5.2.2.5 nothing with no-store is ever stored, unless the option says to ignore it', () => {
  const spelled = fc.constantFrom(
    'no-store',
    'NO-STORE',
    'no-store=1',
    'no-store;max-age=60',
    'max-age=60 no-store',
    '"no-store"',
    'no-store=""',
    'x="a, no-store',
  );
  const others = fc.array(fc.constantFrom('max-age=60', 'public', 'immutable', 's-maxage=9', 'x="no-store"', ''), {
    maxLength: 3,
  });
  const cc = fc.tuple(others, spelled, others).map(([before, word, after]) => [...before, ...after, word].join(', '));
  fc.assert(
    fc.property(
      request,
      stored,
      settings,
      answer,
      cc,
      fc.boolean(),
      (asked, held, chosen, { headers: rest, status: of }, value, validating) => {
        fc.pre(chosen.cacheControl !== 'ignore' && typeof chosen.shared === 'boolean');
        const said = toFields({ ...rest, 'cache-control': value });
        const exchange = { request: asked, stored: held, settings: chosen, validating };
        const decision = decideStoring(exchange, { status: of, headers: said }, { requestedAt: now, receivedAt: now });
        expect(decision.kind).not.toBe('store');
        if (decision.kind === 'freshen') expect(decision.notStored).toBeDefined();
      },
    ),
    runs,
  );
});

test('§5.2.2.7 a shared cache never stores what is private', () => {
  const spelled = fc.constantFrom(
    'private',
    'PRIVATE',
    'private=""',
    'private="set-cookie"',
    'private="x',
    'private=1',
    'public;private',
  );
  fc.assert(
    fc.property(
      request,
      stored,
      settings,
      answer,
      spelled,
      text,
      (asked, held, chosen, { headers: rest, status: of }, word, more) => {
        const value = `${more.replaceAll(/["\\]/g, '')}, max-age=60, public, ${word}`;
        const exchange = { request: asked, stored: held, settings: { ...chosen, shared: true }, validating: true };
        const said = toFields({ ...rest, 'cache-control': value });
        const decision = decideStoring(exchange, { status: of, headers: said }, { requestedAt: now, receivedAt: now });
        expect(decision.kind).not.toBe('store');
        if (decision.kind === 'freshen') expect(decision.notStored).toBeDefined();
      },
    ),
    runs,
  );
});

test('§4 what was just stored is served to the same request, unless something is asked of the origin', () => {
  fc.assert(
    fc.property(headers, settings, (said, chosen) => {
      const asked = { method: 'GET', url: 'https://api.invalid/x', headers: toFields({}) };
      const times = { requestedAt: now, receivedAt: now };
      const decision = decideStoring(
        { request: asked, stored: undefined, settings: chosen, validating: false },
        { status: 200, headers: said },
        times,
      );
      if (decision.kind !== 'store') return;
      const reuse = decideReuse(asked, decision.response, chosen, now);
      const isForwarded =
        reuse.kind === 'revalidate' ||
        (reuse.kind === 'fetch' && reuse.rule !== 'no-entry' && reuse.rule !== 'vary-mismatch');
      expect(isForwarded || reuse.kind.startsWith('serve') || (reuse.kind === 'fail' && chosen.onlyIfCached)).toBe(
        true,
      );
    }),
    runs,
  );
});

test('assertNever names what was not handled', () => {
  expect(() => assertNever({ kind: 'new' } as never)).toThrow('unhandled case: {"kind":"new"}');
});

test('the public names of the policy', () => {
  const names = Object.entries<unknown>(policy).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  expect(names.sort()).toEqual([
    ...[
      'CacheActions',
      'CacheDirectives',
      'DEFAULT_CREDENTIAL_HEADERS',
      'DEFAULT_IGNORED_PARAMETERS',
      'DEFAULT_SETTINGS',
    ],
    ...['DO_NOT_CACHE', 'EXPIRE_IMMEDIATELY', 'FORWARDED_BECAUSE', 'NEVER_EXPIRE', 'NOT_STORED_BECAUSE', 'REDACTED'],
    ...['SERVED_BECAUSE', 'completeSettings', 'createKey', 'credentialPartition', 'currentAge', 'decideHead'],
    ...['decideOnFailure', 'decideReuse', 'decideStoring', 'effectiveMethod', 'evaluateConditions', 'expiresAt'],
    ...[
      'formatHttpDate',
      'freshnessLifetime',
      'hasValidator',
      'invalidatedUrls',
      'isExpiration',
      'isUnsafe',
      'keepFor',
    ],
    ...['matchUrl', 'normalizeUrl', 'parseCacheControl', 'parseExpiration', 'parseHttpDate', 'readRange', 'readVary'],
    ...[
      'redactBody',
      'redactFields',
      'redactUrl',
      'resolveExpireAfter',
      'secretNames',
      'staleness',
      'toFields',
      'urlTag',
    ],
    ...['validationHeadersFor', 'variantKey', 'varyMismatch'],
  ]);
});
