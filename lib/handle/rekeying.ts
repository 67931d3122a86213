/**
 * What if the options change that keys are made of? Entries are brought to the keys they would have now.
 *
 * Of a request the store knows method, URL and the fields that Vary names, and nothing that would tell whose it was. An
 * entry that lies at the key which those give is anybody's, and moves. What belongs to a user, a tenant or a content stays
 * where it is, until its time is up.
 */
import { createKey, variantKey } from '../policy/key.js';
import { redactUrl, secretNames } from '../policy/redaction.js';
import { isExplicitlyPublic } from '../policy/storable.js';
import { keepFurther } from '../policy/storing.js';
import type { CacheSettings } from '../policy/types.js';
import { readVary } from '../policy/vary.js';
import type { EntryRecord } from '../storage/records.js';
import { currentEntries, tagOf } from './queries.js';
import { around, inBatches, mergedVariants } from './rewriting.js';
import type { HandleParts } from './types.js';

/** Where an entry lies: its resource's key, and its own where Vary selects. */
interface Place {
  readonly primary: string;
  readonly key: string;
  readonly names: readonly string[];
}

interface Move {
  readonly record: EntryRecord;
  readonly from: Place;
  /** `undefined`: to nowhere, since what its key needs was not kept. */
  readonly to: Place | undefined;
}

/** Moves the entries whose keys were made by the settings `before`; resolves to how many have another key now. */
export async function recreateKeys(parts: HandleParts, before: CacheSettings): Promise<number> {
  const after = parts.policy();
  const left = new Set<string>();
  let count = 0;
  for await (const batch of inBatches(currentEntries(parts.store))) {
    const moves = batch.flatMap((record) => moveOf(record, before, after) ?? []);
    for (const { from } of moves) left.add(from.key).add(from.primary);
    count += await settle(parts, moves, after);
  }
  // Only now: a database that lists by position would skip what moves up.
  await parts.store.remove([...left]);
  return count;
}

function moveOf(record: EntryRecord, before: CacheSettings, after: CacheSettings): Move | undefined {
  const from = placeOf(record, before);
  if (from?.key !== record.key || !isAnybodys(record, before)) return undefined;
  if (!isSubset(after.matchHeaders, before.matchHeaders)) return undefined;
  const to = isWhole(record.response.url, before, after) ? placeOf(record, after) : undefined;
  return to?.key === from.key ? undefined : { record, from, to };
}

function placeOf({ response }: EntryRecord, settings: CacheSettings): Place | undefined {
  const { method, url, headers, selectedBy } = response;
  const vary = readVary(headers);
  if (vary.kind !== 'names') return undefined;
  const primary = createKey({ method, url, headers: {} }, settings);
  const { names } = vary;
  if (names.length === 0) return { primary, key: primary, names };
  return { primary, names, key: variantKey(primary, names, { method, url, headers: selectedBy }, settings) };
}

// Without partitions, a user's responses lie at everybody's key.
function isAnybodys({ response }: EntryRecord, { credentials, ...settings }: CacheSettings): boolean {
  return credentials === 'partition' || isExplicitlyPublic(response.headers, { credentials, ...settings });
}

// Fields that belong to keys only now were not kept.
function isSubset(now: CacheSettings['matchHeaders'], before: CacheSettings['matchHeaders']): boolean {
  if (now === false || before === true) return true;
  return now !== true && before !== false && now.every((name) => before.includes(name));
}

// What was ignored and counts now is gone: only its name is left.
function isWhole(url: string, before: CacheSettings, after: CacheSettings): boolean {
  const [was, is] = [secretNames(before), secretNames(after)];
  const lost = was.filter((name) => !is.includes(name));
  if (lost.length === 0) return true;
  try {
    return [...new URL(url).searchParams.keys()].every((name) => !lost.includes(name.toLowerCase()));
  } catch {
    return false;
  }
}

async function settle({ store, policy, clock }: HandleParts, moves: readonly Move[], after: CacheSettings) {
  const arriving = moves.flatMap(({ record, to }) => (to === undefined ? [] : [{ record, to, key: to.key }]));
  const [epochs, here] = await around(store, arriving);
  let count = 0;
  for (const [at, { record, to }] of arriving.entries()) {
    const epoch = epochs.get(tagOf(to.key)) ?? '';
    const present = here[at];
    const isNewer = present?.kind === 'entry' && present.response.receivedAt > record.response.receivedAt;
    const response = { ...record.response, url: redactUrl(record.response.url, secretNames(after)) };
    const keepFor = keepFurther(response, policy(), clock());
    if (isNewer || keepFor === 0 || !store.put({ ...record, key: to.key, epoch, response }, keepFor)) continue;
    count += 1;
    if (to.names.length > 0) await listVariant(store, to, epoch);
  }
  await store.flush();
  return count;
}

async function listVariant(store: HandleParts['store'], { primary, key, names }: Place, epoch: string): Promise<void> {
  const { records } = await store.lookup([primary]);
  const [known] = records;
  const record = { kind: 'variants', key: primary, epoch, selectors: [names], variants: [key] } as const;
  const current = known?.kind === 'variants' && known.epoch === epoch ? known : undefined;
  store.put(mergedVariants(record, current), null);
}
