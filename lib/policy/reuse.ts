/**
 * May a stored response be reused for this request? (RFC 9111 §4; RFC 5861 §3; RFC 8246)
 *
 * The conditions are asked in the order of §4: is the cache to be read at all, was a response selected,
 * does anything demand validation, is it fresh enough, may it be served stale. What the origin forbids no
 * setting and no request can allow: prohibitions come before permissions.
 */
import { evaluateConditions } from './conditions.js';
import type { ForwardReason, ForwardRule, ReuseDecision, ServeRule } from './decisions.js';
import { parseCacheControl, requestDirectives } from './directives.js';
import type { Directives } from './directives.js';
import { resolveExpireAfter } from './expiration.js';
import { currentAge, effectiveDirectives, freshnessLifetime, isShared } from './freshness.js';
import { unsafeMethods } from './invalidation.js';
import { errorUsability, forbidsStale, grantedWhileRevalidating, isDueEarly, usability } from './staleness.js';
import { isCachedMethod } from './storable.js';
import type { CacheSettings, EpochMs, PolicyRequest, StoredResponse } from './types.js';
import { hasValidator, isConditional, validationHeadersFor } from './validation.js';
import { varyMismatch } from './vary.js';

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
  // §5.2.2.7: what a private cache stored beside us is not for many users.
  if (stored === undefined || (isShared(settings) && parseCacheControl(stored.headers['cache-control']).private))
    return { kind: 'fetch', because: 'uri-miss', rule: 'no-entry' };
  // §4.1
  const mismatch = varyMismatch(stored, request, settings);
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
