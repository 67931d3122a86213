/**
 * Which of the stored responses of a URL was meant for this request? (RFC 9111 §4.1)
 *
 * A stored response remembers the request fields its Vary named. It is selected when the new request has
 * the same ones, compared after the normalisation that cannot change what they mean.
 */
import { secretDigest } from './digest.js';
import { emptyFields, fieldNames, listItems, listMembers, LONGEST_LIST, trimOws } from './fields.js';
import { CREDENTIAL_FIELDS, secretNames } from './redaction.js';
import type { CacheSettings, Fields, Selecting, StoredResponse } from './types.js';

/** What Vary says: the fields that select, or that no request can ever be known to match. */
export type VaryReading =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'star' }
  | { readonly kind: 'malformed' };

const NO_NAMES: VaryReading = { kind: 'names', names: [] };
const LONGEST_VARY = 4096;
const MOST_NAMES = 64;
const LONGEST_NAME = 256;

/** Reads Vary. */
export function readVary(headers: Fields): VaryReading {
  const value = headers['vary'];
  if (value === undefined || value === '') return NO_NAMES;
  if (value.length > LONGEST_VARY) return { kind: 'malformed' };
  const names = fieldNames(value);
  if (names === undefined || names.length > MOST_NAMES) return { kind: 'malformed' };
  // §4.1: a "*" anywhere in the list never matches.
  if (names.includes('*')) return { kind: 'star' };
  if (names.some((name) => name.length > LONGEST_NAME)) return { kind: 'malformed' };
  return names.length === 0 ? NO_NAMES : { kind: 'names', names: [...new Set(names)].sort() };
}

/**
 * The request fields that the names select, normalised; a field that is missing stays missing. What
 * identifies a user is kept as a digest only.
 */
export function selectingFields(names: readonly string[], request: Fields, settings: CacheSettings): Fields {
  const selected = emptyFields();
  const secrets = names.length === 0 ? names : secretNames(settings);
  for (const name of names) {
    // A name such as "constructor" is no field of a request that was made without care.
    const value = Object.hasOwn(request, name) ? request[name] : undefined;
    if (value === undefined) continue;
    const normal = normalizeFieldValue(name, value);
    selected[name] = secrets.includes(name) ? secretDigest(normal, settings.secret) : normal;
  }
  return selected;
}

/**
 * Whether a field is stored redacted, so that a request that has it never matches: an ignored one. A credential is
 * compared by its digest, since what its partition holds was selected by the very same one.
 */
export function isIncomparable(
  name: string,
  { ignoredParameters, credentials, credentialHeaders }: CacheSettings,
): boolean {
  if (!ignoredParameters.includes(name)) return false;
  const isCredential = CREDENTIAL_FIELDS.includes(name) || credentialHeaders.includes(name);
  return credentials === 'strict' || !isCredential;
}

const AMBIENT_FIELDS = ['authorization', 'cookie'];

/** The fields among these names that go along by themselves, so that nobody here can tell what they say. */
export function unseenFields(names: readonly string[], { headers, ambientCredentials }: Selecting): readonly string[] {
  if (ambientCredentials !== true) return [];
  return names.filter((name) => AMBIENT_FIELDS.includes(name) && headers[name] === undefined);
}

/** Why a stored response was not selected by a request like this one; `undefined` where it was. */
export function varyMismatch(
  stored: StoredResponse,
  request: Selecting,
  settings: CacheSettings,
): 'vary-star' | 'vary-ignored-header' | 'vary-mismatch' | undefined {
  const vary = readVary(stored.headers);
  if (vary.kind !== 'names') return 'vary-star';
  if (vary.names.length === 0) return undefined;
  const selected = selectingFields(vary.names, request.headers, settings);
  if (unseenFields(vary.names, request).length > 0) return 'vary-ignored-header';
  if (vary.names.some((name) => selected[name] !== undefined && isIncomparable(name, settings)))
    return 'vary-ignored-header';
  return vary.names.some((name) => selected[name] !== stored.selectedBy[name]) ? 'vary-mismatch' : undefined;
}

// Lists whose order means nothing without weights, and whose members are case-insensitive (RFC 9110 §12.5).
const NEGOTIATION = new Set(['accept-language', 'accept-encoding', 'accept-charset']);

/** One spelling for values that mean the same: white space around list members, case and order where they say nothing. */
export function normalizeFieldValue(name: string, value: string): string {
  if (value.length > LONGEST_LIST) return value;
  if (name === 'cookie') return sortedCookies(value);
  if (name === 'accept') return sortedRanges(value);
  // §4.1: of a field that nothing is known of, only lines may be combined and white space changed.
  if (!NEGOTIATION.has(name)) return value.includes(',') ? listItems(value).join(', ') : trimOws(value);
  const members = listMembers(value.toLowerCase()).map((member) => member.split(';').map(trimOws).join(';'));
  return members.sort().join(', ');
}

// RFC 6265 §4.2.2: servers should not rely on the order of cookies; those of one name keep theirs.
function sortedCookies(value: string): string {
  const pairs = value.split(';').map((pair) => trimOws(pair));
  const nameOf = (pair: string): string => pair.slice(0, `${pair}=`.indexOf('='));
  return pairs.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0)).join('; ');
}

// RFC 9110 §12.5.1: the order of media ranges says nothing, nor does the case of their types; parameters may.
function sortedRanges(value: string): string {
  const ranges = listMembers(value).map((range) => range.replace(/^[^;]+/, (type) => type.toLowerCase()));
  return ranges.sort().join(', ');
}
