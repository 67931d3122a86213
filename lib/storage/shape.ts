/**
 * Is it a store at all? By what it can do, never by its class.
 */
import { CacheConfigurationError } from '../errors.js';
import type { Backend } from './backend.js';
import type { StorageAdapter } from './types.js';

const TAKES = 'a Keyv instance, a Keyv storage adapter, a Map, or what redisStore() returns';

/** Throws `CacheConfigurationError` for what is no store. */
export function checkStore(store: unknown): asserts store is StorageAdapter {
  if (!isStore(store)) throw new CacheConfigurationError('store', store, TAKES);
}

/** Whether it has what a store needs. */
export function isStore(value: unknown): value is StorageAdapter {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const { get, set, delete: remove } = value as Record<string, unknown>;
  return typeof get === 'function' && typeof set === 'function' && typeof remove === 'function';
}

/** Whether it is one of ours, in the form we use. */
export function isBackend(store: StorageAdapter): store is Backend {
  return 'retain' in store && typeof store.retain === 'function';
}

/** Whether the store is one that other processes use as well, and says so. */
export function isSharedStore(store: unknown): boolean {
  return isStore(store) && isBackend(store) && store.shared === true;
}
