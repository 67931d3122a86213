/**
 * Has anything been invalidated since this request looked into the store? What was asked for before an invalidation
 * must not be stored after it (RFC 9111 §4.4), nor be joined by a request that came after.
 */

/** Counts invalidations in this process, by URL tag. */
export interface Invalidations {
  /** What changes with each invalidation of the tag. */
  stamp(tag: string): string;
  /** Whether there has been any. */
  isRaised(tag: string): boolean;
  raise(tag: string): void;
  raiseAll(): void;
}

const MOST_TAGS = 10_000;

/** Creates the counts of a plugin. */
export function createInvalidations(): Invalidations {
  const byTag = new Map<string, number>();
  let all = 0;
  const raiseAll = (): void => {
    all += 1;
    byTag.clear();
  };
  return {
    stamp: (tag) => `${String(all)}.${String(byTag.get(tag) ?? 0)}`,
    isRaised: (tag) => all > 0 || byTag.has(tag),
    raise(tag) {
      if (byTag.size >= MOST_TAGS && !byTag.has(tag)) raiseAll();
      byTag.set(tag, (byTag.get(tag) ?? 0) + 1);
    },
    raiseAll,
  };
}
