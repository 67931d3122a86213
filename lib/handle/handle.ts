/**
 * What can be done with a cache besides requesting through it? `instance.cache`.
 */
import { CacheConfigurationError } from '../errors.js';
import { EVENT_TYPES } from '../observe/events.js';
import type { CacheEventListener, CacheEventType } from '../observe/events.js';
import { foretell, ruleOf } from '../observe/forecast.js';
import type { EntryRecord } from '../storage/records.js';
import { byKey, describe, list, named, RECORDS } from './queries.js';
import { remove } from './removal.js';
import { copyFrom, recreateKeys, resetExpiration } from './seldom.js';
import type { CacheHandle, CacheQuery, CacheStats, Forecast, HandleParts } from './types.js';

/** Makes the handle of an instance. */
export function createHandle<Settings extends object>(parts: HandleParts<Settings>): CacheHandle<Settings> {
  const { store, events } = parts;
  const handle: CacheHandle<Settings> = {
    settings: parts.settings,
    has: async (query) => (await lookFor(parts, query)) !== undefined,
    async get(query) {
      const record = await lookFor(parts, query);
      return record && describe(record, parts);
    },
    explain: (request) => forecast(parts, request),
    filter: (filter) => list(parts, filter),
    async urls(filter) {
      const urls = new Set<string>();
      for await (const { url } of list(parts, filter)) urls.add(url);
      return [...urls].sort();
    },
    async count(filter) {
      let count = 0;
      for await (const _entry of list(parts, filter)) count += 1;
      return count;
    },
    delete: (criteria) => remove(parts, criteria),
    async clear() {
      parts.outdate('all');
      const count = await store.clear();
      events.emit('invalidated', {});
      return count;
    },
    resetExpiration: (expireAfter, filter) => resetExpiration(parts, expireAfter, filter),
    recreateKeys: async (before) => recreateKeys(parts, parts.policyOf(before)),
    copyFrom: (source, options) => copyFrom(parts, source, options),
    disable: (action) => switchedOff(parts, action),
    stats: ({ reset = false } = {}) => statistics(parts, reset),
    on(type, listener) {
      checkType('on', type);
      checkFunction('on', listener);
      events.on(type, listener as CacheEventListener);
    },
    off(type, listener) {
      checkType('off', type);
      events.off(type, listener as CacheEventListener);
    },
    onEvent: (listener) => events.onAny(listener),
    async close() {
      await store.flush();
      await store.close();
    },
    uninstall() {
      parts.uninstall();
    },
  };
  return Object.defineProperty(handle, RECORDS, { value: store });
}

async function lookFor(parts: HandleParts, query: CacheQuery): Promise<EntryRecord | undefined> {
  checkQuery(query);
  const { key, url, request } = typeof query === 'string' ? named(query) : query;
  if (key !== undefined) return byKey(parts.store, key);
  const target = request ?? url;
  return target === undefined ? undefined : parts.find(target);
}

async function forecast(parts: HandleParts, request: string | object): Promise<Forecast> {
  const { entry, decision, settings, now } = await parts.foresee(request);
  return {
    decision: decision.kind,
    reason: ruleOf(decision),
    entry: entry && describe(entry, parts),
    explain: () => foretell(decision, entry?.response, settings, now),
  };
}

async function switchedOff<T>(parts: HandleParts, action: () => T | Promise<T>): Promise<T> {
  checkFunction('disable', action);
  parts.disable(1);
  try {
    return await action();
  } finally {
    parts.disable(-1);
  }
}

function statistics({ counter, store, underWay }: HandleParts, reset: boolean): CacheStats {
  const figures = counter.figures();
  if (reset) counter.reset();
  return { ...figures, coalescing: store.coalescing, ...underWay(), store: store.figures() };
}

function checkQuery(query: unknown): void {
  if (typeof query === 'string' || (typeof query === 'object' && query !== null)) return;
  throw new CacheConfigurationError('query', query, 'a URL, a key, or an object with key, url or request');
}

function checkFunction(method: string, value: unknown): void {
  if (typeof value !== 'function') throw new CacheConfigurationError(method, value, 'a function');
}

function checkType(method: string, type: CacheEventType): void {
  if (!EVENT_TYPES.includes(type)) throw new CacheConfigurationError(method, type, `one of ${EVENT_TYPES.join(', ')}`);
}
