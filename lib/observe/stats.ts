/**
 * How often, how much? Counts of what became of requests, and why; and whether a cache ever stores anything.
 */
import type { CacheInfo, CacheStatus, NotStoredReason } from './info.js';

/** Requests by what became of them. */
export type StatusCounts = Readonly<Record<CacheStatus, number>>;

/** What has been counted. */
export interface CacheFigures extends StatusCounts {
  /** All requests, those that did not ask the cache included. */
  readonly requests: number;
  /** The share of the requests that asked the cache whose body came from it, from 0 to 1; 0 before the first. */
  readonly hitRatio: number;
  /** Requests by `response.cache.reason`. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Answers that were handed to the store, confirmations included. */
  readonly stored: number;
  /** Answers that were not, by why. */
  readonly notStored: Readonly<Record<string, number>>;
  /** Requests that shared the origin request of another. */
  readonly collapsed: number;
  /** Octets of bodies that came from the store. */
  readonly bytesFromCache: number;
  /** Octets of bodies that came from the origin, as far as they are known; those of streams are not. */
  readonly bytesFromOrigin: number;
  /** Milliseconds that the origin took for what was then served without asking it. */
  readonly originTimeSavedMs: number;
}

/** What a caller was given. */
export interface Delivered {
  readonly status: number;
  readonly bytes?: number | undefined;
  /** Milliseconds that the origin took for it. */
  readonly originMs?: number | undefined;
}

/** Counts requests. */
export interface Counter {
  /**
   * Counts a request. Returns, once, the most frequent reason why nothing was stored, where after a hundred responses
   * nothing ever was.
   */
  count(
    info: CacheInfo,
    notStored: NotStoredReason | undefined,
    delivered: Delivered | undefined,
  ): NotStoredReason | undefined;
  figures(): CacheFigures;
  /** Counts from nothing again. */
  reset(): void;
}

const RESPONSES_WITHOUT_ANY_STORED = 100;

interface Tally {
  readonly statuses: Record<CacheStatus, number>;
  readonly reasons: Map<string, number>;
  readonly notStored: Map<string, number>;
  stored: number;
  collapsed: number;
  fromCache: number;
  bytesFromCache: number;
  bytesFromOrigin: number;
  originTimeSavedMs: number;
}

/** Creates a counter. */
export function createCounter(): Counter {
  const hint = createHint();
  let tally = emptyTally();
  return {
    count(info, notStored, delivered) {
      add(tally, info, notStored, delivered);
      return hint(info, notStored);
    },
    figures: () => figuresOf(tally),
    reset() {
      tally = emptyTally();
    },
  };
}

function emptyTally(): Tally {
  return {
    statuses: { hit: 0, stale: 0, revalidated: 0, miss: 0, bypass: 0 },
    reasons: new Map(),
    notStored: new Map(),
    stored: 0,
    collapsed: 0,
    fromCache: 0,
    bytesFromCache: 0,
    bytesFromOrigin: 0,
    originTimeSavedMs: 0,
  };
}

function add(
  tally: Tally,
  info: CacheInfo,
  notStored: NotStoredReason | undefined,
  { bytes = 0, originMs = 0 }: Partial<Delivered> = {},
): void {
  const { status, fromCache } = info;
  tally.statuses[status] += 1;
  increment(tally.reasons, info.reason);
  // What was shared was stored once, and is counted with the request that went out.
  if (info.stored) tally.stored += info.collapsed ? 0 : 1;
  else if (notStored !== undefined) increment(tally.notStored, notStored);
  if (info.collapsed) tally.collapsed += 1;
  if (fromCache) {
    tally.fromCache += 1;
    tally.bytesFromCache += bytes;
  } else tally.bytesFromOrigin += bytes;
  if (status === 'hit' || status === 'stale') tally.originTimeSavedMs += Math.max(0, originMs);
}

function figuresOf({ statuses, reasons, notStored, fromCache, ...counts }: Tally): CacheFigures {
  const requests = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const asked = requests - statuses.bypass;
  return {
    ...statuses,
    requests,
    hitRatio: asked === 0 ? 0 : fromCache / asked,
    reasons: Object.fromEntries(reasons),
    notStored: Object.fromEntries(notStored),
    ...counts,
  };
}

function createHint(): (info: CacheInfo, notStored: NotStoredReason | undefined) => NotStoredReason | undefined {
  const declined = new Map<NotStoredReason, number>();
  let everUsed = false;
  let declines = 0;
  return (info, notStored) => {
    everUsed ||= info.stored || info.fromCache;
    if (everUsed || notStored === undefined || declines >= RESPONSES_WITHOUT_ANY_STORED) return undefined;
    declines += 1;
    increment(declined, notStored);
    return declines === RESPONSES_WITHOUT_ANY_STORED ? mostFrequent(declined) : undefined;
  };
}

function increment<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function mostFrequent(counts: ReadonlyMap<NotStoredReason, number>): NotStoredReason | undefined {
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}
