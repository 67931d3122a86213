/**
 * May this answer be stored at all? (RFC 9111 §3, §3.5, §5.2.2; RFC 9110 §15)
 */
import { requestDirectives } from './directives.js';
import type { Directives } from './directives.js';
import { effectiveDirectives, explicitLifetime, HEURISTIC_STATUSES, isShared, writtenDirectives } from './freshness.js';
import { isUnsafe } from './invalidation.js';
import { effectiveMethod, methodOverride } from './key.js';
import { resolveExpireAfter } from './expiration.js';
import type { WhyNotStored } from './decisions.js';
import type { CacheSettings, Exchange, Fields, PolicyRequest, PolicyResponse, StoredResponse } from './types.js';

// §5.2.2.3: the statuses whose caching rules this cache knows and follows (RFC 9110 §15).
const UNDERSTOOD_STATUSES = new Set([
  200, 201, 202, 203, 204, 205, 300, 301, 302, 303, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409,
  410, 411, 412, 413, 414, 415, 417, 421, 422, 426, 451, 500, 501, 502, 503, 504, 505,
]);

/** The first rule that forbids to store the answer; `undefined` where none does. */
export function storable(
  exchange: Exchange,
  response: PolicyResponse,
  facts: StoredResponse<unknown>,
): WhyNotStored | undefined {
  return (
    forbiddenByRequest(exchange) ??
    forbiddenByStatus(response, exchange.settings, facts) ??
    forbiddenByDirectives(exchange, response) ??
    (exchange.filterResult === false ? 'filtered' : undefined)
  );
}

/**
 * The first rule that forbids to keep what a 304 or a HEAD confirmed. What was stored was judged then: only what the
 * confirmation says anew counts, with the stored word on everything else.
 */
export function keepable(exchange: Exchange, confirmation: PolicyResponse, merged: Fields): WhyNotStored | undefined {
  const said = Object.keys(confirmation.headers).filter((name) => name.endsWith('cache-control'));
  // Mostly it has been taken over already.
  const isMerged = said.every((name) => merged[name] === confirmation.headers[name]);
  const headers = isMerged ? merged : { ...merged, ...pick(confirmation.headers, said) };
  return (
    forbiddenByRequest(exchange) ??
    (said.length > 0 ? forbiddenByDirectives(exchange, { status: confirmation.status, headers }) : undefined) ??
    (exchange.filterResult === false ? 'filtered' : undefined)
  );
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? '']));
}

function forbiddenByRequest({ request, settings }: Exchange): WhyNotStored | undefined {
  if (settings.disabled) return 'disabled';
  if (settings.readOnly) return 'read-only';
  // §3: "the request method is understood by the cache".
  if (!settings.methods.includes(request.method)) return 'method';
  // The origin may act on the override: then what comes back is not this method's answer.
  if (!isCachedMethod(request, settings)) return 'method-override';
  // §5.2.1.5
  if (requestDirectives(request.headers).noStore) return 'request-no-store';
  return resolveExpireAfter(settings, request.url) === 'do-not-cache' ? 'do-not-cache' : undefined;
}

/**
 * Whether the answer to this request may be reused: by its method, or by the one that an override names. One that
 * names something unsafe, or no method at all, decides over the method that is sent.
 */
export function isCachedMethod(request: PolicyRequest, { methods }: CacheSettings): boolean {
  const effective = effectiveMethod(request);
  if (effective === request.method) return methods.includes(effective);
  // RFC 9110 §9.1: methods are case-sensitive, so "get" does not make a GET of a POST.
  if (methods.includes(effective) && methodOverride(request) === effective) return true;
  return methods.includes(request.method) && !isUnsafe(effective);
}

const NEVER_STORED = new Set([428, 429, 431, 511]);

function forbiddenByStatus(
  response: PolicyResponse,
  settings: CacheSettings,
  facts: StoredResponse<unknown>,
): WhyNotStored | undefined {
  const { status } = response;
  // §3.3, §3.4: parts are not combined here, so a part is not kept.
  if (status === 206) return 'partial';
  // §3: "the response status code is final"; a 416 speaks of a range, not of the resource.
  if (status < 200 || status > 599 || status === 416) return 'status';
  // RFC 6585 §3 to §6: these must not be stored.
  if (NEVER_STORED.has(status)) return 'status';
  if (settings.statuses !== undefined) return settings.statuses.includes(status) ? undefined : 'status';
  // §3: explicit freshness, `public`, or a status that is cacheable without.
  const stated = explicitLifetime(facts, settings) !== undefined || facts.assigned !== undefined;
  const marked = effectiveDirectives(response.headers, settings);
  if (stated || marked.public || (marked.private && !isShared(settings))) return undefined;
  return HEURISTIC_STATUSES.has(status) ? undefined : 'status';
}

function forbiddenByDirectives({ request, settings }: Exchange, response: PolicyResponse): WhyNotStored | undefined {
  const written = writtenDirectives(response.headers, settings);
  // §5.2.2.3: must-understand outweighs no-store for a status this cache understands, and forbids the others.
  if (written.mustUnderstand && !UNDERSTOOD_STATUSES.has(response.status)) return 'must-understand';
  if (written.noStore && !written.mustUnderstand && settings.cacheControl !== 'ignore') return 'no-store';
  if (!isShared(settings)) return undefined;
  // §5.2.2.7: qualified or not, nothing of it is kept where several users share.
  if (written.private) return 'private';
  // §3.5
  const authorized = request.headers['authorization'] !== undefined;
  if (authorized && settings.credentials === 'strict' && !allowsSharing(written)) return 'authorization';
  return undefined;
}

// §3.5: the directives by which an origin opens an authorized response to a shared cache. An s-maxage that is no number
// is read as 0, so 0 opens nothing.
function allowsSharing(directives: Directives): boolean {
  return directives.public || directives.mustRevalidate || (directives.sMaxage ?? 0) > 0;
}

/** Whether the origin says outright that everybody may have this response, whatever credentials brought it. */
export function isExplicitlyPublic(headers: Fields, settings: CacheSettings): boolean {
  const directives = writtenDirectives(headers, settings);
  if (directives.private || directives.noStore) return false;
  return directives.public || (directives.sMaxage ?? 0) > 0;
}
