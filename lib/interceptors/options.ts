/**
 * What can a user say? The options of the plugin, of an instance and of a single request.
 */
import type { Invalidated, SeenRequest, SeenResponse } from '../exchange/engine.js';
import type { CacheEventListener } from '../observe/events.js';
import type { EpochMs, Expiration, Seconds, UrlRule } from '../policy/types.js';
import type { CompressionOptions } from '../storage/compression.js';
import type { EncryptionOptions } from '../storage/keys.js';
import type { StorageOptions } from '../storage/store.js';

/** Options that may be given everywhere: to the plugin, per instance (`axios.create({ cache })`) and per request. */
export interface CacheRequestOptions {
  /** The lifetime where the origin states none: seconds, a duration such as `'10m'`, a Date, `'never'`, `'do-not-cache'`. */
  readonly expireAfter?: Expiration | undefined;
  /** Lifetimes by URL: globs or regular expressions, the first match counts. */
  readonly urlsExpireAfter?:
    | Readonly<Record<string, Expiration | null>>
    | ReadonlyMap<string | RegExp, Expiration | null>
    | readonly UrlRule[]
    | undefined;
  /**
   * `true`: what the origin says about caching counts. `false`: only the options do, and `no-store`. `'ignore'`: not
   * even that.
   * @default true
   */
  readonly cacheControl?: boolean | 'ignore' | undefined;
  /**
   * Guess a lifetime from Last-Modified where the origin states none (RFC 9111 §4.2.2).
   * @default true
   */
  readonly heuristic?: boolean | undefined;
  /**
   * The rules of a cache that several users share: s-maxage counts, `private` is not stored. A list names targeted
   * fields this cache answers to as well, such as `CDN-Cache-Control` (RFC 9213).
   * @default false, and true for `redisStore()`
   */
  readonly shared?: boolean | string | readonly string[] | undefined;
  /**
   * `'partition'`: a response to a request with credentials is for whoever has the same ones, unless the origin says
   * that it is for all. `'strict'`: RFC 9111 §3.5 to the letter, for a cache of one user, or one of public content.
   * @default 'partition'
   */
  readonly credentials?: 'partition' | 'strict' | undefined;
  /**
   * Request headers that are credentials, beside Authorization, Proxy-Authorization and Cookie.
   * @default X-Api-Key, X-Auth-Token, X-API-Token, X-Access-Token
   */
  readonly credentialHeaders?: readonly string[] | undefined;
  /** The tenant or user a request belongs to, part of the key. */
  readonly partition?: ((request: SeenRequest) => string) | undefined;
  /**
   * Validate at each use what has a validator (ETag, Last-Modified).
   * @default false
   */
  readonly alwaysRevalidate?: boolean | undefined;
  /**
   * Answer from the store, or 504; never ask the origin.
   * @default false
   */
  readonly onlyIfCached?: boolean | undefined;
  /**
   * Read from the store, never write to it.
   * @default false
   */
  readonly readOnly?: boolean | undefined;
  /**
   * Neither read nor write.
   * @default false
   */
  readonly disabled?: boolean | undefined;
  /**
   * Validate now what is stored, where it has a validator.
   * @default false
   */
  readonly refresh?: boolean | undefined;
  /**
   * Fetch now, and store the answer.
   * @default false
   */
  readonly forceRefresh?: boolean | undefined;
  /**
   * Serve a stale response when the origin fails (no connection, 500, 502, 503, 504): always, or up to so many seconds
   * of staleness. What the origin allows itself counts too; what it forbids is not served.
   * @default false
   */
  readonly staleIfError?: boolean | Seconds | undefined;
  /**
   * Serve a stale response at once and refresh it in the background: always, or up to so many seconds of staleness.
   * @default false
   */
  readonly staleWhileRevalidate?: boolean | Seconds | undefined;
  /**
   * Refresh in the background before a response becomes stale, so that a much used one never is. `true`, or a number: the
   * larger, the earlier (the beta of XFetch; `true` is 1).
   * @default false
   */
  readonly earlyRefresh?: boolean | number | undefined;
  /**
   * Methods that are cached. With POST or QUERY the content is part of the key.
   * @default ['GET', 'HEAD']
   */
  readonly methods?: readonly string[] | undefined;
  /** Statuses that are stored, only these. Without it: what RFC 9111 §3 allows. */
  readonly statuses?: readonly number[] | undefined;
  /**
   * Names of query parameters, form and JSON members and headers that are kept out of the key and of the store. A list
   * replaces the default, the names of credentials; credentials stay redacted and partitioned.
   */
  readonly ignoredParameters?: readonly string[] | undefined;
  /**
   * Where requests wrap what they say in a JSON object, the member that holds it, `'data'` say: members below it are
   * ignored by name and may come in any order, while the rest of the body counts as it is. A body without that member
   * is treated at its root, as all are without this option.
   */
  readonly contentRootKey?: string | undefined;
  /**
   * Request headers that belong to the key: all, or those named.
   * @default false
   */
  readonly matchHeaders?: boolean | readonly string[] | undefined;
  /** A key of your own for a resource; namespace and partition still apply. */
  readonly keyFn?: ((request: SeenRequest, defaultKey: string) => string) | undefined;
  /** Declines to store a response by returning false. */
  readonly filterFn?: ((response: SeenResponse) => boolean | Promise<boolean>) | undefined;
  /** Labels of what is stored, to delete it by. Those of a `Cache-Tag` response header count too. */
  readonly tags?: readonly string[] | ((response: SeenResponse) => readonly string[]) | undefined;
  /**
   * What a request makes untrue when it has succeeded (2xx, 3xx): URLs, which may be relative, and whatever carries one of
   * some tags. For a single request.
   */
  readonly invalidates?: readonly Invalidated[] | undefined;
  /**
   * Seconds for which a stale response with a validator is kept, so that a 304 can still save its content.
   * @default 86400, a day
   */
  readonly keepForValidation?: Seconds | undefined;
  /**
   * JSON is handed out as one value for all callers, deep-frozen, instead of a copy for each: faster, for callers that
   * never change what they get. Whoever tries gets a TypeError. What axios does not parse by itself (text, octets, a
   * `transformResponse` of your own) is as ever.
   * @default false
   */
  readonly frozen?: boolean | undefined;
  /**
   * Store `Set-Cookie` with a response and give it to later callers. Only for a cache of one user.
   * @default false
   */
  readonly storeSetCookie?: boolean | undefined;
}

/** The options of `cachePlugin()`. */
export interface CacheOptions extends CacheRequestOptions {
  /**
   * A Keyv instance, a Keyv storage adapter, a Map, or what `redisStore()` returns.
   * @default bounded memory
   */
  readonly store?: object | undefined;
  /**
   * Prefix of every key; nothing else in the store is touched.
   * @default 'axios-http-cache'
   */
  readonly namespace?: string | undefined;
  /**
   * Bytes of the memory store.
   * @default 64 MiB
   */
  readonly maxBytes?: number | undefined;
  /**
   * Bytes of one response, in any store.
   * @default 5 MiB
   */
  readonly maxEntryBytes?: number | undefined;
  /** Entries of the memory store. No bound by default. */
  readonly maxEntries?: number | undefined;
  /** How long to wait for the store, and when to stop asking it. */
  readonly storage?: StorageOptions | undefined;
  /**
   * Compress what goes to an outside store: `true`, or from which size of a body on and how. Whatever others have
   * compressed is read with or without this option.
   * @default false; `true` is `{ threshold: 1024, algorithm: 'gzip' }`
   */
  readonly compression?: boolean | CompressionOptions | undefined;
  /**
   * Encrypt what goes to an outside store, with AES-256-GCM: `{ keys: [{ id, secret }] }`. The first key encrypts, all of
   * them decrypt; what is not encrypted with one of them is not believed.
   */
  readonly encryption?: EncryptionOptions | undefined;
  /**
   * Say in the response header `Cache-Status` what the cache did (RFC 9211); `'key'`: with the key of the entry.
   * @default true
   */
  readonly cacheStatus?: boolean | 'key' | undefined;
  /** Hears of every event. */
  readonly onEvent?: CacheEventListener | undefined;
  /** Epoch milliseconds; judges freshness only. */
  readonly clock?: (() => EpochMs) | undefined;
}

/** The names of options that only the plugin takes. */
export type PluginOnly = Exclude<keyof CacheOptions, keyof CacheRequestOptions>;
