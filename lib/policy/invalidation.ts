/**
 * What does a successful change make untrue? (RFC 9111 §4.4)
 */
import { effectiveMethod } from './key.js';
import type { PolicyRequest, PolicyResponse } from './types.js';

// RFC 9110 §9.2.1, and the registry of methods.
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'QUERY', 'REPORT', 'SEARCH', 'TRACE']);

/** Whether a method may change something at the origin (RFC 9110 §9.2.1); an unknown one may. */
export function isUnsafe(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/** The methods of a request that may change something: its own, and the one that an override names. */
export function unsafeMethods(request: PolicyRequest): readonly string[] {
  return [request.method, effectiveMethod(request)].filter(isUnsafe);
}

/** The URLs whose stored responses are untrue after this exchange: none unless the method is unsafe and it succeeded. */
export function invalidatedUrls(request: PolicyRequest, response: PolicyResponse): readonly string[] {
  // §4.4: a non-error response is a 2xx or 3xx.
  if (unsafeMethods(request).length === 0 || response.status < 200 || response.status >= 400) return [];
  const target = parse(request.url);
  if (target === undefined) return [request.url];
  const urls = new Set([request.url]);
  for (const name of ['location', 'content-location'] as const) {
    const value = response.headers[name];
    const named = value === undefined ? undefined : parse(value, target);
    // §4.4: never beyond the origin, or one site could empty the cache of another. `URL.origin` is "null" for all but
    // the web's own schemes.
    if (named?.protocol === target.protocol && named.host === target.host) urls.add(named.href);
  }
  return [...urls];
}

function parse(url: string, base?: URL): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}
