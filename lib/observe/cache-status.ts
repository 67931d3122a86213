/**
 * How is it said on the wire? The Cache-Status field (RFC 9211), written as structured fields (RFC 8941).
 */
import type { CacheInfo, InfoFacts } from './info.js';

const CACHE_NAME = 'axios-http-cache';

// What `hit` and `fwd` have said already.
const SAYS_NO_MORE: ReadonlySet<string> = new Set([
  'fresh',
  'no-entry',
  'vary-mismatch',
  'stale',
  'method',
  'disabled',
]);

/** Whether the field is written, and with the key of the entry. */
export type CacheStatusMode = boolean | 'key';

/** Our member of Cache-Status. */
export function cacheStatus(facts: InfoFacts, info: CacheInfo, now: number, withKey = false): string {
  const parameters = [CACHE_NAME];
  const { forwarded } = facts;
  // RFC 9211 §2.1, §2.2: either a hit, or forwarded with a reason; stale on error is both in truth, and forwarded here.
  if (forwarded === undefined && facts.fromCache) parameters.push('hit');
  else if (forwarded !== undefined) parameters.push(`fwd=${forwarded.because}`);
  else if (facts.status === 'bypass') parameters.push('fwd=bypass');
  if (facts.forwardStatus !== undefined) parameters.push(`fwd-status=${String(facts.forwardStatus)}`);
  // RFC 9211 §2.4: seconds of freshness left, negative when stale.
  if (info.expires) parameters.push(`ttl=${String(Math.round((info.expires.getTime() - now) / 1000))}`);
  if (info.stored) parameters.push('stored');
  // RFC 9211 §2.6: of requests that were forwarded.
  if (info.collapsed && forwarded !== undefined) parameters.push('collapsed');
  // RFC 9211 §2.7: keys are of use to who looks into the store, and to nobody else.
  if (withKey && info.key !== undefined) parameters.push(`key="${info.key}"`);
  const detail = facts.failed504 ? 'only-if-cached' : (facts.notStored ?? forwarded?.rule ?? facts.served);
  if (detail !== undefined && !SAYS_NO_MORE.has(detail)) parameters.push(`detail=${detail}`);
  return parameters.join('; ');
}

/** The field with our member last: nearest to the caller (RFC 9211 §2). */
export function appendCacheStatus(existing: string | undefined, member: string): string {
  return existing === undefined || existing === '' ? member : `${existing}, ${member}`;
}
