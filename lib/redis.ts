/**
 * The entry `axios-http-cache/redis`: one Redis as the cache of many services. Needs the package `@keyv/redis`.
 */
export { redisStore } from './storage/redis.js';
export type { RedisStore } from './storage/redis.js';
export type { RedisSentinelStoreOptions, RedisStoreOptions } from './storage/redis-options.js';
