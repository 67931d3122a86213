/** The recipes of the migration guides, for options without an equivalent. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import axios from 'axios';
import type { AxiosAdapter, AxiosResponse } from 'axios';
import { cachePlugin } from 'axios-http-cache';
import { root } from '../docs/programs.js';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin({
    '/header': { body: { a: 1 }, headers: { 'x-cache-ttl': '60', 'cache-control': 'no-cache' } },
    '/body': { body: { expiresIn: 60 } },
    '/packed': (_, res) => {
      res.writeHead(200, { 'content-encoding': 'gzip', 'x-cache-ttl': '60', 'content-type': 'application/json' });
      res.end(gzipSync('{"a":1}'));
    },
    '/plain': { body: 'plain' },
  });
});
afterEach(() => origin.close());

/** An adapter that writes the lifetime a function finds into Cache-Control. */
function stating(lifetime: (response: AxiosResponse<unknown>) => number | undefined): AxiosAdapter {
  const below = axios.getAdapter(axios.defaults.adapter);
  return async (config) => {
    const response = await below(config);
    const seconds = lifetime(response);
    if (seconds !== undefined) response.headers['cache-control'] = `max-age=${String(seconds)}`;
    return response;
  };
}

test.each(['/header', '/body', '/packed'])('%s: a lifetime that depends on the response', async (path) => {
  const now = { at: Date.now() };
  const adapter = stating(({ headers, data }) => {
    const stated: unknown = headers['x-cache-ttl'];
    if (stated !== undefined) return Number(stated);
    const { expiresIn } = JSON.parse(String(data)) as { expiresIn?: number };
    return expiresIn;
  });
  const api = axios.create({ baseURL: origin.url, adapter }).use(cachePlugin({ clock: () => now.at }));
  const ask = async (): Promise<string> => (await api.get(path)).cache.status;
  expect(await ask()).toBe('miss');
  expect(await ask()).toBe('hit');
  now.at += 61_000;
  expect(await ask()).toBe('miss');
  expect((await api.get(path)).data).toEqual(path === '/body' ? { expiresIn: 60 } : { a: 1 });
});

test('the names that responses had', async () => {
  const api = axios.create({ baseURL: origin.url }).use(cachePlugin({ expireAfter: 60 }));
  api.interceptors.response.use((response) => {
    const { fromCache, collapsed, status, key } = response.cache;
    return Object.assign(response, { cached: fromCache || collapsed, stale: status === 'stale', id: key });
  });
  await api.get('/plain');
  expect(await api.get('/plain')).toMatchObject({ cached: true, stale: false, id: expect.any(String) });
});

test('hydrate: what is stale is shown at once, and what is newer when it is there', async () => {
  const now = { at: Date.now() };
  let version = 0;
  origin.reply('/list', (_, res) => res.end(`version ${String((version += 1))}`));
  const api = axios
    .create({ baseURL: origin.url })
    .use(cachePlugin({ expireAfter: 60, staleWhileRevalidate: true, clock: () => now.at }));
  const shown: string[] = [];
  const show = async (): Promise<void> => {
    const { data, cache } = await api.get<string>('/list');
    shown.push(data);
    if (cache.status !== 'stale') return;
    await new Promise<void>((resolve) => {
      const refreshed = ({ key }: { readonly key?: string | undefined }): void => {
        if (key !== cache.key) return;
        api.cache.off('refreshed', refreshed);
        resolve();
      };
      api.cache.on('refreshed', refreshed);
    });
    shown.push((await api.get<string>('/list')).data);
  };
  await show();
  now.at += 61_000;
  await show();
  expect(shown).toEqual(['version 1', 'version 1', 'version 2']);
  expect(origin.hits).toBe(2);
});

test('an interceptor that is added after the cache may switch it off', async () => {
  const api = axios.create({ baseURL: origin.url }).use(cachePlugin({ expireAfter: 60 }));
  api.interceptors.request.use((config) => {
    if (config.headers.has('x-preview')) config.cache = false;
    return config;
  });
  await api.get('/plain');
  expect((await api.get('/plain')).cache.status).toBe('hit');
  expect((await api.get('/plain', { headers: { 'x-preview': '1' } })).cache.status).toBe('bypass');
});

test('a localForage as a store: three methods, and a list', async () => {
  const items = new Map<string, string>();
  const forage = {
    getItem: async (key: string) => items.get(key) ?? null,
    setItem: async (key: string, value: string) => items.set(key, value),
    removeItem: async (key: string) => void items.delete(key),
    keys: async () => [...items.keys()],
  };
  const store = {
    get: async (key: string) => (await forage.getItem(key)) ?? undefined,
    set: (key: string, value: string) => forage.setItem(key, value),
    delete: (key: string) => forage.removeItem(key).then(() => true),
    async *iterator(namespace = '') {
      for (const key of await forage.keys()) if (key.startsWith(namespace)) yield [key, await forage.getItem(key)];
    },
  };
  const page = () => axios.create({ baseURL: origin.url }).use(cachePlugin({ store, expireAfter: 60 }));
  const first = page();
  await first.get('/plain');
  await first.cache.close();
  const second = page();
  expect((await second.get('/plain')).cache.status).toBe('hit');
  expect(await second.cache.count()).toBe(1);
  expect(await second.cache.delete({ urls: ['/plain'] })).toBe(1);
  expect((await second.get('/plain')).cache.status).toBe('miss');
});

test.each(['readHeaders', 'exclude.query'])('axios-cache-adapter by default: %s', async (what) => {
  const options = { cacheControl: false, expireAfter: '15m', urlsExpireAfter: [[/\?/, 'do-not-cache']] } as const;
  const api = axios.create({ baseURL: origin.url }).use(cachePlugin(options));
  const path = what === 'readHeaders' ? '/header' : '/plain?a=1';
  await api.get(path);
  expect((await api.get(path)).cache.status).toBe(what === 'readHeaders' ? 'hit' : 'miss');
});

test('the guide names every option', () => {
  const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
  const guide = read('docs', 'migrate-from-axios-cache-interceptor.md');
  const types = read('lib', 'migrate', 'types.ts').split('export interface ');
  const options = types
    .filter((text) => /^Interceptor(Properties|Options|Predicate)/.test(text))
    .flatMap((text) => [...text.matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, name = '']) => name));
  expect(options).toHaveLength(27);
  expect(options.filter((name) => !new RegExp(`[\`.]${name}\\b`).test(guide))).toEqual([]);
});
