/** DESIGN 3.2; issue 2 "Done when": a Redis that is down, hangs or comes back does not fail or hang a request. */
import { setTimeout as sleep } from 'node:timers/promises';
import { redisStore } from 'axios-http-cache/redis';
import { ADAPTERS, fresh, times, until, useBench } from '../exchange/bench.js';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';

jest.setTimeout(60_000);

describe.each(ADAPTERS)('over %s', (adapter) => {
  const bench = useBench(adapter);
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    if (redis.pid === undefined) await redis.restart();
    bench.origin.reply('/a', { headers: fresh(), body: 'a' });
  });

  const client = () => bench.client({ store: redisStore(redis.url) });
  type Api = ReturnType<typeof client>;
  const seconds = async (action: () => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    await action();
    return (performance.now() - startedAt) / 1_000;
  };
  // The first requests may come before the connection stands: they are misses, and nobody waits for them.
  const warmUp = async (api: Api): Promise<void> => {
    await until(async () => (await api.get('/a')).cache.status === 'hit');
  };
  const requestsSucceed = async (api: Api): Promise<void> => {
    const answers = await Promise.all(times(20, () => api.get('/a')));
    expect(answers.every(({ data }) => data === 'a')).toBe(true);
  };

  test('down from the start: requests succeed, and one event per side tells of it', async () => {
    await redis.kill();
    const api = client();
    expect(await seconds(() => requestsSucceed(api))).toBeLessThan(2);
    for (let round = 0; round < 5; round += 1) await api.get('/a');
    await until(() => bench.heard('degraded') >= 1);
    expect(bench.heard('degraded')).toBeLessThanOrEqual(2);
  });

  test('killed while in use: requests succeed at once, and hits come back with it', async () => {
    const api = client();
    await warmUp(api);
    await redis.kill();
    expect(await seconds(() => requestsSucceed(api))).toBeLessThan(2);
    await redis.restart();
    await warmUp(api);
    await requestsSucceed(api);
  });

  test('hanging: requests succeed after the budget, then without waiting, and hits come back', async () => {
    const api = client();
    await warmUp(api);
    redis.pause();
    try {
      expect(await seconds(() => requestsSucceed(api))).toBeLessThan(2);
      for (let round = 0; round < 5; round += 1) await api.get('/a');
      // The breaker is open: twenty requests in a row no longer wait for the store.
      const quick = await seconds(async () => {
        for (let round = 0; round < 20; round += 1) await api.get('/a');
      });
      expect(quick).toBeLessThan(2);
    } finally {
      redis.resume();
    }
    await warmUp(api);
    expect(bench.heard('degraded')).toBeGreaterThanOrEqual(1);
    await until(() => bench.heard('recovered') >= 1);
  });

  test('unsafe requests succeed while it hangs', async () => {
    const api = client();
    await warmUp(api);
    redis.pause();
    try {
      expect(await seconds(() => api.post('/a'))).toBeLessThan(2);
      expect((await api.get('/a')).data).toBe('a');
    } finally {
      redis.resume();
    }
  });

  test('T82 a POST while it hangs: the old body is not served afterwards', async () => {
    bench.origin.reply('/t', (_req, res, n) => res.writeHead(200, fresh()).end(`n${String(n)}`));
    const api = client();
    await warmUp(api);
    await api.get('/t');
    await until(async () => (await api.get('/t')).cache.status === 'hit');
    const before = (await api.get('/t')).data as string;
    redis.pause();
    try {
      await api.post('/t');
      await sleep(50);
    } finally {
      redis.resume();
    }
    for (let round = 0; round < 20; round += 1) {
      expect((await api.get('/t')).data).not.toBe(before);
      await sleep(50);
    }
  });

  test('close() ends at once while it is down', async () => {
    const api = client();
    await warmUp(api);
    await redis.kill();
    expect(await seconds(() => api.cache.close())).toBeLessThan(3);
    expect((await api.get('/a')).data).toBe('a');
  });
});
