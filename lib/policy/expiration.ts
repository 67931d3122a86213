/**
 * How long does an option say that a response lives? Lifetimes as users write them, and which of them counts.
 *
 * These are the user's words, not the origin's: `max-age` and Expires are read elsewhere (RFC 9111 §4.2.1).
 * A number means seconds; a text without a unit means nothing, since one library takes it for seconds and the next
 * for milliseconds.
 */
import { parseHttpDate } from './dates.js';
import type { CacheSettings, EpochMs, Expiration, Seconds } from './types.js';
import { matchUrl } from './urls.js';

/** The response never becomes stale. */
export const NEVER_EXPIRE = 'never';

/** The response is stored, and stale at once: each use is validated. */
export const EXPIRE_IMMEDIATELY = 0;

/** The response is neither stored nor looked up. */
export const DO_NOT_CACHE = 'do-not-cache';

// The last instant that a Date can hold.
const END_OF_TIME: EpochMs = 8.64e15;
const LONGEST_DURATION_TEXT = 100;

const DURATION = /^(\s*\d+(\.\d+)?\s*[a-z]+,?)+\s*$/;
const UNITS: readonly (readonly [RegExp, Seconds])[] = [
  [/^m(illi)?s(ec(ond)?s?)?$/, 0.001],
  [/^s(ec(ond)?s?)?$/, 1],
  [/^m(in(ute)?s?)?$/, 60],
  [/^h((ou)?rs?)?$/, 3600],
  [/^d(ays?)?$/, 86_400],
  [/^w(eeks?)?$/, 604_800],
];

/**
 * When a response that starts its life at `startAt` becomes stale; `null` means never. Fractions of a second count from
 * one second on, `-1` is never, other negative numbers lie in the past. What is no expiration has expired.
 */
export function parseExpiration(
  value: Expiration,
  startAt: EpochMs,
): { readonly expiresAt: EpochMs | null } | typeof DO_NOT_CACHE {
  if (value === DO_NOT_CACHE) return DO_NOT_CACHE;
  if (value === NEVER_EXPIRE || value === -1 || value === Infinity) return { expiresAt: null };
  return { expiresAt: clamped(instant(value, startAt), startAt) };
}

function instant(value: Expiration, startAt: EpochMs): EpochMs {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return startAt + (Math.abs(value) < 1 ? 0 : Math.round(value * 1000));
  const seconds = durationSeconds(value);
  return (seconds === undefined ? parseDate(value) : startAt + Math.round(seconds * 1000)) ?? startAt;
}

function clamped(at: EpochMs, startAt: EpochMs): EpochMs {
  return Number.isNaN(at) ? startAt : Math.max(-END_OF_TIME, Math.min(END_OF_TIME, at));
}

// An HTTP-date is in GMT (RFC 9110 §5.6.7): a date of its form that does not say so can mean nothing else.
function parseDate(text: string): EpochMs | undefined {
  return parseHttpDate(text) ?? parseHttpDate(`${text} GMT`);
}

/** Whether a value can be given where a lifetime is asked for. */
export function isExpiration(value: unknown): value is Expiration {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  if (typeof value !== 'string') return false;
  if (value === NEVER_EXPIRE || value === DO_NOT_CACHE) return true;
  return durationSeconds(value) !== undefined || parseDate(value) !== undefined;
}

/** The seconds of a duration such as `'10m'`, `'1h30m'`, `'2 days'`, `'500ms'`; a unit is needed. */
export function durationSeconds(text: string): Seconds | undefined {
  const lower = text.toLowerCase();
  if (text.length > LONGEST_DURATION_TEXT || !DURATION.test(lower)) return undefined;
  let seconds = 0;
  for (const [part] of lower.matchAll(/[\d.]+\s*[a-z]+/g)) {
    const unit = part.replace(/^[\d.\s]+/, '');
    const length = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
    if (length === undefined) return undefined;
    seconds += parseFloat(part) * length;
  }
  return seconds;
}

/**
 * The lifetime that the options give a URL: that of the request, else of the first rule whose pattern matches, else of
 * the instance. A missing one leaves it to the next, `0` does not. Where the request or the matching rule says
 * `'do-not-cache'`, that is the answer.
 */
export function resolveExpireAfter(settings: CacheSettings, url: string): Expiration | undefined {
  const requested = settings.requestExpireAfter;
  if (requested === DO_NOT_CACHE) return requested;
  const ruled = settings.urlsExpireAfter.find(([pattern]) => matchUrl(pattern, url))?.[1];
  return ruled === DO_NOT_CACHE ? ruled : (requested ?? ruled ?? settings.expireAfter);
}
