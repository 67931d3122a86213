/**
 * What is stored for this request? One round trip to the store, two where Vary selects (RFC 9111 §4, §4.1).
 *
 * A request with credentials looks at its own partition and at the public entry; a HEAD also at what a GET
 * stored. The URL's epoch comes along: an entry from before an invalidation is not there any more (§4.4).
 */
import { isExplicitlyPublic } from '../policy/storable.js';
import { dateOf } from '../policy/freshness.js';
import { variantKey } from '../policy/key.js';
import type { CacheSettings, StoredResponse } from '../policy/types.js';
import { readVary, varyMismatch } from '../policy/vary.js';
import type { EntryRecord, VariantsRecord } from '../storage/records.js';
import type { LookupResult, MaybePromise, RecordStore } from '../storage/types.js';
import { after } from '../storage/guard.js';
import type { Found, Keys, Passage } from './engine.js';

/** Looks into the store; at once where that answers at once. Never rejects. */
export function lookUp(
  store: RecordStore,
  keys: Keys,
  passage: Passage,
  budget = store.waitBudget(),
  fresh = false,
): MaybePromise<Found> {
  const { invalidations, tagMarks } = passage.engine;
  const stamp = invalidations.stamp(keys.tag);
  const { turn } = tagMarks;
  const ask = (wanted: readonly string[]): MaybePromise<LookupResult> => store.lookup(wanted, budget, fresh);
  return after(ask(keys.lookedAt), ({ records, answered }) => {
    const { epoch, candidates, variants } = sorted(records, keys);
    const found = (others: readonly Candidate[]): Found => {
      const all = others.length === 0 ? candidates : [...candidates, ...others];
      const lasting = all.filter(({ entry }) => !tagMarks.isEnding(entry.tags));
      return { keys, epoch, stamp, turn, budget, answered, variants, entry: choose(lasting, keys, passage) };
    };
    return variants.length === 0 ? found([]) : after(selectVariants(variants, passage, epoch, ask), found);
  });
}

/** An entry, and the primary key it was found under: whose it is. */
interface Candidate {
  readonly entry: EntryRecord;
  readonly primary: string;
}

interface Sorted {
  readonly epoch: string;
  readonly candidates: readonly Candidate[];
  readonly variants: readonly VariantsRecord[];
}

// The epoch is asked for last.
function sorted(records: LookupResult['records'], { lookedAt }: Keys): Sorted {
  const last = records[lookedAt.length - 1];
  const epoch = last?.kind === 'epoch' ? last.epoch : '';
  const candidates: Candidate[] = [];
  const variants: VariantsRecord[] = [];
  for (let at = 0; at < lookedAt.length - 1; at += 1) {
    const record = records[at];
    if (record?.epoch !== epoch) continue;
    if (record.kind === 'entry') candidates.push({ entry: record, primary: lookedAt[at] ?? '' });
    if (record.kind === 'variants') variants.push(record);
  }
  return { epoch, candidates, variants };
}

function selectVariants(
  variants: readonly VariantsRecord[],
  { request, settings }: Passage,
  epoch: string,
  ask: (keys: readonly string[]) => MaybePromise<LookupResult>,
): MaybePromise<Candidate[]> {
  const primaryOf = new Map<string, string>();
  for (const record of variants)
    for (const names of record.selectors) primaryOf.set(variantKey(record.key, names, request, settings), record.key);
  return after(ask([...primaryOf.keys()]), ({ records }) =>
    records.flatMap((record) =>
      record?.kind === 'entry' && record.epoch === epoch
        ? [{ entry: record, primary: primaryOf.get(record.key) ?? '' }]
        : [],
    ),
  );
}

// §4: "if multiple stored responses match, the most recent".
function choose(candidates: readonly Candidate[], keys: Keys, { request, settings }: Passage): EntryRecord | undefined {
  const [only] = candidates;
  if (candidates.length <= 1)
    return only !== undefined && isAllowed(only.entry, only.primary, keys, settings) ? only.entry : undefined;
  let chosen: EntryRecord | undefined;
  let chosenMatches = false;
  for (const { entry, primary } of candidates) {
    if (!isAllowed(entry, primary, keys, settings)) continue;
    const matches = varyMismatch(entry.response, request, settings) === undefined;
    const isBetter =
      chosen === undefined ||
      (matches && !chosenMatches) ||
      (matches === chosenMatches && isMoreRecent(entry.response, chosen.response));
    if (!isBetter) continue;
    chosen = entry;
    chosenMatches = matches;
  }
  return chosen;
}

function isMoreRecent(one: StoredResponse, other: StoredResponse): boolean {
  const difference = dateOf(one) - dateOf(other);
  return difference > 0 || (difference === 0 && one.receivedAt > other.receivedAt);
}

// What lies outside a requester's own partition is theirs only if the origin said it is everybody's.
function isAllowed(entry: EntryRecord, primary: string, keys: Keys, settings: CacheSettings): boolean {
  if (!keys.hasCredentials || primary === keys.own || primary === keys.ofGet[0]) return true;
  return isExplicitlyPublic(entry.response.headers, settings);
}

/** Whether a response is selected by request fields, and by which. */
export function selectorsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  const vary = readVary(headers);
  return vary.kind === 'names' ? vary.names : [];
}
