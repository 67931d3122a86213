/**
 * How does a decision reach the store? Entries, the records that list variants, and invalidations
 * (RFC 9111 §3, §4.1, §4.4).
 *
 * Nothing here can fail a request, and nothing keeps one waiting but an invalidation, for a moment.
 */
import type { WhyBodyNotStored } from '../observe/info.js';
import { isExplicitlyPublic } from '../policy/storable.js';
import { urlTag, variantKey } from '../policy/key.js';
import type { WhyNotStored } from '../policy/decisions.js';
import type { EpochMs, Seconds, StoredResponse } from '../policy/types.js';
import { perform } from '../storage/guard.js';
import { isTooLarge } from '../storage/limits.js';
import type { EntryRecord, StoredBody, VariantsRecord } from '../storage/records.js';
import type { Course } from './course.js';
import type { Engine, Found, Passage } from './engine.js';
import { epochKey, keysOfUrl, tagOf } from './keys.js';
import { selectorsOf } from './lookup.js';
import { recheckTags } from './tags.js';

/** Variants kept of one resource; beyond, the one used longest ago goes. */
const MOST_VARIANTS = 32;
/** Different Vary fields remembered of one resource. */
const MOST_SELECTORS = 4;

/** What came of storing. */
export interface Committed {
  readonly entry: EntryRecord;
  readonly stored: boolean;
  readonly notStored?: WhyBodyNotStored | undefined;
}

/** Milliseconds that an invalidation waits for the store to have taken it. */
const LONGEST_WAIT = 250;

/** Stores a new response: under the requester's own key, or the public one where the origin opened it to all. */
export function commitResponse(
  { passage, found, ticket }: Course,
  response: StoredResponse<StoredBody>,
  keepFor: Seconds | null,
  tags: readonly string[],
): Committed {
  const { engine, request, settings } = passage;
  const { keys, epoch } = found;
  const primary = isExplicitlyPublic(response.headers, settings) ? keys.public : keys.own;
  const names = selectorsOf(response.headers);
  const key = names.length === 0 ? primary : variantKey(primary, names, request, settings);
  const entry: EntryRecord = { kind: 'entry', key, epoch, tags, response };
  const { requestedAt } = response;
  if (isOutdated(engine, found, requestedAt) || engine.tagMarks.endedSince(tags, found.turn, requestedAt))
    return { entry, stored: false, notStored: 'superseded' };
  if (isTooLarge(entry, engine.maxEntryBytes)) {
    // What was there before is older than what does not fit.
    void engine.store.remove([key]);
    return { entry, stored: false, notStored: 'too-large' };
  }
  // Where the store could not say which epoch it is, nobody can say that nothing was invalidated.
  if (engine.store.hasEpochs && epoch === '') {
    engine.store.giveUp(key);
    return { entry, stored: false, notStored: 'store-refused' };
  }
  const listed = found.variants.find((record) => record.key === primary);
  // Before the entry: who hears that it is there looks for it at once.
  if (names.length > 0) listVariant(engine, primary, entry, names, keepFor, listed);
  const stored = engine.store.put(entry, keepFor, ticket);
  if (!stored) return { entry, stored, notStored: 'store-refused' };
  void recheckTags(engine, entry, found.turn);
  if (names.length > 0) return { entry, stored };
  if (listed !== undefined) void engine.store.remove(listed.variants);
  return { entry, stored };
}

// §4.4: asked for before an invalidation, or before what is stored by now, an answer comes too late.
function isOutdated(engine: Engine, found: Found, requestedAt: EpochMs): boolean {
  const { own } = found.keys;
  if (engine.invalidations.stamp(tagOf(own)) !== found.stamp) return true;
  const record = engine.store.peek(own);
  return record?.kind === 'entry' && record.epoch === found.epoch && record.response.requestedAt > requestedAt;
}

function listVariant(
  engine: Engine,
  primary: string,
  { key, epoch }: EntryRecord,
  names: readonly string[],
  keepFor: Seconds | null,
  earlier: VariantsRecord | undefined,
): void {
  const known = currentVariants(engine, primary, earlier);
  const sameNames = (other: readonly string[]): boolean => other.join() === names.join();
  const selectors = [names, ...(known?.selectors ?? []).filter((other) => !sameNames(other))];
  const variants = [key, ...(known?.variants ?? []).filter((other) => other !== key)];
  const surplus = variants.slice(MOST_VARIANTS);
  const record: VariantsRecord = {
    kind: 'variants',
    key: primary,
    epoch,
    selectors: selectors.slice(0, MOST_SELECTORS),
    variants: variants.slice(0, MOST_VARIANTS),
  };
  engine.store.put(record, keepFor);
  if (surplus.length > 0) void engine.store.remove(surplus);
}

// Another variant may have been listed since the lookup.
function currentVariants(
  engine: Engine,
  primary: string,
  earlier: VariantsRecord | undefined,
): VariantsRecord | undefined {
  const record = engine.store.peek(primary);
  return record?.kind === 'variants' ? record : earlier;
}

/** Replaces a confirmed entry where it lies; removes it where it may not be kept. */
export function commitFreshened(
  { passage: { engine }, found, ticket }: Course,
  entry: EntryRecord,
  response: StoredResponse<StoredBody>,
  keepFor: Seconds | null,
  notStored: WhyNotStored | undefined,
): Committed {
  const { key, epoch, tags } = entry;
  const freshened: EntryRecord = { kind: 'entry', key, epoch, tags, response };
  if (engine.invalidations.stamp(tagOf(entry.key)) !== found.stamp)
    return { entry: freshened, stored: false, notStored: 'superseded' };
  if (notStored === undefined) return { entry: freshened, stored: engine.store.put(freshened, keepFor, ticket) };
  // Kept out of the store, not only out of this write; a read-only cache leaves it to others.
  if (notStored !== 'read-only' && notStored !== 'disabled') void engine.store.remove([entry.key]);
  return { entry: freshened, stored: false };
}

/** Makes everything stored for these URLs untrue, all variants and partitions: their epoch is over (§4.4). */
export async function invalidate(passage: Passage, urls: readonly string[]): Promise<void> {
  const { engine, settings } = passage;
  const keys = urls.flatMap((url) => keysOrNone(passage, url));
  const tags = new Set([...urls.map((url) => `{${urlTag(url, settings)}}`), ...keys.map(tagOf)]);
  await raiseEpochs(engine, [...tags], keys);
  for (const url of urls) engine.events.emit('invalidated', { url: passage.redact(url) });
}

function keysOrNone(passage: Passage, url: string): readonly string[] {
  try {
    return keysOfUrl(passage, url);
  } catch (cause) {
    passage.engine.events.emit('error', { operation: 'keyFn or partition', cause });
    return [];
  }
}

/** Raises the epochs of URL tags, `{…}` as keys begin, and removes the entries that are named. */
export async function raiseEpochs(
  engine: Engine,
  tags: readonly string[],
  named: readonly string[] = [],
): Promise<void> {
  for (const tag of tags) engine.invalidations.raise(tag);
  // Other processes see it once it is written; a store that does not answer is told later.
  await perform(() => engine.store.raise(tags.map(epochKey), named), LONGEST_WAIT);
}
