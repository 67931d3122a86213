/** What is no call: an error with a sentence, at once. */
import axios from 'axios';
import { CacheConfigurationError } from 'axios-http-cache';
import { redisStore } from 'axios-http-cache/redis';
import { useBench } from '../exchange/bench.js';

const bench = useBench('http');

test.each([undefined, null, 5])('has and get do not look for %p', async (query) => {
  const { cache } = bench.client();
  await expect(cache.has(query as never)).rejects.toThrow(CacheConfigurationError);
  await expect(cache.get(query as never)).rejects.toThrow('a URL, a key, or an object with key, url or request');
});

test('disable, on, use and redisStore say what they take', async () => {
  const { cache } = bench.client();
  await expect(cache.disable(undefined as never)).rejects.toThrow('"disable": got undefined, takes a function');
  expect(() => cache.on('hit', undefined as never)).toThrow('"on": got undefined, takes a function');
  expect(() => axios.create().use(undefined as never)).toThrow('such as cachePlugin() returns');
  expect(() => redisStore({ url: 5 as never })).toThrow('"redisStore.url": got 5');
});
