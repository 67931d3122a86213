/**
 * What to do instead of an option that has no equivalent?
 */
import { CacheConfigurationError } from '../errors.js';
import type { MigrationContext } from './types.js';

const GUIDE = 'docs/migrate-from-axios-cache-interceptor.md';

/** Options that are never mapped, whatever they hold. */
export const NEVER_MAPPED: Readonly<Record<string, string>> = {
  headerInterpreter: `nothing here: an adapter below the cache can write what it makes of other headers into Cache-Control (${GUIDE})`,
  waiting:
    'nothing here: identical requests share one origin request by themselves, and cache.collapsed tells which did',
  requestInterceptor: 'nothing here: the cache sits around the adapter; what yours did belongs into an interceptor',
  responseInterceptor: 'nothing here: the cache sits around the adapter; what yours did belongs into an interceptor',
  hydrate: `nothing here: staleWhileRevalidate: true answers with what is stale at once, and the event "refreshed" tells when there is something newer (${GUIDE})`,
};

/** Values of options that are mapped otherwise. */
export const ADVICE = {
  ttlFunction: `a number of milliseconds: lifetimes by URL are urlsExpireAfter; one that depends on the response can be written into Cache-Control by an adapter below the cache (${GUIDE})`,
  staleIfErrorFunction:
    'true, false or a number of seconds: stale-if-error covers missing connections and 500, 502, 503 and 504, and nothing else',
  etagText: "true or false: for a condition of your own send the header If-None-Match with the request's headers",
  modifiedSinceDate:
    "true or false: for a condition of your own send the header If-Modified-Since with the request's headers",
  varyFalse: 'true or a list of names: what the origin lets vary is always kept apart',
  updateFunction: `'delete' for each id: what is stored is not edited, it is fetched again (${GUIDE})`,
  updateEverywhere: 'nothing here: each request says what it makes untrue',
  register: 'true: the order of interceptors plays no part, as the cache sits around the adapter',
  storage: `what buildMemoryStorage() or buildWebStorage() of axios-http-cache/migrate returns; any other store is an option of cachePlugin({ store }): a Keyv, a Keyv adapter, a Map, redisStore() (${GUIDE})`,
  unknown: 'nothing, for axios-cache-interceptor has no such option',
} as const;

/** Tells of an option without an equivalent: to whoever listens, else by an error. */
export function unmapped({ onUnmapped }: MigrationContext, option: string, got: unknown, advice: string): void {
  if (onUnmapped === undefined) throw new CacheConfigurationError(option, got, advice);
  onUnmapped({ option, advice });
}
