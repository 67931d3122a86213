/**
 * How is a stored response confirmed by the origin, and what does the confirmation change?
 * (RFC 9111 §3.2, §4.3; RFC 9110 §8.8, §13)
 */
import { formatHttpDate, parseHttpDate } from './dates.js';
import { emptyFields, isFieldValue, listMembers, LONGEST_LIST, withoutFields } from './fields.js';
import type { ExchangeTimes, Fields, PolicyResponse, StoredResponse } from './types.js';

const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;
const LONGEST_VALIDATOR = 1024;

/** The stored entity tag, if it may be sent: one line, no control character, no end in sight it could smuggle. */
export function entityTag(headers: Fields): string | undefined {
  const etag = headers['etag'];
  if (etag === undefined || etag === '' || etag.length > LONGEST_VALIDATOR || !isFieldValue(etag)) return undefined;
  // Two lines joined are no entity tag; an unquoted one is, in practice (RFC 9110 §8.8.3 wants quotes).
  return ENTITY_TAG.test(etag) || !/[", ]/.test(etag) ? etag : undefined;
}

function lastModified(headers: Fields): string | undefined {
  const value = headers['last-modified'];
  return value !== undefined && value !== '' && value.length <= LONGEST_VALIDATOR && isFieldValue(value)
    ? value
    : undefined;
}

/** Whether the origin can confirm this response. */
export function hasValidator(headers: Fields): boolean {
  return entityTag(headers) !== undefined || lastModified(headers) !== undefined;
}

/** The fields that turn a request into a question about this response (§4.3.1); empty where it has no validator. */
export function validationHeadersFor(stored: StoredResponse): Fields {
  const headers = emptyFields();
  const etag = entityTag(stored.headers);
  const modified = lastModified(stored.headers);
  if (etag !== undefined) headers['if-none-match'] = etag;
  if (modified !== undefined) headers['if-modified-since'] = modified;
  return headers;
}

/** Fields of the caller's own conditions (RFC 9110 §13.1). */
export const CONDITIONAL_FIELDS = [
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
] as const;

/** Whether the caller asks a conditional question of its own. */
export function isConditional(request: Fields): boolean {
  return CONDITIONAL_FIELDS.some((name) => request[name] !== undefined);
}

/** Weak comparison of entity tags (RFC 9110 §8.8.3.2). */
export function sameEntityTag(one: string, other: string): boolean {
  return one.replace(/^W\//, '') === other.replace(/^W\//, '');
}

/**
 * Whether a 304 to our own validators confirms this stored response (§4.3.4): one that names another validator speaks
 * of another representation. Entity tags are compared weakly, since that is how If-None-Match was answered.
 */
export function confirms(notModified: PolicyResponse, stored: StoredResponse): boolean {
  const answered = notModified.headers['etag'];
  const held = stored.headers['etag'];
  if (answered !== undefined && held !== undefined) return sameEntityTag(answered, held);
  const answeredAt = notModified.headers['last-modified'];
  const heldAt = stored.headers['last-modified'];
  if (answeredAt !== undefined && heldAt !== undefined) return sameDate(answeredAt, heldAt);
  // Where it names no validator at all, it answers the question that was asked.
  return answered === undefined;
}

function sameDate(one: string, other: string): boolean {
  return one === other || (parseHttpDate(one) ?? NaN) === parseHttpDate(other);
}

// RFC 9110 §7.6.1 and the fields that frame one message, not the representation.
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

// §3.2: these describe the stored content, which a 304 or HEAD does not bring.
const DESCRIBE_CONTENT = new Set([
  'content-length',
  'content-encoding',
  'content-range',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
  'etag',
]);

// RFC 9110 §7.6.1: never appropriate as connection options. Without them a stored response would be judged wrongly.
const END_TO_END = /^(?:age|date|etag|expires|last-modified|vary|.*cache-control)$/;

/** Names of fields that belong to the connection and are never stored (§3.1). */
export function connectionFields(headers: Fields): ReadonlySet<string> {
  const listed = listMembers(headers['connection']?.slice(0, LONGEST_LIST)).map((name) => name.toLowerCase());
  return listed.length === 0
    ? HOP_BY_HOP
    : new Set([...HOP_BY_HOP, ...listed.filter((name) => !END_TO_END.test(name))]);
}

/**
 * The stored response as a 304 (or a HEAD) confirms it (§3.2, §4.3.4): its fields but those omitted, the new times, the
 * same body.
 */
export function freshen<B>(
  stored: StoredResponse<B>,
  confirmation: PolicyResponse,
  times: ExchangeTimes,
  omitted: ReadonlySet<string>,
): StoredResponse<B> {
  // Age and Date tell of the exchange before this one.
  const headers = withoutFields(stored.headers, EARLIER);
  if (stored.headers['date'] !== undefined) headers['date'] = formatHttpDate(times.receivedAt);
  const connection = connectionFields(confirmation.headers);
  for (const name of Object.keys(confirmation.headers)) {
    const describes = DESCRIBE_CONTENT.has(name) && !(name === 'etag' && headers['etag'] === undefined);
    if (!connection.has(name) && !omitted.has(name) && !describes) headers[name] = confirmation.headers[name] ?? '';
  }
  const { method, url, status, statusText, selectedBy, assigned, body } = stored;
  const { requestedAt, receivedAt } = times;
  return { method, url, status, statusText, headers, selectedBy, requestedAt, receivedAt, assigned, body };
}

const EARLIER: ReadonlySet<string> = new Set(['age', 'date']);

/** Whether a HEAD says that the stored GET response is still the one the origin has (§4.3.5). */
export function headMatches(head: PolicyResponse, stored: StoredResponse): boolean {
  const same = (name: string, equal: (one: string, other: string) => boolean): boolean => {
    const answered = head.headers[name];
    const held = stored.headers[name];
    return answered === undefined || held === undefined || equal(answered, held);
  };
  return (
    same('etag', sameEntityTag) &&
    same('last-modified', sameDate) &&
    same('content-length', (one, other) => one === other)
  );
}
