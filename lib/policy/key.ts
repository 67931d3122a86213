/**
 * Under which key does a response lie, and whose is it? (RFC 9111 §2, §3.5, §4.1)
 *
 * A key is `{tag}digest`. The tag belongs to the URL alone, so that whatever is stored for one URL lies in one slot of a
 * Redis Cluster. The digest covers all parts of the identity, each behind its length, so that no part can be mistaken for
 * another. Nothing can be read from a key: ignored values do not enter it, and credentials only as a digest.
 */
import { lengthPrefixed, secretDigest, sha256Base64Url } from './digest.js';
import { belowRoot, identityBody, isNamed, readBody, readQuery, writeContent } from './members.js';
import type { Content, Member } from './members.js';
import { CREDENTIAL_FIELDS, CREDENTIAL_PARAMETERS, REDACTED } from './redaction.js';
import type { CacheSettings, PolicyRequest } from './types.js';
import { splitUrl } from './urls.js';
import type { UrlParts } from './urls.js';
import { normalizeFieldValue, selectingFields } from './vary.js';

// Changes with every change of what a key is made of.
const KEY_VERSION = '1';
const TAG_LENGTH = 22;
const METHOD_OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override'];

/** The key of the response to a request; `partition` is the user or tenant whose it is, and missing if it is anyone's. */
export function createKey(request: PolicyRequest, settings: CacheSettings, partition?: string): string {
  const url = splitUrl(request.url);
  const identity = identityUrl(url, settings);
  const digest = sha256Base64Url(
    lengthPrefixed([
      KEY_VERSION,
      identityMethod(request),
      identity,
      url.userinfo === undefined ? undefined : REDACTED,
      bodyDigest(request, settings),
      unpartitioned(request, settings, url),
      partition,
      ...matchedFields(request, settings),
    ]),
  );
  return `{${tagOf(identity)}}${digest}`;
}

/** The tag that all keys of a URL begin with, without its braces. */
export function urlTag(url: string, settings: CacheSettings): string {
  return tagOf(identityUrl(splitUrl(url), settings));
}

function tagOf(identity: string): string {
  return sha256Base64Url(identity).slice(0, TAG_LENGTH);
}

function identityUrl({ base, query }: UrlParts, settings: CacheSettings): string {
  return query === undefined ? base : `${base}?${writeContent(readQuery(query), settings.ignoredParameters)}`;
}

// Text and its UTF-8 bytes are the same body; an empty one is none.
function bodyDigest({ body, headers }: PolicyRequest, settings: CacheSettings): string | undefined {
  if (body === undefined || body.length === 0) return undefined;
  const { ignoredParameters, contentRootKey } = settings;
  return sha256Base64Url(identityBody(body, headers['content-type'], ignoredParameters, contentRootKey));
}

function matchedFields({ headers }: PolicyRequest, settings: CacheSettings): (string | undefined)[] {
  const { matchHeaders, ignoredParameters } = settings;
  if (matchHeaders === false) return [];
  const names = [...(matchHeaders === true ? Object.keys(headers) : matchHeaders)].sort();
  return names.flatMap((name) => {
    const value = headers[name];
    if (value === undefined) return [name, undefined];
    return [name, ignoredParameters.includes(name) ? REDACTED : normalizeFieldValue(name, value)];
  });
}

/**
 * The partition of whoever sent the request: a digest of all its credentials, an HMAC if a secret is given. `undefined`
 * without credentials, and where settings.credentials is `'strict'`. Ignoring a credential does not take it out.
 */
export function credentialPartition(
  request: PolicyRequest,
  settings: CacheSettings,
  secret: CacheSettings['secret'] = settings.secret,
): string | undefined {
  if (settings.credentials === 'strict') return undefined;
  const { headers } = request;
  const fields = [...CREDENTIAL_FIELDS, ...settings.credentialHeaders].filter((name) => headers[name] !== undefined);
  const credentials = [
    ...fields.sort().flatMap((name) => [name, headers[name]]),
    ...parameterCredentials(request, settings, splitUrl(request.url)),
    ...(request.ambientCredentials === true ? ['()'] : []),
  ];
  if (credentials.length === 0) return undefined;
  return secretDigest(lengthPrefixed(credentials), secret);
}

// What a field could carry as a credential, some senders put into a parameter of that name. The marks are no field names.
function parameterCredentials(request: PolicyRequest, settings: CacheSettings, url: UrlParts): string[] {
  const credentials = url.userinfo === undefined ? [] : ['@', url.userinfo];
  const add = (mark: string, content: Content | undefined): void => {
    for (const member of content?.members ?? [])
      if (isCredential(member, settings)) credentials.push(mark, member.text);
  };
  if (url.query !== undefined) add('?', readQuery(url.query));
  const body = request.body === undefined ? undefined : readBody(request.body, request.headers['content-type']);
  add('{}', body);
  // What is kept out of the key there separates users all the same.
  if (body !== undefined) add('{}', belowRoot(body, settings.contentRootKey)?.content);
  return credentials;
}

function isCredential(member: Member, { credentialHeaders }: CacheSettings): boolean {
  return [CREDENTIAL_PARAMETERS, CREDENTIAL_FIELDS, credentialHeaders].some((names) => isNamed(member, names));
}

// Without partitions, what the URL says of the user stays part of the URL's identity (RFC 9111 §2).
function unpartitioned(request: PolicyRequest, settings: CacheSettings, url: UrlParts): string | undefined {
  const credentials = settings.credentials === 'strict' ? parameterCredentials(request, settings, url) : [];
  return credentials.length === 0 ? undefined : lengthPrefixed(credentials);
}

/** The key of the variant that a request selects by the fields that Vary names (RFC 9111 §4.1). */
export function variantKey(
  primaryKey: string,
  names: readonly string[],
  request: PolicyRequest,
  settings: CacheSettings,
): string {
  const sorted = [...new Set(names.map((name) => name.toLowerCase()))].sort();
  const fields = selectingFields(sorted, request.headers, settings);
  const digest = sha256Base64Url(
    lengthPrefixed(['variant', primaryKey, ...sorted.flatMap((name) => [name, fields[name]])]),
  );
  return primaryKey.slice(0, primaryKey.indexOf('}') + 1) + digest;
}

/**
 * The method that the origin may act upon: an override on the request decides over the method it was sent with. One that
 * is no method at all decides as well, and is then none that can be cached.
 */
export function effectiveMethod(request: PolicyRequest): string {
  return (methodOverride(request) ?? request.method).toUpperCase();
}

/** The method that a request names in place of its own, as it is spelled; several different ones are none at all. */
export function methodOverride({ headers }: PolicyRequest): string | undefined {
  const named = new Set(METHOD_OVERRIDES.map((name) => headers[name]?.trim()).filter(Boolean));
  return named.size === 0 ? undefined : [...named].join(' ');
}

// What came back for an override is not the answer of the method alone.
function identityMethod(request: PolicyRequest): string {
  const method = request.method.toUpperCase();
  const effective = effectiveMethod(request);
  return effective === method ? method : `${method} ${effective}`;
}
