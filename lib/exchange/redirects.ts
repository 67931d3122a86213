/**
 * Which way did the answer come? Redirects are followed below us, by the adapter (RFC 9110 §15.4).
 *
 * An answer that came through redirects belongs to the first URL only as long as every hop does: it is as
 * fresh as the least fresh of the chain, and one hop that may not be stored forbids to store it (RFC 9111 §3).
 */
import type { InternalAxiosRequestConfig } from 'axios';
import { currentAge, explicitLifetime, isShared } from '../policy/freshness.js';
import { parseCacheControl } from '../policy/directives.js';
import { toFields } from '../policy/fields.js';
import { isExplicitlyPublic } from '../policy/storable.js';
import type { CacheSettings, EpochMs, Fields } from '../policy/types.js';

/** One redirect on the way. */
export interface Hop {
  readonly status: number;
  readonly headers: Fields;
  readonly crossOrigin: boolean;
  /** The caller's own `beforeRedirect` changed where it leads, or what is said there. */
  readonly altered: boolean;
}

/** What is known of the way. */
export type Route =
  | { readonly kind: 'direct' }
  | { readonly kind: 'hops'; readonly hops: readonly Hop[] }
  | { readonly kind: 'unseen' }
  /** The request that was sent is not the one that its key was made of. */
  | { readonly kind: 'changed' };

type BeforeRedirect = NonNullable<InternalAxiosRequestConfig['beforeRedirect']>;

/** A `beforeRedirect` that notes each hop, then calls the caller's own. */
export function noteHops(hops: Hop[], firstUrl: string, own: BeforeRedirect | undefined): BeforeRedirect {
  let from: string | undefined;
  return (options: Record<string, unknown>, details: unknown, ...rest: unknown[]) => {
    const { headers, statusCode } = details as { headers?: Record<string, string>; statusCode?: number };
    const to = originOf(typeof options['href'] === 'string' ? options['href'] : '');
    // Most requests are never redirected.
    const crossOrigin = to !== (from ?? originOf(firstUrl));
    from = to;
    const before = own && targetOf(options);
    (own as ((...parameters: unknown[]) => void) | undefined)?.(options, details, ...rest);
    const altered = own !== undefined && targetOf(options) !== before;
    hops.push({ status: statusCode ?? 302, headers: toFields(headers ?? {}), crossOrigin, altered });
  };
}

// What a request to follow a redirect is made of, as far as it may be changed there.
const OF_TARGET = ['protocol', 'hostname', 'host', 'port', 'path', 'method', 'auth', 'headers'] as const;

function targetOf(options: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(OF_TARGET.map((name) => options[name]));
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return '';
  }
}

interface Observation {
  readonly redirected: boolean;
}

type Fetch = typeof globalThis.fetch;

// axios builds one fetch adapter per `fetch` function and keeps it: the same function must give the same observer.
const observers = new WeakMap<Fetch, Fetch>();
const observations = new WeakMap<object, Observation>();

/** A `fetch` that notes, for each Request, whether its answer came through redirects. */
export function observedFetch(fetch: Fetch): Fetch {
  const known = observers.get(fetch);
  if (known !== undefined) return known;
  const observer: Fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (typeof input === 'object') observations.set(input, { redirected: response.redirected });
    return response;
  };
  observers.set(fetch, observer);
  return observer;
}

/** What was noted of a Request; `undefined` where our observer was not asked. */
export function observationOf(request: unknown): Observation | undefined {
  return typeof request === 'object' && request !== null ? observations.get(request) : undefined;
}

/** Whether every hop is for everybody, as the answer at its end may be. */
export function isOpenRoute(hops: readonly Hop[], settings: CacheSettings): boolean {
  return hops.every(({ headers }) => isExplicitlyPublic(headers, settings));
}

// §4.2.2: a permanent redirect may be reused without a stated lifetime; the others may not (RFC 9110 §15.4).
const PERMANENT = new Set([301, 308]);

/**
 * When the first of the hops becomes stale: `Infinity` where none limits the answer, `undefined` where one
 * forbids to store it.
 */
export function freshestEnd(
  hops: readonly Hop[],
  authorized: boolean,
  settings: CacheSettings,
  receivedAt: EpochMs,
): EpochMs | undefined {
  let earliest = Infinity;
  for (const hop of hops) {
    const directives = parseCacheControl(hop.headers['cache-control']);
    if (directives.noStore || directives.noCache || (directives.private && isShared(settings))) return undefined;
    // §5.2.2.2: of a chain, only the end is asked again.
    if (directives.mustRevalidate) return undefined;
    // Credentials that were added on the way are in no key.
    if (hop.altered) return undefined;
    // What one origin was told of the user is no answer of another.
    if (hop.crossOrigin && authorized) return undefined;
    const facts = { status: hop.status, headers: hop.headers, requestedAt: receivedAt, receivedAt };
    const stated = explicitLifetime(facts, settings);
    // §4.1: the redirect was for this request's fields; what they were is kept of the last answer only.
    if (hop.headers['vary'] !== undefined) return undefined;
    if (stated === undefined && !PERMANENT.has(hop.status)) return undefined;
    const left = (stated?.seconds ?? Infinity) - currentAge(facts, receivedAt);
    earliest = Math.min(earliest, receivedAt + left * 1000);
  }
  return earliest;
}
