/**
 * Which facts does the policy reason about, and which answers can it give?
 *
 * RFC 9111 asks two questions of a cache: may a stored response be reused (§4), and what becomes of
 * the origin's answer (§3, §4.3, §4.4). Each question has one discriminated union here. The policy
 * never touches a body: it carries it, as type `B`, from the store to the caller.
 */

/** An instant: milliseconds since the Unix epoch. Names end in `At`, or are exactly `now`. */
export type EpochMs = number;

/** A duration in seconds, the unit of every HTTP field (RFC 9111 §1.2.2). */
export type Seconds = number;

/** Header fields by lower-case name, without a prototype; several lines are joined with ", ". */
export type Fields = Readonly<Record<string, string>>;

/** A request as the policy sees it: final, with the fields that really go on the wire. */
export interface PolicyRequest {
  /** Upper case. */
  readonly method: string;
  /** Absolute, with query; the fragment counts for nothing. */
  readonly url: string;
  readonly headers: Fields;
  /** Content, where it belongs to the identity of the request (POST, QUERY). */
  readonly body?: string | Uint8Array | undefined;
  /** Credentials go along that no field shows: a browser's cookies, a client certificate. */
  readonly ambientCredentials?: boolean | undefined;
}

/** A response of the origin as the policy sees it. */
export interface PolicyResponse {
  readonly status: number;
  readonly statusText?: string | undefined;
  readonly headers: Fields;
}

/** A lifetime that an option gave, fixed when the response was stored. */
export interface AssignedExpiry {
  /** When the response becomes stale; `null` means never. */
  readonly expiresAt: EpochMs | null;
  /** True when it was set by hand (`resetExpiration`): then the origin's own lifetime counts no more. */
  readonly outranksOrigin: boolean;
}

/** A response in the store, with the facts that selection and freshness are computed from. */
export interface StoredResponse<B = unknown> {
  readonly method: string;
  /** The target URI, redacted. */
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Fields;
  /** The request fields that `Vary` nominates, normalised; a missing field is missing (RFC 9111 §4.1). */
  readonly selectedBy: Fields;
  /** When the request that produced it was sent: `request_time` (RFC 9111 §4.2.3). */
  readonly requestedAt: EpochMs;
  /** When it was received: `response_time` (RFC 9111 §4.2.3). */
  readonly receivedAt: EpochMs;
  /** The lifetime an option gave it, if one did. */
  readonly assigned?: AssignedExpiry | undefined;
  readonly body: B;
}

/** When the request was sent and its answer received. */
export interface ExchangeTimes {
  readonly requestedAt: EpochMs;
  readonly receivedAt: EpochMs;
}

/** Why a request goes forward to the origin, in the words of Cache-Status (RFC 9211 §2.2). */
export type ForwardReason = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'request' | 'stale';

/** The rule that let a stored response be served. */
export type ServeRule =
  | 'fresh'
  | 'immutable'
  | 'never-expires'
  | 'max-stale'
  | 'only-if-cached'
  | 'stale-while-revalidate'
  | 'stale-if-error';

/** The rule that sent a request forward to the origin. */
export type ForwardRule =
  | 'disabled'
  | 'method'
  | 'request-no-store'
  | 'request-no-cache'
  | 'force-refresh'
  | 'do-not-cache'
  | 'no-entry'
  | 'store-silent'
  | 'vary-mismatch'
  | 'vary-star'
  | 'vary-ignored-header'
  | 'refresh'
  | 'request-max-age'
  | 'min-fresh'
  | 'always-revalidate'
  | 'response-no-cache'
  | 'must-revalidate'
  | 'caller-conditional'
  | 'range'
  | 'stale';

/** May the stored response be reused? (RFC 9111 §4) */
export type ReuseDecision<B = unknown> =
  | { readonly kind: 'serve'; readonly stored: StoredResponse<B>; readonly because: ServeRule }
  | {
      readonly kind: 'serve-and-refresh';
      readonly stored: StoredResponse<B>;
      readonly validationHeaders: Fields;
      readonly because: ServeRule;
    }
  | {
      readonly kind: 'revalidate';
      readonly stored: StoredResponse<B>;
      /** Empty where the stored response has no validator: the request then goes out as it is. */
      readonly validationHeaders: Fields;
      readonly because: ForwardReason;
      readonly rule: ForwardRule;
    }
  | { readonly kind: 'fetch'; readonly because: ForwardReason; readonly rule: ForwardRule }
  | { readonly kind: 'fail'; readonly status: 504; readonly because: 'only-if-cached' };

/** Why an answer of the origin is not stored. */
export type WhyNotStored =
  | 'disabled'
  | 'read-only'
  | 'method'
  | 'method-override'
  | 'request-no-store'
  | 'do-not-cache'
  | 'status'
  | 'partial'
  | 'not-modified'
  | 'no-store'
  | 'private'
  | 'authorization'
  | 'must-understand'
  | 'no-lifetime'
  | 'filtered'
  | 'error-keeps-usable'
  | 'unsafe-method';

/** What becomes of the origin's answer? (RFC 9111 §3, §4.3.3, §4.3.4, §4.4; RFC 5861 §4) */
export type StoreDecision<B = unknown> =
  | {
      readonly kind: 'store';
      /** The facts to be stored; the body is added by whoever holds it. */
      readonly response: StoredResponse<undefined>;
      /** How long a store should keep it; `null` = for ever. */
      readonly keepFor: Seconds | null;
    }
  | {
      readonly kind: 'freshen';
      /** The stored response with the fields and times of the confirmation. */
      readonly response: StoredResponse<B>;
      readonly keepFor: Seconds | null;
      /** Set when it may be given to this caller but not kept (RFC 9111 §5.2.2.5). */
      readonly notStored?: WhyNotStored | undefined;
    }
  | { readonly kind: 'serve-stale'; readonly stored: StoredResponse<B>; readonly because: 'stale-if-error' }
  | { readonly kind: 'invalidate'; readonly urls: readonly string[] }
  /** A 304 that does not speak of the stored response: ask again without conditions (RFC 9111 §4.3.3). */
  | { readonly kind: 'refetch'; readonly because: 'validator-mismatch' }
  | {
      readonly kind: 'pass';
      readonly because: WhyNotStored;
      /** True when what is stored under this key must go (RFC 9111 §4.3.5, §5.2.2.5). */
      readonly evict: boolean;
    };

/** What has happened so far: the request, the stored response found for it, and the settings in force. */
export interface Exchange<B = unknown> {
  readonly request: PolicyRequest;
  readonly stored: StoredResponse<B> | undefined;
  readonly settings: CacheSettings;
  /** Whether our own validators went out, so that a 304 speaks of `stored`. */
  readonly validating: boolean;
  /** False when the request forbade to read the store: then nothing stored may stand in for an error either. */
  readonly reading?: boolean | undefined;
  /** The verdict of the caller's filter; absent where there is none. */
  readonly filterResult?: boolean | undefined;
}

/** A lifetime as a user writes it: seconds, a duration such as `'10m'`, an instant, or a word. */
export type Expiration = number | string | Date | 'never' | 'do-not-cache';

/** A lifetime for the URLs that a glob or a regular expression matches. */
export type UrlRule = readonly [pattern: string | RegExp, expireAfter: Expiration | null | undefined];

/** The settings that decide, complete: every default is filled in. */
export interface CacheSettings {
  /** Shared-cache rules; a list names the targeted fields this cache answers to (RFC 9213). */
  readonly shared: boolean | readonly string[];
  readonly credentials: 'partition' | 'strict';
  /** Lower case. */
  readonly credentialHeaders: readonly string[];
  /** `'ignore'` is `false` that does not even obey `no-store`. */
  readonly cacheControl: boolean | 'ignore';
  /** The lifetime given with this request. */
  readonly requestExpireAfter: Expiration | undefined;
  readonly urlsExpireAfter: readonly UrlRule[];
  /** The lifetime given by instance or plugin. */
  readonly expireAfter: Expiration | undefined;
  readonly heuristic: boolean;
  readonly alwaysRevalidate: boolean;
  readonly onlyIfCached: boolean;
  readonly readOnly: boolean;
  readonly disabled: boolean;
  readonly refresh: boolean;
  readonly forceRefresh: boolean;
  /** `true`: any staleness; a number: the longest acceptable. */
  readonly staleIfError: boolean | Seconds;
  readonly staleWhileRevalidate: boolean | Seconds;
  /** Upper case. */
  readonly methods: readonly string[];
  /** `undefined`: the statuses that RFC 9111 §3 allows. */
  readonly statuses: readonly number[] | undefined;
  /** Lower case. */
  readonly ignoredParameters: readonly string[];
  /** The member of a JSON object below which `ignoredParameters` are looked for in the key; none: at its root. */
  readonly contentRootKey: string | undefined;
  /** Lower case. */
  readonly matchHeaders: boolean | readonly string[];
  readonly keepForValidation: Seconds;
  /** How many times the duration of its own request before its end a response is refreshed; 0: never. */
  readonly earlyRefresh: number;
  /** Keep `Set-Cookie` with a stored response: for a cache that serves one user only. */
  readonly storeSetCookie: boolean;
}
