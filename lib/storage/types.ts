/**
 * What does the rest of the library see of a store? One interface that never throws and never hangs.
 */
import type { Seconds } from '../policy/types.js';
import type { Lease, LeaseNews } from './lease.js';
import type { StoreRecord } from './records.js';

/** A value that is there now, or later. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * What a caller may give as `store`: recognised by shape (`get`, `set`, `delete`), never by class. A Keyv of
 * any major is used through its adapter (`keyv.store`).
 */
export interface StorageAdapter {
  get(key: string): MaybePromise<unknown>;
  /** `ttl` in whole milliseconds, at least 1; left out for "for ever". */
  set(key: string, value: unknown, ttl?: number): MaybePromise<unknown>;
  delete(key: string): MaybePromise<unknown>;
  getMany?(keys: string[]): MaybePromise<readonly unknown[]>;
  deleteMany?(keys: string[]): MaybePromise<unknown>;
  /** Entries as `[key, value]`; where a store cannot iterate, listing functions say so. */
  iterator?(namespace?: string): AsyncIterableIterator<unknown> | AsyncGenerator<unknown>;
  on?(event: 'error', listener: (error: unknown) => void): unknown;
  disconnect?(): MaybePromise<unknown>;
}

/** The outcome of a look into the store. */
export interface LookupResult {
  /** One per key, in order; `undefined` for a miss of any kind. */
  readonly records: readonly (StoreRecord | undefined)[];
  /** False when the store could not be asked (down, too slow, breaker open): a miss says nothing then. */
  readonly answered: boolean;
}

/** How much longer one request may wait for the store, all its operations together. */
export interface WaitBudget {
  /** Milliseconds. */
  left: number;
}

/** What entitles an answer to be stored: asked for when, and under which lease. */
export interface Ticket {
  /** The name of the flight. */
  readonly name: string;
  /** Empty without a lease. */
  readonly token: string;
  /** The place in the order of all who ask; the first of all where the store could not be asked for it. */
  readonly fence: MaybePromise<number>;
  /** Ends the flight, once: others are told, and the lease is let go. */
  conclude(outcome: 'uncacheable' | 'error' | 'released'): void;
  /** What was asked for is stored, or has been refused: there is nothing left to be told. */
  settle(): void;
}

/** How a claim ended. */
export type Claim =
  /** `present`: under how many of the watched keys something lies by now; missing where that is not known. */
  | { readonly kind: 'won'; readonly ticket: Ticket; readonly present: number | undefined }
  | {
      readonly kind: 'held';
      /** Milliseconds: then the lease is over, unless it is renewed. */
      readonly retryAfter: number;
      readonly news: (timeout: number, signal: AbortSignal | undefined) => Promise<LeaseNews>;
    }
  /** Everybody goes by itself: answers are for one request only, the origin fails, or the store does not lease now. */
  | { readonly kind: 'alone'; readonly because: 'uncacheable' | 'error' | 'no-lease'; readonly ticket: Ticket };

export interface ClaimOptions {
  /** Where what is wanted would lie. */
  readonly watch: readonly string[];
  /** A refresh that somebody else is doing already need not be waited for. */
  readonly wait: boolean;
  /** After a failure nobody asks for so long, in milliseconds. */
  readonly pause?: number;
  /** How long the flight may take, in milliseconds. */
  readonly longest: number;
  readonly budget: WaitBudget;
}

/** Single flight across processes. */
export interface Fleet {
  /** How long a request waits for another process, in milliseconds. */
  readonly longestWait: number;
  /** Tries to become the one who asks for the key. Never rejects. */
  claim(key: string, options: ClaimOptions): Promise<Claim>;
  /** A place in the order of those who ask, without a lease; asked for behind the caller's back. */
  ticket(key: string): Ticket;
}

/** The guarded store. No method throws or rejects; each settles within the budget. */
export interface RecordStore {
  /** Reads several records in one round trip where the store can; `fresh`: past a near cache. A process sees its own pending writes. */
  lookup(keys: readonly string[], budget?: WaitBudget, fresh?: boolean): MaybePromise<LookupResult>;
  /** A full budget, to be handed to all lookups of one request. */
  waitBudget(): WaitBudget;
  /** What is known to lie under the key without asking anybody: in memory, or on its way to the store. */
  peek(key: string): StoreRecord | undefined;
  /**
   * Hands a record to the store, off the caller's path; false when it was refused (too large, queue full, closed).
   *
   * @param ticket When it was asked for, and under which lease: the store may decline it later, for something newer.
   */
  put(record: StoreRecord, keepFor: Seconds | null, ticket?: Ticket): boolean;
  /** Counts a write that is not even tried. */
  giveUp(key: string): void;
  /**
   * Begins new epochs under these keys, for this process at once, and removes the entries that are named. Resolves to
   * whether the store has all of them; where not, it is told as soon as it can be.
   */
  raise(epochKeys: readonly string[], named?: readonly string[]): Promise<boolean>;
  /** Removes records; resolves to how many were really known to be there, where the store tells. */
  remove(keys: readonly string[]): Promise<number>;
  /**
   * Every record under our namespace whose key begins with `start`, lazily; throws `CacheConfigurationError` where the
   * store cannot iterate.
   */
  records(start?: string): AsyncIterable<StoreRecord>;
  /** The keys under our namespace where something lies that is no record of ours, lazily; throws as `records` does. */
  unreadable(): AsyncIterable<string>;
  /** Removes everything under our namespace, and nothing else. */
  clear(): Promise<number>;
  /** Resolves when all pending writes have settled. */
  flush(): Promise<void>;
  /** Ends what we opened, only that; afterwards every lookup is a miss. */
  close(): Promise<void>;
  /** No entry lies without an epoch: where there is none in a lookup, the store was not asked. */
  readonly hasEpochs: boolean;
  /** Single flight across processes, where the store has a lease. */
  readonly fleet: Fleet | undefined;
  /** Nobody else can see what lies in it: no other process, and no other cache of this one. */
  readonly isPrivate: boolean;
  /** Where single flight reaches: this process, or every process on the store. */
  readonly coalescing: 'process' | 'fleet';
  /** Figures for `stats()`. */
  figures(): StoreFigures;
}

/** What a store can say about itself. */
export interface StoreFigures {
  /** The breaker of reads: `closed`, all is well; `open`, the store is left alone; `half-open`, it is being tried. */
  readonly reading: 'closed' | 'open' | 'half-open';
  /** The breaker of writes. */
  readonly writing: 'closed' | 'open' | 'half-open';
  /** Writes that the store has not confirmed yet. */
  readonly pendingWrites: number;
  /** Their octets. */
  readonly pendingBytes: number;
  /** Writes that could not be made, or were not tried. */
  readonly droppedWrites: number;
  /** Invalidations that the store is still to be told of: until then other processes do not know of them. */
  readonly pendingInvalidations?: number;
  /** What lies in it; known for the memory store only. */
  readonly entries?: number;
  /** The octets of that. */
  readonly bytes?: number;
}

/** The options of `storage`, complete. */
export interface StorageSettings {
  /** Milliseconds that one operation of the store may take; then it has failed. @default 100 */
  readonly timeout: number;
  /** Milliseconds that all operations of one request may take together; then it goes on without the store. @default 250 */
  readonly budget: number;
  /** When the store is left alone. */
  readonly breaker: {
    /** Failures in a row after which the store is left alone. @default 3 */
    readonly failures: number;
    /** Milliseconds after which it is tried again, with one operation. @default 1000 */
    readonly probeEvery: number;
  };
  /** Bytes of writes that may wait for the store; what is beyond is dropped and counted. @default 16 MiB */
  readonly maxPendingBytes: number;
  /** Milliseconds, 100 to 30,000, that a lease holds unless it is renewed, which it is while its holder lives. @default 2000 */
  readonly leaseTtl: number;
  /**
   * Milliseconds that a request waits for another process before it asks the origin itself; never more than half of its own
   * `timeout`.
   * @default 5000
   */
  readonly waitTimeout: number;
  /** A lease of another kind; `false`: none. @default the store's own, where it has one */
  readonly lease?: Lease | false | undefined;
}

/** Why a record was not written. */
export type WhyNotWritten = 'too-large' | 'queue-full' | 'store-failed' | 'superseded';

/** What a store reports; the names are those of the public events. */
export type StoreEvent =
  | { readonly type: 'degraded'; readonly breaker: 'read' | 'write'; readonly cause: unknown }
  | { readonly type: 'recovered'; readonly breaker: 'read' | 'write'; readonly cause?: unknown }
  | { readonly type: 'corrupt'; readonly key: string; readonly cause: string }
  | { readonly type: 'evicted'; readonly key: string; readonly url?: string; readonly cause: 'size' | 'expired' }
  | { readonly type: 'not-stored'; readonly key: string; readonly cause: WhyNotWritten }
  | { readonly type: 'error'; readonly operation: string; readonly cause: unknown };
