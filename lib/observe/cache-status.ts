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
  const { forwarded } = facts;
  let member = CACHE_NAME;
  // RFC 9211 §2.1, §2.2: either a hit, or forwarded with a reason; stale on error is both in truth, and forwarded here.
  if (forwarded === undefined && facts.fromCache) member += '; hit';
  else if (forwarded !== undefined) member += `; fwd=${forwarded.because}`;
  else if (facts.status === 'bypass') member += '; fwd=bypass';
  if (facts.forwardStatus !== undefined) member += `; fwd-status=${String(facts.forwardStatus)}`;
  // RFC 9211 §2.4: seconds of freshness left, negative when stale.
  if (info.expires) member += `; ttl=${String(Math.round((info.expires.getTime() - now) / 1000))}`;
  if (info.stored) member += '; stored';
  // RFC 9211 §2.6: of requests that were forwarded.
  if (info.collapsed && forwarded !== undefined) member += '; collapsed';
  // RFC 9211 §2.7: keys are of use to who looks into the store, and to nobody else.
  if (withKey && info.key !== undefined) member += `; key="${info.key}"`;
  const detail = facts.failed504 ? 'only-if-cached' : (facts.notStored ?? forwarded?.rule ?? facts.served);
  return detail === undefined || SAYS_NO_MORE.has(detail) ? member : `${member}; detail=${detail}`;
}

/** The field with our member last: nearest to the caller (RFC 9211 §2). */
export function appendCacheStatus(existing: string | undefined, member: string): string {
  return existing === undefined || existing === '' ? member : `${existing}, ${member}`;
}
