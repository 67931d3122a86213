/**
 * The entry `axios-http-cache/migrate`: configurations written for axios-cache-interceptor, in the words of this library.
 */
import './augment.js';

export { fromAxiosCacheInterceptor, fromAxiosCacheInterceptorRequest } from './migrate/options.js';
export { buildMemoryStorage, buildWebStorage } from './migrate/storages.js';
export type { MemoryStorageOptions, MigratedStorage, WebStorage, WebStorageOptions } from './migrate/storages.js';
export type {
  InterceptorOptions,
  InterceptorPredicate,
  InterceptorProperties,
  InterceptorRequestConfig,
  InterceptorResponse,
  MigrationContext,
  Unmapped,
} from './migrate/types.js';
