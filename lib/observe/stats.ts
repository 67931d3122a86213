/**
 * How often? Counts of what became of requests, and why.
 */
import type { CacheInfo, CacheStatus } from './info.js';

/** Counts since the plugin was made, or since `reset`. */
export type StatusCounts = Readonly<Record<CacheStatus, number>>;

/** Counts requests by status and by reason. */
export interface Counter {
  count(info: CacheInfo): void;
  byStatus(): StatusCounts;
  byReason(): Readonly<Record<string, number>>;
  reset(): void;
}

/** Creates a counter. */
export function createCounter(): Counter {
  let statuses = zeros();
  let reasons = new Map<string, number>();
  return {
    count(info) {
      statuses[info.status] += 1;
      reasons.set(info.reason, (reasons.get(info.reason) ?? 0) + 1);
    },
    byStatus: () => ({ ...statuses }),
    byReason: () => Object.fromEntries(reasons),
    reset() {
      statuses = zeros();
      reasons = new Map();
    },
  };
}

function zeros(): Record<CacheStatus, number> {
  return { hit: 0, stale: 0, revalidated: 0, miss: 0, bypass: 0 };
}
