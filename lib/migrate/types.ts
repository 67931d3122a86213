/**
 * What may a configuration for axios-cache-interceptor 1.x say? Its options by shape, without needing the package.
 *
 * Options that have no equivalent are `unknown` here: whatever they hold, the answer is a sentence.
 */
import type { AxiosRequestConfig } from 'axios';
import type { MigratedStorage } from './storages.js';

type MaybePromise<T> = T | PromiseLike<T>;

/** A function whose parameter may be declared more narrowly, as with the types of that library. */
type Loose<Args extends unknown[], Result> = { call(...args: Args): Result }['call'];

/** A response as predicates of a migrated configuration see it: `data` is the parsed body, or its text. */
export interface InterceptorResponse<Data = unknown> {
  readonly data: Data;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Of the request only what a stored response knows: its whole URL, with secrets redacted, and its method. */
  readonly config: { readonly url?: string; readonly method?: string };
}

type ResponseMatch<Data> = Loose<[response: InterceptorResponse<Data>], MaybePromise<boolean>>;

/** `cachePredicate` as an object: all of it has to hold for a response to be stored. */
export interface InterceptorPredicate<Data = unknown> {
  readonly statusCheck?: Loose<[status: number], MaybePromise<boolean>> | undefined;
  readonly containsHeaders?: Readonly<Record<string, Loose<[value: never], MaybePromise<boolean>>>> | undefined;
  readonly responseMatch?: ResponseMatch<Data> | undefined;
  readonly ignoreUrls?: readonly (string | RegExp)[] | undefined;
  readonly allowUrls?: readonly (string | RegExp)[] | undefined;
}

/** The options that may be given to `setupCache()` and to a request. */
export interface InterceptorProperties<Data = unknown> {
  readonly enabled?: boolean | undefined;
  /** Milliseconds. A function of the response has no equivalent. */
  readonly ttl?: number | Loose<[response: never], unknown> | undefined;
  readonly interpretHeader?: boolean | undefined;
  readonly cacheTakeover?: boolean | undefined;
  readonly methods?: readonly string[] | undefined;
  readonly cachePredicate?: InterceptorPredicate<Data> | ResponseMatch<Data> | undefined;
  /** `'delete'` for each id. A function has no equivalent. */
  readonly update?: object | undefined;
  /** A text has no equivalent. */
  readonly etag?: boolean | string | undefined;
  /** A date has no equivalent. */
  readonly modifiedSince?: boolean | Date | undefined;
  /** Seconds, as its documentation says. A function has no equivalent. */
  readonly staleIfError?: boolean | number | Loose<[response: never, cache: never, error: never], unknown> | undefined;
  readonly override?: boolean | undefined;
  readonly hydrate?: unknown;
  /** `false` has no equivalent. */
  readonly vary?: boolean | readonly string[] | undefined;
}

/** The options of `setupCache()`. */
export interface InterceptorOptions<Data = unknown> extends InterceptorProperties<Data> {
  /** What `buildMemoryStorage()` or `buildWebStorage()` of `axios-http-cache/migrate` returns; others have no equivalent. */
  readonly storage?: MigratedStorage | object | undefined;
  readonly generateKey?: Loose<[request: never], string> | undefined;
  readonly debug?: Loose<[message: { id?: string; msg?: string; data?: unknown }], void> | undefined;
  readonly location?: 'client' | 'server' | undefined;
  readonly register?: boolean | undefined;
  readonly waiting?: unknown;
  readonly headerInterpreter?: unknown;
  readonly requestInterceptor?: unknown;
  readonly responseInterceptor?: unknown;
}

/** A request's config with `id` and `cache` as that library has them; all else is axios' own. */
export interface InterceptorRequestConfig<Data = unknown> extends Omit<AxiosRequestConfig, 'cache'> {
  readonly id?: string | undefined;
  readonly cache?: false | InterceptorProperties<Data> | undefined;
}

/** An option that has no equivalent. */
export interface Unmapped {
  readonly option: string;
  /** What to do instead, in a sentence. */
  readonly advice: string;
}

/** What a configuration does not say itself, and what to do where it cannot be mapped. */
export interface MigrationContext {
  /**
   * The `baseURL` of the instance, `''` where it has none. Needed where there are `ignoreUrls` or `allowUrls`, which are
   * compared with what follows it.
   */
  readonly baseURL?: string | undefined;
  /**
   * The `validateStatus` of the instance: what axios rejects, axios-cache-interceptor does not store.
   * @default 2xx
   */
  readonly validateStatus?: ((status: number) => boolean) | null | undefined;
  /** Hears of each option without an equivalent, which is left out then. Without it the first one is an error. */
  readonly onUnmapped?: ((unmapped: Unmapped) => void) | undefined;
}
