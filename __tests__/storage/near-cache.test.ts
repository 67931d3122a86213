/** The near cache: answers of Redis that are kept in the process, for as long as Redis says nothing else. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import { redisStore } from 'axios-http-cache/redis';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { useBench } from '../exchange/bench.js';
import { command } from '../helpers/redis-fleet.js';

const bench = useBench('http');
const storage = { timeout: 3_000, budget: 10_000 };
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

async function reads(): Promise<number> {
  const stats = String(await command(redis.url, 'INFO', 'commandstats'));
  return Number(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

test('a hit costs no round trip; what another service does is seen at once', async () => {
  bench.origin.reply('/n', (req, res, n) =>
    res.writeHead(200, { 'cache-control': 'max-age=60' }).end(req.method === 'GET' ? `answer ${String(n)}` : ''),
  );
  const near = bench.client({ store: redisStore(redis.url, { nearCache: { maxAge: 60_000 } }), storage });
  const other = bench.client({ store: redisStore(redis.url), storage });
  await other.get('/n');
  while (other.cache.stats().store.pendingWrites > 0) await sleep(5);
  expect((await near.get('/n')).data).toBe('answer 1');
  const before = await reads();
  for (let n = 0; n < 20; n += 1) expect((await near.get('/n')).cache.status).toBe('hit');
  expect(await reads()).toBe(before);
  await other.post('/n');
  await sleep(100);
  const { cache, data } = await near.get('/n');
  expect([cache.status, data]).toEqual(['miss', 'answer 3']);
  expect((await other.get('/n')).data).toBe('answer 3');
});

test('it works in one service alone: misses, hits, deletions, a Redis that goes away and comes back', async () => {
  bench.origin.reply('/m', (_req, res, n) =>
    res.writeHead(200, { 'cache-control': 'max-age=60' }).end(`m ${String(n)}`),
  );
  const near = bench.client({ store: redisStore(redis.url, { nearCache: true }) });
  const settled = async (): Promise<void> => {
    while (near.cache.stats().store.pendingWrites > 0) await sleep(5);
  };
  expect((await near.get('/m')).cache.status).toBe('miss');
  await settled();
  expect((await near.get('/m')).cache.status).toBe('hit');
  await near.cache.delete({ urls: ['/m'] });
  expect((await near.get('/m')).data).toBe('m 2');
  await settled();
  await redis.restart();
  const start = performance.now();
  while ((await near.get('/m')).cache.status !== 'hit') {
    expect(performance.now() - start).toBeLessThan(3 * 2_500);
    await sleep(50);
  }
});

test('wrong settings are errors with a sentence', () => {
  const wrong =
    (settings: unknown, connect: unknown = redis.url) =>
    () =>
      redisStore(connect as string, settings as object);
  expect(wrong({ nearcache: true })).toThrow('"redisStore.nearcache"');
  expect(wrong({ nearCache: { maxAge: 0 } })).toThrow('"redisStore.nearCache"');
  expect(wrong({ nearCache: 5 })).toThrow('maxEntries');
  expect(wrong(5)).toThrow('an object with nearCache');
  expect(wrong({ nearCache: true }, createClient({ url: redis.url }))).toThrow('clientSideCache');
  expect(wrong({ nearCache: false }, createClient({ url: redis.url }))).not.toThrow();
});
