/**
 * How often? Counts of what became of requests, and why; and whether a cache ever stores anything.
 */
import type { CacheInfo, CacheStatus, NotStoredReason } from './info.js';

/** Counts since the plugin was made. */
export type StatusCounts = Readonly<Record<CacheStatus, number>>;

/** Counts requests by status and by reason. */
export interface Counter {
  /**
   * Counts a request. Returns, once, the most frequent reason why nothing was stored, where after a hundred responses
   * nothing ever was.
   */
  count(info: CacheInfo, notStored: NotStoredReason | undefined): NotStoredReason | undefined;
  byStatus(): StatusCounts;
  byReason(): Readonly<Record<string, number>>;
}

const RESPONSES_WITHOUT_ANY_STORED = 100;

/** Creates a counter. */
export function createCounter(): Counter {
  const statuses: Record<CacheStatus, number> = { hit: 0, stale: 0, revalidated: 0, miss: 0, bypass: 0 };
  const reasons = new Map<string, number>();
  const declined = new Map<NotStoredReason, number>();
  let everUsed = false;
  let declines = 0;
  return {
    count(info, notStored) {
      statuses[info.status] += 1;
      reasons.set(info.reason, (reasons.get(info.reason) ?? 0) + 1);
      everUsed ||= info.stored || info.fromCache;
      if (everUsed || notStored === undefined || declines >= RESPONSES_WITHOUT_ANY_STORED) return undefined;
      declines += 1;
      declined.set(notStored, (declined.get(notStored) ?? 0) + 1);
      return declines === RESPONSES_WITHOUT_ANY_STORED ? mostFrequent(declined) : undefined;
    },
    byStatus: () => ({ ...statuses }),
    byReason: () => Object.fromEntries(reasons),
  };
}

function mostFrequent(counts: ReadonlyMap<NotStoredReason, number>): NotStoredReason | undefined {
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}
