/**
 * Which facts does the policy reason about, and by which settings? Its answers are in decisions.ts.
 *
 * The policy never touches a body: it carries it, as type `B`, from the store to the caller.
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

/** What of a request selects among variants (RFC 9111 §4.1). */
export type Selecting = Pick<PolicyRequest, 'headers' | 'ambientCredentials'>;

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
  /** Under this secret credentials become digests, so that who reads the store cannot try passwords against it. */
  readonly secret?: string | Uint8Array | undefined;
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
