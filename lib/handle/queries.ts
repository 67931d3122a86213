/**
 * What is stored? Finding and listing entries.
 */
import { expiresAt } from '../policy/freshness.js';
import type { EpochMs } from '../policy/types.js';
import type { EntryRecord, StoredBody } from '../storage/records.js';
import type { RecordStore } from '../storage/types.js';
import { checkDescription, question } from './criteria.js';
import type { CacheEntry, EntryFilter, HandleParts } from './types.js';

/** Where a cache keeps its records; `for`: the two copies of this library know each other's. */
export const RECORDS = Symbol.for('axios-http-cache.records');

const KEY = /^\{[\w-]{22}\}[\w-]{43}$/;
/** Entries whose epochs are asked for together; each is held with its body meanwhile. */
const BATCH = 32;

const encoder = new TextEncoder();

/** A text that is a key, or else a URL. */
export function named(query: string): { readonly key?: string; readonly url?: string; readonly request?: object } {
  return KEY.test(query) ? { key: query } : { url: query };
}

/** The current entry under a key. */
export async function byKey(store: RecordStore, key: string): Promise<EntryRecord | undefined> {
  const { records } = await store.lookup([key, `${tagOf(key)}epoch`]);
  const [record, epoch] = records;
  return record?.kind === 'entry' && record.epoch === (epoch?.epoch ?? '') ? record : undefined;
}

/** The stored entries that are meant, lazily. */
export async function* list(parts: HandleParts, filter?: EntryFilter): AsyncGenerator<CacheEntry> {
  if (typeof filter === 'function') {
    for await (const record of currentEntries(parts.store)) {
      const entry = describe(record, parts);
      if (filter(entry)) yield entry;
    }
    return;
  }
  for await (const record of meant(parts, filter)) yield describe(record, parts);
}

/** The same as records. */
export async function* meant(parts: HandleParts, filter?: EntryFilter): AsyncGenerator<EntryRecord> {
  const accepts = acceptor(parts, filter);
  for await (const record of currentEntries(parts.store)) if (accepts(record)) yield record;
}

function acceptor(parts: HandleParts, filter: EntryFilter | undefined): (record: EntryRecord) => boolean {
  if (filter === undefined) return () => true;
  if (typeof filter === 'function') return (record) => filter(describe(record, parts));
  checkDescription(filter);
  const { isUntrue, isOver } = question(filter, parts.policy(), parts.clock());
  return (record) => isUntrue(record) || isOver(record);
}

/** The entries that are there and have not been invalidated, lazily. */
export async function* currentEntries(store: RecordStore): AsyncGenerator<EntryRecord> {
  for await (const [record, isCurrent] of judgedEntries(store)) if (isCurrent) yield record;
}

/** All entries, each with whether it is current: one of an epoch that is over is there only until its time is up. */
export async function* judgedEntries(store: RecordStore): AsyncGenerator<readonly [EntryRecord, boolean]> {
  let batch: EntryRecord[] = [];
  for await (const record of store.records()) {
    if (record.kind !== 'entry') continue;
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield* await judged(store, batch);
    batch = [];
  }
  if (batch.length > 0) yield* await judged(store, batch);
}

async function judged(store: RecordStore, batch: readonly EntryRecord[]): Promise<(readonly [EntryRecord, boolean])[]> {
  const epochs = await epochsOf(store, [...new Set(batch.map(({ key }) => tagOf(key)))]);
  return batch.map((record) => [record, record.epoch === (epochs?.get(tagOf(record.key)) ?? record.epoch)] as const);
}

/** The epochs of URL tags; `undefined` where the store does not tell. */
export async function epochsOf(
  store: RecordStore,
  tags: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const { records, answered } = await store.lookup(tags.map((tag) => `${tag}epoch`));
  return answered ? new Map(tags.map((tag, at) => [tag, records[at]?.epoch ?? ''])) : undefined;
}

/** The tag that a key begins with: its URL's. */
export function tagOf(key: string): string {
  return key.slice(0, key.indexOf('}') + 1);
}

/** What is told of a record. */
export function describe(record: EntryRecord, parts: HandleParts): CacheEntry {
  return describeEntry(record, expiresAt(record.response, parts.policy()), parts.clock());
}

function describeEntry(record: EntryRecord, expiresOn: EpochMs | null, now: EpochMs): CacheEntry {
  const { response, key, tags } = record;
  const { url, method, status, headers, receivedAt, body } = response;
  return {
    key,
    url,
    method,
    status,
    headers: { ...headers },
    tags: [...tags],
    size: octetsOf(body),
    createdAt: new Date(receivedAt),
    expires: expiresOn === null ? null : new Date(expiresOn),
    isExpired: expiresOn !== null && expiresOn <= now,
  };
}

function octetsOf({ bytes, octets = bytes?.byteLength, text = '' }: StoredBody): number {
  return octets ?? encoder.encode(text).byteLength;
}
