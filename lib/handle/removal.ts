/**
 * How do entries go? Removed by name, by URL, or by what they are.
 *
 * What has become untrue (by URL, tag or pattern) must not come back: answers that were asked for before are not stored
 * after. So the epochs of the URLs are raised, in this process and in the store, before anything is removed: from then on
 * nothing of these URLs is served, whatever becomes of the removals. What is only old is just removed.
 */
import { CacheConfigurationError } from '../errors.js';
import { urlTag } from '../policy/key.js';
import { unrefTimeout } from '../platform.js';
import { redactUrl, secretNames } from '../policy/redaction.js';
import type { RecordStore } from '../storage/types.js';
import { checkRemoval, question } from './criteria.js';
import type { DeleteCriteria } from './criteria.js';
import { KeySet } from './key-set.js';
import { byKey, epochsOf, judgedEntries, tagOf } from './queries.js';
import type { HandleParts, RemovalParts } from './types.js';

/** So many URLs are looked for one by one; more of them in one pass over everything. */
const FEW = 8;

/** Removes what the criteria name; resolves to how many entries that were. */
export async function remove(parts: HandleParts, criteria: DeleteCriteria): Promise<number> {
  checkRemoval(criteria);
  const { keys = [], urls = [], requests = [] } = criteria;
  const doomed = new Set<string>();
  for (const key of keys) if ((await byKey(parts.store, key)) !== undefined) doomed.add(key);
  const targets = [...urls, ...requests].map((target) => parts.resolve(target));
  if (targets.length > 0) for (const key of await endUrls(parts, targets)) doomed.add(key);
  parts.outdate(keys);
  await parts.store.remove([...doomed]);
  const counted = doomed.size + (await removeDescribed(parts, criteria, doomed));
  tell(parts, criteria, targets);
  return counted;
}

// The epochs end them at once. What was there before is looked for afterwards, to be removed and counted.
async function endUrls(parts: HandleParts, urls: readonly string[]): Promise<string[]> {
  const { store } = parts;
  const settings = parts.policy();
  const tags = [...new Set(urls.map((url) => `{${urlTag(url, settings)}}`))];
  const before = await epochsOf(store, tags);
  const own = await Promise.all(urls.map((url) => parts.find(url)));
  await parts.invalidate(tags);
  const found: string[] = [];
  try {
    for (const start of tags.length > FEW ? [undefined] : tags)
      for await (const { kind, key, epoch } of store.records(start))
        if (kind === 'entry' && before?.get(tagOf(key)) === epoch) found.push(key);
    return found;
  } catch (error) {
    // What a store that cannot iterate holds for other users is not counted; the epoch ends it all the same.
    if (error instanceof CacheConfigurationError) return own.flatMap((record) => (record ? [record.key] : []));
    throw error;
  }
}

interface Doomed {
  /** Their URLs have become untrue. */
  readonly untrue: KeySet;
  readonly over: KeySet;
}

/** Milliseconds until a store that did not answer is looked through again, and how often that is done. */
const AGAIN_AFTER = 1_000;
const MOST_ATTEMPTS = 600;

/**
 * Removes what is described; resolves to how many entries that were, those aside that are `counted` already. What has
 * become untrue while the store was away is removed once it is back; until then this process serves nothing with its tags.
 */
export async function removeDescribed(
  parts: RemovalParts,
  criteria: DeleteCriteria,
  counted: ReadonlySet<string> = new Set(),
  attempt = 1,
): Promise<number> {
  const { tags = [], pattern, expired, olderThan, invalid } = criteria;
  const isUntruth = tags.length > 0 || pattern !== undefined;
  if (!isUntruth && !expired && olderThan === undefined && !invalid) return 0;
  const { written, done } = parts.endTags(tags);
  // Which URLs a pattern means that are only just being asked for, nobody knows.
  if (pattern !== undefined) parts.outdate('all');
  try {
    await written;
    const removed = await removeFound(parts, criteria, counted);
    if (isUntruth && attempt < MOST_ATTEMPTS && !(await answers(parts.store)))
      unrefTimeout(() => {
        void removeDescribed(parts, { tags, pattern }, counted, attempt + 1).catch(() => undefined);
        done();
      }, AGAIN_AFTER);
    else done();
    return removed;
  } catch (error) {
    done();
    throw error;
  }
}

async function removeFound(
  parts: RemovalParts,
  criteria: DeleteCriteria,
  counted: ReadonlySet<string>,
): Promise<number> {
  const { untrue, over } = await look(parts, criteria);
  for await (const keys of untrue.slices()) await endKeys(parts, keys);
  for await (const keys of over.slices()) await parts.store.remove(keys);
  const again = [...counted].filter((key) => untrue.has(key) || over.has(key));
  return untrue.size + over.size - again.length;
}

async function answers(store: RecordStore): Promise<boolean> {
  return store.isPrivate || (await store.lookup(['{}'])).answered;
}

// Everything is looked at before anything goes: a database that lists by position would skip what moves up.
async function look({ store, policy, clock }: RemovalParts, criteria: DeleteCriteria): Promise<Doomed> {
  const untrue = new KeySet();
  const over = new KeySet();
  const { isUntrue, isOver } = question(criteria, policy(), clock());
  for await (const [record, isCurrent] of judgedEntries(store)) {
    if (!isCurrent) {
      if (criteria.invalid === true) over.add(record.key);
    } else if (isUntrue(record)) untrue.add(record.key);
    else if (isOver(record)) over.add(record.key);
  }
  if (criteria.invalid === true) for await (const key of store.unreadable()) over.add(key);
  return { untrue, over };
}

/** Ends the URLs of these keys, and removes what lies there. */
export async function endKeys(parts: RemovalParts, keys: readonly string[]): Promise<void> {
  const { store } = parts;
  // Where nobody else can be writing, this process need only know it itself.
  if (store.isPrivate) parts.outdate(keys);
  else await parts.invalidate([...new Set(keys.map(tagOf))]);
  await store.remove(keys);
}

function tell({ events, policy }: HandleParts, criteria: DeleteCriteria, urls: readonly string[]): void {
  const { keys = [], tags = [], pattern } = criteria;
  for (const url of urls) events.emit('invalidated', () => ({ url: redactUrl(url, secretNames(policy())) }));
  for (const key of keys) events.emit('invalidated', { key });
  for (const tag of tags) events.emit('invalidated', { tag });
  if (pattern !== undefined) events.emit('invalidated', { pattern: String(pattern) });
}
