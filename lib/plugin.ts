/**
 * How do the parts become a plugin? Wiring.
 */
import type { AxiosInstance } from 'axios';
import { createThrottle } from './exchange/throttle.js';
import type { Engine } from './exchange/engine.js';
import { createFlights } from './exchange/flights.js';
import { createInvalidations } from './exchange/invalidations.js';
import { createRefreshes } from './exchange/refresh.js';
import { createTagMarks } from './exchange/tag-marks.js';
import { createHandle } from './handle/handle.js';
import type { CacheHandle } from './handle/types.js';
import { createLayer } from './interceptors/layer.js';
import type { OptionLayer } from './interceptors/layer.js';
import { liveSettings } from './interceptors/live-settings.js';
import { requestInterceptor } from './interceptors/request.js';
import { requestsOf } from './interceptors/requests.js';
import { markError, markResponse } from './interceptors/response.js';
import type { CacheOptions, CacheRequestOptions } from './interceptors/options.js';
import { checkPluginOptions } from './interceptors/validate.js';
import { systemClock } from './platform.js';
import { createEvents } from './observe/events.js';
import { steadyClock } from './observe/clock.js';
import type { Events } from './observe/events.js';
import { createCounter } from './observe/stats.js';
import type { EpochMs } from './policy/types.js';
import { DEFAULT_MAX_ENTRY_BYTES } from './storage/limits.js';
import { createRecordStore } from './storage/store.js';
import { credentialSecret } from './storage/keys.js';
import { isSharedStore } from './storage/shape.js';

/** The cache of an instance, with its settings typed. */
export type InstanceCache = CacheHandle<{
  -readonly [Option in keyof CacheRequestOptions]: CacheRequestOptions[Option];
}>;

/** Makes an axios instance an HTTP cache; returns the same instance, with `cache`. */
export type CachePlugin = <Instance extends AxiosInstance>(instance: Instance) => Instance & { cache: InstanceCache };

// `for`: the ESM and the CJS copy of this library recognise each other's instances.
const INSTALLED = Symbol.for('axios-http-cache.installed');

interface Installable {
  [INSTALLED]?: boolean;
  cache?: InstanceCache;
}

/**
 * Creates a plugin: `axios.use(cachePlugin())`, or `cachePlugin()(instance)`. One plugin may serve many instances, which
 * then share store, flights and statistics. Throws `CacheConfigurationError` for an option that is unknown or wrong.
 */
export function cachePlugin(options: CacheOptions = {}): CachePlugin {
  checkPluginOptions(options);
  // Without a prototype: what somebody put on `Object.prototype` is nobody's option.
  const own = Object.assign(Object.create(null) as CacheOptions, options);
  // And all at once: what is left over in between would have one again.
  const {
    store,
    namespace,
    maxBytes,
    maxEntryBytes,
    maxEntries,
    storage,
    compression,
    encryption,
    cacheStatus,
    onEvent,
    clock,
    ...given
  } = own;
  const layer = createLayer(isSharedStore(store) ? { shared: true, ...given } : given);
  const time = clock === undefined ? systemClock : steadyClock(clock, (cause) => events.emit('error', cause));
  const events = createEvents(time);
  if (onEvent !== undefined) events.onAny(onEvent);
  const engine = createEngine(events, time, {
    store,
    namespace,
    maxBytes,
    maxEntryBytes,
    maxEntries,
    storage,
    compression,
    encryption,
    cacheStatus,
  });
  return (instance) => install(instance, engine, layer);
}

type StoreOptions = Pick<
  CacheOptions,
  'store' | 'namespace' | 'maxBytes' | 'maxEntryBytes' | 'maxEntries' | 'storage' | 'compression' | 'encryption'
>;
type EngineOptions = StoreOptions & Pick<CacheOptions, 'cacheStatus'>;

function createEngine(events: Events, clock: () => EpochMs, given: EngineOptions): Engine {
  const { cacheStatus = true, ...options } = given;
  const monotonic = (): number => performance.now();
  const failures = createThrottle(monotonic);
  const { encryption, maxEntryBytes = DEFAULT_MAX_ENTRY_BYTES } = options;
  const store = createRecordStore({
    ...options,
    onEvent(event) {
      events.emit(event.type, event.type === 'not-stored' ? { key: event.key, reason: event.cause } : event);
    },
  });
  const onError = (cause: unknown): void => {
    events.emit('error', { operation: 'refresh', cause });
  };
  return {
    clock,
    monotonic,
    store,
    maxEntryBytes,
    flights: createFlights(monotonic),
    invalidations: createInvalidations(),
    tagMarks: createTagMarks(),
    refreshes: createRefreshes(createThrottle(monotonic), onError),
    events,
    counter: createCounter(),
    cacheStatus,
    failures,
    refusals: createThrottle(monotonic),
    secret: encryption && credentialSecret(encryption),
  };
}

function install<Instance extends AxiosInstance>(
  instance: Instance,
  engine: Engine,
  layer: OptionLayer,
): Instance & { cache: InstanceCache } {
  const installable = instance as Instance & Installable;
  if (Object.hasOwn(installable, INSTALLED)) return installable as Instance & { cache: InstanceCache };
  let disabled = 0;
  const isDisabled = (): boolean => disabled > 0;
  const installation = {
    engine,
    instance,
    isDisabled,
    compiled: (...given: Parameters<OptionLayer['compiled']>) => layer.compiled(...given),
  };
  const request = instance.interceptors.request.use(requestInterceptor(installation), rethrow, { synchronous: true });
  const response = instance.interceptors.response.use(markResponse, markError);
  const handle: InstanceCache = createHandle({
    settings: liveSettings(layer),
    store: engine.store,
    events: engine.events,
    counter: engine.counter,
    clock: engine.clock,
    policy: () => layer.compiled(ownOptions(instance), ownOptions(instance)).settings,
    policyOf: (options) => layer.before(options),
    ...requestsOf(installation),
    underWay: () => ({ flights: engine.flights.size, refreshes: engine.refreshes.size }),
    disable(by) {
      disabled += by;
    },
    uninstall() {
      instance.interceptors.request.eject(request);
      instance.interceptors.response.eject(response);
      Reflect.deleteProperty(installable, INSTALLED);
      Reflect.deleteProperty(installable, 'cache');
    },
  });
  const hidden = { configurable: true, enumerable: false, writable: false };
  Object.defineProperty(installable, INSTALLED, { ...hidden, value: true });
  Object.defineProperty(installable, 'cache', { ...hidden, value: handle });
  return installable as Instance & { cache: InstanceCache };
}

function ownOptions({ defaults }: AxiosInstance): CacheRequestOptions | undefined {
  return Object.hasOwn(defaults, 'cache') && typeof defaults.cache === 'object' ? defaults.cache : undefined;
}

// axios calls this where a synchronous interceptor throws: what is wrong with the options is the caller's to see.
function rethrow(error: unknown): never {
  throw error;
}
