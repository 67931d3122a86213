/**
 * What the public names are, as types. Compiled by public.test.ts, never run: each line marked `@ts-expect-error` must
 * be an error, and no other line may be one.
 */
import axios from 'axios';
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { CacheConfigurationError, cachePlugin } from 'axios-http-cache';
import type {
  CacheEntry,
  CacheEvent,
  CacheEventOf,
  CacheInfo,
  CacheOptions,
  CachePlugin,
  CacheRequestOptions,
  CacheStats,
  Forecast,
} from 'axios-http-cache';
import { redisStore } from 'axios-http-cache/redis';

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const uses = (...values: unknown[]): number => values.length;

interface User {
  readonly name: string;
}

export async function responses(): Promise<void> {
  const response = await axios.get<User>('/users/1');
  const { name } = response.data;
  const { status } = response.cache;
  const isStatus: Equal<typeof status, 'hit' | 'stale' | 'revalidated' | 'miss' | 'bypass'> = true;
  const isInfo: Equal<typeof response.cache, CacheInfo> = true;
  uses(isStatus, isInfo);
  const facts: [boolean, boolean, boolean, boolean] = [
    response.cache.fromCache,
    response.cache.stored,
    response.cache.revalidated,
    response.cache.collapsed,
  ];
  const perhaps: readonly (string | number | Date | null | boolean | undefined)[] = [
    response.cache.key,
    response.cache.ageSeconds,
    response.cache.createdAt,
    response.cache.expires,
    response.cache.isExpired,
  ];
  const told: string = response.cache.explain() + response.cache.reason;
  // @ts-expect-error there is no such status
  if (status === 'hitt') return;
  // @ts-expect-error what the cache tells is not to be changed
  response.cache.status = 'miss';
  // @ts-expect-error there is no such fact
  uses(response.cache.isFresh);
  uses(name, facts, perhaps, told);
}

export function requests(): void {
  const configs: AxiosRequestConfig[] = [
    { cache: false },
    { cache: {} },
    { cache: { frozen: true } },
    { cache: { expireAfter: '10m', staleIfError: true, staleWhileRevalidate: 30 } },
    { cache: { expireAfter: new Date(), methods: ['GET', 'POST'], matchHeaders: ['accept'] } },
    { cache: { filterFn: async ({ status }) => status === 200, keyFn: ({ url }, standard) => url + standard } },
  ];
  // @ts-expect-error the cache is switched off by false; it is on by itself
  configs.push({ cache: true });
  // @ts-expect-error a typing error
  configs.push({ cache: { expireAfterr: 5 } });
  // @ts-expect-error the name that another library gives it
  configs.push({ cache: { ttl: 5 } });
  // @ts-expect-error an option of the plugin alone
  configs.push({ cache: { namespace: 'x' } });
  // @ts-expect-error a number of seconds, not a text with it
  configs.push({ cache: { staleIfError: '5' } });
  // @ts-expect-error a flag, not a text
  configs.push({ cache: { frozen: 'yes' } });
  void axios.get('/', { cache: { refresh: true } });
  // @ts-expect-error a typing error, where a request is made
  void axios.get('/', { cache: { refesh: true } });
  void axios.create({ cache: { expireAfter: 60 } });
  // @ts-expect-error a typing error, where an instance is made
  void axios.create({ cache: { expire: 60 } });
  axios.defaults.cache = { heuristic: false, frozen: false };
  axios.interceptors.request.use((config: InternalAxiosRequestConfig) => {
    config.cache = false;
    return config;
  });
}

export async function instances(): Promise<void> {
  const api = axios.create().use(cachePlugin({ frozen: true }));
  api.cache.settings.frozen = undefined;
  const isSettings: Equal<typeof api.cache.settings, CacheRequestOptions> = true;
  uses(isSettings);
  const called: AxiosResponse<User> = await api<User>('/users/1');
  const again = await api.get<User>('/users/1');
  api.cache.on('miss', (event: CacheEvent) => uses(event.url));
  const removed: number = await api.cache.delete({ urls: ['/users'] });
  const entry: CacheEntry | undefined = await api.cache.get('/users');
  const stats: CacheStats = api.cache.stats();
  const inside: string = await api.cache.disable(async () => 'value');
  // @ts-expect-error there is no such event
  api.cache.on('hitt', () => undefined);
  // @ts-expect-error there is no such criterion
  void api.cache.delete({ uri: ['/users'] });
  const plain: AxiosInstance = api;
  // @ts-expect-error an instance may be without a cache
  plain.cache.stats();
  const anything: number = axios.use(() => 5);
  uses(called, again, removed, entry, stats, inside, anything);
}

export async function handles(): Promise<void> {
  const { cache } = axios.create().use(cachePlugin({ cacheStatus: 'key' }));
  const listed: CacheEntry[] = [];
  for await (const entry of cache.filter({ tags: ['a'], pattern: /b/, expired: true, olderThan: '1h' }))
    listed.push(entry);
  const urls: string[] = await cache.urls((entry) => entry.size > 5 && entry.tags.includes('a'));
  const counts: number[] = [
    await cache.count(),
    await cache.delete({ tags: ['a'], pattern: '*', expired: true, olderThan: new Date(), invalid: true }),
    await cache.resetExpiration('10m', { tags: ['a'] }),
    await cache.recreateKeys({ ignoredParameters: ['session'] }),
    await cache.copyFrom(new Map(), { namespace: 'other' }),
    await cache.copyFrom(axios.create().use(cachePlugin()).cache),
  ];
  const forecast: Forecast = await cache.explain('/users');
  const { decision } = await cache.explain({ url: '/users', headers: { Accept: 'text/html' } });
  const isDecision: Equal<typeof decision, 'serve' | 'serve-and-refresh' | 'revalidate' | 'fetch' | 'fail'> = true;
  const figures: number[] = [cache.stats({ reset: true }).hitRatio, cache.stats().originTimeSavedMs];
  cache.settings.expireAfter = '5m';
  void axios.post('/users', {}, { cache: { invalidates: ['/users', { tags: ['a'] }] } });
  // @ts-expect-error tags are a list
  void axios.post('/users', {}, { cache: { invalidates: [{ tags: 'a' }] } });
  // @ts-expect-error what cannot be read is no entry
  void cache.count({ invalid: true });
  // @ts-expect-error there is no such setting
  cache.settings.expireAftr = 5;
  uses(listed, urls, counts, forecast, decision, isDecision, figures);
}

export function events(): void {
  const { cache } = axios.create().use(cachePlugin());
  cache.on('hit', ({ key, url, durationMs, status }) => key + url + String(durationMs + status));
  cache.on('degraded', ({ breaker, cause }) => [breaker === 'read', cause]);
  cache.on('not-stored', ({ reason, url }) => [reason.length, url?.length]);
  const listener = ({ reason }: CacheEventOf<'never-stores'>): number => reason.length;
  cache.on('never-stores', listener);
  cache.off('never-stores', listener);
  const stop: () => void = cache.onEvent((event) => {
    const perhaps: string | undefined = event.url;
    if (event.type === 'evicted') uses(event.key.length, event.cause);
    // @ts-expect-error not every event has a key
    uses(event.key.length, perhaps);
  });
  // @ts-expect-error an event of the store has no URL for certain
  cache.on('degraded', ({ url }) => url.length);
  // @ts-expect-error there is no such event
  cache.off('hitt', () => undefined);
  stop();
}

export function plugins(): void {
  const plugin: CachePlugin = cachePlugin({ store: redisStore('redis://localhost:6379'), shared: true });
  const cached = plugin(axios.create());
  void cached.cache.clear();
  const options: CacheOptions = {
    store: new Map(),
    maxBytes: 1_000,
    clock: () => 0,
    onEvent: ({ type }) => uses(type),
  };
  cachePlugin(options);
  // @ts-expect-error a typing error
  cachePlugin({ maxByte: 1_000 });
  // @ts-expect-error a store is an object
  cachePlugin({ store: 'redis://localhost' });
  // @ts-expect-error milliseconds, not a text
  cachePlugin({ storage: { timeout: '100ms' } });
  cachePlugin({ compression: true, encryption: { keys: [{ id: 'a', secret: new Uint8Array(32) }] } });
  cachePlugin({
    compression: { threshold: 0, algorithm: 'zstd' },
    encryption: { keys: [{ id: 'a', secret: 'text' }] },
  });
  // @ts-expect-error there is no such algorithm
  cachePlugin({ compression: { algorithm: 'br' } });
  // @ts-expect-error a key has a name
  cachePlugin({ encryption: { keys: [{ secret: 'text' }] } });
  const error: Error = new CacheConfigurationError('expireAfter', 5, 'something else');
  uses(error);
}

// A class and a class instance of axios are types of its own; a wrapper that keeps an instance still compiles.
export class Service {
  readonly #http = axios.create({ baseURL: 'https://api.example.com' }).use(cachePlugin());

  async users(): Promise<readonly User[]> {
    const { data, cache } = await this.#http.get<User[]>('/users', { cache: { expireAfter: '1h' } });
    return cache.fromCache ? data : [...data];
  }
}
