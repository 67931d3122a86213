/**
 * The entry `axios-http-cache/redis`: one Redis as the cache of many services. Needs the package `@keyv/redis`.
 */
export { redisStore } from './storage/redis.js';
export type { RedisAdapter, RedisStore } from './storage/redis.js';
export type { RedisConnection } from './storage/redis-connection.js';
export type {
  NearCacheOptions,
  RedisSentinelStoreOptions,
  RedisStoreOptions,
  RedisStoreSettings,
} from './storage/redis-options.js';
