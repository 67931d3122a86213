/** What a fleet meets rarely: lost epochs, late answers after `clear()`, read-only services, leases of somebody's own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { redisStore } from 'axios-http-cache/redis';
import type { CacheOptions, Lease } from 'axios-http-cache';
import { command } from '../helpers/redis-fleet.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { useBench } from './bench.js';
import type { Client } from './bench.js';

jest.setTimeout(60_000);

const PATIENT = { timeout: 3_000, budget: 10_000 };
const FRESH = { 'cache-control': 'max-age=60' };
const bench = useBench('http');
let redis: RedisServer;

beforeEach(async () => {
  redis = await startRedis();
});
afterEach(() => redis.stop());

function service(options: CacheOptions = {}): Client {
  return bench.client({ store: redisStore(redis.url), storage: PATIENT, ...options });
}

async function stored(api: Client): Promise<void> {
  while (api.cache.stats().store.pendingWrites > 0) await sleep(5);
}

async function reached(count: number): Promise<void> {
  while (bench.origin.hits < count) await sleep(2);
}

const keys = async (pattern: string): Promise<string[]> => (await command(redis.url, 'KEYS', pattern)) as string[];

test('promise 6: an epoch that was evicted takes what lay under it along, for all users', async () => {
  let version = 1;
  bench.origin.reply('/e', (req, res) => {
    if (req.method === 'POST') version += 1;
    res.writeHead(200, FRESH).end(`${String(version)} ${String(req.headers.authorization)}`);
  });
  const [one, other] = [service(), service()];
  const get = async (api: Client, user: string): Promise<string> =>
    String((await api.get('/e', { headers: { Authorization: user } })).data);
  for (const user of ['alice', 'bob']) await get(one, user);
  await stored(one);
  await other.post('/e');
  for (const name of await keys('*epoch')) await command(redis.url, 'DEL', name);
  for (const user of ['alice', 'bob']) expect(await get(one, user)).toBe(`2 ${user}`);
});

test('promise 6: clear(), a new answer, then one that was asked for before: the new one stays', async () => {
  let version = 1;
  bench.origin.reply('/c', async (req, res) => {
    const now = version;
    if (req.headers['x-delay'] !== undefined) await sleep(400);
    res.writeHead(200, FRESH).end(`v${String(now)}`);
  });
  const [one, other, third] = [service(), service(), service()];
  await one.get('/c');
  await stored(one);
  const late = other.get('/c', { headers: { 'x-delay': '1' }, cache: { forceRefresh: true } });
  await reached(2);
  version = 2;
  await one.cache.clear();
  expect((await one.get('/c')).data).toBe('v2');
  expect((await late).data).toBe('v1');
  await stored(other);
  expect((await third.get('/c')).data).toBe('v2');
});

test('G9 of variants, too, the one asked for last stays', async () => {
  let version = 0;
  bench.origin.reply('/v', async (req, res) => {
    version += 1;
    const now = version;
    if (req.headers['x-delay'] !== undefined) await sleep(600);
    res.writeHead(200, { ...FRESH, vary: 'Accept-Language' }).end(`v${String(now)}`);
  });
  const services = [service(), service(), service(), service()] as const;
  const headers = { 'Accept-Language': 'de' };
  const slow = services[0].get('/v', { headers: { ...headers, 'x-delay': '1' } });
  await reached(1);
  for (const api of services.slice(1, 3)) {
    await api.get('/v', { headers, cache: { forceRefresh: true } });
    await stored(api);
  }
  expect((await slow).data).toBe('v1');
  await stored(services[0]);
  expect((await services[3].get('/v', { headers })).data).toBe('v3');
});

test('a service that only reads makes nobody go by itself', async () => {
  bench.origin.reply('/r', { headers: FRESH, body: 'r', delayMs: 150 });
  const readers = [service({ readOnly: true })];
  const writers = [service(), service(), service()];
  const reading = readers.map((api) => api.get('/r'));
  await reached(1);
  await Promise.all(writers.map((api) => api.get('/r')));
  await Promise.all(reading);
  expect(bench.origin.hits).toBe(2);
});

test('a Redis without room says so, and writes are left alone', async () => {
  bench.origin.reply('/full', (req, res) => res.writeHead(200, FRESH).end(String(req.url)));
  const api = service();
  await api.get('/full?kept');
  await stored(api);
  await command(redis.url, 'CONFIG', 'SET', 'maxmemory', '1');
  for (let n = 0; n < 8; n += 1) {
    expect((await api.get(`/full?${String(n)}`)).data).toBe(`/full?${String(n)}`);
    await stored(api);
  }
  expect(bench.events.filter(({ type }) => type === 'degraded')).toMatchObject([{ breaker: 'write' }]);
  expect(api.cache.stats().store.droppedWrites).toBeGreaterThan(0);
  expect((await api.get('/full?kept')).cache.status).toBe('hit');
});

describe('a lease of somebody’s own that does not keep to its words', () => {
  const held = { won: false, fence: 1, because: 'held', retryAfter: 0 } as const;
  const sound: Lease = {
    acquire: () => Promise.resolve(held),
    renew: () => Promise.resolve(true),
    commit: () => Promise.resolve({ kind: 'refused' }),
    wait: () => Promise.resolve('timeout'),
  };
  test.each<[string, Partial<Record<keyof Lease, unknown>>]>([
    ['acquires nothing', { acquire: () => Promise.resolve(undefined) }],
    ['throws when it acquires', { acquire: () => { throw new Error('boom'); } }], // prettier-ignore
    ['never tells', { wait: () => new Promise(() => undefined) }],
    ['throws when it waits', { wait: () => { throw new Error('boom'); } }], // prettier-ignore
    ['tells nonsense', { wait: () => Promise.resolve('nonsense') }],
    ['tells of nothing at once', {}],
    ['never commits', { acquire: () => Promise.resolve({ won: true, token: 't', fence: 2 }), commit: () => new Promise(() => undefined) }], // prettier-ignore
  ])('%s: the request goes to the origin', async (_what, odd) => {
    bench.origin.reply('/own', { headers: FRESH, body: 'own' });
    let waits = 0;
    const lease = { ...sound, ...odd } as Lease;
    const counted: Lease = {
      ...lease,
      wait: (...given) => {
        waits += 1;
        return lease.wait(...given);
      },
    };
    const storage = { lease: counted, waitTimeout: 300, timeout: 100 };
    const api = bench.client({ store: new Map(), storage });
    const start = performance.now();
    expect((await api.get('/own')).data).toBe('own');
    expect(performance.now() - start).toBeLessThan(3 * 500);
    expect(waits).toBeLessThan(40);
  });
});

test('T92 a clock that throws is an event, and no request’s error', async () => {
  bench.origin.reply('/clock', { headers: FRESH, body: 'tick' });
  const api = bench.client({
    clock: () => {
      throw new Error('stopped');
    },
  });
  expect((await api.get('/clock')).data).toBe('tick');
  expect((await api.get('/clock')).cache.status).toBe('hit');
  expect(bench.events.some(({ type, operation }) => type === 'error' && operation === 'clock')).toBe(true);
});
