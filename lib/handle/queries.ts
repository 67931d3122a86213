/**
 * What is stored, and how does it go? Finding, listing and removing entries.
 */
import { CacheConfigurationError } from '../errors.js';
import { expiresAt } from '../policy/freshness.js';
import { urlTag } from '../policy/key.js';
import { redactUrl, secretNames } from '../policy/redaction.js';
import type { EpochMs } from '../policy/types.js';
import type { EntryRecord } from '../storage/records.js';
import type { RecordStore } from '../storage/types.js';
import type { CacheEntry, DeleteCriteria, HandleParts } from './types.js';

const KEY = /^\{[\w-]{22}\}[\w-]{43}$/;

/** A text that is a key, or else a URL. */
export function named(query: string): { readonly key?: string; readonly url?: string; readonly request?: object } {
  return KEY.test(query) ? { key: query } : { url: query };
}

/** The current entry under a key. */
export async function byKey(store: RecordStore, key: string): Promise<EntryRecord | undefined> {
  const epochKey = `${key.slice(0, key.indexOf('}') + 1)}epoch`;
  const { records } = await store.lookup([key, epochKey]);
  const [record, epoch] = records;
  return record?.kind === 'entry' && record.epoch === (epoch?.epoch ?? '') ? record : undefined;
}

/**
 * Removes what the criteria name; resolves to how many entries that were. The epochs are raised before anything is
 * removed: from then on nothing of these URLs is served, whatever becomes of the removals.
 */
export async function remove<Settings extends object>(
  parts: HandleParts<Settings>,
  criteria: DeleteCriteria,
): Promise<number> {
  checkCriteria(criteria);
  const { keys = [], urls = [], requests = [] } = criteria;
  const { store, events } = parts;
  const settings = parts.policy();
  const targets = [...urls, ...requests].map((target) => parts.resolve(target));
  const doomed = new Set<string>();
  for (const key of keys) if ((await byKey(store, key)) !== undefined) doomed.add(key);
  if (targets.length > 0) {
    const tags = [...new Set(targets.map((url) => `{${urlTag(url, settings)}}`))];
    const found = await entriesUnder(parts, tags);
    await parts.invalidate(tags);
    for (const key of found) doomed.add(key);
  }
  parts.outdate(keys);
  await store.remove([...doomed]);
  for (const url of targets) events.emit('invalidated', { url: redactUrl(url, secretNames(settings)) });
  return doomed.size;
}

const CRITERIA = ['keys', 'urls', 'requests'];

function checkCriteria(criteria: unknown): void {
  const takes = `an object with ${CRITERIA.join(', ')}, each a list`;
  if (typeof criteria !== 'object' || criteria === null) throw new CacheConfigurationError('delete', criteria, takes);
  for (const [name, value] of Object.entries(criteria))
    if (!CRITERIA.includes(name) || !(value === undefined || Array.isArray(value)))
      throw new CacheConfigurationError(`delete.${name}`, value, takes);
}

async function entriesUnder<Settings extends object>(
  parts: HandleParts<Settings>,
  tags: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { key } of currentEntries(parts)) if (tags.includes(tagOf(key))) found.push(key);
  } catch {
    // A store that cannot iterate cannot count either; the epoch does the rest.
  }
  return found;
}

/** The stored entries, lazily. */
export async function* list<Settings extends object>(
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

/** What is told of a record. */
export function describe<Settings extends object>(record: EntryRecord, parts: HandleParts<Settings>): CacheEntry {
  return describeEntry(record, expiresAt(record.response, parts.policy()), parts.clock());
}

/** An entry as it is told to callers. */
function describeEntry(record: EntryRecord, expiresOn: EpochMs | null, now: EpochMs): CacheEntry {
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
