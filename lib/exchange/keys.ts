/**
 * Under which keys do the answers to a request lie? Its URL's, within the partition of whoever sent it (RFC 9111 §2, §3.5).
 *
 * What decides the answer beside the URL separates keys too: the tenant, another socket, proxy or certificate, fields that
 * route a request, content that is kept coded, redirects that are not followed.
 */
import { lengthPrefixed, sha256Base64Url } from '../policy/digest.js';
import { createKey, credentialPartition } from '../policy/key.js';
import type { CacheSettings, PolicyRequest } from '../policy/types.js';
import type { Callbacks, Keys, Passage, SeenRequest } from './engine.js';

/** The key at which the epoch of a URL lies. */
export function epochKey(key: string): string {
  return `${tagOf(key)}epoch`;
}

/** The tag that a key begins with: its URL's. */
export function tagOf(key: string): string {
  return key.slice(0, key.indexOf('}') + 1);
}

/** Where the answers to a GET or HEAD of a URL lie, as far as this requester could have stored or read them. */
export function keysOfUrl(passage: Passage, url: string): readonly string[] {
  const keys = ['GET', 'HEAD'].map((method) => {
    const request = { ...passage.request, method, url, body: undefined };
    return keysFor({ ...passage, request });
  });
  return [...new Set(keys.flatMap(({ own, public: shared }) => [own, shared]))];
}

/** Derives the keys of a request. A throw of the caller's own function is the caller's to see as an event. */
export function keysFor(passage: Passage): Keys {
  const { request, settings, callbacks } = passage;
  const tenant =
    callbacks.partition === undefined ? undefined : textOf(callbacks.partition(seenRequest(passage)), 'partition');
  const credentials = credentialPartition(request, settings);
  const base = basePartition(tenant, passage);
  const own = keyOf(request, settings, callbacks, passage, partition(base, credentials));
  const shared = credentials === undefined ? own : keyOf(request, settings, callbacks, passage, partition(base));
  const get = { ...request, method: 'GET' };
  const ofGet =
    request.method === 'HEAD'
      ? [
          keyOf(get, settings, callbacks, passage, partition(base, credentials)),
          keyOf(get, settings, callbacks, passage, partition(base)),
        ]
      : [];
  return { own, public: shared, ofGet, epoch: epochKey(own), hasCredentials: credentials !== undefined };
}

// By these, origins and what stands before them choose what to answer, without a word of it in Vary.
const ROUTING_FIELDS = [
  ...['host', 'forwarded', 'x-host', 'x-original-host', 'x-original-url', 'x-rewrite-url'],
  ...['host', 'port', 'prefix', 'proto', 'scheme', 'server'].map((name) => `x-forwarded-${name}`),
];

// What separates responses beside the user: the tenant, another socket behind the same URL, content kept coded, redirects.
function basePartition(tenant: string | undefined, { config, request }: Passage): (string | undefined)[] {
  const socket = typeof config.socketPath === 'string' ? config.socketPath : undefined;
  // A redirect is the answer of who does not follow it, and of nobody else.
  const { redirect = 'follow' } = (config.fetchOptions ?? {}) as { redirect?: string };
  const redirects = config.maxRedirects === 0 || redirect !== 'follow' ? 'not followed' : undefined;
  const routed = ROUTING_FIELDS.filter((name) => request.headers[name] !== undefined);
  const route =
    routed.length === 0 ? undefined : lengthPrefixed(routed.flatMap((name) => [name, request.headers[name]]));
  return [
    tenant,
    socket,
    config.decompress === false ? 'coded' : undefined,
    redirects,
    route,
    certificateOf(config),
    proxyOf(config),
  ];
}

// A promise is no text, and nobody else will look at it.
function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (value instanceof Promise) value.catch(() => undefined);
  throw new TypeError(`${name} has to return a text at once`);
}

// What stands between us and the origin, and who we are to it, may decide what is answered.
function proxyOf({ proxy }: Passage['config']): string | undefined {
  if (proxy === undefined || proxy === false) return undefined;
  const { protocol, host, port, auth } = proxy;
  return sha256Base64Url(lengthPrefixed([protocol, host, String(port), auth?.username, auth?.password]));
}

// Who shows a certificate is somebody: what comes through its agent is for it alone.
function certificateOf(config: Passage['config']): string | undefined {
  const { options } = (config.httpsAgent ?? {}) as { options?: { cert?: unknown; pfx?: unknown } };
  const shown = options?.cert ?? options?.pfx;
  if (shown === undefined) return undefined;
  return sha256Base64Url(shown instanceof Uint8Array ? shown : JSON.stringify(shown));
}

function partition(base: readonly (string | undefined)[], credentials?: string): string | undefined {
  const parts = [...base, credentials];
  if (parts.every((part) => part === undefined)) return undefined;
  const joined = lengthPrefixed(parts);
  return typeof joined === 'string' ? joined : String(joined);
}

function keyOf(
  request: PolicyRequest,
  settings: CacheSettings,
  { keyFn }: Callbacks,
  passage: Passage,
  owner: string | undefined,
): string {
  const standard = createKey(request, settings, owner);
  if (keyFn === undefined) return standard;
  const identity = textOf(keyFn(seenRequest(passage), createKey(request, settings)), 'keyFn');
  // In place of URL, content and matched fields; method and partition still apply.
  return createKey({ method: request.method, url: `key:${identity}`, headers: {} }, settings, owner);
}

/** The request as a caller's function sees it. */
export function seenRequest({ request, config }: Passage): SeenRequest {
  return { method: request.method, url: request.url, headers: request.headers, data: config.data as unknown, config };
}
