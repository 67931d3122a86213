/**
 * What can be done with a cache besides requesting through it? The shape of `instance.cache`.
 */
import type { CacheEventListener, CacheEventOf, CacheEventType, Events } from '../observe/events.js';
import type { CacheFigures, Counter } from '../observe/stats.js';
import type { ReuseDecision } from '../policy/decisions.js';
import type { CacheSettings, EpochMs, Expiration } from '../policy/types.js';
import type { EntryRecord } from '../storage/records.js';
import type { RecordStore, StoreFigures } from '../storage/types.js';
import type { DeleteCriteria, EntryCriteria } from './criteria.js';

/** What `has` and `get` look for: a URL or key, or one of them by name, or a request as axios takes it. */
export type CacheQuery = string | { readonly url?: string; readonly key?: string; readonly request?: object };

/** Which entries are meant: those of a description, or those that a function accepts. */
export type EntryFilter = EntryCriteria | ((entry: CacheEntry) => boolean);

/** One stored response, without its body. */
export interface CacheEntry {
  /** Names it, for `has`, `get` and `delete`. */
  readonly key: string;
  /** Absolute; values of ignored parameters are redacted. */
  readonly url: string;
  /** Of the request it answered: `GET`, say. */
  readonly method: string;
  /** The HTTP status. */
  readonly status: number;
  /** By lower-case name, without those that are never replayed. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it can be deleted by. */
  readonly tags: readonly string[];
  /** Octets of the body. */
  readonly size: number;
  /** When it was received. */
  readonly createdAt: Date;
  /** When it becomes stale; `null`: never. */
  readonly expires: Date | null;
  /** It is stale by now. */
  readonly isExpired: boolean;
}

/** What would become of a request now. */
export interface Forecast {
  /** `serve-and-refresh`: served, and refreshed in the background; `revalidate` and `fetch` ask the origin; `fail`: 504. */
  readonly decision: ReuseDecision['kind'];
  /** The rule that decides, in one word. */
  readonly reason: string;
  /** What is stored for the request, whether or not it may be served. */
  readonly entry?: CacheEntry | undefined;
  /** The whole story in sentences, with the rules it rests on. */
  explain(): string;
}

/** The figures of a plugin, since it was made or since they were last reset. */
export interface CacheStats extends CacheFigures {
  /** Whether identical requests are made once per process, or once per fleet. */
  readonly coalescing: 'process' | 'fleet';
  /** Origin requests under way. */
  readonly flights: number;
  /** Refreshes in the background under way. */
  readonly refreshes: number;
  /** The state of the store: of its breakers (`reading`, `writing`), of what waits, and its size where it is known. */
  readonly store: StoreFigures;
}

/** The cache of an instance. */
export interface CacheHandle<Settings extends object = object> {
  /** Options that hold from now on; assignment checks them, and throws `CacheConfigurationError`. */
  readonly settings: Settings;
  /** Whether something is stored for a URL, key or request, fresh or not. */
  has(query: CacheQuery): Promise<boolean>;
  /** What is stored for a URL, key or request, fresh or not. */
  get(query: CacheQuery): Promise<CacheEntry | undefined>;
  /** What would happen now to a request (a URL, or as axios takes it), and why; nothing is sent. */
  explain(request: string | object): Promise<Forecast>;
  /** The stored entries that are meant, or all, read as they are asked for. Throws where the store cannot iterate. */
  filter(filter?: EntryFilter): AsyncIterableIterator<CacheEntry>;
  /** The URLs of which anything that is meant is stored, sorted. Throws where the store cannot iterate. */
  urls(filter?: EntryFilter): Promise<string[]>;
  /** How many entries there are of what is meant. Throws where the store cannot iterate. */
  count(filter?: EntryFilter): Promise<number>;
  /**
   * Resolves to how many entries were removed. By `keys`, `urls` and `requests` in every store; the rest throws where the
   * store cannot iterate.
   */
  delete(criteria: DeleteCriteria): Promise<number>;
  /** Removes everything under the namespace, and nothing else; resolves to how many names that were. */
  clear(): Promise<number>;
  /**
   * Gives entries, or those that are meant, a lifetime that begins now and outranks what the origin said; resolves to how
   * many. With `'do-not-cache'` they are removed.
   */
  resetExpiration(expireAfter: Expiration, filter?: EntryFilter): Promise<number>;
  /**
   * Brings entries to the keys that the options give them now; resolves to how many have another one. `before`: the
   * options by which they were stored, those the plugin began with unless said otherwise. What belongs to a user, a tenant
   * or a content cannot be told again, and stays where it is.
   */
  recreateKeys(before?: Settings): Promise<number>;
  /**
   * Copies what the cache of another instance holds, or a store that another cache has used (with its namespace, unless
   * that is the default); resolves to how many entries came. Newer ones that are here already stay.
   */
  copyFrom(source: object, options?: { readonly namespace?: string | undefined }): Promise<number>;
  /** Switches the cache off for this instance until `action` settles. May be nested. */
  disable<T>(action: () => T | Promise<T>): Promise<T>;
  /** The figures since the plugin was made, or since they were last reset; `reset` starts anew after they were read. */
  stats(options?: { readonly reset?: boolean | undefined }): CacheStats;
  /** Hears of events of one name from now on. */
  on<Type extends CacheEventType>(type: Type, listener: (event: CacheEventOf<Type>) => unknown): void;
  /** Ends what `on` began, with the same listener. */
  off<Type extends CacheEventType>(type: Type, listener: (event: CacheEventOf<Type>) => unknown): void;
  /** Hears of every event from now on; returns how to stop that. */
  onEvent(listener: CacheEventListener): () => void;
  /** Waits for pending writes and ends what the plugin opened; requests go on without the store. */
  close(): Promise<void>;
  /** Takes the cache off this instance; the store stays open. */
  uninstall(): void;
}

/** The end of everything that carries some tags, while it is being looked for. */
export interface TagEnding {
  /** Other processes are told, as far as the store takes it. */
  readonly written: Promise<void>;
  /** What carried them has been removed. */
  readonly done: () => void;
}

/** A decision that nobody performs. */
export interface Foresight {
  readonly entry: EntryRecord | undefined;
  readonly decision: ReuseDecision;
  readonly settings: CacheSettings;
  readonly now: EpochMs;
}

/** How what has become untrue ends, also while it is under way. */
export interface Untruth {
  /** What is under way was asked for before: it is not stored, for the tags of these keys, or for all. */
  readonly outdate: (keys: readonly string[] | 'all') => void;
  /** Makes everything stored for these URL tags untrue. */
  readonly invalidate: (tags: readonly string[]) => Promise<void>;
  /** Makes everything that carries these labels untrue. */
  readonly endTags: (tags: readonly string[]) => TagEnding;
}

/** What removals by description work on. */
export interface RemovalParts extends Untruth {
  readonly store: RecordStore;
  readonly clock: () => EpochMs;
  readonly policy: () => CacheSettings;
}

/** What a handle works on. */
export interface HandleParts<Settings extends object = object> extends RemovalParts {
  readonly settings: Settings;
  readonly events: Events;
  readonly counter: Counter;
  /** What options mean; those the plugin began with where none are given. Throws `CacheConfigurationError`. */
  readonly policyOf: (options: object | undefined) => CacheSettings;
  /** The absolute URL of an axios config, or of a URL that may be relative. */
  readonly resolve: (request: string | object) => string;
  /** The entry that a request would be answered from, fresh or not. */
  readonly find: (request: string | object) => Promise<EntryRecord | undefined>;
  /** What would be decided of a request now, and on which entry. */
  readonly foresee: (request: string | object) => Promise<Foresight>;
  readonly underWay: () => { readonly flights: number; readonly refreshes: number };
  /** Switches the instance off (1) or on again (-1). */
  readonly disable: (by: 1 | -1) => void;
  readonly uninstall: () => void;
}
