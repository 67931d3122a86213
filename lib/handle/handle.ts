/**
 * What can be done with a cache besides requesting through it? `instance.cache`.
 */
import type { CacheEventListener, CacheEventType, Events } from '../observe/events.js';
import type { Counter, StatusCounts } from '../observe/stats.js';
import { expiresAt } from '../policy/freshness.js';
import { urlTag } from '../policy/key.js';
import type { CacheSettings, EpochMs } from '../policy/types.js';
import type { EntryRecord } from '../storage/records.js';
import type { RecordStore, StoreFigures } from '../storage/types.js';

/** What `has` and `get` look for: a URL or key, or one of them by name, or a request as axios takes it. */
export type CacheQuery = string | { readonly url?: string; readonly key?: string; readonly request?: object };

/** What `delete` removes; several criteria are a union, none removes nothing. */
export interface DeleteCriteria {
  readonly keys?: readonly string[];
  /** May be relative (through `baseURL`); every variant and partition of the URL. */
  readonly urls?: readonly string[];
  /** axios configs; every variant and partition of their URL. */
  readonly requests?: readonly object[];
}

/** One stored response, without its body. */
export interface CacheEntry {
  readonly key: string;
  readonly url: string;
  readonly method: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly createdAt: Date;
  /** `null`: never. */
  readonly expires: Date | null;
  readonly isExpired: boolean;
}

/** Counts since the plugin was made. */
export interface CacheStats extends StatusCounts {
  readonly reasons: Readonly<Record<string, number>>;
  /** Whether identical requests are made once per process, or once per fleet. */
  readonly coalescing: 'process' | 'fleet';
  /** Origin requests under way. */
  readonly flights: number;
  readonly refreshes: number;
  readonly store: StoreFigures;
}

/** The cache of an instance. */
export interface CacheHandle<Settings extends object = object> {
  /** Options that hold from now on; assignment checks them. */
  readonly settings: Settings;
  has(query: CacheQuery): Promise<boolean>;
  get(query: CacheQuery): Promise<CacheEntry | undefined>;
  /** The stored entries, read as they are asked for. Throws where the store cannot iterate. */
  filter(accepts?: (entry: CacheEntry) => boolean): AsyncIterableIterator<CacheEntry>;
  /** The URLs of which anything is stored, sorted. */
  urls(): Promise<string[]>;
  count(): Promise<number>;
  /** Resolves to how many entries were removed. */
  delete(criteria: DeleteCriteria): Promise<number>;
  /** Removes everything under the namespace, and nothing else. */
  clear(): Promise<number>;
  /** Switches the cache off for this instance until `action` settles. May be nested. */
  disable<T>(action: () => T | Promise<T>): Promise<T>;
  stats(): CacheStats;
  on(type: CacheEventType, listener: CacheEventListener): void;
  off(type: CacheEventType, listener: CacheEventListener): void;
  /** Waits for pending writes and ends what the plugin opened; requests go on without the store. */
  close(): Promise<void>;
  /** Takes the cache off this instance; the store stays open. */
  uninstall(): void;
}

/** What a handle works on. */
export interface HandleParts<Settings extends object> {
  readonly settings: Settings;
  readonly store: RecordStore;
  readonly events: Events;
  readonly counter: Counter;
  readonly clock: () => EpochMs;
  policy(): CacheSettings;
  /** The absolute URL of an axios config, or of a URL that may be relative. */
  resolve(request: string | object): string;
  /** The entry that a request would be answered from, fresh or not. */
  find(request: string | object): Promise<EntryRecord | undefined>;
  /** Makes everything stored for these URL tags untrue. */
  invalidate(tags: readonly string[]): Promise<void>;
  underWay(): { readonly flights: number; readonly refreshes: number };
  /** Switches the instance off (1) or on again (-1). */
  disable(by: 1 | -1): void;
  uninstall(): void;
}

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
    clear: () => store.clear(),
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

const KEY = /^\{[\w-]{22}\}[\w-]{43}$/;

function named(query: string): { readonly key?: string; readonly url?: string; readonly request?: object } {
  return KEY.test(query) ? { key: query } : { url: query };
}

async function byKey(store: RecordStore, key: string): Promise<EntryRecord | undefined> {
  const epochKey = `${key.slice(0, key.indexOf('}') + 1)}epoch`;
  const { records } = await store.lookup([key, epochKey]);
  const [record, epoch] = records;
  return record?.kind === 'entry' && record.epoch === (epoch?.epoch ?? '') ? record : undefined;
}

// The epochs first: from then on nothing of these URLs is served, whatever becomes of the removals.
async function remove<Settings extends object>(
  parts: HandleParts<Settings>,
  { keys = [], urls = [], requests = [] }: DeleteCriteria,
): Promise<number> {
  const { store } = parts;
  const settings = parts.policy();
  const targets = [...urls, ...requests].map((target) => parts.resolve(target));
  const tags = [...new Set(targets.map((url) => `{${urlTag(url, settings)}}`))];
  const doomed = new Set<string>();
  for (const key of keys) if ((await byKey(store, key)) !== undefined) doomed.add(key);
  let entries = doomed.size;
  if (tags.length > 0) {
    for (const key of await entriesUnder(parts, tags)) if (!doomed.has(key)) entries += 1;
    await parts.invalidate(tags);
  }
  await store.remove([...doomed]);
  for (const url of targets) parts.events.emit('invalidated', { url });
  return entries;
}

async function entriesUnder<Settings extends object>(
  parts: HandleParts<Settings>,
  tags: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of currentEntries(parts)) if (tags.includes(tagOf(key))) found.push(key);
  return found;
}

async function* list<Settings extends object>(
  parts: HandleParts<Settings>,
  accepts: (entry: CacheEntry) => boolean = () => true,
): AsyncGenerator<CacheEntry> {
  for await (const record of currentEntries(parts)) {
    const entry = describe(record, parts);
    if (accepts(entry)) yield entry;
  }
}

// An entry of an epoch that is over has been invalidated: it is there only until its time is up.
async function* currentEntries<Settings extends object>({ store }: HandleParts<Settings>): AsyncGenerator<EntryRecord> {
  const epochs = new Map<string, string>();
  for await (const record of store.records()) {
    if (record.kind !== 'entry') continue;
    const tag = tagOf(record.key);
    const epoch = epochs.get(tag) ?? (await store.lookup([`${tag}epoch`])).records[0]?.epoch ?? '';
    epochs.set(tag, epoch);
    if (record.epoch === epoch) yield record;
  }
}

function tagOf(key: string): string {
  return key.slice(0, key.indexOf('}') + 1);
}

function describe<Settings extends object>(record: EntryRecord, parts: HandleParts<Settings>): CacheEntry {
  return describeEntry(record, expiresAt(record.response, parts.policy()), parts.clock());
}

/** An entry as it is told to callers. */
export function describeEntry(record: EntryRecord, expiresOn: EpochMs | null, now: EpochMs): CacheEntry {
  const { response, key, tags } = record;
  const { url, method, status, headers, receivedAt } = response;
  return {
    key,
    url,
    method,
    status,
    headers: { ...headers },
    tags,
    createdAt: new Date(receivedAt),
    expires: expiresOn === null ? null : new Date(expiresOn),
    isExpired: expiresOn !== null && expiresOn <= now,
  };
}
