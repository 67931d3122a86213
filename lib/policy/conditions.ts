/**
 * How much of a stored response does this caller get: all of it, a 304, or a range?
 * (RFC 9111 §4.3.2; RFC 9110 §13.2, §14)
 *
 * Where the question is one that only the origin can answer, the answer here is `forward`.
 */
import { parseHttpDate } from './dates.js';
import { deltaSeconds, listMembers, LONGEST_LIST, trimOws } from './fields.js';
import { dateOf } from './freshness.js';
import type { Fields, StoredResponse } from './types.js';
import { sameEntityTag } from './validation.js';

/** The answer to a caller's conditions. */
export type ConditionVerdict = 'none' | 'not-modified' | 'modified' | 'forward';

/** Evaluates a caller's own `If-None-Match` or `If-Modified-Since` against a fresh stored response. */
export function evaluateConditions(request: Fields, stored: StoredResponse): ConditionVerdict {
  // RFC 9110 §13.1.1, §13.1.4, §13.1.5: about the state at the origin, or about a range.
  if (request['if-match'] ?? request['if-unmodified-since'] ?? request['if-range']) return 'forward';
  const noneMatch = request['if-none-match'];
  const modifiedSince = request['if-modified-since'];
  if (noneMatch === undefined && modifiedSince === undefined) return 'none';
  if (stored.status !== 200) return 'forward';
  if (noneMatch !== undefined && noneMatch.length > LONGEST_LIST) return 'forward';
  // RFC 9110 §13.1.3: If-None-Match has precedence.
  const unchanged = noneMatch === undefined ? unchangedSince(modifiedSince, stored) : listsTag(noneMatch, stored);
  return unchanged ? 'not-modified' : 'modified';
}

// RFC 9110 §13.1.2
function listsTag(noneMatch: string, stored: StoredResponse): boolean {
  if (trimOws(noneMatch) === '*') return true;
  const held = stored.headers['etag'];
  return held !== undefined && listMembers(noneMatch).some((tag) => sameEntityTag(tag, held));
}

// §4.3.2: without Last-Modified, Date stands in for it, and without that the time of receipt.
function unchangedSince(modifiedSince: string | undefined, stored: StoredResponse): boolean {
  const since = parseHttpDate(modifiedSince, stored.receivedAt);
  if (since === undefined) return false;
  const lastModified = stored.headers['last-modified'];
  const changedAt = lastModified === undefined ? dateOf(stored) : parseHttpDate(lastModified, stored.receivedAt);
  return changedAt !== undefined && changedAt <= since;
}

/** The part of a stored content that a Range field asks for. */
export type RangeVerdict =
  | { readonly kind: 'full' }
  | { readonly kind: 'partial'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const FULL: RangeVerdict = { kind: 'full' };
const LONGEST_RANGE = 128;

/**
 * Reads Range against a stored response of `length` octets. Only a whole 200 without a content coding is cut,
 * and only into one part; a recipient may ignore any other Range (RFC 9110 §14.2).
 */
export function readRange(range: string | undefined, stored: StoredResponse, length: number): RangeVerdict {
  if (range === undefined || stored.status !== 200 || stored.headers['content-encoding'] !== undefined) return FULL;
  const spec = trimOws(range);
  if (spec.length > LONGEST_RANGE || !/^bytes=[ \t]*[0-9]*-[0-9]*$/i.test(spec)) return FULL;
  const dash = spec.indexOf('-');
  const first = deltaSeconds(trimOws(spec.slice('bytes='.length, dash)));
  const last = deltaSeconds(spec.slice(dash + 1));
  if (first === undefined) {
    // RFC 9110 §14.1.2: a suffix.
    if (last === undefined) return FULL;
    if (last === 0 || length === 0) return { kind: 'unsatisfiable' };
    return { kind: 'partial', start: Math.max(0, length - last), end: length - 1 };
  }
  if (last !== undefined && last < first) return FULL;
  if (first >= length) return { kind: 'unsatisfiable' };
  return { kind: 'partial', start: first, end: Math.min(last ?? length - 1, length - 1) };
}
