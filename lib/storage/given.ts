/**
 * How is a store that the caller gave used? Brought to one shape, and behind all that keeps it from doing harm.
 */
import { adapterOf } from './adapter.js';
import type { MapStoreOptions } from './map.js';
import { ObjectStore } from './object-store.js';
import type { StoreParts } from './object-store.js';
import { exceptEpochs } from './reading.js';
import type { Transform } from './reading.js';
import { TextStore } from './text-store.js';
import { createTransform } from './transform.js';
import type { TransformOptions } from './transform.js';
import type { RecordStore, StorageAdapter } from './types.js';

/** What a record store over a given store is made of. */
export interface GivenParts extends Omit<StoreParts, 'backend' | 'isOurs'> {
  readonly store: StorageAdapter;
  /** Of a Map. */
  readonly bounds: MapStoreOptions;
  readonly changes: TransformOptions;
  /** In the place of `changes`. */
  readonly transform?: Transform | undefined;
}

/** The record store. Throws `CacheConfigurationError` where this runtime cannot do what is asked for. */
export function givenStore({ store, bounds, changes, transform, ...rest }: GivenParts): RecordStore {
  const made = transform ?? createTransform(changes);
  const parts = { ...rest, backend: adapterOf(store, bounds), isOurs: false };
  return parts.backend.holdsRecords === true
    ? new ObjectStore(parts)
    : new TextStore({ ...parts, transform: exceptEpochs(made) });
}

/** Throws `CacheConfigurationError` where this runtime cannot do what is asked for. */
export function checkChanges(changes: TransformOptions): void {
  createTransform(changes);
}
