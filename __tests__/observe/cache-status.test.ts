/** RFC 9211 §2: the members and parameters of Cache-Status, as structured fields (RFC 8941). */
import { appendCacheStatus, cacheStatus } from '../../lib/observe/cache-status.js';
import { createInfo } from '../../lib/observe/info.js';
import type { InfoFacts } from '../../lib/observe/info.js';
import { fresh, until, useBench } from '../exchange/bench.js';
import { aStored, given, now } from '../policy/given.js';

const settings = given();
const of = (facts: InfoFacts, withKey?: boolean): string =>
  cacheStatus(facts, createInfo(facts, settings, now), now, withKey);
const served = { fromCache: true, response: aStored({ age: 20, maxAge: 60 }) };
const stale = { fromCache: true, response: aStored({ age: 90, maxAge: 60 }) };
const miss = { status: 'miss', fromCache: false, forwardStatus: 200 } as const;
const uriMiss = { because: 'uri-miss', rule: 'no-entry' } as const;

test.each<[string, InfoFacts, string]>([
  ['a hit', { ...served, status: 'hit', served: 'fresh' }, 'hit; ttl=40'],
  ['an immutable hit', { ...served, status: 'hit', served: 'immutable' }, 'hit; ttl=40; detail=immutable'],
  [
    'a stale hit has a negative ttl',
    { ...stale, status: 'stale', served: 'max-stale' },
    'hit; ttl=-30; detail=max-stale',
  ],
  [
    'what never expires has no ttl',
    {
      fromCache: true,
      status: 'hit',
      served: 'never-expires',
      response: aStored({ assigned: { expiresAt: null, outranksOrigin: true } }),
    },
    'hit; detail=never-expires',
  ],
  [
    'a miss that is stored',
    { ...miss, forwarded: uriMiss, stored: true, response: served.response },
    'fwd=uri-miss; fwd-status=200; ttl=40; stored',
  ],
  [
    'a miss that is not',
    { ...miss, forwarded: uriMiss, notStored: 'no-store' },
    'fwd=uri-miss; fwd-status=200; detail=no-store',
  ],
  [
    'a shared miss',
    { ...miss, forwarded: uriMiss, collapsed: true, stored: true },
    'fwd=uri-miss; fwd-status=200; stored; collapsed',
  ],
  [
    'a confirmed one',
    {
      ...served,
      status: 'revalidated',
      forwarded: { because: 'stale', rule: 'stale' },
      forwardStatus: 304,
      revalidated: true,
      stored: true,
    },
    'fwd=stale; fwd-status=304; ttl=40; stored',
  ],
  [
    'stale on an error of the origin',
    {
      ...stale,
      status: 'stale',
      served: 'stale-if-error',
      forwarded: { because: 'stale', rule: 'stale' },
      forwardStatus: 503,
    },
    'fwd=stale; fwd-status=503; ttl=-30',
  ],
  [
    'no answer of the origin at all',
    { ...stale, status: 'stale', served: 'stale-if-error', forwarded: { because: 'request', rule: 'refresh' } },
    'fwd=request; ttl=-30; detail=refresh',
  ],
  [
    'another variant',
    { ...miss, forwarded: { because: 'vary-miss', rule: 'vary-mismatch' } },
    'fwd=vary-miss; fwd-status=200',
  ],
  [
    'a method',
    { status: 'bypass', fromCache: false, forwarded: { because: 'method', rule: 'method' }, forwardStatus: 201 },
    'fwd=method; fwd-status=201',
  ],
  [
    'switched off',
    { status: 'bypass', fromCache: false, forwarded: { because: 'bypass', rule: 'disabled' } },
    'fwd=bypass',
  ],
  ['neither a hit nor forwarded: 504', { status: 'miss', fromCache: false, failed504: true }, 'detail=only-if-cached'],
])('%s', (_claim, facts, expected) => {
  const field = of(facts);
  expect(field).toBe(`axios-http-cache; ${expected}`);
  // RFC 8941 §3.3: tokens and integers only.
  for (const parameter of field.split('; ').slice(1))
    expect(parameter).toMatch(/^[a-z-]+(=(-?\d{1,15}|[a-z][a-z\d-]*))?$/);
});

test('§2.7 the key is left out unless it is asked for', () => {
  const facts: InfoFacts = { ...served, status: 'hit', served: 'fresh', key: '{a}b' };
  expect(of(facts)).not.toContain('key');
  expect(of(facts, true)).toBe('axios-http-cache; hit; ttl=40; key="{a}b"');
});

test('§2 our member comes last, behind those of caches nearer to the origin', () => {
  expect(appendCacheStatus(undefined, 'us; hit')).toBe('us; hit');
  expect(appendCacheStatus('', 'us; hit')).toBe('us; hit');
  expect(appendCacheStatus('edge; fwd=stale', 'us; hit')).toBe('edge; fwd=stale, us; hit');
});

describe('the option cacheStatus', () => {
  const bench = useBench('http');
  const field = async (cacheStatus?: boolean | 'key'): Promise<unknown[]> => {
    bench.origin.reply('/a', { headers: fresh({ 'cache-status': 'edge; hit' }), body: 'a' });
    const api = bench.client({ ...(cacheStatus !== undefined && { cacheStatus }) });
    const responses = [await api.get('/a'), await api.get('/a'), await api.post('/a')];
    return responses.map(({ headers }): unknown => headers['cache-status']);
  };

  test('true, false and key', async () => {
    expect(await field()).toEqual([
      expect.stringMatching(/^edge; hit, axios-http-cache; fwd=uri-miss; fwd-status=200; ttl=\d+; stored$/),
      expect.stringMatching(/^edge; hit, axios-http-cache; hit; ttl=\d+$/),
      'edge; hit, axios-http-cache; fwd=method; fwd-status=200',
    ]);
    expect(await field(false)).toEqual(['edge; hit', 'edge; hit', 'edge; hit']);
    const [, hit] = await field('key');
    expect(hit).toMatch(/^edge; hit, axios-http-cache; hit; ttl=\d+; key="\{[\w-]{22}\}[\w-]{43}"$/);
    expect(() => bench.plugin({ cacheStatus: 'yes' as never })).toThrow("takes true, false or 'key'");
  });

  test('collapsed is said of who shared', async () => {
    bench.origin.reply('/a', { headers: fresh(), body: 'a', delayMs: 50 });
    const api = bench.client();
    const one = api.get('/a');
    await until(() => bench.origin.hits === 1);
    const [first, second] = await Promise.all([one, api.get('/a')]);
    expect(first.headers['cache-status']).not.toContain('collapsed');
    expect(second.headers['cache-status']).toMatch(/fwd=uri-miss; fwd-status=200; ttl=\d+; stored; collapsed$/);
  });
});
