/**
 * Who brings a stale response up to date while its callers are served? Background refreshes (RFC 5861 §3).
 *
 * One at a time for each key, so many in all, and after a failure none for a while. A refresh belongs to no
 * caller: it ends neither with the caller's signal nor in anybody's rejected promise.
 */
import type { Throttle } from './throttle.js';

/** Refreshes at once; beyond, a stale response stays stale until the next request. */
const MOST_REFRESHES = 32;
/** After a failed refresh the key is left alone for so long. */
const PAUSE_MILLISECONDS = 5_000;

/** Refreshes under way. */
export interface Refreshes {
  /** Starts one unless the key has one, had a failed one lately, or there are too many; says whether it did. */
  start(key: string, run: () => Promise<boolean>): boolean;
  readonly size: number;
}

/** Creates the refreshes of a plugin. `run` resolves to whether the refresh was of use; it is asked never to reject. */
export function createRefreshes(failures: Throttle, onError: (error: unknown) => void): Refreshes {
  const underWay = new Map<string, Promise<void>>();
  const perform = async (key: string, run: () => Promise<boolean>): Promise<void> => {
    try {
      if (await run()) failures.forget(key);
      else failures.note(key);
    } catch (error) {
      failures.note(key);
      onError(error);
    } finally {
      underWay.delete(key);
    }
  };
  return {
    start(key, run) {
      if (underWay.has(key) || underWay.size >= MOST_REFRESHES || failures.isRecent(key, PAUSE_MILLISECONDS))
        return false;
      underWay.set(key, perform(key, run));
      return true;
    },
    get size() {
      return underWay.size;
    },
  };
}
