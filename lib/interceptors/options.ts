/**
 * What can a user say? The options of the plugin, of an instance and of a single request.
 */
import type { Invalidated, SeenRequest, SeenResponse } from '../exchange/engine.js';
import type { CacheEventListener } from '../observe/events.js';
import type { EpochMs, Expiration, Seconds, UrlRule } from '../policy/types.js';
import type { CompressionOptions } from '../storage/compression.js';
import type { EncryptionOptions } from '../storage/keys.js';
import type { StorageOptions } from '../storage/store.js';

/**
 * Options that may be given everywhere: to the plugin, per instance (`axios.create({ cache })`) and per request. The request
 * outranks the instance, the instance the plugin.
 */
export interface CacheRequestOptions {
  /**
   * How long a response counts as fresh where the origin does not say: seconds, a duration such as `'10m'` or `'1d'`, a
   * Date, `'never'` for no end, or `'do-not-cache'`. What the origin says outranks it, except that `'do-not-cache'` outranks
   * everything. `0`: stale at once, so that each use is validated.
   * @default none
   */
  readonly expireAfter?: Expiration | undefined;
  /**
   * `expireAfter` by URL: `{ 'api.example.com/prices': 30, '*.jpg': '7d' }`, a Map, or a list of pairs. A pattern is
   * a glob without the scheme, in which `*` also crosses `/` and the end is open, or a regular expression to be found in the whole
   * URL. The first match counts, and outranks `expireAfter` of plugin and instance; `null`: none of these after all.
   * @default none
   */
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
   * Guess a lifetime where neither origin nor options give one, and there is a Last-Modified: a tenth of the time since
   * then, at most a week (RFC 9111 §4.2.2).
   * @default true
   */
  readonly heuristic?: boolean | undefined;
  /**
   * The rules of a cache that several users share: `s-maxage` counts, what is `private` is not stored. A header name or a
   * list of them: likewise, and these fields outrank `Cache-Control`, such as `'CDN-Cache-Control'` (RFC 9213).
   * @default false, and true for `redisStore()`
   */
  readonly shared?: boolean | string | readonly string[] | undefined;
  /**
   * `'partition'`: a response to a request with credentials is for whoever has the same ones, unless the origin says
   * that it is for all (`public`, `s-maxage`). `'strict'`: RFC 9111 §3.5 to the letter, which in a cache that is not
   * `shared` keeps nobody apart; for a cache of one user, or of public content.
   * @default 'partition'
   */
  readonly credentials?: 'partition' | 'strict' | undefined;
  /**
   * Request headers that are credentials, beside Authorization, Proxy-Authorization and Cookie. A list replaces the default.
   * @default X-Api-Key, X-Auth-Token, X-API-Token, X-Access-Token
   */
  readonly credentialHeaders?: readonly string[] | undefined;
  /**
   * Names the tenant or user a request belongs to. Nothing is shared between two names, not even what is `public`.
   * @default none
   */
  readonly partition?: ((request: SeenRequest) => string) | undefined;
  /** Ask the origin at each use whether what is stored is still right, where it has a validator. @default false */
  readonly alwaysRevalidate?: boolean | undefined;
  /** Answer from the store, stale too where nothing forbids it, or with 504; never ask the origin. @default false */
  readonly onlyIfCached?: boolean | undefined;
  /** Read from the store, never write to it. @default false */
  readonly readOnly?: boolean | undefined;
  /** Neither read nor write. `cache: false` of a request is the same. @default false */
  readonly disabled?: boolean | undefined;
  /** Ask the origin now whether what is stored is still right; a 304 spares the body. @default false */
  readonly refresh?: boolean | undefined;
  /** Fetch now, without validators, and store the answer in place of what is there. @default false */
  readonly forceRefresh?: boolean | undefined;
  /**
   * Serve a stale response when the origin fails (no connection, 500, 502, 503, 504): always, or up to so many seconds
   * of staleness. What the origin allows itself counts too; what it forbids (`must-revalidate`, `no-cache`) is not served.
   * @default false
   */
  readonly staleIfError?: boolean | Seconds | undefined;
  /**
   * Serve a stale response at once and refresh it in the background: always, or up to so many seconds of staleness. What
   * the origin allows itself counts too; what it forbids is not served.
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
   * Methods that are cached. With POST or QUERY the content is part of what identifies a request.
   * @default ['GET', 'HEAD']
   */
  readonly methods?: readonly string[] | undefined;
  /**
   * Statuses that are stored, only these.
   * @default what RFC 9111 §3 allows: any final status if the origin states a lifetime, else 200, 203, 204, 300, 301, 308 and others that may be guessed
   */
  readonly statuses?: readonly number[] | undefined;
  /**
   * Names of query parameters, form and JSON members and headers that do not tell requests apart and are not stored. A list
   * replaces the default; credentials stay redacted and keep users apart whatever it says.
   * @default names of credentials, such as `access_token` and `api_key`
   */
  readonly ignoredParameters?: readonly string[] | undefined;
  /**
   * Where requests wrap what they say in a JSON object, the member that holds it, `'data'` say: members below it are
   * ignored by name and may come in any order, while the rest of the body counts as it is. A body without that member
   * is treated at its root, as all are without this option.
   * @default none
   */
  readonly contentRootKey?: string | undefined;
  /** Request headers that tell requests apart, whatever `Vary` says: all, or those named. @default false */
  readonly matchHeaders?: boolean | readonly string[] | undefined;
  /**
   * A key of your own, in place of the one made of method, URL and content; namespace and partition still apply.
   * @default none
   */
  readonly keyFn?: ((request: SeenRequest, defaultKey: string) => string) | undefined;
  /**
   * Declines to store a response by returning false; it cannot make one storable that is not. May be asynchronous. One that
   * throws declines as well, and is an `error` event.
   * @default none
   */
  readonly filterFn?: ((response: SeenResponse) => boolean | Promise<boolean>) | undefined;
  /**
   * Labels of what is stored, to delete it by: a list, or a function that makes one. Those of a `Cache-Tag` response header
   * count too.
   * @default none
   */
  readonly tags?: readonly string[] | ((response: SeenResponse) => readonly string[]) | undefined;
  /**
   * What a request makes untrue when it has succeeded (2xx, 3xx): URLs, which may be relative, and `{ tags: [...] }` for
   * whatever carries one of some tags. For a single request.
   * @default none
   */
  readonly invalidates?: readonly Invalidated[] | undefined;
  /**
   * Seconds for which a stale response with a validator is kept, so that a 304 can still save its content.
   * @default 86400, a day
   */
  readonly keepForValidation?: Seconds | undefined;
  /**
   * JSON is handed out as one value for all callers, deep-frozen, instead of a copy for each: faster, for callers that
   * never change what they get; in strict mode a change throws a `TypeError`. What axios does not parse by itself (text,
   * octets, a `transformResponse` of your own) is handed out as ever.
   * @default false
   */
  readonly frozen?: boolean | undefined;
  /** Store `Set-Cookie` and give it to later callers. Only for a cache of one user. @default false */
  readonly storeSetCookie?: boolean | undefined;
}

/** Options that only `cachePlugin()` takes, beside those that may be given everywhere. */
export interface CacheOptions extends CacheRequestOptions {
  /**
   * Where responses are kept: a Keyv instance, a Keyv storage adapter, a Map, what `redisStore()` returns, or any object with
   * `get`, `set` and `delete`.
   * @default memory of this process, bounded by `maxBytes`
   */
  readonly store?: object | undefined;
  /**
   * Prefix of every key. Nothing else in the store is read, counted or removed; who shares it shares responses.
   * @default 'axios-http-cache'
   */
  readonly namespace?: string | undefined;
  /** Bytes of the memory store, and of our part of a Map; what was used longest ago leaves first. @default 64 MiB */
  readonly maxBytes?: number | undefined;
  /** Bytes of the largest body that is stored, in any store. @default 5 MiB */
  readonly maxEntryBytes?: number | undefined;
  /** Entries of the memory store, and of our part of a Map. @default no bound but that in bytes */
  readonly maxEntries?: number | undefined;
  /** How long to wait for the store, and when to stop asking it. @default 100 ms for an operation, and more */
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
   * @default none
   */
  readonly encryption?: EncryptionOptions | undefined;
  /**
   * Say in the response header `Cache-Status` what the cache did (RFC 9211); `'key'`: with the key of the entry.
   * @default true
   */
  readonly cacheStatus?: boolean | 'key' | undefined;
  /** Hears of every event; what it throws is ignored. @default none */
  readonly onEvent?: CacheEventListener | undefined;
  /**
   * What time it is, in milliseconds since 1970: for tests. It judges freshness only; stores and timeouts go by real time.
   * @default the system's
   */
  readonly clock?: (() => EpochMs) | undefined;
}

/** The names of options that only the plugin takes. */
export type PluginOnly = Exclude<keyof CacheOptions, keyof CacheRequestOptions>;
