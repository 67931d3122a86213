/**
 * What is due? One timer for any number of items.
 *
 * They wait in buckets of half a second. While there are any, one timer that keeps no process alive looks every half
 * second which buckets are due: an item is reported at most a second late, and a million of them are still one timer.
 * The time is that of the running process, which setting the system's clock does not move.
 */
import { unrefTimeout } from '../platform.js';

/** Milliseconds since an arbitrary moment, never going back. */
export function monotonicNow(): number {
  return performance.now();
}

const BUCKET_MS = 500;
/** Milliseconds for what is due at once; the event loop runs in between. */
const SLICE_MS = 5;

/** What is due at a moment, linked with what is due at about the same one. */
export interface Due<D> {
  /** Of `monotonicNow`. */
  readonly dueAt: number;
  before: D | undefined;
  after: D | undefined;
}

/** Items, each with the moment it is due; tells of each that was not removed before. */
export class Expiry<D extends Due<D>> {
  /** The last that was added of those due in the same half second. */
  readonly #buckets = new Map<number, D>();
  readonly #onDue: (item: D) => void;
  #lastBucket = bucketOf(monotonicNow()) - 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = true;

  constructor(onDue: (item: D) => void) {
    this.#onDue = onDue;
  }

  /** It is due at a moment that lies ahead, and in no other list. */
  add(item: D): void {
    const bucket = bucketOf(item.dueAt);
    const last = this.#buckets.get(bucket);
    item.after = last;
    if (last !== undefined) last.before = item;
    this.#buckets.set(bucket, item);
    this.#arm(BUCKET_MS);
  }

  /** It was added. */
  remove(item: D): void {
    const { before, after } = item;
    if (after !== undefined) after.before = before;
    if (before !== undefined) before.after = after;
    else if (after !== undefined) this.#buckets.set(bucketOf(item.dueAt), after);
    else this.#buckets.delete(bucketOf(item.dueAt));
    item.before = undefined;
    item.after = undefined;
  }

  clear(): void {
    this.#buckets.clear();
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
      let isDone = false;
      try {
        isDone = this.#reportDue();
      } finally {
        // Only now: what was added meanwhile can wait longer than what is due already.
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#arm(isDone ? BUCKET_MS : 1);
      }
    }, delay);
  }

  // False when there is more to report than there is time for.
  #reportDue(): boolean {
    const startedAt = monotonicNow();
    const dueBucket = Math.floor(startedAt / BUCKET_MS);
    for (const bucket of this.#dueBuckets(dueBucket)) {
      for (let item = this.#buckets.get(bucket); item !== undefined; item = this.#buckets.get(bucket)) {
        this.#onDue(item);
        if (monotonicNow() - startedAt > SLICE_MS) return false;
      }
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
