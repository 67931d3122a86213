/** T46 and RELIABILITY's abort rows where the store is slow: a large body and a slow store hold up nobody. */
import axios from 'axios';

import { cachePlugin } from '../../lib/core.js';
import { redisStore } from '../../lib/redis.js';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';
import { startRedis } from '../helpers/redis-server.js';
import { ADAPTERS } from './bench.js';

const LARGE = 50 * 1024 * 1024;
const headers = { 'cache-control': 'max-age=60', 'content-type': 'application/octet-stream' };

let origin: Origin;
beforeAll(async () => {
  origin = await startOrigin({
    '/large': { headers, body: Buffer.alloc(LARGE, 1) },
    '/small': { headers, body: 'small' },
  });
});
afterAll(async () => origin.close());

test.each(ADAPTERS)('T46 over %s: 50 MB reach the caller and are not stored in Redis', async (adapter) => {
  const redis = await startRedis();
  const api = axios.create({ baseURL: origin.url, adapter }).use(cachePlugin({ store: redisStore(redis.url) }));
  const answers = [];
  for (let round = 0; round < 2; round += 1) answers.push(await api.get('/large', { responseType: 'arraybuffer' }));
  for (const { data, cache } of answers) {
    expect((data as ArrayBuffer).byteLength).toBe(LARGE);
    expect(cache).toMatchObject({ status: 'miss', stored: false });
    expect(cache.explain()).toContain('maxEntryBytes');
  }
  expect(await api.cache.count()).toBe(0);
  await api.cache.close();
  await redis.stop();
});

test.each(ADAPTERS)('§4.4 over %s: an abort while the store is being asked rejects at once', async (adapter) => {
  const never = new Promise<undefined>(() => undefined);
  const store = { get: async () => never, set: async () => never, delete: async () => never };
  const plugin = cachePlugin({ store, storage: { timeout: 1_000, budget: 1_000 } });
  const api = axios.create({ baseURL: origin.url, adapter }).use(plugin);
  const controller = new AbortController();
  const startedAt = performance.now();
  const asked = api.get('/small', { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await expect(asked).rejects.toMatchObject({ code: 'ERR_CANCELED' });
  expect(performance.now() - startedAt).toBeLessThan(800);
  const token = axios.CancelToken.source();
  const other = api.get('/small', { cancelToken: token.token });
  setTimeout(() => token.cancel('enough'), 20);
  await expect(other).rejects.toMatchObject({ message: 'enough' });
  await api.cache.close();
});
