/**
 * Which keys are due? One timer for any number of them.
 *
 * Keys wait in buckets of half a second. While there are any, one timer that keeps no process alive looks every half
 * second which buckets are due: a key is reported at most a second late, and a million keys are still one timer.
 * The time is that of the running process, which setting the system's clock does not move.
 */
import { unrefTimeout } from '../platform.js';

/** Milliseconds since an arbitrary moment, never going back. */
export function monotonicNow(): number {
  return performance.now();
}

const BUCKET_MS = 500;
/** So many keys at once; the event loop runs in between. */
const SLICE = 5_000;

/** A set of keys, each with the moment it is due. */
export interface Expiry {
  /** `dueAt` lies ahead. */
  add(key: string, dueAt: number): void;
  remove(key: string, dueAt: number): void;
  /** Stops the timer; `start` goes on with it. */
  stop(): void;
  start(): void;
}

/** `onDue` is called once for each key that was not removed before, unless the clock was stopped. */
export function createExpiry(onDue: (key: string) => void): Expiry {
  const buckets = new Map<number, Set<string>>();
  let lastBucket = bucketOf(monotonicNow()) - 1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = true;

  const arm = (delay: number): void => {
    if (running && buckets.size > 0) timer ??= unrefTimeout(tick, delay);
  };
  const tick = (): void => {
    timer = undefined;
    arm(reportDue() ? BUCKET_MS : 1);
  };
  // False when there is more to report than one slice.
  const reportDue = (): boolean => {
    const dueBucket = Math.floor(monotonicNow() / BUCKET_MS);
    let room = SLICE;
    for (const bucket of dueBuckets(dueBucket)) {
      const keys = buckets.get(bucket) ?? new Set<string>();
      for (const key of keys) {
        if (room === 0) return false;
        room -= 1;
        keys.delete(key);
        onDue(key);
      }
      buckets.delete(bucket);
    }
    lastBucket = Math.max(lastBucket, dueBucket);
    return true;
  };
  // Usually the one or two since the last time; after a long sleep of the process whatever there is.
  const dueBuckets = (dueBucket: number): number[] => {
    const count = Math.max(0, dueBucket - lastBucket);
    if (count > buckets.size) return [...buckets.keys()].filter((bucket) => bucket <= dueBucket);
    const numbers = Array.from({ length: count }, (_, index) => lastBucket + 1 + index);
    return numbers.filter((bucket) => buckets.has(bucket));
  };

  return {
    add(key, dueAt) {
      const bucket = bucketOf(dueAt);
      const keys = buckets.get(bucket);
      if (keys === undefined) buckets.set(bucket, new Set([key]));
      else keys.add(key);
      arm(BUCKET_MS);
    },
    remove(key, dueAt) {
      const bucket = bucketOf(dueAt);
      const keys = buckets.get(bucket);
      keys?.delete(key);
      if (keys?.size === 0) buckets.delete(bucket);
    },
    stop() {
      running = false;
      clearTimeout(timer);
      timer = undefined;
    },
    start() {
      running = true;
      arm(BUCKET_MS);
    },
  };
}

function bucketOf(moment: number): number {
  return Math.ceil(moment / BUCKET_MS);
}
