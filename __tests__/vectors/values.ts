/**
 * The groups without a course: directives, expiration values, URL patterns, keys, redaction and merged options.
 */
import {
  CacheDirectives,
  completeSettings,
  createKey,
  credentialPartition,
  decideStoring,
  isExpiration,
  matchUrl,
  parseExpiration,
  redactBody,
  redactFields,
  redactUrl,
  toFields,
} from 'axios-http-cache/policy';
import type { CacheSettings, PolicyRequest } from 'axios-http-cache/policy';

import type {
  DirectivesInput,
  ExpirationInput,
  ExpirationValue,
  KeyInput,
  OptionsMergeInput,
  RedactInput,
  RequestInput,
  UrlInput,
} from './format.js';
import { expirationOf, requestOf, requestSettingsOf, settingsOf, urlRulesOf } from './mapping.js';
import type { Settings } from './mapping.js';

// A number beyond 2^53 is no other number than its neighbours.
const orNull = (value: number | string | undefined): number | string | null => value ?? null;

export function runDirectives({ headers }: DirectivesInput): unknown {
  const read = CacheDirectives.fromHeaders(headers);
  const { noCache, noStore, mustRevalidate, onlyIfCached, immutable, hasValidator, expireOffsetSeconds } = read;
  return {
    ...{ noCache, noStore, mustRevalidate, onlyIfCached, immutable, hasValidator, expireOffsetSeconds },
    maxAge: orNull(read.maxAge),
    maxStale: orNull(read.maxStale),
    minFresh: orNull(read.minFresh),
    staleIfError: orNull(read.staleIfError),
    staleWhileRevalidate: orNull(read.staleWhileRevalidate),
    etag: orNull(read.etag),
    lastModified: orNull(read.lastModified),
    expires: orNull(read.expires),
  };
}

/** `negativeDelta` reckons backwards: how long ago something of that age was made. */
export function runExpiration(input: ExpirationInput, wanted: unknown): unknown {
  const { now, value, startTime, negativeDelta = false, ignoreInvalidHttpDate = false } = input;
  const start = startTime ?? now;
  const expiration = parseExpiration(expirationOf(negativeDelta ? negated(value) : value), start);
  // "Ignore an invalid date": here that is asked before a value is used.
  const isIgnored = ignoreInvalidHttpDate && isInvalidDate(value);
  const expires = expiration === 'do-not-cache' || isIgnored ? null : expiration.expiresAt;
  const hasSeconds = typeof wanted === 'object' && wanted !== null && 'seconds' in wanted;
  return { expires, ...(hasSeconds && { seconds: expires === null ? -1 : Math.ceil((expires - now) / 1000) }) };
}

// Digits alone have expired there, with or without that wish.
function isInvalidDate(value: ExpirationValue): boolean {
  const text = typeof value === 'object' ? value?.string : undefined;
  return text !== undefined && !/^-?\d+$/.test(text) && !isExpiration(text);
}

function negated(value: ExpirationValue): ExpirationValue {
  if (typeof value === 'number') return value === -1 ? value : -value;
  return value?.durationSeconds === undefined ? value : { durationSeconds: -value.durationSeconds };
}

export function runUrl({ url, patterns }: UrlInput): unknown {
  const matched = urlRulesOf(patterns).findIndex(([pattern]) => matchUrl(pattern, url));
  return matched < 0
    ? { matchedIndex: null, expireAfter: null }
    : { matchedIndex: matched, expireAfter: patterns[matched]?.[1] ?? null };
}

/**
 * Which resource it is. Whose it is, the partition, stands beside the key and is left out; but for user and password
 * in the URL, which are part of the URL there. `content_root_key` is a key function here, which the caller writes.
 */
export function runKey({ settings, a, b }: KeyInput, extra: Settings = {}): unknown {
  const complete = completeSettings({ ...settingsOf(settings), ...extra });
  const key = (input: RequestInput): string => {
    const request = belowRoot(requestOf(input), settings.contentRootKey, complete);
    const origin = request.url.replace(/[/?#]*$/, '').replace(/^([^/]*\/\/[^/?#]*).*$/, '$1');
    const user = credentialPartition(
      { method: 'GET', url: origin, headers: {} },
      { ...complete, credentials: 'partition' },
    );
    return `${user ?? ''} ${createKey(request, complete)}`;
  };
  return { same: key(a) === key(b) };
}

function belowRoot(request: PolicyRequest, root: string | undefined, settings: CacheSettings): PolicyRequest {
  const content: unknown = root === undefined ? undefined : bodyOf(String(request.body));
  const isRooted = typeof content === 'object' && content !== null && !Array.isArray(content) && root !== undefined;
  if (!isRooted || !Object.hasOwn(content, root)) return request;
  const inner = redactBody(JSON.stringify(Reflect.get(content, root)), 'application/json', settings.ignoredParameters);
  const body = JSON.stringify({ ...content, [root]: bodyOf(String(inner)) });
  return { ...request, headers: { ...request.headers, 'content-type': 'text/plain' }, body };
}

export function runRedact({ settings, request, responseHeaders }: RedactInput): unknown {
  const complete = completeSettings({ ...settingsOf(settings), cacheControl: 'ignore', methods: [request.method] });
  const policyRequest = requestOf(request);
  const names = complete.ignoredParameters;
  const decision = decideStoring(
    { request: policyRequest, stored: undefined, settings: complete, validating: false },
    { status: 200, headers: toFields(responseHeaders) },
    { requestedAt: 0, receivedAt: 0 },
  );
  if (decision.kind !== 'store') return { refused: decision };
  const contentType = policyRequest.headers['content-type'];
  const body = request.body === undefined ? undefined : String(redactBody(request.body, contentType, names));
  return {
    url: redactUrl(request.url, names),
    requestHeaders: { ...redactFields(policyRequest.headers, names) },
    responseHeaders: { ...decision.response.headers },
    ...(body !== undefined && { body: bodyOf(body) }),
  };
}

/** `bodyJson` is the body as a value, where only the value is of interest. */
export function expectedRedact(expected: unknown): unknown {
  const { body, bodyJson, ...rest } = expected as { body?: string; bodyJson?: unknown };
  if (body === undefined && bodyJson === undefined) return rest;
  return { ...rest, body: bodyJson ?? bodyOf(body ?? '') };
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What a request asks for once its options are added; they stay out of its header fields here. */
export function runOptions({ now, headers, options }: OptionsMergeInput): unknown {
  const directives = CacheDirectives.fromHeaders(headers);
  const settings = requestSettingsOf({ method: 'GET', url: 'https://vector.invalid/', headers }, options, now);
  const special = options.expireAfter;
  const isBypass = typeof special === 'object' && special?.special === 'DO_NOT_CACHE';
  const { requestExpireAfter } = settings;
  return {
    bypassCache: isBypass,
    maxAge: requestExpireAfter === undefined ? null : requestExpireAfter === 'never' ? -1 : requestExpireAfter,
    noCache: directives.noCache || options.forceRefresh === true,
    noStore: directives.noStore,
    onlyIfCached: directives.onlyIfCached || settings.onlyIfCached === true,
    mustRevalidate: directives.mustRevalidate || options.refresh === true,
    maxStale: orNull(directives.maxStale),
    minFresh: orNull(directives.minFresh),
  };
}
