/**
 * Which options keep a Redis client from hurting its service? Those that its own defaults leave out.
 *
 * No queue while offline, a second to connect, and few attempts: the next command opens a new connection, so that none
 * is tried for the sake of a process that has nothing more to do. What the caller says outranks all of it. Passwords stay within: whatever names a server here does so without them.
 */
import type { RedisClientOptions, RedisClusterOptions } from '@keyv/redis';
import { CacheConfigurationError } from '../errors.js';
import { isObject } from './facts.js';

/** Sentinels, as `createSentinel` of node-redis takes them. */
export interface RedisSentinelStoreOptions {
  readonly name: string;
  readonly sentinelRootNodes: readonly { readonly host: string; readonly port: number }[];
  readonly nodeClientOptions?: RedisClientOptions;
  readonly sentinelClientOptions?: RedisClientOptions;
}

/** Options of node-redis for one server, a cluster (`rootNodes`) or sentinels (`sentinelRootNodes`). */
export type RedisStoreOptions = RedisClientOptions | RedisClusterOptions | RedisSentinelStoreOptions;

/** Answers of the server that this process keeps for a moment, which the server takes back when they change. */
export interface NearCacheOptions {
  /**
   * Longest time, in milliseconds, for which an answer is kept though no word of its change came: so long, at most, may
   * what another service has invalidated still be served here.
   * @default 1000
   */
  readonly maxAge?: number | undefined;
  /**
   * Answers kept; each may be as large as an entry.
   * @default 500
   */
  readonly maxEntries?: number | undefined;
}

/** What `redisStore()` takes beside where to connect. */
export interface RedisStoreSettings {
  /**
   * Keep answers of the server in this process as well, by client-side caching of Redis (RESP3). For clients that are
   * made here; one of yours is given its own `clientSideCache`.
   * @default false
   */
  readonly nearCache?: boolean | NearCacheOptions | undefined;
}

/** What is to be created, and how it may be named in public. */
export type RedisPlan =
  | { readonly kind: 'client'; readonly options: RedisClientOptions; readonly label: string }
  | { readonly kind: 'cluster'; readonly options: RedisClusterOptions; readonly label: string }
  | { readonly kind: 'sentinel'; readonly options: RedisSentinelStoreOptions; readonly label: string };

/** Says when a client is no longer wanted, so that it stops trying. */
export interface Life {
  over: boolean;
}

export const TAKES =
  'a redis:// or rediss:// URL, options of node-redis (also with rootNodes or sentinelRootNodes), ' +
  'a node-redis client or a KeyvRedis';

const NEAR_MS = 1_000;
const LONGEST_NEAR_MS = 60_000;
const NEAR_ENTRIES = 500;
const CONNECT_TIMEOUT = 1_000;
/** Then a client of one server gives up. Those of a cluster or of sentinels have to find out by themselves, for ever. */
const ATTEMPTS = 2;
const FIRST_DELAY = 50;
/** With its jitter below a second: the timer of a last attempt must not hold up the end of the process for longer. */
const LONGEST_DELAY = 850;
const JITTER = 100;

/** Reads what the caller gave; `life` is asked before each attempt to connect. */
export function planOf(connect: string | RedisStoreOptions, life: Life, settings: RedisStoreSettings = {}): RedisPlan {
  const plan = basicPlanOf(connect, life);
  const { nearCache = false } = settings;
  if (nearCache === false) return plan;
  const { maxAge = NEAR_MS, maxEntries = NEAR_ENTRIES } = nearCache === true ? {} : nearCache;
  const near = { RESP: 3, clientSideCache: { ttl: maxAge, maxEntries, evictPolicy: 'LRU' } } as const;
  return { ...plan, options: { ...plan.options, ...near } } as RedisPlan;
}

/** Throws for settings that are none. */
export function checkRedisSettings(settings: unknown, canBeNear: boolean): asserts settings is RedisStoreSettings {
  if (!isObject(settings)) throw new CacheConfigurationError('redisStore', settings, 'an object with nearCache');
  for (const [name, value] of Object.entries(settings)) {
    if (name !== 'nearCache') throw new CacheConfigurationError(`redisStore.${name}`, value, 'nothing: only nearCache');
    const takes = 'true, false or an object with maxAge (1 to 60000 milliseconds) and maxEntries (at least 1)';
    if (!isNearCache(value)) throw new CacheConfigurationError('redisStore.nearCache', value, takes);
    if (value !== false && value !== undefined && !canBeNear)
      throw new CacheConfigurationError(
        'redisStore.nearCache',
        value,
        'nothing with a client of yours: give it clientSideCache',
      );
  }
}

function isNearCache(value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return true;
  if (!isObject(value) || Object.keys(value).some((name) => name !== 'maxAge' && name !== 'maxEntries')) return false;
  const { maxAge = 1, maxEntries = 1 } = value;
  return (
    Number(maxAge) >= 1 && Number(maxAge) <= LONGEST_NEAR_MS && Number.isInteger(maxEntries) && Number(maxEntries) >= 1
  );
}

function basicPlanOf(connect: string | RedisStoreOptions, life: Life): RedisPlan {
  if (typeof connect === 'string') {
    const label = labelOf(connect);
    return { kind: 'client', label, options: guarded({ url: connect }, life, ATTEMPTS) };
  }
  if ('rootNodes' in connect) {
    const options = { minimizeConnections: true, ...connect, defaults: guarded(connect.defaults, life) };
    return { kind: 'cluster', label: 'redis cluster', options };
  }
  if ('sentinelRootNodes' in connect) {
    const nodeClientOptions = guarded(connect.nodeClientOptions, life);
    const sentinelClientOptions = guarded(connect.sentinelClientOptions, life);
    const options = { ...connect, nodeClientOptions, sentinelClientOptions };
    return { kind: 'sentinel', label: `redis sentinel ${connect.name}`, options };
  }
  const { url } = connect;
  if (url !== undefined && typeof url !== 'string') throw new CacheConfigurationError('redisStore.url', url, TAKES);
  return {
    kind: 'client',
    label: url === undefined ? 'redis' : labelOf(url),
    options: guarded(connect, life, ATTEMPTS),
  };
}

function guarded(options: RedisClientOptions = {}, life: Life, mostAttempts = Infinity): RedisClientOptions {
  const { socket } = options;
  const theirs = socket?.reconnectStrategy;
  const reconnectStrategy = (attempts: number, cause: Error): number | false | Error => {
    if (life.over) return false;
    if (theirs === undefined) return attempts < mostAttempts && reconnectDelay(attempts);
    return typeof theirs === 'function' ? theirs(attempts, cause) : theirs;
  };
  return {
    disableOfflineQueue: true,
    ...options,
    socket: { connectTimeout: CONNECT_TIMEOUT, ...socket, reconnectStrategy },
  };
}

/** 50 ms, doubling to less than a second, with some jitter so that many processes do not come at once. */
export function reconnectDelay(attempts: number): number {
  return Math.min(FIRST_DELAY * 2 ** Math.min(attempts, 8), LONGEST_DELAY) + Math.random() * JITTER;
}

function labelOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isRedis = parsed?.protocol === 'redis:' || parsed?.protocol === 'rediss:';
  if (!isRedis || !/^(\/\d*)?$/.test(parsed.pathname)) {
    // Whatever it is, there may be a password in it.
    throw new CacheConfigurationError('redisStore', url.replace(/\/\/.*@/, '//***@'), TAKES);
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
