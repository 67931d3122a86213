/** DESIGN 2: every event, what each tells, who hears it, and what it costs where nobody does. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheEvent } from 'axios-http-cache';
import { createEvents, EVENT_TYPES } from '../../lib/observe/events.js';
import { fresh, outcome, until, useBench } from '../exchange/bench.js';
import { startRedis } from '../helpers/redis-server.js';

const bench = useBench('http');
const types = (): string[] => bench.events.map(({ type }) => type);
const last = (type: CacheEvent['type']): CacheEvent | undefined =>
  [...bench.events].reverse().find((event) => event.type === type);

test('each request tells what became of it, and what of its answer', async () => {
  bench.origin.reply('/a', { headers: fresh({ etag: '"1"' }), body: 'four' });
  bench.origin.reply('/private', { headers: { 'cache-control': 'no-store' }, body: 'x' });
  const api = bench.client();
  const { cache } = await api.get('/a?access_token=s3cr3t');
  await api.get('/a?access_token=s3cr3t');
  await api.get('/private');
  await api.post('/a', {});
  expect(types()).toEqual(['miss', 'stored', 'hit', 'miss', 'not-stored', 'invalidated', 'bypass']);
  const url = `${bench.origin.url}/a?access_token=REDACTED`;
  const of = { url, method: 'GET', status: 200, bytes: 4, collapsed: false, key: cache.key };
  expect(bench.events[0]).toMatchObject({ ...of, type: 'miss', reason: 'uri-miss' });
  expect(bench.events[1]).toMatchObject({ ...of, type: 'stored', reason: 'uri-miss' });
  expect(bench.events[2]).toMatchObject({ ...of, type: 'hit', reason: 'fresh' });
  expect(bench.events[4]).toMatchObject({ type: 'not-stored', reason: 'no-store', url: `${bench.origin.url}/private` });
  expect(bench.events[6]).toMatchObject({ type: 'bypass', method: 'POST', reason: 'method', status: 200 });
  for (const { at } of bench.events) expect(Math.abs(at - Date.now())).toBeLessThan(30_000);
  for (const event of bench.events) if ('durationMs' in event) expect(event.durationMs).toBeGreaterThanOrEqual(0);
  expect(JSON.stringify(bench.events)).not.toContain('s3cr3t');
});

test('refreshed names what was served stale, also a variant and what is for all', async () => {
  const headers = { vary: 'Accept-Language', 'cache-control': 'public, max-age=1, stale-while-revalidate=60' };
  bench.origin.reply('/v', { headers, body: 'v' });
  const api = bench.client();
  const config = { headers: { 'Accept-Language': 'fr', Authorization: 'Bearer alice' } };
  await api.get('/v', config);
  bench.advance(5);
  const { cache } = await api.get('/v', config);
  expect(cache.status).toBe('stale');
  await until(() => bench.heard('refreshed') === 1);
  expect(last('refreshed')).toMatchObject({ key: cache.key });
});

test('stale, revalidated, refreshed, refresh-failed', async () => {
  let fails = false;
  bench.origin.reply('/a', (req, res) => {
    const known = req.headers['if-none-match'] === '"1"';
    const headers = { 'cache-control': 'max-age=60, stale-while-revalidate=60', etag: '"1"', date: bench.date() };
    res.writeHead(fails ? 500 : known ? 304 : 200, fails ? {} : headers).end(known || fails ? undefined : 'a');
  });
  const api = bench.client();
  await api.get('/a');
  bench.advance(90);
  await api.get('/a');
  await until(() => bench.heard('refreshed') === 1);
  expect(last('refreshed')).toMatchObject({ url: `${bench.origin.url}/a`, key: expect.any(String) });
  bench.advance(600);
  await api.get('/a');
  expect(last('revalidated')).toMatchObject({ reason: 'stale', status: 200 });
  fails = true;
  bench.advance(90);
  await api.get('/a');
  expect(last('stale')).toMatchObject({ reason: 'stale-while-revalidate' });
  await until(() => bench.heard('refresh-failed') === 1);
  expect(last('refresh-failed')).toMatchObject({ url: `${bench.origin.url}/a`, key: expect.any(String) });
});

test('evicted, corrupt, error, never-stores', async () => {
  for (const path of ['/a', '/b']) bench.origin.reply(path, { headers: fresh(), body: path });
  const small = bench.client({ maxEntries: 1 });
  await small.get('/a');
  await small.get('/b');
  expect(last('evicted')).toMatchObject({ cause: 'size', url: `${bench.origin.url}/a`, key: expect.any(String) });
  const map = new Map<string, unknown>();
  const api = bench.client({
    store: map,
    filterFn: () => {
      throw new Error('mine');
    },
  });
  await api.get('/a');
  expect(last('error')).toMatchObject({ operation: 'filterFn', cause: new Error('mine') });
  const other = bench.client({ store: map });
  await other.get('/a');
  await until(() => map.size === 1);
  for (const name of map.keys()) map.set(name, 'odd');
  await other.get('/a');
  expect(last('corrupt')).toMatchObject({ key: expect.any(String), cause: 'incomplete' });
  const never = bench.client();
  bench.origin.reply('/n', { headers: { 'cache-control': 'no-store' }, body: 'n' });
  for (let at = 0; at < 120; at += 1) await never.get('/n');
  expect(bench.heard('never-stores')).toBe(1);
  expect(last('never-stores')).toMatchObject({ reason: 'no-store' });
});

test('degraded and recovered, each once, with breaker and cause', async () => {
  const redis = await startRedis();
  try {
    const { redisStore } = await import('axios-http-cache/redis');
    const api = bench.client({ store: redisStore(redis.url), storage: { breaker: { failures: 1, probeEvery: 100 } } });
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
    await until(async () => (await api.get('/a')).cache.status === 'hit');
    await redis.kill();
    await until(async () => {
      await api.get('/a');
      return bench.heard('degraded') > 0;
    });
    expect(last('degraded')).toMatchObject({ breaker: 'read', cause: expect.anything() });
    expect(api.cache.stats().store.reading).not.toBe('closed');
    await redis.restart();
    await until(() => bench.heard('recovered') > 0);
    expect(last('recovered')).toMatchObject({ breaker: 'read' });
    await until(() => api.cache.stats().store.reading === 'closed');
  } finally {
    await redis.stop();
  }
});

test('on, off, onEvent; a listener that throws or rejects harms nobody', async () => {
  bench.origin.reply('/a', { headers: fresh(), body: 'a' });
  const api = bench.client();
  const heard: string[] = [];
  const listener = ({ type }: CacheEvent): void => void heard.push(type);
  const stop = api.cache.onEvent(({ type }) => void heard.push(`any ${type}`));
  api.cache.on('hit', listener);
  api.cache.on('hit', () => {
    throw new Error('mine');
  });
  api.cache.on('hit', () => Promise.reject(new Error('mine')));
  await api.get('/a');
  expect((await api.get('/a')).cache.status).toBe('hit');
  expect(heard).toEqual(['any miss', 'any stored', 'hit', 'any hit']);
  api.cache.off('hit', listener);
  stop();
  await api.get('/a');
  await sleep(1);
  expect(heard).toHaveLength(4);
});

test('an error of the origin is told without its request', async () => {
  const api = bench.client({ staleWhileRevalidate: true });
  bench.origin.reply('/a', { headers: fresh({ 'cache-control': 'max-age=1' }), body: 'a' });
  const config = { headers: { Authorization: 'Bearer s3cr3t' } };
  await api.get('/a', config);
  bench.advance(90);
  await bench.origin.close();
  await outcome(api.get('/a', config));
  await until(() => bench.heard('refresh-failed') === 1);
  expect(last('refresh-failed')).toMatchObject({ cause: { code: expect.any(String), message: expect.any(String) } });
  expect(JSON.stringify(bench.events)).not.toContain('s3cr3t');
});

test('node:diagnostics_channel has them all', async () => {
  bench.origin.reply('/a', { headers: fresh(), body: 'a' });
  const api = bench.client({ onEvent: () => undefined });
  const published: unknown[] = [];
  const listener = (message: unknown): void => void published.push(message);
  subscribe('axios-http-cache', listener);
  await api.get('/a');
  unsubscribe('axios-http-cache', listener);
  await api.get('/a');
  expect(published).toMatchObject([{ type: 'miss', url: `${bench.origin.url}/a` }, { type: 'stored' }]);
});

test('where nobody listens, nothing is made: no clock is read, no detail asked for', () => {
  const clock = jest.fn(() => 5);
  const detail = jest.fn(() => ({ url: 'x' }));
  const events = createEvents(clock);
  for (const type of EVENT_TYPES) events.emit(type, detail);
  const listener = jest.fn();
  events.on('hit', listener);
  events.emit('miss', detail);
  expect(detail).not.toHaveBeenCalled();
  expect(clock).not.toHaveBeenCalled();
  events.emit('hit', detail);
  expect(listener).toHaveBeenCalledWith({ type: 'hit', at: 5, url: 'x' });
  events.off('hit', listener);
  events.off('hit', listener);
  events.emit('hit', detail);
  expect(detail).toHaveBeenCalledTimes(1);
});
