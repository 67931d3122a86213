/**
 * Which answers can the policy give, and with which reasons?
 *
 * RFC 9111 asks two questions of a cache: may a stored response be reused (§4), and what becomes of the origin's answer
 * (§3, §4.3, §4.4). Each question has one discriminated union here.
 */
import type { Fields, Seconds, StoredResponse } from './types.js';

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
