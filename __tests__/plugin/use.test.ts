/** Issue 2 "Done when": `axios.use` on the default export and on what `create` makes. */
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { cachePlugin } from 'axios-http-cache';
import { fresh, useBench } from '../exchange/bench.js';

const bench = useBench();

describe('axios.use', () => {
  test('on the default export: the second get is a hit, and the origin saw one request', async () => {
    bench.origin.reply('/users', { headers: fresh(), body: [1, 2] });
    const cached = axios.use(cachePlugin());
    try {
      const first = await axios.get(`${bench.origin.url}/users`);
      const second = await axios.get(`${bench.origin.url}/users`);
      expect([first.cache.status, second.cache.status]).toEqual(['miss', 'hit']);
      expect(second.data).toEqual([1, 2]);
      expect(bench.origin.hits).toBe(1);
    } finally {
      cached.cache.uninstall();
    }
  });

  test('on axios.create(): with baseURL, also through the callable and the generic request()', async () => {
    bench.origin.reply('/users', { headers: fresh(), body: [1, 2] });
    const api = axios.create({ baseURL: bench.origin.url }).use(cachePlugin());
    await api.get('/users');
    expect((await api('/users')).cache.status).toBe('hit');
    expect((await api({ url: '/users' })).cache.status).toBe('hit');
    expect((await api.request({ url: '/users', method: 'GET' })).cache.status).toBe('hit');
    expect(bench.origin.hits).toBe(1);
  });

  test('returns what the plugin returns, and hands it the callable instance', () => {
    const seen: AxiosInstance[] = [];
    const api = axios.create();
    const returned = api.use((instance) => {
      seen.push(instance);
      return 'anything';
    });
    expect(returned).toBe('anything');
    expect(seen[0]).toBe(api);
    expect(axios.use((instance) => instance)).toBe(axios);
  });

  test('a cache plugin returns the same instance, now with `cache`', () => {
    const api = axios.create();
    const cached = api.use(cachePlugin());
    expect(cached).toBe(api);
    expect(typeof cached.cache.stats).toBe('function');
  });

  test('adds nothing that enumerates', () => {
    const api = axios.create();
    expect(Object.keys(axios)).not.toContain('use');
    expect(Object.keys(api)).not.toContain('use');
    expect(Object.keys(api.use(cachePlugin()))).not.toContain('cache');
  });

  test('instances created after use inherit nothing', async () => {
    bench.origin.reply('/users', { headers: fresh(), body: [1, 2] });
    const cached = axios.use(cachePlugin());
    try {
      const child = axios.create({ baseURL: bench.origin.url });
      expect(child.cache).toBeUndefined();
      expect((await child.get('/users')).cache).toBeUndefined();
      await child.get('/users');
      expect(bench.origin.hits).toBe(2);
    } finally {
      cached.cache.uninstall();
    }
  });
});

describe('a `use` that is already there', () => {
  test('is never replaced, neither on axios nor on what create makes', () => {
    jest.isolateModules(() => {
      const own = (): string => 'own';
      const target = jest.requireActual('axios');
      target.use = own;
      const { create } = target;
      target.create = (...parameters: unknown[]) => Object.assign(create(...parameters), { use: own });
      jest.requireActual('axios-http-cache');
      expect(target.use).toBe(own);
      expect(target.create().use).toBe(own);
    });
  });

  test('a second copy of the library keeps what the first one added', () => {
    const { use } = axios;
    const child = axios.create();
    const childUse = child.use;
    jest.isolateModules(() => {
      // A second copy of ours over the very same axios.
      jest.doMock('axios', () => axios);
      jest.requireActual('axios-http-cache');
      jest.dontMock('axios');
    });
    expect(axios.use).toBe(use);
    expect(child.use).toBe(childUse);
    expect(typeof axios.create().use).toBe('function');
  });
});
