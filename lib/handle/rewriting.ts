/**
 * How do entries change other than by an answer of the origin? Given another lifetime, or brought from another store.
 */
import { CacheConfigurationError } from '../errors.js';
import { DO_NOT_CACHE, isExpiration, parseExpiration } from '../policy/expiration.js';
import { keepFurther } from '../policy/storing.js';
import type { AssignedExpiry, EpochMs, Expiration, Seconds } from '../policy/types.js';
import type { EntryRecord, StoreRecord, VariantsRecord } from '../storage/records.js';
import { createRecordStore } from '../storage/store.js';
import type { RecordStore } from '../storage/types.js';
import { endKeys } from './removal.js';
import { currentEntries, epochsOf, meant, RECORDS, tagOf } from './queries.js';
import type { EntryFilter, HandleParts } from './types.js';

/** Entries that are rewritten together: each is held with its body meanwhile. */
const BATCH = 32;
/** A list of variants has to outlive what it lists, however stale that may be used. */
const LONGEST_RETENTION: Seconds = 30 * 86_400;
const MOST_VARIANTS = 32;
const MOST_SELECTORS = 4;

/** Gives entries a lifetime that begins now; resolves to how many. */
export async function resetExpiration(
  parts: HandleParts,
  expireAfter: Expiration,
  filter: EntryFilter | undefined,
): Promise<number> {
  const takes = "a number of seconds, a duration such as '10m', a Date, 'never' or 'do-not-cache'";
  if (!isExpiration(expireAfter)) throw new CacheConfigurationError('resetExpiration', expireAfter, takes);
  const now = parts.clock();
  const lifetime = parseExpiration(expireAfter, now);
  let count = 0;
  for await (const batch of inBatches(meant(parts, filter))) {
    const keys = batch.map(({ key }) => key);
    if (lifetime === DO_NOT_CACHE) await endKeys(parts, keys);
    else await assign(parts, batch, { ...lifetime, outranksOrigin: true }, now);
    count += keys.length;
  }
  if (lifetime !== DO_NOT_CACHE) await keepVariants(parts, lifetime.expiresAt, now);
  return count;
}

async function assign(
  { store, policy }: HandleParts,
  batch: readonly EntryRecord[],
  assigned: AssignedExpiry,
  now: EpochMs,
): Promise<void> {
  // What has been stored since it was listed is not to be undone.
  const { records, answered } = await store.lookup(batch.map(({ key }) => key));
  const useless: string[] = [];
  for (const [at, listed] of batch.entries()) {
    const record = answered ? records[at] : listed;
    if (record?.kind !== 'entry') continue;
    const response = { ...record.response, assigned };
    const keepFor = keepFurther(response, policy(), now);
    if (keepFor === 0) useless.push(record.key);
    else store.put({ ...record, response }, keepFor);
  }
  await store.remove(useless);
  await store.flush();
}

async function keepVariants({ store, policy }: HandleParts, expiresAt: EpochMs | null, now: EpochMs): Promise<void> {
  const keepFor = expiresAt === null ? null : longest(policy().keepForValidation, (expiresAt - now) / 1000);
  for await (const batch of inBatches(variantsIn(store))) {
    for (const record of batch) store.put(record, keepFor);
    await store.flush();
  }
}

function longest(validation: Seconds, lifetime: Seconds): Seconds {
  return Math.max(0, lifetime) + Math.max(validation, LONGEST_RETENTION);
}

async function* variantsIn(store: RecordStore): AsyncGenerator<VariantsRecord> {
  for await (const record of store.records()) if (record.kind === 'variants') yield record;
}

/** Copies what another cache, or a store, holds; resolves to how many entries came. */
export async function copyFrom(
  parts: HandleParts,
  source: object,
  { namespace }: { readonly namespace?: string | undefined } = {},
): Promise<number> {
  if (typeof source !== 'object' || (source as unknown) === null)
    throw new CacheConfigurationError('copyFrom', source, 'a store, or the cache of another instance');
  const records = (source as { [RECORDS]?: RecordStore })[RECORDS];
  if (records !== undefined) return copy(parts, records);
  const opened = createRecordStore({ store: source, namespace });
  try {
    return await copy(parts, opened);
  } finally {
    await opened.close();
  }
}

async function copy(parts: HandleParts, source: RecordStore): Promise<number> {
  if (source === parts.store) return 0;
  let count = 0;
  for await (const batch of inBatches(currentEntries(source))) count += await take(parts, batch);
  for await (const batch of inBatches(variantsIn(source))) await takeVariants(parts, source, batch);
  return count;
}

// Newer ones that are here already stay; what is invalidated meanwhile is of another epoch than these get.
async function take({ store, policy, clock }: HandleParts, batch: readonly EntryRecord[]): Promise<number> {
  const [epochs, here] = await around(store, batch);
  let count = 0;
  for (const [at, record] of batch.entries()) {
    const present = here[at];
    const epoch = epochs.get(tagOf(record.key)) ?? '';
    if (present?.kind === 'entry' && present.epoch === epoch && isAsNew(present, record)) continue;
    const keepFor = keepFurther(record.response, policy(), clock());
    if (keepFor !== 0 && store.put({ ...record, epoch }, keepFor)) count += 1;
  }
  await store.flush();
  return count;
}

function isAsNew(one: EntryRecord, other: EntryRecord): boolean {
  return one.response.receivedAt >= other.response.receivedAt;
}

async function takeVariants(
  { store }: HandleParts,
  source: RecordStore,
  batch: readonly VariantsRecord[],
): Promise<void> {
  const old = await epochsOf(source, [...new Set(batch.map(({ key }) => tagOf(key)))]);
  const current = batch.filter(({ key, epoch }) => old?.get(tagOf(key)) === epoch);
  const [epochs, here] = await around(store, current);
  for (const [at, record] of current.entries()) {
    const epoch = epochs.get(tagOf(record.key)) ?? '';
    const present = here[at];
    const known = present?.kind === 'variants' && present.epoch === epoch ? present : undefined;
    store.put(mergedVariants({ ...record, epoch }, known), null);
  }
  await store.flush();
}

/** A list of variants with what is known already. */
export function mergedVariants(record: VariantsRecord, known: VariantsRecord | undefined): VariantsRecord {
  const selectors = new Map([...record.selectors, ...(known?.selectors ?? [])].map((names) => [names.join(), names]));
  return {
    ...record,
    selectors: [...selectors.values()].slice(0, MOST_SELECTORS),
    variants: [...new Set([...record.variants, ...(known?.variants ?? [])])].slice(0, MOST_VARIANTS),
  };
}

/** The epochs of these records' URLs, and what lies at their keys. */
export async function around(
  store: RecordStore,
  batch: readonly Pick<StoreRecord, 'key'>[],
): Promise<readonly [ReadonlyMap<string, string>, readonly (StoreRecord | undefined)[]]> {
  const tags = [...new Set(batch.map(({ key }) => tagOf(key)))];
  const epochs = await epochsOf(store, tags);
  const { records } = await store.lookup(batch.map(({ key }) => key));
  return [epochs ?? new Map<string, string>(), records];
}

/** The items in lists. */
export async function* inBatches<T>(items: AsyncIterable<T>, size = BATCH): AsyncGenerator<readonly T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
