/**
 * The stage of the security tests: both of Node's adapters, over a store in memory and over a real Redis.
 *
 * `services()` are two clients on one store: over Redis two plugins, as two processes would have them; in memory two
 * instances of one plugin.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import type { AxiosRequestConfig, AxiosResponse, CreateAxiosDefaults } from 'axios';
import type { CacheOptions } from 'axios-http-cache';
import { redisStore } from 'axios-http-cache/redis';
import { startRedis } from '../helpers/redis-server.js';
import type { RedisServer } from '../helpers/redis-server.js';
import { ADAPTERS, useBench } from '../exchange/bench.js';
import type { Bench, Client } from '../exchange/bench.js';

/** A busy machine is no failing store. */
export const PATIENT = { timeout: 5_000, budget: 10_000 };

export const STORES = ['memory', 'Redis'] as const;

/** Every adapter over every store. */
export const STAGES = ADAPTERS.flatMap((adapter) => STORES.map((store) => ({ adapter, store })));

export type StageName = (typeof STAGES)[number];

/** A Redis of the test's own, with its content in plain sight. */
export interface OpenRedis {
  readonly url: string;
  /** Every name and its value. */
  content(): Promise<ReadonlyMap<string, string>>;
  write(name: string, value: string): Promise<void>;
  /** For commands that the others do not cover. */
  command(...words: string[]): Promise<unknown>;
}

/** Starts a Redis for the surrounding `describe`, emptied before each test. */
export function useRedis(): OpenRedis {
  let server: RedisServer;
  let client: ReturnType<typeof createClient>;
  beforeAll(async () => {
    server = await startRedis();
    client = createClient({ url: server.url });
    await client.connect();
  });
  beforeEach(() => client.flushAll());
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });
  return {
    get url() {
      return server.url;
    },
    async content() {
      const names = await client.keys('*');
      return new Map(await Promise.all(names.map(async (name) => [name, (await client.get(name)) ?? ''] as const)));
    },
    async write(name, value) {
      await client.set(name, value);
    },
    command: (...words) => client.sendCommand(words),
  };
}

export interface Stage extends Bench {
  /** A client on the stage's store. */
  service(options?: CacheOptions, defaults?: CreateAxiosDefaults): Client;
  /** Two clients on the stage's store. */
  services(options?: CacheOptions): readonly [Client, Client];
}

/** Sets the stage for each test of the surrounding `describe`. */
export function useStage({ adapter, store }: StageName): Stage {
  const bench = useBench(adapter);
  const redis = store === 'Redis' ? useRedis() : undefined;
  const withStore = (options: CacheOptions): CacheOptions =>
    redis === undefined ? options : { store: redisStore(redis.url), storage: PATIENT, ...options };
  const service = (options: CacheOptions = {}, defaults?: CreateAxiosDefaults): Client =>
    bench.client(withStore(options), defaults);
  return Object.assign(Object.create(bench) as Bench, {
    service,
    services(options: CacheOptions = {}): readonly [Client, Client] {
      if (redis !== undefined) return [service(options), service(options)];
      const plugin = bench.plugin(options);
      return [bench.over(plugin), bench.over(plugin)];
    },
  });
}

/** Asks, and waits until what was to be stored is stored. */
export async function ask(api: Client, url: string, config: AxiosRequestConfig = {}): Promise<AxiosResponse<any>> {
  const response = await api.request<unknown>({ url, validateStatus: null, ...config });
  while (api.cache.stats().store.pendingWrites > 0) await sleep(2);
  return response;
}
