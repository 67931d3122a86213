/**
 * How are records kept that never leave this process? As they are, at once, without any guard.
 */
import type { Backend } from './backend.js';
import { isTooLarge, ttlOf } from './limits.js';
import { listAll } from './listing.js';
import type { StoreRecord } from './records.js';
import type { Reports } from './reports.js';
import type { LookupResult, RecordStore, StorageSettings } from './types.js';

/** What both kinds of record store are made of. */
export interface StoreParts {
  readonly backend: Backend;
  readonly namespace: string;
  /** Nobody else uses the backend. */
  readonly isOurs: boolean;
  /** All names of this cache begin with it; nothing else is ever touched. */
  readonly prefix: string;
  readonly maxEntryBytes: number;
  readonly settings: StorageSettings;
  readonly reports: Reports;
}

/** Keys of this library begin with their hash tag, so that no other namespace can end where a key begins. */
export const KEY_START = '{';

/** A record store over a backend that holds records. */
export function createObjectStore({ backend, namespace, prefix, maxEntryBytes, ...rest }: StoreParts): RecordStore {
  const { settings, reports, isOurs } = rest;
  const release = backend.retain?.();
  let closed = false;
  const at = (key: string): StoreRecord | undefined => backend.get(prefix + key) as StoreRecord | undefined;

  async function* names(): AsyncGenerator<string> {
    if (closed) return;
    for await (const list of listAll(backend, namespace, prefix + KEY_START)) for (const { name } of list) yield name;
  }

  return {
    coalescing: 'process',
    waitBudget: () => ({ left: settings.budget }),
    lookup: (keys) => (closed ? unanswered(keys) : { records: keys.map(at), answered: true }),
    put(record, keepFor) {
      const ttl = ttlOf(keepFor, true);
      if (closed || ttl === false) return false;
      if (!isTooLarge(record, maxEntryBytes) && backend.set(prefix + record.key, record, ttl) === true) return true;
      // What was there before is older than what did not fit.
      void backend.delete(prefix + record.key);
      reports.emit({ type: 'not-stored', key: record.key, cause: 'too-large' });
      return false;
    },
    remove(keys) {
      const removed = closed ? [] : keys.filter((key) => backend.delete(prefix + key) === true);
      return Promise.resolve(removed.length);
    },
    async *records() {
      for await (const name of names()) {
        const record = at(name.slice(prefix.length));
        if (record !== undefined) yield record;
      }
    },
    async clear() {
      let count = 0;
      for await (const name of names()) if (backend.delete(name) === true) count += 1;
      return count;
    },
    flush: () => Promise.resolve(),
    async close() {
      closed = true;
      await release?.();
      if (isOurs) await backend.clear?.();
    },
    figures: () => ({
      reading: 'closed',
      writing: 'closed',
      pendingWrites: 0,
      pendingBytes: 0,
      droppedWrites: 0,
      ...backend.figures?.(),
    }),
  };
}

/** What a store says that was not asked. */
export function unanswered(keys: readonly string[]): LookupResult {
  return { records: keys.map(() => undefined), answered: false };
}
