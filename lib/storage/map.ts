/**
 * How does a Map become a store that does not grow without end?
 *
 * A Map forgets nothing by itself. So whatever we put into one is entered in a list beside it, which says what has to go:
 * when it is due, and when our values together exceed the bounds of the memory store. Values of others in the same Map
 * are neither counted nor touched. Lists belong to Maps, so that two caches on one Map agree.
 */
import { systemClock } from '../platform.js';
import { inSlices, sharedUse } from './backend.js';
import type { Backend } from './backend.js';
import { Bounded } from './bounded.js';
import { DEFAULT_MAX_BYTES, sizeOf } from './memory.js';
import type { MemoryStoreOptions } from './memory.js';

/** What a Map can do, whatever its class: an LRU of another package may pass for one. */
export interface MapLike {
  get(key: string): unknown;
  set(key: string, value: unknown): unknown;
  delete(key: string): unknown;
  keys(): Iterable<unknown>;
}

export interface MapStoreOptions extends MemoryStoreOptions {
  /** The Map belongs to a Keyv: values get the form that Keyv's own have there, so that its listing meets nothing odd. */
  readonly asKeyvValues?: boolean | undefined;
}

const backends = new WeakMap<MapLike, Backend>();

/** Whether `store` is a Map, or can pass for one. */
export function isMapLike(store: object): store is MapLike {
  const { size, keys, forEach } = store as { size?: unknown; keys?: unknown; forEach?: unknown };
  return typeof size === 'number' && typeof keys === 'function' && typeof forEach === 'function';
}

/** The Map as a store; for one that is known already, the store it had. */
export function mapStore(map: MapLike, options: MapStoreOptions = {}): Backend {
  const known = backends.get(map);
  if (known !== undefined) return known;
  const backend = createMapStore(map, options);
  backends.set(map, backend);
  return backend;
}

function createMapStore(map: MapLike, options: MapStoreOptions): Backend {
  const { maxBytes = DEFAULT_MAX_BYTES, maxEntries, onEvict, asKeyvValues = false } = options;
  const list = new Bounded<true>({ maxBytes, maxEntries }, (key, _, cause) => {
    map.delete(key);
    onEvict?.({ key, cause });
  });
  const get = (key: string): unknown => {
    // Before the Map is asked: this drops what is due.
    const listed = list.get(key);
    const value = unwrap(map.get(key));
    if (value === undefined && listed === true) list.delete(key);
    return value;
  };
  return {
    expires: true,
    longTtl: true,
    get,
    set(key, value, ttl) {
      const due = ttl === undefined ? undefined : systemClock() + ttl;
      map.set(key, asKeyvValues ? { value, expires: due } : value);
      if (list.set(key, true, sizeOf(key, value), ttl)) return true;
      map.delete(key);
      return false;
    },
    delete(key) {
      list.delete(key);
      return map.delete(key);
    },
    names: () => namesIn(map),
    figures: () => ({ entries: list.entries, bytes: list.bytes }),
    retain: sharedUse(
      () => list.resume(),
      () => list.pause(),
    ),
  };
}

async function* namesIn(map: MapLike): AsyncGenerator<readonly string[]> {
  for await (const keys of inSlices(map.keys())) yield keys.filter((key) => typeof key === 'string');
}

/** What is in the form that Keyv gives to values, out of it. */
export function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}
