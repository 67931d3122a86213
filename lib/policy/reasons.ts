/**
 * Why? One sentence for every reason the policy can give, each with the rule it comes from, for a reader
 * who has never seen the RFC.
 */
import type { ForwardRule, ServeRule, WhyNotStored } from './decisions.js';

/** Why a stored response was served. */
export const SERVED_BECAUSE: Readonly<Record<ServeRule, string>> = {
  fresh: 'it is younger than its lifetime, so it may be used without asking the origin (RFC 9111 §4.2)',
  immutable: 'the origin promised that it does not change while it is fresh (RFC 8246 §2)',
  'never-expires': 'an option gave it a lifetime without end (expireAfter)',
  'max-stale': 'it is stale, and the request accepts that much staleness (RFC 9111 §5.2.1.2)',
  'only-if-cached': 'it is stale, and the request accepts nothing but the cache (RFC 9111 §5.2.1.7)',
  'stale-while-revalidate':
    'it is stale, may still be used for a while, and is being refreshed in the background (RFC 5861 §3)',
  'stale-if-error': 'it is stale, and the origin could not give a better answer (RFC 5861 §4)',
};

/** Why a request went to the origin. */
export const FORWARDED_BECAUSE: Readonly<Record<ForwardRule, string>> = {
  disabled: 'the cache is switched off (disabled)',
  method: 'its method is not one that is cached (methods, RFC 9111 §3)',
  'request-no-store': 'it says no-store: nothing of it may be kept or reused (RFC 9111 §5.2.1.5)',
  'request-no-cache': 'it says no-cache: it wants the answer of the origin (RFC 9111 §5.2.1.4)',
  'force-refresh': 'it was told to fetch anew (forceRefresh)',
  'do-not-cache': "its lifetime is 'do-not-cache' (expireAfter)",
  'no-entry': 'nothing is stored for this URL, method and user (RFC 9111 §4)',
  'store-silent': 'the store could not be asked (down, too slow, or left alone for a while: storage)',
  'vary-mismatch': 'what is stored was made for other request headers (Vary, RFC 9111 §4.1)',
  'vary-star':
    'what is stored depends on more than request headers, or on ones that cannot be read (Vary: *, RFC 9111 §4.1)',
  'vary-ignored-header':
    'what is stored depends on a request header that is added unseen, or kept out of the cache (ignoredParameters)',
  refresh: 'it was told to ask the origin whether what is stored is still right (refresh)',
  'request-max-age': 'it accepts no answer as old as the stored one (max-age, RFC 9111 §5.2.1.1)',
  'min-fresh': 'the stored response is not fresh for as long as it demands (min-fresh, RFC 9111 §5.2.1.3)',
  'always-revalidate': 'the origin is asked at each use whether what is stored is still right (alwaysRevalidate)',
  'response-no-cache': 'the origin wants to be asked before each use of what is stored (no-cache, RFC 9111 §5.2.2.4)',
  'must-revalidate': 'the stored response is stale, and the origin forbids its use then (RFC 9111 §4.2.4)',
  'caller-conditional': 'it carries its own condition, which only the origin can answer (RFC 9111 §4.3.2)',
  range: 'it asks for a part that cannot be cut from what is stored (RFC 9110 §14.2)',
  stale: 'the stored response is older than its lifetime (RFC 9111 §4.2)',
};

/** Why an answer was not stored. */
export const NOT_STORED_BECAUSE: Readonly<Record<WhyNotStored, string>> = {
  disabled: 'the cache is switched off (disabled)',
  'read-only': 'the cache is read only (readOnly)',
  method: 'the method is not one that is cached (methods, RFC 9111 §3)',
  'method-override': 'the request overrides its method with one that may change something (RFC 9110 §9.2.1)',
  'request-no-store': 'the request says no-store (RFC 9111 §5.2.1.5)',
  'do-not-cache': "its lifetime is 'do-not-cache' (expireAfter)",
  status: 'its status is not stored unless the origin states a lifetime or an option lists it (statuses, RFC 9111 §3)',
  partial: 'it is only a part of the content, and parts are not put together here (RFC 9111 §3.3)',
  'not-modified': 'it is a 304, without content of its own, and confirms nothing that is stored (RFC 9111 §4.3.3)',
  'no-store': 'the origin says no-store (RFC 9111 §5.2.2.5)',
  private: 'the origin says private, and this cache is shared by several users (RFC 9111 §5.2.2.7)',
  authorization: 'the request was authorized, and the origin does not open the response to others (RFC 9111 §3.5)',
  'must-understand': 'the origin demands a cache that understands this status (RFC 9111 §5.2.2.3)',
  'no-lifetime':
    'it would be stale at once, nothing is there to confirm it by, and no option gives it a lifetime (expireAfter; RFC 9111 §4.2.1)',
  filtered: 'the filter declined it (filterFn)',
  'error-keeps-usable':
    'it is an error, and the good response in the store is still fresh (unless statuses lists it; RFC 9111 §3)',
  'unsafe-method': 'the method may change the resource, and the request did not succeed (RFC 9111 §4.4)',
};
