/**
 * A workbench for tests of whole requests: a real origin, cached and plain clients over one of axios' adapters, a
 * clock that can be moved on, and the events that were heard. Everything is closed after each test.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type {
  AxiosAdapter,
  AxiosInstance,
  AxiosRequestConfig,
  CreateAxiosDefaults,
  InternalAxiosRequestConfig,
} from 'axios';
import { cachePlugin } from 'axios-http-cache';
import type { CacheEvent, CacheOptions, CachePlugin, InstanceCache } from 'axios-http-cache';
import { startOrigin } from '../helpers/origin.js';
import type { Origin } from '../helpers/origin.js';

export type Adapter = NonNullable<AxiosRequestConfig['adapter']>;
export type Client = AxiosInstance & { cache: InstanceCache };

/** The adapters that Node has. */
export const ADAPTERS = ['http', 'fetch'] as const;

export interface Bench {
  /** Started anew for each test. */
  readonly origin: Origin;
  /** What all plugins of the test reported, in order. */
  readonly events: readonly CacheEvent[];
  /** How often an event of this type was reported. */
  heard(type: CacheEvent['type']): number;
  /** A plugin on the bench's clock. */
  plugin(options?: CacheOptions): CachePlugin;
  /** A client with a cache of its own, whose `baseURL` is the origin. */
  client(options?: CacheOptions, defaults?: CreateAxiosDefaults): Client;
  /** A client without a cache. */
  plain(defaults?: CreateAxiosDefaults): AxiosInstance;
  /** A client over a plugin that may serve others too. */
  over(plugin: CachePlugin, defaults?: CreateAxiosDefaults): Client;
  /** Moves the clock on by so many seconds. */
  advance(seconds: number): void;
  /** The `Date` of an origin on the bench's clock. */
  date(): string;
}

/** Sets a bench up for each test of the surrounding `describe`. */
export function useBench(adapter?: Adapter): Bench {
  let origin: Origin;
  let offset = 0;
  let events: CacheEvent[] = [];
  let clients: Client[] = [];

  beforeEach(async () => {
    offset = 0;
    events = [];
    clients = [];
    origin = await startOrigin();
  });
  afterEach(async () => {
    for (const client of clients) await (client.cache as InstanceCache | undefined)?.close();
    await origin.close();
  });

  const plugin = (options: CacheOptions = {}): CachePlugin =>
    cachePlugin({
      clock: () => Date.now() + offset,
      onEvent: (event) => {
        events.push(event);
      },
      ...options,
    });
  const plain = (defaults: CreateAxiosDefaults = {}): AxiosInstance =>
    axios.create({ baseURL: origin.url, ...(adapter !== undefined && { adapter }), ...defaults });
  const over = (shared: CachePlugin, defaults?: CreateAxiosDefaults): Client => {
    const client: Client = shared(plain(defaults));
    clients.push(client);
    return client;
  };
  return {
    get origin() {
      return origin;
    },
    get events() {
      return events;
    },
    heard: (type) => events.filter((event) => event.type === type).length,
    plugin,
    client: (options, defaults) => over(plugin(options), defaults),
    plain,
    over,
    advance(seconds) {
      offset += seconds * 1000;
    },
    date: () => new Date(Date.now() + offset).toUTCString(),
  };
}

/** `Cache-Control: max-age=60`, and whatever else is given. */
export function fresh(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { 'cache-control': 'max-age=60', ...headers };
}

/** An adapter of the caller's own: 200, unless the answer says otherwise. */
export function customAdapter(
  answer: (config: InternalAxiosRequestConfig) => object | Promise<object>,
): jest.Mock<ReturnType<AxiosAdapter>, Parameters<AxiosAdapter>> {
  return jest.fn(async (config: InternalAxiosRequestConfig): Promise<any> => {
    const base = { status: 200, statusText: 'OK', headers: {}, config, request: {} };
    return { ...base, ...(await answer(config)) };
  });
}

/** Waits until the claim holds; fails after five seconds with the claim's text. */
export async function until(claim: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await claim()) return;
    await sleep(10);
  }
  throw new Error(`did not come true: ${String(claim)}`);
}

/** How a promise ended, without throwing. */
export async function outcome<T>(promise: Promise<T>): Promise<{ value?: T; error?: any }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

/** Numbers from 0 to 1 that are the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** So many of them, made by their number. */
export function times<T>(count: number, make: (at: number) => T): T[] {
  return Array.from({ length: count }, (_, at) => make(at));
}
