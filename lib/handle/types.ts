/**
 * What can be done with a cache besides requesting through it? The shape of `instance.cache`.
 */
import type { CacheEventListener, CacheEventType, Events } from '../observe/events.js';
import type { Counter, StatusCounts } from '../observe/stats.js';
import type { CacheSettings, EpochMs } from '../policy/types.js';
import type { EntryRecord } from '../storage/records.js';
import type { RecordStore, StoreFigures } from '../storage/types.js';

/** What `has` and `get` look for: a URL or key, or one of them by name, or a request as axios takes it. */
export type CacheQuery = string | { readonly url?: string; readonly key?: string; readonly request?: object };

/** What `delete` removes; several criteria are a union, none removes nothing. */
export interface DeleteCriteria {
  readonly keys?: readonly string[];
  /** May be relative (through `baseURL`); every variant and partition of the URL. */
  readonly urls?: readonly string[];
  /** axios configs; every variant and partition of their URL. */
  readonly requests?: readonly object[];
}

/** One stored response, without its body. */
export interface CacheEntry {
  readonly key: string;
  readonly url: string;
  readonly method: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly createdAt: Date;
  /** `null`: never. */
  readonly expires: Date | null;
  readonly isExpired: boolean;
}

/** Counts since the plugin was made. */
export interface CacheStats extends StatusCounts {
  readonly reasons: Readonly<Record<string, number>>;
  /** Whether identical requests are made once per process, or once per fleet. */
  readonly coalescing: 'process' | 'fleet';
  /** Origin requests under way. */
  readonly flights: number;
  readonly refreshes: number;
  readonly store: StoreFigures;
}

/** The cache of an instance. */
export interface CacheHandle<Settings extends object = object> {
  /** Options that hold from now on; assignment checks them. */
  readonly settings: Settings;
  has(query: CacheQuery): Promise<boolean>;
  get(query: CacheQuery): Promise<CacheEntry | undefined>;
  /** The stored entries, read as they are asked for. Throws where the store cannot iterate. */
  filter(accepts?: (entry: CacheEntry) => boolean): AsyncIterableIterator<CacheEntry>;
  /** The URLs of which anything is stored, sorted. */
  urls(): Promise<string[]>;
  count(): Promise<number>;
  /** Resolves to how many entries were removed. */
  delete(criteria: DeleteCriteria): Promise<number>;
  /** Removes everything under the namespace, and nothing else. */
  clear(): Promise<number>;
  /** Switches the cache off for this instance until `action` settles. May be nested. */
  disable<T>(action: () => T | Promise<T>): Promise<T>;
  stats(): CacheStats;
  on(type: CacheEventType, listener: CacheEventListener): void;
  off(type: CacheEventType, listener: CacheEventListener): void;
  /** Waits for pending writes and ends what the plugin opened; requests go on without the store. */
  close(): Promise<void>;
  /** Takes the cache off this instance; the store stays open. */
  uninstall(): void;
}

/** What a handle works on. */
export interface HandleParts<Settings extends object> {
  readonly settings: Settings;
  readonly store: RecordStore;
  readonly events: Events;
  readonly counter: Counter;
  readonly clock: () => EpochMs;
  policy(): CacheSettings;
  /** The absolute URL of an axios config, or of a URL that may be relative. */
  resolve(request: string | object): string;
  /** The entry that a request would be answered from, fresh or not. */
  find(request: string | object): Promise<EntryRecord | undefined>;
  /** What is under way was asked for before: it is not stored, for the tags of these keys, or for all. */
  outdate(keys: readonly string[] | 'all'): void;
  /** Makes everything stored for these URL tags untrue. */
  invalidate(tags: readonly string[]): Promise<void>;
  underWay(): { readonly flights: number; readonly refreshes: number };
  /** Switches the instance off (1) or on again (-1). */
  disable(by: 1 | -1): void;
  uninstall(): void;
}
