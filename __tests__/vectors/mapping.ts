/**
 * What do the words of a vector mean here? The one place where requests-cache's values become ours.
 *
 * - `expire_after` None means never; NEVER_EXPIRE and -1 as well. Freshness is never guessed (`heuristic: false`),
 *   and headers of responses are obeyed only where the vector says so.
 * - What lies in the store has an expiry of its own, whatever its headers say: `assigned`, set by hand.
 * - A per-request `expire_after` travels in a request header there: in whole seconds, rounded up, and 0 also means
 *   refresh. DO_NOT_CACHE as such an option skips the read but not the write: that is `forceRefresh` here.
 * - A request's `max-age` is such a lifetime there, and an age limit here. Who wants the former gives `expireAfter`
 *   with the request; so does the replay (category request-max-age-as-lifetime).
 * - `must-revalidate` in a request is how requests-cache carries its own option `refresh`.
 */
import { CacheDirectives, completeSettings, decideStoring, parseHttpDate, toFields } from 'axios-http-cache/policy';
import type { CacheSettings, Expiration, PolicyRequest, StoredResponse, UrlRule } from 'axios-http-cache/policy';

import type {
  CachedInput,
  ExpirationValue,
  Headers,
  OptionsInput,
  Pattern,
  RequestInput,
  SettingsInput,
  Staleness,
  UrlPatterns,
} from './format.js';

export type Settings = Partial<CacheSettings>;

/** A lifetime as a user of ours would write it. */
export function expirationOf(value: ExpirationValue): Expiration {
  if (value === null || value === -1) return 'never';
  if (typeof value === 'number') return value;
  if (value.date !== undefined) return new Date(value.date);
  if (value.durationSeconds !== undefined) return durationOf(value.durationSeconds);
  if (value.special === 'NEVER_EXPIRE') return 'never';
  if (value.special === 'DO_NOT_CACHE') return 'do-not-cache';
  return value.special === 'EXPIRE_IMMEDIATELY' ? 0 : (value.string ?? 0);
}

// In a duration -1 and 0 mark nothing, and fractions count: milliseconds say so here.
function durationOf(seconds: number): Expiration {
  return seconds > 0 ? `${seconds * 1000}ms` : seconds === -1 ? -1.000001 : seconds;
}

/** When a lifetime that starts `now` ends, as requests-cache reckons: `null` never. */
export function instantOf(value: ExpirationValue, now: number): number | 'do-not-cache' | null {
  if (value === null || value === -1) return null;
  if (typeof value === 'number') return now + (Math.abs(value) < 1 ? 0 : value * 1000);
  if (value.date !== undefined) return value.date;
  if (value.durationSeconds !== undefined) return now + value.durationSeconds * 1000;
  if (value.string !== undefined) return parseHttpDate(value.string, now) ?? now;
  if (value.special === 'DO_NOT_CACHE') return 'do-not-cache';
  return value.special === 'NEVER_EXPIRE' ? null : now;
}

export function patternOf(pattern: Pattern): string | RegExp {
  if (typeof pattern === 'string') return pattern;
  const insensitive = pattern.regex.startsWith('(?i)');
  return insensitive ? new RegExp(pattern.regex.slice(4), 'i') : new RegExp(pattern.regex);
}

/**
 * Rules for URLs; a null in one falls through to what holds for all. They are a dictionary there: of two rules with
 * one pattern the place of the first remains, with the value of the last.
 */
export function urlRulesOf(patterns: UrlPatterns): UrlRule[] {
  const rules = new Map<string, UrlRule>();
  for (const [pattern, value] of patterns)
    rules.set(JSON.stringify(pattern), [patternOf(pattern), value === null ? null : expirationOf(value)]);
  return [...rules.values()];
}

function stalenessOf(value: Staleness | undefined): boolean | number {
  return typeof value === 'object' ? value.durationSeconds : (value ?? false);
}

/** The settings of a session there as settings here. */
export function settingsOf(input: SettingsInput, { ignoresNoStore = false } = {}): Settings {
  return {
    cacheControl: input.cacheControl === true ? true : ignoresNoStore ? 'ignore' : false,
    heuristic: false,
    expireAfter: expirationOf(input.expireAfter ?? null),
    urlsExpireAfter: urlRulesOf(input.urlsExpireAfter ?? []),
    statuses: input.allowableCodes ?? [200],
    methods: input.allowableMethods ?? ['GET', 'HEAD'],
    ...(input.ignoredParameters && { ignoredParameters: input.ignoredParameters }),
    matchHeaders: input.matchHeaders ?? false,
    staleIfError: stalenessOf(input.staleIfError),
    staleWhileRevalidate: stalenessOf(input.staleWhileRevalidate),
    alwaysRevalidate: input.alwaysRevalidate ?? false,
    onlyIfCached: input.onlyIfCached ?? false,
    readOnly: input.readOnly ?? false,
    disabled: input.disabled ?? false,
    storeSetCookie: true,
  };
}

/** What a request says beyond the session: its options, and those that requests-cache carries in its headers. */
export function requestSettingsOf(request: RequestInput, options: OptionsInput, now: number): Settings {
  const directives = CacheDirectives.fromHeaders(request.headers);
  const option = options.expireAfter ?? null;
  const given = option === null ? undefined : instantOf(option, now);
  const seconds =
    given === undefined || given === 'do-not-cache'
      ? directives.maxAge
      : given === null
        ? -1
        : Math.ceil((given - now) / 1000);
  return {
    ...(seconds !== undefined && { requestExpireAfter: expirationOf(seconds) }),
    ...(options.onlyIfCached && { onlyIfCached: true }),
    ...((options.refresh === true || directives.mustRevalidate || seconds === 0) && { refresh: true }),
    ...((options.forceRefresh === true || given === 'do-not-cache') && { forceRefresh: true }),
  };
}

/** The header fields of a request, without those that are options here. */
export function requestHeadersOf(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name.toLowerCase() === 'cache-control' ? withoutMaxAge(value) : value,
    ]),
  );
}

function withoutMaxAge(value: string): string {
  const members = value.split(',').filter((member) => !/^\s*max-age\s*(=|$)/i.test(member));
  return members.join(',');
}

export function requestOf(request: RequestInput): PolicyRequest {
  return {
    method: request.method,
    url: request.url,
    headers: toFields(requestHeadersOf(request.headers)),
    ...(request.body !== undefined && { body: request.body }),
  };
}

/** A stored response with the expiry that the vector gives it. */
export function storedOf(cached: CachedInput, settings: Settings): StoredResponse {
  const { request, status, headers, createdAt, expires } = cached;
  const times = { requestedAt: createdAt, receivedAt: createdAt };
  const permissive: Settings = {
    ...settings,
    cacheControl: 'ignore',
    requestExpireAfter: 'never',
    urlsExpireAfter: [],
    statuses: [status],
    methods: [request.method.toUpperCase()],
    readOnly: false,
    disabled: false,
  };
  const exchange = {
    request: { method: request.method.toUpperCase(), url: request.url, headers: toFields(request.headers) },
    stored: undefined,
    settings: completeSettings(permissive),
    validating: false,
  };
  const decision = decideStoring(exchange, { status, headers: toFields(headers) }, times);
  if (decision.kind !== 'store')
    throw new Error(`the cached response of a vector could not be stored: ${decision.kind}`);
  return {
    ...decision.response,
    // As they lie in the store there, fields of the connection included.
    headers: toFields(headers),
    assigned: { expiresAt: expires, outranksOrigin: true },
  };
}
