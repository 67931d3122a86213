/** Issue 2 "Done when": `/core` installs by `cachePlugin()(instance)` and changes nothing on import. */
import axios from 'axios';
import * as core from 'axios-http-cache/core';
import { startOrigin } from '../helpers/origin.js';

type WithUse = { use?: unknown };

test('importing it adds no `use`, neither to axios nor to its instances', () => {
  expect((axios as WithUse).use).toBeUndefined();
  expect((axios.create() as WithUse).use).toBeUndefined();
  expect(Object.hasOwn(axios, 'cache')).toBe(false);
  expect(axios.interceptors.request).toMatchObject({ handlers: [] });
});

test('cachePlugin()(instance) caches', async () => {
  const origin = await startOrigin({ '/a': { headers: { 'cache-control': 'max-age=60' }, body: { a: 1 } } });
  const api = core.cachePlugin()(axios.create({ baseURL: origin.url }));
  try {
    expect((await api.get('/a')).cache.status).toBe('miss');
    expect((await api.get('/a')).cache.status).toBe('hit');
    expect(origin.hits).toBe(1);
  } finally {
    await api.cache.close();
    await origin.close();
  }
});

test('has the names of the main entry', () => {
  expect(Object.keys(core).sort()).toEqual(['CacheConfigurationError', 'cachePlugin']);
});
