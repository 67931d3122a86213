/** The library without its side effect: install with `cachePlugin(options)(instance)`. */
import './augment.js';

export { cachePlugin } from './plugin.js';
export type { CachePlugin, InstanceCache } from './plugin.js';
export { CacheConfigurationError } from './errors.js';
export type { DeleteCriteria, EntryCriteria } from './handle/criteria.js';
export type { CacheEntry, CacheHandle, CacheQuery, CacheStats, EntryFilter, Forecast } from './handle/types.js';
export type { CacheOptions, CacheRequestOptions } from './interceptors/options.js';
export type { Invalidated, SeenRequest, SeenResponse } from './exchange/engine.js';
export type { CacheEvent, CacheEventListener, CacheEventOf, CacheEventType } from './observe/events.js';
export type { CacheInfo, CacheStatus } from './observe/info.js';
export type { Expiration, UrlRule } from './policy/types.js';
export type {
  AcquireOptions,
  CommitAnswer,
  Lease,
  LeaseClaim,
  LeaseNews,
  LeaseResult,
  StoredResult,
} from './storage/lease.js';
export type { StorageAdapter, StoreFigures } from './storage/types.js';
