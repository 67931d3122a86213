/**
 * What is stored for this request? One round trip to the store, two where Vary selects (RFC 9111 §4, §4.1).
 *
 * A request with credentials looks at its own partition and at the public entry; a HEAD also at what a GET
 * stored. The URL's epoch comes along: an entry from before an invalidation is not there any more (§4.4).
 */
import { isExplicitlyPublic } from '../policy/storable.js';
import { dateOf } from '../policy/freshness.js';
import { createKey, credentialPartition, variantKey } from '../policy/key.js';
import { lengthPrefixed, sha256Base64Url } from '../policy/digest.js';
import type { CacheSettings, PolicyRequest, StoredResponse } from '../policy/types.js';
import { readVary, varyMismatch } from '../policy/vary.js';
import type { EntryRecord, VariantsRecord } from '../storage/records.js';
import type { RecordStore, WaitBudget } from '../storage/types.js';
import type { Callbacks, Passage, SeenRequest } from './engine.js';

/** Where the responses to a request lie. */
export interface Keys {
  /** Of the requester's own partition; the public one where there are no credentials. */
  readonly own: string;
  readonly public: string;
  /** Where a GET would have stored what a HEAD may use. */
  readonly ofGet: readonly string[];
  readonly epoch: string;
  readonly hasCredentials: boolean;
}

/** What was found. */
export interface Found {
  readonly keys: Keys;
  readonly epoch: string;
  /** Which invalidations of this process had been when the store was asked. */
  readonly stamp: string;
  /** The entry to be judged: the most recent that matches, else one that does not. */
  readonly entry: EntryRecord | undefined;
  /** False where the store could not be asked: that nothing was found says nothing then. */
  readonly answered: boolean;
  /** The records at the primary keys that list variants. */
  readonly variants: readonly VariantsRecord[];
}

/** The key at which the epoch of a URL lies. */
export function epochKey(key: string): string {
  return `${tagOf(key)}epoch`;
}

/** The tag that a key begins with: its URL's. */
export function tagOf(key: string): string {
  return key.slice(0, key.indexOf('}') + 1);
}

/** Where the answers to a GET or HEAD of a URL lie, as far as this requester could have stored or read them. */
export function keysOfUrl(passage: Passage, url: string): readonly string[] {
  const keys = ['GET', 'HEAD'].map((method) => {
    const request = { ...passage.request, method, url, body: undefined };
    return keysFor({ ...passage, request });
  });
  return [...new Set(keys.flatMap(({ own, public: shared }) => [own, shared]))];
}

/** Derives the keys of a request. A throw of the caller's own function is the caller's to see as an event. */
export function keysFor(passage: Passage): Keys {
  const { request, settings, callbacks } = passage;
  const tenant =
    callbacks.partition === undefined ? undefined : textOf(callbacks.partition(seenRequest(passage)), 'partition');
  const credentials = credentialPartition(request, settings);
  const base = basePartition(tenant, passage);
  const own = keyOf(request, settings, callbacks, passage, partition(base, credentials));
  const shared = credentials === undefined ? own : keyOf(request, settings, callbacks, passage, partition(base));
  const get = { ...request, method: 'GET' };
  const ofGet =
    request.method === 'HEAD'
      ? [
          keyOf(get, settings, callbacks, passage, partition(base, credentials)),
          keyOf(get, settings, callbacks, passage, partition(base)),
        ]
      : [];
  return { own, public: shared, ofGet, epoch: epochKey(own), hasCredentials: credentials !== undefined };
}

// By these, origins and what stands before them choose what to answer, without a word of it in Vary.
const ROUTING_FIELDS = [
  ...['host', 'forwarded', 'x-host', 'x-original-host', 'x-original-url', 'x-rewrite-url'],
  ...['host', 'port', 'prefix', 'proto', 'scheme', 'server'].map((name) => `x-forwarded-${name}`),
];

// What separates responses beside the user: the tenant, another socket behind the same URL, content kept coded, redirects.
function basePartition(tenant: string | undefined, { config, request }: Passage): (string | undefined)[] {
  const socket = typeof config.socketPath === 'string' ? config.socketPath : undefined;
  // A redirect is the answer of who does not follow it, and of nobody else.
  const { redirect = 'follow' } = (config.fetchOptions ?? {}) as { redirect?: string };
  const redirects = config.maxRedirects === 0 || redirect !== 'follow' ? 'not followed' : undefined;
  const routed = ROUTING_FIELDS.filter((name) => request.headers[name] !== undefined);
  const route =
    routed.length === 0 ? undefined : lengthPrefixed(routed.flatMap((name) => [name, request.headers[name]]));
  return [
    tenant,
    socket,
    config.decompress === false ? 'coded' : undefined,
    redirects,
    route,
    certificateOf(config),
    proxyOf(config),
  ];
}

// A promise is no text, and nobody else will look at it.
function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (value instanceof Promise) value.catch(() => undefined);
  throw new TypeError(`${name} has to return a text at once`);
}

// What stands between us and the origin, and who we are to it, may decide what is answered.
function proxyOf({ proxy }: Passage['config']): string | undefined {
  if (proxy === undefined || proxy === false) return undefined;
  const { protocol, host, port, auth } = proxy;
  return sha256Base64Url(lengthPrefixed([protocol, host, String(port), auth?.username, auth?.password]));
}

// Who shows a certificate is somebody: what comes through its agent is for it alone.
function certificateOf(config: Passage['config']): string | undefined {
  const { options } = (config.httpsAgent ?? {}) as { options?: { cert?: unknown; pfx?: unknown } };
  const shown = options?.cert ?? options?.pfx;
  if (shown === undefined) return undefined;
  return sha256Base64Url(shown instanceof Uint8Array ? shown : JSON.stringify(shown));
}

function partition(base: readonly (string | undefined)[], credentials?: string): string | undefined {
  const parts = [...base, credentials];
  if (parts.every((part) => part === undefined)) return undefined;
  const joined = lengthPrefixed(parts);
  return typeof joined === 'string' ? joined : String(joined);
}

function keyOf(
  request: PolicyRequest,
  settings: CacheSettings,
  { keyFn }: Callbacks,
  passage: Passage,
  owner: string | undefined,
): string {
  const standard = createKey(request, settings, owner);
  if (keyFn === undefined) return standard;
  const identity = textOf(keyFn(seenRequest(passage), createKey(request, settings)), 'keyFn');
  // In place of URL, content and matched fields; method and partition still apply.
  return createKey({ method: request.method, url: `key:${identity}`, headers: {} }, settings, owner);
}

/** The request as a caller's function sees it. */
export function seenRequest({ request, config }: Passage): SeenRequest {
  return { method: request.method, url: request.url, headers: request.headers, data: config.data as unknown, config };
}

/** Looks into the store. Never rejects. */
export async function lookUp(store: RecordStore, keys: Keys, passage: Passage): Promise<Found> {
  const primary = [...new Set([keys.own, keys.public, ...keys.ofGet])];
  const budget = store.waitBudget();
  const stamp = passage.engine.invalidations.stamp(tagOf(keys.own));
  const { records, answered } = await store.lookup([...primary, keys.epoch], budget);
  const last = records[primary.length];
  const epoch = last?.kind === 'epoch' ? last.epoch : '';
  const candidates: Candidate[] = [];
  const variants: VariantsRecord[] = [];
  for (const [at, key] of primary.entries()) {
    const record = records[at];
    if (record?.epoch !== epoch) continue;
    if (record.kind === 'entry') candidates.push({ entry: record, primary: key });
    if (record.kind === 'variants') variants.push(record);
  }
  if (variants.length > 0) candidates.push(...(await selectVariants(store, variants, passage, epoch, budget)));
  return { keys, epoch, stamp, answered, variants, entry: choose(candidates, keys, passage) };
}

/** An entry, and the primary key it was found under: whose it is. */
interface Candidate {
  readonly entry: EntryRecord;
  readonly primary: string;
}

async function selectVariants(
  store: RecordStore,
  variants: readonly VariantsRecord[],
  { request, settings }: Passage,
  epoch: string,
  budget: WaitBudget,
): Promise<Candidate[]> {
  const primaryOf = new Map<string, string>();
  for (const record of variants)
    for (const names of record.selectors) primaryOf.set(variantKey(record.key, names, request, settings), record.key);
  const { records } = await store.lookup([...primaryOf.keys()], budget);
  return records.flatMap((record) =>
    record?.kind === 'entry' && record.epoch === epoch
      ? [{ entry: record, primary: primaryOf.get(record.key) ?? '' }]
      : [],
  );
}

// §4: "if multiple stored responses match, the most recent".
function choose(candidates: readonly Candidate[], keys: Keys, { request, settings }: Passage): EntryRecord | undefined {
  let chosen: EntryRecord | undefined;
  let chosenMatches = false;
  for (const { entry, primary } of candidates) {
    if (!isAllowed(entry, primary, keys, settings)) continue;
    const matches = varyMismatch(entry.response, request.headers, settings) === undefined;
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
