/**
 * May a stored response be reused for this request? (RFC 9111 §4; RFC 5861 §3; RFC 8246)
 *
 * The conditions are asked in the order of §4: is the cache to be read at all, was a response selected,
 * does anything demand validation, is it fresh enough, may it be served stale. What the origin forbids no
 * setting and no request can allow: prohibitions come before permissions.
 */
import { requestDirectives } from './directives.js';
import type { Directives } from './directives.js';
import { resolveExpireAfter } from './expiration.js';
import { currentAge, effectiveDirectives, freshnessLifetime, isShared } from './freshness.js';
import { unsafeMethods } from './invalidation.js';
import { isCachedMethod } from './storable.js';
import type {
  CacheSettings,
  EpochMs,
  ForwardReason,
  ForwardRule,
  PolicyRequest,
  ReuseDecision,
  Seconds,
  ServeRule,
  StoredResponse,
} from './types.js';
import { hasValidator, isConditional, validationHeadersFor } from './validation.js';
import { varyMismatch } from './vary.js';
import { evaluateConditions } from './conditions.js';

/** May the stored response be reused? Pass `undefined` where nothing is stored under the key. */
export function decideReuse<B>(
  request: PolicyRequest,
  stored: StoredResponse<B> | undefined,
  settings: CacheSettings,
  now: EpochMs,
): ReuseDecision<B> {
  const directives = requestDirectives(request.headers);
  const onlyIfCached = settings.onlyIfCached || directives.onlyIfCached;
  const decision = selectAndJudge(request, stored, { directives, settings, onlyIfCached, now });
  // §5.2.1.7: what would have to go to the origin is answered 504.
  return onlyIfCached && (decision.kind === 'fetch' || decision.kind === 'revalidate')
    ? { kind: 'fail', status: 504, because: 'only-if-cached' }
    : decision;
}

interface Circumstances {
  readonly directives: Directives;
  readonly settings: CacheSettings;
  readonly onlyIfCached: boolean;
  readonly now: EpochMs;
}

function selectAndJudge<B>(
  request: PolicyRequest,
  stored: StoredResponse<B> | undefined,
  circumstances: Circumstances,
): ReuseDecision<B> {
  const { directives, settings } = circumstances;
  const skipped = skipReadRule(request, directives, settings);
  if (skipped !== undefined) return { kind: 'fetch', because: forwardReason(skipped), rule: skipped };
  if (stored === undefined) return { kind: 'fetch', because: 'uri-miss', rule: 'no-entry' };
  // §4.1
  const mismatch = varyMismatch(stored, request.headers, settings);
  if (mismatch !== undefined) return { kind: 'fetch', because: 'vary-miss', rule: mismatch };
  const decision = judge(stored, circumstances);
  // §4.3.2: the caller's own question is answered from a fresh response where the answer is "not modified".
  if (isConditional(request.headers) && !answersCondition(request, decision, circumstances))
    return { kind: 'fetch', because: 'request', rule: 'caller-conditional' };
  return decision;
}

function answersCondition<B>(
  request: PolicyRequest,
  decision: ReuseDecision<B>,
  { onlyIfCached }: Circumstances,
): boolean {
  if (decision.kind !== 'serve' && decision.kind !== 'serve-and-refresh') return false;
  // RFC 9110 §13.2.1: of a method that changes something, "not modified" is no answer.
  if (unsafeMethods(request).length > 0) return false;
  const verdict = evaluateConditions(request.headers, decision.stored);
  // Something newer than the caller has may be newer still at the origin, if that may be asked.
  return verdict === 'not-modified' || (verdict === 'modified' && onlyIfCached);
}

/** The rule that forbids to look into the store, if one does. */
export function skipReadRule(
  request: PolicyRequest,
  directives: Directives,
  settings: CacheSettings,
): ForwardRule | undefined {
  if (settings.disabled) return 'disabled';
  if (!isCachedMethod(request, settings)) return 'method';
  if (directives.noStore) return 'request-no-store';
  // §5.2.1.4: an end-to-end reload.
  if (directives.noCache) return 'request-no-cache';
  if (settings.forceRefresh) return 'force-refresh';
  return resolveExpireAfter(settings, request.url) === 'do-not-cache' ? 'do-not-cache' : undefined;
}

// RFC 9211 §2.2
function forwardReason(rule: ForwardRule): ForwardReason {
  if (rule === 'disabled' || rule === 'do-not-cache') return 'bypass';
  return rule === 'method' ? 'method' : 'request';
}

function judge<B>(stored: StoredResponse<B>, circumstances: Circumstances): ReuseDecision<B> {
  const { directives, settings, onlyIfCached, now } = circumstances;
  const usable = usability(stored, directives, settings, now);
  const demand = unmetDemand(usable, validationDemand(stored, circumstances), circumstances);
  if (usable !== undefined && demand === undefined) {
    const behind = usable === 'stale-while-revalidate' || (usable === 'fresh' && isDueEarly(stored, settings, now));
    if (!behind || onlyIfCached) return { kind: 'serve', stored, because: usable };
    return { kind: 'serve-and-refresh', stored, validationHeaders: validationHeadersFor(stored), because: usable };
  }
  if (onlyIfCached && demand === undefined && errorUsability(stored, directives, settings, now) !== undefined)
    return { kind: 'serve', stored, because: 'only-if-cached' };
  const rule = demand ?? staleRule(stored, circumstances);
  const because = rule === 'stale' || rule === 'must-revalidate' ? 'stale' : 'request';
  return { kind: 'revalidate', stored, validationHeaders: validationHeadersFor(stored), because, rule };
}

// `alwaysRevalidate` may happen in the background, where another option allows that; `refresh` means now.
function unmetDemand(
  usable: ServeRule | undefined,
  demand: ForwardRule | undefined,
  { directives, settings }: Circumstances,
): ForwardRule | undefined {
  if (usable !== 'stale-while-revalidate' || demand !== 'always-revalidate') return demand;
  return grantedWhileRevalidating(directives, settings) > 0 ? undefined : demand;
}

// Not from the RFC: a response that took long to make is made anew a little before its end.
function isDueEarly(stored: StoredResponse, settings: CacheSettings, now: EpochMs): boolean {
  const duration = (stored.receivedAt - stored.requestedAt) / 1000;
  const remaining = freshnessLifetime(stored, settings).seconds - currentAge(stored, now);
  return settings.earlyRefresh > 0 && remaining <= duration * settings.earlyRefresh;
}

// Nothing but min-fresh keeps a fresh response from being used.
function staleRule(stored: StoredResponse, { settings, now }: Circumstances): ForwardRule {
  const remaining = freshnessLifetime(stored, settings).seconds - currentAge(stored, now);
  if (remaining > 0) return 'min-fresh';
  return forbidsStale(stored, settings) ? 'must-revalidate' : 'stale';
}

// §4: validation that freshness cannot replace.
function validationDemand(stored: StoredResponse, circumstances: Circumstances): ForwardRule | undefined {
  const { directives, settings, onlyIfCached, now } = circumstances;
  const response = effectiveDirectives(stored.headers, settings);
  // §5.2.2.4: a qualified no-cache is read as a plain one, as the section allows.
  if (response.noCache) return 'response-no-cache';
  if (!onlyIfCached && hasValidator(stored.headers)) {
    if (settings.refresh) return 'refresh';
    if (settings.alwaysRevalidate) return 'always-revalidate';
  }
  if (directives.maxAge === undefined) return undefined;
  const age = currentAge(stored, now);
  const fresh = freshnessLifetime(stored, settings).seconds > age;
  // RFC 8246 §2: reloading does not validate what will not change while it is fresh.
  if (fresh && response.immutable) return undefined;
  // §5.2.1.1: a limit to the age this request accepts; 0 asks for validation.
  return (directives.maxAge === 0 && !onlyIfCached) || age > directives.maxAge ? 'request-max-age' : undefined;
}

/** The rule by which the response's age allows its use now, if one does. */
export function usability(
  stored: StoredResponse,
  directives: Directives,
  settings: CacheSettings,
  now: EpochMs,
): ServeRule | undefined {
  const lifetime = freshnessLifetime(stored, settings).seconds;
  if (lifetime === Infinity) return 'never-expires';
  const staleFor = currentAge(stored, now) - lifetime;
  // §5.2.1.3: still fresh for that long; §5.2.1.2: max-stale moves the limit the other way and outweighs it.
  const minFresh = (directives.maxStale ?? 0) > 0 ? 0 : (directives.minFresh ?? 0);
  if (staleFor < 0)
    return -staleFor > minFresh
      ? effectiveDirectives(stored.headers, settings).immutable
        ? 'immutable'
        : 'fresh'
      : undefined;
  // §4.2.4: not stale against the origin's word.
  if (forbidsStale(stored, settings)) return undefined;
  // §5.2.1.1: whoever limits the age wants nothing stale, unless max-stale says so.
  const wantsFresh = directives.maxAge !== undefined && directives.maxStale === undefined;
  if (!wantsFresh && staleFor < staleWhileRevalidateWindow(stored, directives, settings))
    return 'stale-while-revalidate';
  return directives.maxStale !== undefined && staleFor < directives.maxStale ? 'max-stale' : undefined;
}

/** The rule by which a failing origin allows the response's use, if one does (RFC 5861 §4). */
export function errorUsability(
  stored: StoredResponse,
  directives: Directives,
  settings: CacheSettings,
  now: EpochMs,
): ServeRule | undefined {
  const staleFor = currentAge(stored, now) - freshnessLifetime(stored, settings).seconds;
  if (staleFor >= 0 && forbidsStale(stored, settings)) return undefined;
  const window = staleIfErrorWindow(stored, directives, settings);
  if (window > 0 && staleFor < window) return 'stale-if-error';
  // A limit given for errors is the limit, unless any staleness will do; without one, what does without an error does.
  const isLimited = grantedOnError(directives, settings) > 0 && settings.staleWhileRevalidate !== true;
  return isLimited ? undefined : usability(stored, directives, settings, now);
}

// §4.2.4, §5.2.2.2, §5.2.2.4, §5.2.2.8, §5.2.2.10
/** Whether the origin forbids to use the response once it is stale. */
export function forbidsStale(stored: StoredResponse, settings: CacheSettings): boolean {
  const response = effectiveDirectives(stored.headers, settings);
  if (response.mustRevalidate || response.noCache) return true;
  return isShared(settings) && (response.proxyRevalidate || response.sMaxage !== undefined);
}

// RFC 5861 §3: the origin's own window, or the one an option grants, whichever is longer.
function staleWhileRevalidateWindow(stored: StoredResponse, request: Directives, settings: CacheSettings): Seconds {
  // The origin allows it while its response is being refreshed: not where nothing may be sent (§5.2.1.7).
  const isOffline = settings.onlyIfCached || request.onlyIfCached;
  const response = isOffline ? 0 : (effectiveDirectives(stored.headers, settings).staleWhileRevalidate ?? 0);
  return Math.max(response, grantedWhileRevalidating(request, settings));
}

function grantedWhileRevalidating(request: Directives, settings: CacheSettings): Seconds {
  return granted(settings.staleWhileRevalidate || (request.staleWhileRevalidate ?? false));
}

// RFC 5861 §4
function staleIfErrorWindow(stored: StoredResponse, request: Directives, settings: CacheSettings): Seconds {
  const response = effectiveDirectives(stored.headers, settings).staleIfError ?? 0;
  return Math.max(response, grantedOnError(request, settings));
}

// The caller's option is the longest it accepts; the directive in its request counts where there is no option.
function grantedOnError(request: Directives, settings: CacheSettings): Seconds {
  return granted(settings.staleIfError || (request.staleIfError ?? false));
}

function granted(option: boolean | Seconds): Seconds {
  return typeof option === 'number' ? option : option ? Infinity : 0;
}

/** The longest staleness at which anything may still be served, for how long a store should keep it. */
export function longestStaleness(stored: StoredResponse, settings: CacheSettings): Seconds {
  if (forbidsStale(stored, settings)) return 0;
  const none = requestDirectives({});
  return Math.max(staleWhileRevalidateWindow(stored, none, settings), staleIfErrorWindow(stored, none, settings));
}
