/**
 * Who asks the origin when many processes want the same thing? Whoever holds the lease; the others wait for its news.
 *
 * A lease is there for efficiency. What is true rests on two other things, which `commit` checks where the entries lie:
 * the fence, by which what was asked for earlier never replaces what was asked for later, and the epoch, by which
 * nothing is stored that was asked for before its URL was invalidated (RFC 9111 §4.4).
 */

/** Single flight across processes. Names are complete; times are whole milliseconds, judged by the store's own clock. */
export interface Lease {
  /**
   * Tries to become the one who asks. With a `ttl` of 0 nothing is acquired: only a fence is wanted.
   *
   * @param options `wait`: the caller is going to wait for news if it does not win. `pause`: after an `error`, nobody wins
   * for so long.
   */
  acquire(name: string, ttl: number, options?: AcquireOptions): Promise<LeaseClaim>;
  /** Keeps a lease for another `ttl`; false if it is not held by this token any more. */
  renew(name: string, token: string, ttl: number): Promise<boolean>;
  /** Ends the flight: stores what it brought, if fence and epoch allow it, or only says how it ended. */
  commit(name: string, token: string, result: LeaseResult): Promise<CommitAnswer>;
  /** Settles once the holder has said how its flight ended, or after `timeout`. A hint: the caller looks for itself. */
  wait(name: string, timeout: number, signal?: AbortSignal): Promise<LeaseNews>;
}

export interface AcquireOptions {
  /** Where what is wanted would lie. */
  readonly watch?: readonly string[];
  /** Who has not heard by then, in milliseconds, does not want it any more: a server that was asleep must not give it. */
  readonly within?: number;
  readonly wait?: boolean;
  readonly pause?: number;
}

/** How an attempt to acquire ended. `fence` grows with each attempt under the same name. */
export type LeaseClaim =
  | {
      readonly won: true;
      readonly token: string;
      readonly fence: number;
      /** Under how many of the watched names something lies by now; missing where the lease does not say. */
      readonly present?: number | undefined;
    }
  | {
      readonly won: false;
      readonly fence: number;
      /** `uncacheable`, `error`: how the last flight ended, a moment ago. `fence`: nothing was to be acquired. */
      readonly because: 'held' | 'uncacheable' | 'error' | 'fence';
      /** When the lease is over unless it is renewed. */
      readonly retryAfter: number;
    };

/** How a flight ended. */
export type LeaseResult =
  | StoredResult
  /** `pause`: for so many milliseconds no refresh is to be tried by anybody. */
  | { readonly outcome: 'uncacheable' | 'error' | 'released'; readonly pause?: number };

/** What a flight brought, to be stored under the conditions that it names. */
export interface StoredResult {
  readonly outcome: 'stored';
  /** Missing for what has no place in the order: it counts as asked for now. */
  readonly fence: number | undefined;
  readonly entry: { readonly name: string; readonly value: string; readonly ttl: number | undefined };
  /** The name of the entry's own lease, under which what was stored last is remembered. */
  readonly fencedBy: string;
  /** One for the whole URL, where the entry may be fetched under other leases too. */
  readonly ofUrl?: string | undefined;
  /** The text that has to lie there; where nothing does, it may begin there. */
  readonly epoch: { readonly name: string; readonly value: string; readonly mayBegin: boolean };
}

/** `again`: nothing of the URL was stored before, and somebody has begun its first epoch meanwhile, which is this text. */
export type CommitAnswer =
  { readonly kind: 'done' } | { readonly kind: 'refused' } | { readonly kind: 'again'; readonly epoch: string };

/** `away`: nobody can tell, for the store does not answer. */
export type LeaseNews = 'stored' | 'uncacheable' | 'error' | 'released' | 'away' | 'timeout';

/** What a store can do under conditions, beside reading and writing: without it, epochs are as good as plain writes. */
export interface Fenced {
  readonly lease: Lease;
  /** Begins another epoch and removes what is named; false where the epoch was removed for want of room. */
  raise(epoch: { readonly name: string; readonly value: string }, names: readonly string[]): Promise<boolean>;
  /** Removes an entry so that no flight under way brings it back; tells whether it was there. */
  remove(name: string, fencedBy: string, ofUrl: string): Promise<boolean>;
}

/** The place of whoever could not be told its own: older than everything, it replaces nothing. */
export const NO_PLACE = 1;
/** So long what was stored last is remembered; who asked longer ago, and has lost the lease, stores nothing. */
export const HORIZON_MS = 60_000;
/** So long all requests go by themselves after an answer that is for one of them only (hit-for-miss). */
export const UNCACHEABLE_MS = 10_000;
/** An epoch lives as long as what was stored under it, and at least so long. */
export const EPOCH_MS = 3_600_000;
