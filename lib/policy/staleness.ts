/**
 * Does its age allow a response to be used: now, while it is being refreshed, when the origin fails?
 * (RFC 9111 §4.2.4, §5.2.1; RFC 5861; RFC 8246)
 *
 * What the origin forbids comes first. What it allows, and what options and requests accept, only ever adds up.
 */
import { requestDirectives } from './directives.js';
import type { Directives } from './directives.js';
import type { ServeRule } from './decisions.js';
import { currentAge, effectiveDirectives, freshnessLifetime, isShared } from './freshness.js';
import type { CacheSettings, EpochMs, Seconds, StoredResponse } from './types.js';

const CLOCK_TOLERANCE = 5_000;

/** The rule by which the response's age allows its use now, if one does. */
export function usability(
  stored: StoredResponse,
  directives: Directives,
  settings: CacheSettings,
  now: EpochMs,
): ServeRule | undefined {
  const lifetime = freshnessLifetime(stored, settings).seconds;
  if (lifetime === Infinity) return 'never-expires';
  // Received in the future, by a clock that disagrees with this one: nothing is known of its age.
  if (stored.receivedAt - now > CLOCK_TOLERANCE) return undefined;
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

/** Whether the origin forbids to use the response once it is stale (§4.2.4, §5.2.2.2, §5.2.2.4, §5.2.2.8, §5.2.2.10). */
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

/** The staleness that an option or the request accepts while the response is being refreshed. */
export function grantedWhileRevalidating(request: Directives, settings: CacheSettings): Seconds {
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

/** Whether it is time to refresh what is still fresh. Not from the RFC: what took long to make is made anew a little before its end. */
export function isDueEarly(stored: StoredResponse, settings: CacheSettings, now: EpochMs): boolean {
  const duration = (stored.receivedAt - stored.requestedAt) / 1000;
  const remaining = freshnessLifetime(stored, settings).seconds - currentAge(stored, now);
  return settings.earlyRefresh > 0 && remaining <= duration * settings.earlyRefresh;
}
