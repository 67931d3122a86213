/**
 * What does the rest of the library see of a store? One interface over whatever the caller gave.
 *
 * Keys come without the namespace; every name in a store that is given is `namespace:v1:key`. Nothing else in it is ever
 * read, counted or removed.
 */
import { DEFAULT_MAX_ENTRY_BYTES, DEFAULT_STORAGE } from './limits.js';
import { memoryStore } from './memory.js';
import { ObjectStore } from './object-store.js';
import type { Transform } from './reading.js';
import { createReports } from './reports.js';
import { checkChanges, givenStore } from './seldom.js';
import { checkStore } from './shape.js';
import type { TransformOptions } from './transform.js';
import type { RecordStore, StorageSettings, StoreEvent } from './types.js';

/** The options of `storage` as a user gives them. */
export type StorageOptions = Partial<Omit<StorageSettings, 'breaker'>> & {
  readonly breaker?: Partial<StorageSettings['breaker']> | undefined;
};

export interface RecordStoreOptions {
  /** @default a memory store of this record store's own */
  readonly store?: unknown;
  /** @default 'axios-http-cache' */
  readonly namespace?: string | undefined;
  /** Of the memory store, and of our part of a Map. @default 64 MiB */
  readonly maxBytes?: number | undefined;
  /** Of the memory store, and of our part of a Map. @default no bound but that in bytes */
  readonly maxEntries?: number | undefined;
  /** Octets of one body, in any store. @default 5 MiB */
  readonly maxEntryBytes?: number | undefined;
  readonly storage?: StorageOptions | undefined;
  readonly onEvent?: ((event: StoreEvent) => void) | undefined;
  /** Of what goes outside. */
  readonly compression?: TransformOptions['compression'];
  readonly encryption?: TransformOptions['encryption'];
  /** In the place of both. */
  readonly transform?: Transform | undefined;
}

/** The layout of names and records; another one lies beside it and is left alone. */
const LAYOUT = 'v1';

/** A guarded store of records. Throws `CacheConfigurationError` for a store that is none; later it never throws. */
export function createRecordStore(options: RecordStoreOptions = {}): RecordStore {
  const { store, namespace = 'axios-http-cache', maxBytes, maxEntries, compression, encryption, transform } = options;
  const reports = createReports(options.onEvent);
  // In a store of our own nobody else has names.
  const prefix = store === undefined ? '' : `${namespace}:${LAYOUT}:`;
  const bounds = {
    ...(maxBytes !== undefined && { maxBytes }),
    maxEntries,
    onEvict: ({ key, ...eviction }: { key: string; url?: string; cause: 'size' | 'expired' }) =>
      reports.emit({ type: 'evicted', ...eviction, key: key.startsWith(prefix) ? key.slice(prefix.length) : key }),
  };
  const maxEntryBytes = options.maxEntryBytes ?? DEFAULT_MAX_ENTRY_BYTES;
  const settings = complete(options.storage);
  const parts = { namespace, prefix, reports, settings, maxEntryBytes };
  const changes = { compression, encryption, maxEntryBytes };
  if (store === undefined) {
    checkChanges(changes);
    return new ObjectStore({ ...parts, backend: memoryStore(bounds), isOurs: true });
  }
  checkStore(store);
  return givenStore({ ...parts, store, bounds, changes, transform });
}

/** Milliseconds: a timer of more would be one of none. */
const LONGEST_TIMER = 2_147_483_647;

function complete(storage: StorageOptions | undefined): StorageSettings {
  // Without a prototype: what somebody put on `Object.prototype` is nobody's option.
  const { breaker, ...given } = Object.assign(Object.create(null) as StorageOptions, storage);
  const whole = { ...DEFAULT_STORAGE, ...defined(given) };
  return {
    ...whole,
    timeout: Math.min(whole.timeout, LONGEST_TIMER),
    budget: Math.min(whole.budget, LONGEST_TIMER),
    breaker: { ...DEFAULT_STORAGE.breaker, ...defined(breaker ?? {}) },
  };
}

function defined<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T;
}
