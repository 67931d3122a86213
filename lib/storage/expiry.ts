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

/** A set of keys, each with the moment it is due; tells of each that was not removed before. */
export class Expiry {
  readonly #buckets = new Map<number, Set<string>>();
  readonly #onDue: (key: string) => void;
  #lastBucket = bucketOf(monotonicNow()) - 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = true;

  constructor(onDue: (key: string) => void) {
    this.#onDue = onDue;
  }

  /** `dueAt` lies ahead. */
  add(key: string, dueAt: number): void {
    const bucket = bucketOf(dueAt);
    const keys = this.#buckets.get(bucket);
    if (keys === undefined) this.#buckets.set(bucket, new Set([key]));
    else keys.add(key);
    this.#arm(BUCKET_MS);
  }

  remove(key: string, dueAt: number): void {
    const bucket = bucketOf(dueAt);
    const keys = this.#buckets.get(bucket);
    keys?.delete(key);
    if (keys?.size === 0) this.#buckets.delete(bucket);
  }

  /** Stops the timer; `start` goes on with it. */
  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  start(): void {
    this.#isRunning = true;
    this.#arm(BUCKET_MS);
  }

  #arm(delay: number): void {
    if (!this.#isRunning || this.#buckets.size === 0) return;
    this.#timer ??= unrefTimeout(() => {
      this.#timer = undefined;
      this.#arm(this.#reportDue() ? BUCKET_MS : 1);
    }, delay);
  }

  // False when there is more to report than one slice.
  #reportDue(): boolean {
    const dueBucket = Math.floor(monotonicNow() / BUCKET_MS);
    let room = SLICE;
    for (const bucket of this.#dueBuckets(dueBucket)) {
      const keys = this.#buckets.get(bucket) ?? new Set<string>();
      for (const key of keys) {
        if (room === 0) return false;
        room -= 1;
        keys.delete(key);
        this.#onDue(key);
      }
      this.#buckets.delete(bucket);
    }
    this.#lastBucket = Math.max(this.#lastBucket, dueBucket);
    return true;
  }

  // Usually the one or two since the last time; after a long sleep of the process whatever there is.
  #dueBuckets(dueBucket: number): number[] {
    const count = Math.max(0, dueBucket - this.#lastBucket);
    if (count > this.#buckets.size) return [...this.#buckets.keys()].filter((bucket) => bucket <= dueBucket);
    const numbers = Array.from({ length: count }, (_, index) => this.#lastBucket + 1 + index);
    return numbers.filter((bucket) => this.#buckets.has(bucket));
  }
}

function bucketOf(moment: number): number {
  return Math.ceil(moment / BUCKET_MS);
}
