/** DESIGN 2: `stats()`: what became of requests, octets, time saved, what is under way, the store. */
import { createCounter } from '../../lib/observe/stats.js';
import { createInfo } from '../../lib/observe/info.js';
import type { InfoFacts } from '../../lib/observe/info.js';
import { fresh, until, useBench } from '../exchange/bench.js';
import { given } from '../policy/given.js';

const bench = useBench('http');

test('counts, octets, ratio and the time that the origin did not have to spend', async () => {
  bench.origin.reply('/a', { headers: fresh(), body: '12345', delayMs: 40 });
  bench.origin.reply('/no', { headers: { 'cache-control': 'no-store' }, body: '123' });
  const api = bench.client();
  const [first, second] = [api.get('/a'), until(() => bench.origin.hits === 1).then(() => api.get('/a'))];
  await Promise.all([first, second]);
  await api.get('/a');
  await api.get('/a');
  await api.get('/no');
  await api.get('/no', { cache: false });
  const stats = api.cache.stats();
  expect(stats).toMatchObject({
    hit: 2,
    miss: 3,
    bypass: 1,
    requests: 6,
    hitRatio: 2 / 5,
    stored: 1,
    collapsed: 1,
    notStored: { 'no-store': 1 },
    reasons: { 'uri-miss': 3, fresh: 2, bypass: 1 },
    bytesFromCache: 10,
    bytesFromOrigin: 13,
    flights: 0,
    refreshes: 0,
    coalescing: 'process',
    store: { reading: 'closed', writing: 'closed', pendingWrites: 0, droppedWrites: 0, entries: 1 },
  });
  expect(stats.originTimeSavedMs).toBeGreaterThanOrEqual(60);
  expect(stats.store.bytes).toBeGreaterThan(5);
});

test('what is under way shows while it is', async () => {
  bench.origin.reply('/a', { headers: fresh(), body: 'a', delayMs: 50 });
  const api = bench.client();
  const request = api.get('/a');
  await until(() => bench.origin.hits === 1);
  expect(api.cache.stats().flights).toBe(1);
  await request;
  expect(api.cache.stats().flights).toBe(0);
});

test('reset starts anew, after it was read; the entries stay', async () => {
  bench.origin.reply('/a', { headers: fresh(), body: 'a' });
  const api = bench.client();
  expect(api.cache.stats()).toMatchObject({ requests: 0, hitRatio: 0 });
  await api.get('/a');
  expect(api.cache.stats({ reset: true })).toMatchObject({ miss: 1, stored: 1, bytesFromOrigin: 1 });
  expect(api.cache.stats()).toMatchObject({
    miss: 0,
    requests: 0,
    reasons: {},
    bytesFromOrigin: 0,
    store: { entries: 1 },
  });
  await api.get('/a');
  expect(api.cache.stats({ reset: false })).toMatchObject({ hit: 1, hitRatio: 1 });
});

test('instances of one plugin share their figures', async () => {
  bench.origin.reply('/a', { headers: fresh(), body: 'a' });
  const plugin = bench.plugin();
  const [one, other] = [bench.over(plugin), bench.over(plugin)];
  await one.get('/a');
  await other.get('/a');
  expect(one.cache.stats()).toEqual(other.cache.stats());
  expect(one.cache.stats()).toMatchObject({ hit: 1, miss: 1 });
});

test('the hint names the most frequent reason, once, and never where anything was of use', () => {
  const info = (facts: Partial<InfoFacts> = {}) =>
    createInfo({ status: 'miss', fromCache: false, ...facts }, given(), 0);
  const counter = createCounter();
  const hints = Array.from({ length: 250 }, (_, at) =>
    counter.count(info(), at % 3 === 0 ? 'no-store' : 'private', undefined),
  );
  expect(hints.filter((hint) => hint !== undefined)).toEqual(['private']);
  expect(hints[99]).toBe('private');
  const useful = createCounter();
  useful.count(info({ stored: true }), undefined, undefined);
  expect(
    Array.from({ length: 150 }, () => useful.count(info(), 'no-store', undefined)).every((hint) => hint === undefined),
  ).toBe(true);
});
