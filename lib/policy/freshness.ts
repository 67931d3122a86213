/**
 * How old is a stored response, and how long is it fresh? (RFC 9111 §4.2; RFC 8246; RFC 9213)
 *
 * Everything is computed from stored facts at the moment of asking; nothing here is ever stored.
 */
import { parseHttpDate } from './dates.js';
import { NO_DIRECTIVES, parseCacheControl, targetedDirectives } from './directives.js';
import type { Directives } from './directives.js';
import { deltaSeconds, trimOws } from './fields.js';
import type { AssignedExpiry, CacheSettings, EpochMs, Expiration, Fields, Seconds, StoredResponse } from './types.js';

/** What freshness is computed from: a stored response without its body. */
export type FreshnessFacts = Pick<StoredResponse, 'status' | 'headers' | 'requestedAt' | 'receivedAt' | 'assigned'>;

/** Where a freshness lifetime comes from. */
export type LifetimeSource = 's-maxage' | 'max-age' | 'expires' | 'option' | 'heuristic' | 'none';

/** A freshness lifetime; `Infinity` for "never expires". */
export interface FreshnessLifetime {
  readonly seconds: Seconds;
  readonly source: LifetimeSource;
}

// §1.2.2: what cannot be represented is 2^31 seconds.
const LONGEST: Seconds = 2 ** 31;
// §4.2.2: a tenth of the time since the last change, and for no longer than a week.
const HEURISTIC_FRACTION = 0.1;
const LONGEST_HEURISTIC: Seconds = 7 * 86_400;

/** Statuses that a cache may store without explicit freshness (RFC 9110 §15.1); 206 is not stored. */
export const HEURISTIC_STATUSES: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

/** The directives that hold for a response under these settings; none of them where headers are not obeyed. */
export function effectiveDirectives(headers: Fields, settings: CacheSettings): Directives {
  return settings.cacheControl === true ? writtenDirectives(headers, settings) : NO_DIRECTIVES;
}

/** What the origin wrote, whether or not the settings obey it: some prohibitions count without obedience too. */
export function writtenDirectives(headers: Fields, settings: CacheSettings): Directives {
  return targeted(headers, settings) ?? parseCacheControl(headers['cache-control']);
}

// RFC 9213
function targeted(headers: Fields, { shared }: CacheSettings): Directives | undefined {
  return typeof shared === 'boolean' ? undefined : targetedDirectives(headers, shared);
}

/** Whether shared-cache rules hold. */
export function isShared(settings: CacheSettings): boolean {
  return settings.shared !== false;
}

/** How long the response is fresh, counted from when the origin made it (§4.2.1). */
export function freshnessLifetime(stored: FreshnessFacts, settings: CacheSettings): FreshnessLifetime {
  const { assigned } = stored;
  if (assigned?.outranksOrigin) return assignedLifetime(stored, assigned);
  const explicit = explicitLifetime(stored, settings);
  if (explicit) return explicit;
  if (assigned) return assignedLifetime(stored, assigned);
  return heuristicLifetime(stored, settings);
}

/** The lifetime the origin states, if it states one and is obeyed (§4.2.1). */
export function explicitLifetime(stored: FreshnessFacts, settings: CacheSettings): FreshnessLifetime | undefined {
  if (settings.cacheControl !== true) return undefined;
  const directives = effectiveDirectives(stored.headers, settings);
  if (isShared(settings) && directives.sMaxage !== undefined)
    return { seconds: Math.min(directives.sMaxage, LONGEST), source: 's-maxage' };
  if (directives.maxAge !== undefined) return { seconds: Math.min(directives.maxAge, LONGEST), source: 'max-age' };
  const expires = stored.headers['expires'];
  // RFC 9213 §2.2: where a targeted field is obeyed, Expires is not.
  if (expires === undefined || targeted(stored.headers, settings)) return undefined;
  // §5.3: an invalid date, "0" above all, is a time in the past.
  const expiresAt = parseHttpDate(expires, stored.receivedAt);
  if (expiresAt === undefined) return { seconds: 0, source: 'expires' };
  return { seconds: Math.max(0, (expiresAt - dateOf(stored)) / 1000), source: 'expires' };
}

/** The lifetime the origin states, in its own terms: the seconds of max-age, or the instant of Expires. */
export function statedExpiration(stored: FreshnessFacts, settings: CacheSettings): Expiration | undefined {
  if (stored.assigned?.outranksOrigin) return undefined;
  const lifetime = explicitLifetime(stored, settings);
  if (lifetime?.source !== 'expires') return lifetime?.seconds;
  return new Date(parseHttpDate(stored.headers['expires'], stored.receivedAt) ?? stored.receivedAt);
}

function assignedLifetime(stored: FreshnessFacts, assigned: AssignedExpiry): FreshnessLifetime {
  if (assigned.expiresAt === null) return { seconds: Infinity, source: 'option' };
  // An option counts from when the response was received, whatever age it had then.
  const seconds = (assigned.expiresAt - stored.receivedAt) / 1000 + correctedInitialAge(stored);
  return { seconds, source: 'option' };
}

// §4.2.2
function heuristicLifetime(stored: FreshnessFacts, settings: CacheSettings): FreshnessLifetime {
  const none = { seconds: 0, source: 'none' } as const;
  if (!settings.heuristic || settings.cacheControl !== true) return none;
  const mayGuess = HEURISTIC_STATUSES.has(stored.status) || effectiveDirectives(stored.headers, settings).public;
  const modifiedAt = parseHttpDate(stored.headers['last-modified'], stored.receivedAt);
  if (!mayGuess || modifiedAt === undefined) return none;
  const seconds = ((Math.min(dateOf(stored), stored.receivedAt) - modifiedAt) / 1000) * HEURISTIC_FRACTION;
  return seconds > 0 ? { seconds: Math.min(seconds, LONGEST_HEURISTIC), source: 'heuristic' } : none;
}

/** When the origin made the response: its Date, else when it was received (RFC 9110 §6.6.1). */
export function dateOf(stored: FreshnessFacts): EpochMs {
  return parseHttpDate(stored.headers['date'], stored.receivedAt) ?? stored.receivedAt;
}

/**
 * The age that the Age field states; 0 where there is none. §5.1: of a list the first member counts. Several
 * lines (joined with ", ") contradict each other, and what is not a number cannot be trusted: older than
 * anything is fresh (§4.2.1).
 */
export function ageValue(headers: Fields): Seconds {
  const value = headers['age'];
  if (value === undefined) return 0;
  const first = value.includes(', ') ? undefined : value.split(',', 1)[0];
  const seconds = first === undefined ? undefined : deltaSeconds(trimOws(first));
  return seconds === undefined ? LONGEST : Math.min(seconds, LONGEST);
}

// §4.2.3, up to the moment the response was received.
function correctedInitialAge(stored: FreshnessFacts): Seconds {
  // Date has whole seconds: without rounding down, every response would be born up to a second old.
  const apparentAge = Math.max(0, Math.floor((stored.receivedAt - dateOf(stored)) / 1000));
  const responseDelay = Math.max(0, (stored.receivedAt - stored.requestedAt) / 1000);
  return Math.max(apparentAge, ageValue(stored.headers) + responseDelay);
}

/** How old the response is: `current_age` (§4.2.3). */
export function currentAge(stored: FreshnessFacts, now: EpochMs): Seconds {
  const residentTime = Math.max(0, (now - stored.receivedAt) / 1000);
  return correctedInitialAge(stored) + residentTime;
}

/** Seconds since the response became stale; zero or less while it is fresh. */
export function staleness(stored: FreshnessFacts, settings: CacheSettings, now: EpochMs): Seconds {
  return currentAge(stored, now) - freshnessLifetime(stored, settings).seconds;
}

/** When the response becomes stale; `null` means never. */
export function expiresAt(stored: FreshnessFacts, settings: CacheSettings): EpochMs | null {
  const { seconds } = freshnessLifetime(stored, settings);
  if (seconds === Infinity) return null;
  return stored.receivedAt + Math.round((seconds - correctedInitialAge(stored)) * 1000);
}
