/**
 * What can be done with a cache besides requesting through it? `instance.cache`.
 */
import type { EntryRecord } from '../storage/records.js';
import { EVENT_TYPES } from '../observe/events.js';
import { CacheConfigurationError } from '../errors.js';
import { byKey, describe, list, named, remove } from './queries.js';
import type { CacheHandle, CacheQuery, HandleParts } from './types.js';

/** Makes the handle of an instance. */
export function createHandle<Settings extends object>(parts: HandleParts<Settings>): CacheHandle<Settings> {
  const { store, events, counter } = parts;
  const lookFor = async (query: CacheQuery): Promise<EntryRecord | undefined> => {
    const { key, url, request } = typeof query === 'string' ? named(query) : query;
    if (key !== undefined) return byKey(store, key);
    const target = request ?? url;
    return target === undefined ? undefined : parts.find(target);
  };
  return {
    settings: parts.settings,
    async has(query) {
      return (await lookFor(query)) !== undefined;
    },
    async get(query) {
      const record = await lookFor(query);
      return record && describe(record, parts);
    },
    filter: (accepts) => list(parts, accepts),
    async urls() {
      const urls = new Set<string>();
      for await (const { url } of list(parts)) urls.add(url);
      return [...urls].sort();
    },
    async count() {
      let count = 0;
      for await (const _entry of list(parts)) count += 1;
      return count;
    },
    delete: (criteria) => remove(parts, criteria),
    clear() {
      parts.outdate('all');
      return store.clear();
    },
    async disable(action) {
      parts.disable(1);
      try {
        return await action();
      } finally {
        parts.disable(-1);
      }
    },
    stats: () => ({
      ...counter.byStatus(),
      reasons: counter.byReason(),
      coalescing: store.coalescing,
      ...parts.underWay(),
      store: store.figures(),
    }),
    on(type, listener) {
      if (!EVENT_TYPES.includes(type))
        throw new CacheConfigurationError('on', type, `one of ${EVENT_TYPES.join(', ')}`);
      events.on(type, listener);
    },
    off(type, listener) {
      events.off(type, listener);
    },
    async close() {
      await store.flush();
      await store.close();
    },
    uninstall() {
      parts.uninstall();
    },
  };
}
