/**
 * What does a configuration written for axios-cache-interceptor mean here?
 *
 * A pure mapping, of options to options. What has no equivalent is an error with a sentence, or told to `onUnmapped`.
 */
import type { AxiosRequestConfig } from 'axios';
import { CacheConfigurationError } from '../errors.js';
import type { CacheOptions, CacheRequestOptions } from '../interceptors/options.js';
import type { SeenRequest } from '../exchange/engine.js';
import type { CacheEvent } from '../observe/events.js';
import type { Expiration } from '../policy/types.js';
import { DEFAULT_PREDICATE, predicateOptions } from './predicate.js';
import { optionsOfStorage } from './storages.js';
import type { InterceptorOptions, InterceptorProperties, InterceptorRequestConfig, MigrationContext } from './types.js';
import { ADVICE, NEVER_MAPPED, unmapped } from './unmapped.js';

const REQUEST_OPTIONS = ['enabled', 'ttl', 'interpretHeader', 'cacheTakeover', 'methods', 'cachePredicate', 'update'];
const MORE_REQUEST_OPTIONS = ['etag', 'modifiedSince', 'staleIfError', 'override', 'hydrate', 'vary'];
const PROPERTIES: readonly string[] = [...REQUEST_OPTIONS, ...MORE_REQUEST_OPTIONS];
const INSTANCE_OPTIONS: readonly string[] = ['storage', 'generateKey', 'debug', 'location', 'register'];

/**
 * The options of `setupCache()` as options of `cachePlugin()`, with the defaults they had: five minutes where the origin
 * states no lifetime, stale answers where it fails, and no guessing.
 *
 * Throws `CacheConfigurationError` for an option that has no equivalent, and says what to do instead; with `onUnmapped`
 * it is left out.
 */
export function fromAxiosCacheInterceptor<Data = unknown>(
  options: InterceptorOptions<Data> = {},
  context: MigrationContext = {},
): CacheOptions {
  const given = definedOf(options, 'setupCache(options)');
  const { storage, generateKey, debug, location, register, update, ...properties } = given;
  refuse({ ...given, register: undefined }, [...PROPERTIES, ...INSTANCE_OPTIONS], context);
  if (register === false) unmapped(context, 'register', register, ADVICE.register);
  if (update !== undefined && (typeof update === 'function' || Object.keys(update).length > 0))
    unmapped(context, 'update', update, ADVICE.updateEverywhere);
  return {
    heuristic: false,
    ...propertyOptions({ ttl: 300_000, staleIfError: true, cachePredicate: DEFAULT_PREDICATE, ...properties }, context),
    ...(location !== undefined && { shared: location === 'server' }),
    ...(generateKey !== undefined && { keyFn: ({ config }: SeenRequest) => generateKey(config as never) }),
    ...(debug !== undefined && { onEvent: (event: CacheEvent) => tell(debug, event) }),
    ...(storage !== undefined && storageOptions(storage, context)),
  };
}

/**
 * The config of a request, with its `id` and `cache`, as axios takes it with this library. An id becomes the key and a
 * tag, by which `update: { id: 'delete' }` and `api.cache.delete({ tags: [id] })` find it.
 *
 * Throws as `fromAxiosCacheInterceptor()` does.
 */
export function fromAxiosCacheInterceptorRequest<Data = unknown>(
  config: InterceptorRequestConfig<Data>,
  context: MigrationContext = {},
): AxiosRequestConfig {
  const { id, cache, ...request } = config;
  const named = id === undefined ? {} : { keyFn: () => id, tags: [id] };
  if (cache === false) return { ...request, cache };
  const given: InterceptorProperties<Data> = cache === undefined ? {} : definedOf(cache, 'cache');
  refuse(given, PROPERTIES, context);
  const { update, ...properties } = given;
  return { ...request, cache: { ...propertyOptions(properties, context), ...named, ...untrue(update, context) } };
}

function propertyOptions<Data>(given: InterceptorProperties<Data>, context: MigrationContext): CacheRequestOptions {
  const { enabled, interpretHeader, methods, cachePredicate, etag, modifiedSince, override, vary } = given;
  if (typeof etag === 'string') unmapped(context, 'etag', etag, ADVICE.etagText);
  if (modifiedSince instanceof Date) unmapped(context, 'modifiedSince', modifiedSince, ADVICE.modifiedSinceDate);
  if (vary === false) unmapped(context, 'vary', vary, ADVICE.varyFalse);
  return {
    ...(enabled !== undefined && { disabled: !enabled }),
    ...lifetime(given, context),
    ...(interpretHeader !== undefined && { cacheControl: interpretHeader || ('ignore' as const) }),
    ...(methods !== undefined && { methods: methods.map((method) => method.toUpperCase()) }),
    ...(cachePredicate !== undefined && predicateOptions(cachePredicate, context)),
    ...staleness(given, context),
    ...(override !== undefined && { forceRefresh: override }),
    ...(vary !== undefined && { matchHeaders: Array.isArray(vary) && (vary as readonly string[]) }),
  };
}

function lifetime<Data>({ ttl }: InterceptorProperties<Data>, context: MigrationContext): CacheRequestOptions {
  if (ttl === undefined) return {};
  if (typeof ttl === 'number') return { expireAfter: expiration(ttl) };
  if (typeof ttl !== 'function') throw new CacheConfigurationError('ttl', ttl, 'a number of milliseconds');
  unmapped(context, 'ttl', ttl, ADVICE.ttlFunction);
  return {};
}

function expiration(ttl: number): Expiration {
  if (ttl === Infinity) return 'never';
  // What is no lifetime was stored as expired; -1 would be "never" here, and a fraction of a second nothing.
  if (Number.isNaN(ttl) || ttl <= 0) return 0;
  return ttl < 1000 ? `${String(Math.ceil(ttl))}ms` : ttl / 1000;
}

function staleness<Data>(given: InterceptorProperties<Data>, context: MigrationContext): CacheRequestOptions {
  const { staleIfError } = given;
  if (staleIfError === undefined) return {};
  if (typeof staleIfError !== 'function') return { staleIfError };
  unmapped(context, 'staleIfError', staleIfError, ADVICE.staleIfErrorFunction);
  return {};
}

function untrue(update: object | undefined, context: MigrationContext): CacheRequestOptions {
  if (update === undefined) return {};
  const updaters: [string, unknown][] = typeof update === 'function' ? [['', update]] : Object.entries(update);
  const changed = updaters.find(([, updater]) => updater !== 'delete');
  if (changed !== undefined) unmapped(context, 'update', changed[1], ADVICE.updateFunction);
  const tags = updaters.filter(([, updater]) => updater === 'delete').map(([id]) => id);
  return tags.length === 0 ? {} : { invalidates: [{ tags }] };
}

function storageOptions(storage: object, context: MigrationContext): CacheOptions {
  const options = optionsOfStorage(storage);
  if (options === undefined) unmapped(context, 'storage', storage, ADVICE.storage);
  return options ?? {};
}

function tell(debug: NonNullable<InterceptorOptions['debug']>, event: CacheEvent): void {
  const { type, key } = event;
  const reason = 'reason' in event ? `: ${event.reason}` : '';
  debug({ ...(key !== undefined && { id: key }), msg: type + reason, data: event });
}

// `undefined` is as good as nothing; what is no object is said to be none.
function definedOf<Options extends object>(options: Options, name: string): Options {
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null)
    throw new CacheConfigurationError(name, options, 'an object of options');
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

function refuse(given: object, known: readonly string[], context: MigrationContext): void {
  for (const [option, value] of Object.entries(given) as [string, unknown][]) {
    if (value === undefined) continue;
    const never = Object.hasOwn(NEVER_MAPPED, option) ? NEVER_MAPPED[option] : undefined;
    if (never !== undefined) unmapped(context, option, value, never);
    else if (!known.includes(option)) unmapped(context, option, value, ADVICE.unknown);
  }
}
