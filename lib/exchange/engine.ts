/**
 * What do all requests of one plugin share, and what belongs to a single one?
 */
import type { InternalAxiosRequestConfig } from 'axios';
import type { CacheStatusMode } from '../observe/cache-status.js';
import type { Events } from '../observe/events.js';
import type { CacheInfo, NotStoredReason, WhyBodyNotStored } from '../observe/info.js';
import type { Counter, Delivered } from '../observe/stats.js';
import type { StoreDecision } from '../policy/decisions.js';
import type { CacheSettings, EpochMs, PolicyRequest } from '../policy/types.js';
import type { EntryRecord, VariantsRecord } from '../storage/records.js';
import type { RecordStore, WaitBudget } from '../storage/types.js';
import type { AdapterKind } from './body.js';
import type { Flights } from './flights.js';
import type { Invalidations } from './invalidations.js';
import type { OriginAnswer } from './origin.js';
import type { Refreshes } from './refresh.js';
import type { TagMarks } from './tag-marks.js';
import type { Throttle } from './throttle.js';

/** Where the responses to a request lie. */
export interface Keys {
  /** Of the requester's own partition; the public one where there are no credentials. */
  readonly own: string;
  readonly public: string;
  /** Where a GET would have stored what a HEAD may use. */
  readonly ofGet: readonly string[];
  readonly epoch: string;
  /** All of these, each once, the epoch last: what is asked of the store. */
  readonly lookedAt: readonly string[];
  /** What all keys of the URL begin with. */
  readonly tag: string;
  readonly hasCredentials: boolean;
}

/** What is known of a request that looks like one that was here before. */
export interface Recognized {
  readonly request: PolicyRequest;
  /** Missing where a function of the caller's decides on them, which is asked each time. */
  keys?: Keys | undefined;
}

/** What was found. */
export interface Found {
  readonly keys: Keys;
  readonly epoch: string;
  /** Which invalidations of this process had been when the store was asked. */
  readonly stamp: string;
  /** Which deletions of tags had been. */
  readonly turn: number;
  /** What is left of the time this request may wait for the store. */
  readonly budget: WaitBudget;
  /** The entry to be judged: the most recent that matches, else one that does not. */
  readonly entry: EntryRecord | undefined;
  /** False where the store could not be asked: that nothing was found says nothing then. */
  readonly answered: boolean;
  /** The records at the primary keys that list variants. */
  readonly variants: readonly VariantsRecord[];
}

/** How one origin request ended. */
export type OriginOutcome =
  | {
      readonly kind: 'answered';
      readonly answer: OriginAnswer;
      readonly decision: Landed;
      /** What lies in the store now, or could be shared for a moment: what other waiters may judge. */
      readonly entry: EntryRecord | undefined;
      readonly stored: boolean;
      readonly notStored?: WhyBodyNotStored | undefined;
    }
  | { readonly kind: 'failed'; readonly error: unknown };

/** How a flight ended. */
export type Outcome =
  | OriginOutcome
  /** Another process asked: this is what lies in the store by now. */
  | { readonly kind: 'found'; readonly found: Found }
  /** Answers are for one request only, another process has found: each goes by itself. */
  | { readonly kind: 'apart' };

/** A decision after all asking again is done. */
export type Landed = Exclude<StoreDecision<EntryRecord['response']['body']>, { kind: 'refetch' }>;

/** Shared by all requests and instances of a plugin. */
export interface Engine {
  /** Judges freshness; may be the user's. */
  readonly clock: () => EpochMs;
  /** Milliseconds for throttles; always real. */
  readonly monotonic: () => number;
  readonly store: RecordStore;
  /** Of the namespace: makes digests of credentials worthless to who only reads the store. */
  readonly secret?: Uint8Array | undefined;
  /** Octets of a body, beyond which nothing is kept. */
  readonly maxEntryBytes: number;
  readonly flights: Flights<Outcome>;
  readonly invalidations: Invalidations;
  readonly tagMarks: TagMarks;
  readonly refreshes: Refreshes;
  readonly events: Events;
  readonly counter: Counter;
  readonly cacheStatus: CacheStatusMode;
  /** Keys that failed lately, so that a dead origin is not asked by everybody. */
  readonly failures: Throttle;
  /** Origins that refuse a browser's request with validators. */
  readonly refusals: Throttle;
}

/** A response as a filter, a tag function or a key function sees it. */
export interface SeenResponse {
  /** The HTTP status. */
  readonly status: number;
  /** Its phrase, often empty. */
  readonly statusText: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absolute; secrets in it are redacted. */
  readonly url: string;
  /** Of the request, in upper case. */
  readonly method: string;
  /** The text of the body; computed when asked for. */
  text(): string;
}

/** A request as a key or partition function sees it. */
export interface SeenRequest {
  /** Upper case. */
  readonly method: string;
  /** Absolute, as it is sent. */
  readonly url: string;
  /** As they are sent, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, if there is one. */
  readonly data: unknown;
  /** The whole config, members of your own included. */
  readonly config: InternalAxiosRequestConfig;
}

/** What a request may make untrue: a URL, which may be relative, or what carries one of some tags. */
export type Invalidated = string | { readonly tags: readonly string[] };

/** Options that are functions, called by the shell and never by the policy. */
export interface Callbacks {
  readonly keyFn: ((request: SeenRequest, defaultKey: string) => string) | undefined;
  readonly filterFn: ((response: SeenResponse) => boolean | Promise<boolean>) | undefined;
  readonly partition: ((request: SeenRequest) => string) | undefined;
  readonly tags: readonly string[] | ((response: SeenResponse) => readonly string[]) | undefined;
}

/** One request on its way. */
export interface Passage {
  readonly engine: Engine;
  readonly config: InternalAxiosRequestConfig;
  /** The adapter the caller would have used without us. */
  readonly adapter: InternalAxiosRequestConfig['adapter'];
  readonly kind: AdapterKind;
  readonly request: PolicyRequest;
  /** Where it is like one that was here before, or may be like one to come. */
  readonly recognized?: Recognized | undefined;
  readonly settings: CacheSettings;
  readonly callbacks: Callbacks;
  /** Its caller never changes what it gets, and may be given the value that is kept. */
  readonly frozen: boolean;
  /** What this request makes untrue when it has succeeded. */
  readonly invalidates: readonly Invalidated[];
  /** Counts the request and tells listeners what became of it. */
  readonly report: (info: CacheInfo, notStored?: NotStoredReason, delivered?: Delivered) => void;
  /** The URL as it may be told to others. */
  readonly redact: (url: string) => string;
}
