/**
 * What may a store be able to do beyond `get`, `set` and `delete`?
 *
 * Every store that a caller gives becomes one of these. Keys are complete when they arrive here, values are strings,
 * save where `holdsRecords` says otherwise. Whatever fails, throws or rejects: the guard above sees to it.
 */
import type { Fenced } from './lease.js';
import type { MaybePromise, StorageAdapter } from './types.js';

/** A storage adapter with what our own ones can do as well. */
export interface Backend extends StorageAdapter {
  /** Values are records, kept as the objects they are, and every operation answers at once. */
  readonly holdsRecords?: boolean;
  /** Values leave by themselves when their time is over; elsewhere each says when that is. */
  readonly expires?: boolean;
  /** So many writes at once; the default is that of a server. */
  readonly concurrency?: number;
  /** Milliseconds that a write may take beyond the usual: it is there once the disk says so, and nobody waits for it. */
  readonly writeSlack?: number;
  /** Takes a lifetime of many years; elsewhere the longest one is what a timer takes, 24 days. */
  readonly longTtl?: boolean;
  /** Other processes use it too: the rules of a shared cache are the default. */
  readonly shared?: boolean;
  /** The values as they are now, past whatever keeps them nearer. */
  getManyFresh?(keys: string[]): MaybePromise<readonly unknown[]>;
  /** Writing under conditions, and single flight across processes. */
  readonly fenced?: Fenced;
  /** What lies there, without counting as a use. */
  peek?(key: string): unknown;
  /** Removes everything, whosever it is: for Keyv's sake only. */
  clear?(): MaybePromise<void>;
  /** The names that begin with `prefix`, and maybe others, in lists that may be empty. Deleting them meanwhile is fine. */
  names?(prefix: string): AsyncIterable<readonly string[]>;
  /** What the connection last complained of, if that was a moment ago. */
  readonly lastError?: () => unknown;
  figures?(): { readonly entries: number; readonly bytes: number };
  /** Takes it into use; what is returned ends that, and with the last use whatever we opened for it. */
  readonly retain?: () => () => MaybePromise<void>;
}

/** A `retain` that counts: `start` at the first use, `stop` at the end of the last. */
export function sharedUse(start: () => void, stop: () => MaybePromise<void>): () => () => MaybePromise<void> {
  let uses = 0;
  return () => {
    uses += 1;
    if (uses === 1) start();
    let released = false;
    return () => {
      if (released) return;
      released = true;
      uses -= 1;
      return uses === 0 ? stop() : undefined;
    };
  };
}

/** So many at once, and no more of them without a pause than this time allows, do not hold up the event loop. */
const SLICE = 250;
const WITHOUT_PAUSE_MS = 8;

/** The items in lists, with the event loop running in between. */
export async function* inSlices<T>(items: Iterable<T>): AsyncGenerator<readonly T[]> {
  let slice: T[] = [];
  let pausedAt = performance.now();
  for (const item of items) {
    if (slice.length === SLICE) {
      // What is done with a slice counts too: it happens before the next one is asked for.
      yield slice;
      slice = [];
      if (performance.now() - pausedAt > WITHOUT_PAUSE_MS) {
        await pause();
        pausedAt = performance.now();
      }
    }
    slice.push(item);
  }
  yield slice;
}

/** Lets the event loop do what else there is to do. */
export function pause(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (action: () => void) => unknown };
  return new Promise((resolve) => {
    if (setImmediate === undefined) setTimeout(resolve, 0);
    else setImmediate(resolve);
  });
}
