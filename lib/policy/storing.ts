/**
 * What becomes of the origin's answer? (RFC 9111 §3, §4.3.3, §4.3.4, §4.4; RFC 5861 §4)
 *
 * An answer confirms what is stored, replaces it, lets it be served stale, makes it untrue, or passes by.
 * Prohibitions are asked first, each with the reason that a person is told.
 */
import { requestDirectives } from './directives.js';
import { parseExpiration, resolveExpireAfter } from './expiration.js';
import { currentAge, effectiveDirectives, freshnessLifetime, staleness } from './freshness.js';
import { invalidatedUrls, unsafeMethods } from './invalidation.js';
import { errorUsability, longestStaleness } from './staleness.js';
import { keepable, storable } from './storable.js';
import { selectedFields, storedFacts, unreplayableFields } from './facts.js';
import { redactFields, secretNames } from './redaction.js';
import type { StoreDecision, WhyNotStored } from './decisions.js';
import type {
  AssignedExpiry,
  CacheSettings,
  EpochMs,
  Exchange,
  ExchangeTimes,
  PolicyRequest,
  PolicyResponse,
  Seconds,
  StoredResponse,
} from './types.js';
import { confirms, freshen, hasValidator, headMatches } from './validation.js';
import { varyMismatch } from './vary.js';

// RFC 5861 §4
const ERROR_STATUSES = new Set([500, 502, 503, 504]);
// §4.2.2 in spirit: an option speaks of good answers, unless `statuses` lists others.
const EXPIRE_AFTER_STATUSES = new Set([200, 203, 204, 300, 301, 308]);
/** However stale a response may be served, a store keeps it no longer than this beyond its freshness. */
const LONGEST_RETENTION: Seconds = 30 * 86_400;

/** What becomes of the origin's answer? */
export function decideStoring<B>(
  exchange: Exchange<B>,
  response: PolicyResponse,
  times: ExchangeTimes,
): StoreDecision<B> {
  const { request, stored, settings } = exchange;
  if (unsafeMethods(request).some((method) => !settings.methods.includes(method))) {
    const urls = invalidatedUrls(request, response);
    return urls.length > 0 ? { kind: 'invalidate', urls } : { kind: 'pass', because: 'unsafe-method', evict: false };
  }
  if (response.status === 304) return decideNotModified(exchange, response, times);
  if (stored !== undefined && ERROR_STATUSES.has(response.status) && !isWelcome(response, settings)) {
    const failure = decideOnFailure(exchange, times.receivedAt);
    if (failure.kind === 'serve-stale') return failure;
  }
  const facts = factsOf(request, response, times, settings);
  const because =
    storable(exchange, response, facts) ?? keepsUsable(exchange, response, times) ?? withoutUse(facts, settings);
  if (because === undefined) return { kind: 'store', response: facts, keepFor: keepFor(facts, settings) };
  return { kind: 'pass', because, evict: stored !== undefined && supersedes(response, because) };
}

/** The facts of an answer, with the lifetime that the options give it. */
export function factsOf(
  request: PolicyRequest,
  response: PolicyResponse,
  times: ExchangeTimes,
  settings: CacheSettings,
): StoredResponse<undefined> {
  return storedFacts(request, response, times, settings, assignedExpiry(request, response, times, settings));
}

/** What a failure to reach the origin leaves: a stale answer where one is allowed (RFC 5861 §4). */
export function decideOnFailure<B>(exchange: Exchange<B>, now: EpochMs): StoreDecision<B> {
  const { request, stored, settings } = exchange;
  // §5.2.2.4: only a successful validation makes a no-cache response usable, however fresh it is.
  const mustBeValidated = stored !== undefined && effectiveDirectives(stored.headers, settings).noCache;
  if (stored !== undefined && exchange.reading !== false && !mustBeValidated) {
    const rule = errorUsability(stored, requestDirectives(request.headers), settings, now);
    if (rule !== undefined) return { kind: 'serve-stale', stored, because: 'stale-if-error' };
  }
  return { kind: 'pass', because: 'status', evict: false };
}

// §4.3.3, §4.3.4
function decideNotModified<B>(
  exchange: Exchange<B>,
  notModified: PolicyResponse,
  times: ExchangeTimes,
): StoreDecision<B> {
  const { stored, settings, validating } = exchange;
  if (!validating || stored === undefined) return { kind: 'pass', because: 'not-modified', evict: false };
  if (!confirms(notModified, stored)) return { kind: 'refetch', because: 'validator-mismatch' };
  return { kind: 'freshen', ...freshened(exchange, stored, notModified, times, settings) };
}

/** What a HEAD answer says of a stored GET response (§4.3.5): freshened where it still matches, untrue where not. */
export function decideHead<B>(
  exchange: Exchange<B>,
  stored: StoredResponse<B>,
  head: PolicyResponse,
  times: ExchangeTimes,
): StoreDecision<B> {
  const isOther = varyMismatch(stored, exchange.request, exchange.settings) !== undefined;
  if (isOther || head.status !== 200 || stored.status !== 200) return { kind: 'pass', because: 'status', evict: false };
  if (!headMatches(head, stored)) return { kind: 'pass', because: 'status', evict: !exchange.settings.readOnly };
  return { kind: 'freshen', ...freshened(exchange, stored, head, times, exchange.settings) };
}

function freshened<B>(
  exchange: Exchange<B>,
  stored: StoredResponse<B>,
  confirmation: PolicyResponse,
  times: ExchangeTimes,
  settings: CacheSettings,
): { response: StoredResponse<B>; keepFor: Seconds | null; notStored?: WhyNotStored } {
  const merged = freshen(stored, confirmation, times, unreplayableFields(settings));
  const headers = redactFields(merged.headers, secretNames(settings));
  const { method, url, status, statusText, requestedAt, receivedAt, body } = merged;
  const selectedBy = selectedFields(headers, exchange.request, settings);
  const assigned = assignedExpiry(exchange.request, stored, times, settings);
  // Written out: an object that is spread into another takes longer to make, and to read.
  const response: StoredResponse<B> = {
    method,
    url,
    status,
    statusText,
    headers,
    selectedBy,
    requestedAt,
    receivedAt,
    assigned,
    body,
  };
  // §5.2.2.5 and its kin hold for a confirmation too: given to this caller, not kept.
  const notStored = keepable(exchange, confirmation, headers) ?? withoutUse(response, settings);
  const kept = { response, keepFor: keepFor(response, settings) };
  return notStored === undefined ? kept : { ...kept, notStored };
}

function assignedExpiry(
  request: PolicyRequest,
  response: PolicyResponse,
  times: ExchangeTimes,
  settings: CacheSettings,
): AssignedExpiry | undefined {
  const listed = settings.statuses?.includes(response.status) ?? EXPIRE_AFTER_STATUSES.has(response.status);
  const value = listed ? resolveExpireAfter(settings, request.url) : undefined;
  if (value === undefined) return undefined;
  const expiration = parseExpiration(value, times.receivedAt);
  return expiration === 'do-not-cache' ? undefined : { expiresAt: expiration.expiresAt, outranksOrigin: false };
}

// CPDoS: an error that this caller provoked does not displace the good answer everybody else can still use.
function keepsUsable<B>(
  { stored, settings }: Exchange<B>,
  response: PolicyResponse,
  times: ExchangeTimes,
): WhyNotStored | undefined {
  if (stored === undefined || response.status < 400 || stored.status >= 400) return undefined;
  if (isWelcome(response, settings)) return undefined;
  return staleness(stored, settings, times.receivedAt) < 0 ? 'error-keeps-usable' : undefined;
}

// A status that `statuses` lists is an answer like any other, whatever its class.
function isWelcome(response: PolicyResponse, settings: CacheSettings): boolean {
  return settings.statuses?.includes(response.status) ?? false;
}

// A response that could never be served, not even after validation, is not worth its place.
function withoutUse(facts: StoredResponse, settings: CacheSettings): WhyNotStored | undefined {
  return keepFor(facts, settings) === 0 ? 'no-lifetime' : undefined;
}

// A newer answer that may not be kept still says that the older one is over (§4: "most recent").
function supersedes(response: PolicyResponse, because: WhyNotStored): boolean {
  if (response.status < 200 || response.status >= 400 || response.status === 206) return false;
  return because !== 'read-only' && because !== 'disabled' && because !== 'request-no-store';
}

/** How long a store should keep the response: while it is fresh, may be served stale, or can be validated. */
export function keepFor(stored: StoredResponse, settings: CacheSettings): Seconds | null {
  const lifetime = freshnessLifetime(stored, settings).seconds;
  if (lifetime === Infinity) return null;
  const remaining = Math.max(0, lifetime - currentAge(stored, stored.receivedAt));
  const validation = hasValidator(stored.headers) ? settings.keepForValidation : 0;
  return remaining + Math.max(validation, Math.min(longestStaleness(stored, settings), LONGEST_RETENTION));
}

/** The same for a response that was stored before: how long from `now` on; 0 where its time is over. */
export function keepFurther(stored: StoredResponse, settings: CacheSettings, now: EpochMs): Seconds | null {
  const seconds = keepFor(stored, settings);
  return seconds === null ? null : Math.max(0, seconds - Math.max(0, now - stored.receivedAt) / 1000);
}
