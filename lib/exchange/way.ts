/**
 * By which way does a request reach its answer? What beside URL, content and user decides what comes back, without a word
 * of it in Vary: another socket, proxy or certificate, fields that route, content kept coded, redirects not followed.
 */
import type { InternalAxiosRequestConfig } from 'axios';
import { base64Url, lengthPrefixed, sha256Base64Url } from '../policy/digest.js';
import type { CacheSettings, PolicyRequest } from '../policy/types.js';
import { foreignOrigin } from './page.js';

type Part = string | undefined;

/** What a request's way consists of; each part is missing where nothing is special about it. */
export function wayOf(
  config: InternalAxiosRequestConfig,
  request: PolicyRequest,
  settings: CacheSettings,
  hasTenant: boolean,
): readonly Part[] {
  // Callers without types say `null` for none.
  const fetchOptions = (config as { fetchOptions?: FetchOptions | null }).fetchOptions ?? {};
  const { redirect = 'follow' } = fetchOptions;
  return [
    typeof config.socketPath === 'string' ? config.socketPath : undefined,
    config.decompress === false ? 'coded' : undefined,
    // A redirect is the answer of who does not follow it, and of nobody else.
    config.maxRedirects === 0 || redirect !== 'follow' ? 'not followed' : undefined,
    routeOf(request),
    negotiated(request),
    proxyOf(config),
    agentOf(config.httpAgent),
    agentOf(config.httpsAgent),
    fetchedWith(fetchOptions),
    // Who names the tenant has said whose everything is.
    hasTenant ? undefined : unseenIdentity(config, fetchOptions),
    // What is stored without regard to credentials lies apart from what is stored with it.
    settings.credentials === 'strict' ? 'strict' : undefined,
  ];
}

// By these, origins and what stands before them choose what to answer.
const ROUTING_FIELDS = [
  ...['host', 'forwarded', 'x-host', 'x-original-host', 'x-original-url', 'x-rewrite-url'],
  ...['host', 'port', 'prefix', 'proto', 'scheme', 'server'].map((name) => `x-forwarded-${name}`),
];

function routeOf({ headers }: PolicyRequest): Part {
  const routed = ROUTING_FIELDS.filter((name) => headers[name] !== undefined);
  return routed.length === 0 ? undefined : lengthPrefixed(routed.flatMap((name) => [name, headers[name]]));
}

// A script does not see Vary of another origin unless that exposes it: by these, it may have decided.
function negotiated({ url, headers }: PolicyRequest): Part {
  if (foreignOrigin(url) === undefined) return undefined;
  return lengthPrefixed([headers['accept'], headers['accept-language']]);
}

// What stands between us and the origin, and who we are to it, may decide what is answered.
function proxyOf(config: InternalAxiosRequestConfig): Part {
  const proxy = config.proxy as InternalAxiosRequestConfig['proxy'] | null;
  if (proxy === undefined || proxy === null || proxy === false) return undefined;
  const { protocol, host, port, auth } = proxy;
  return sha256Base64Url(lengthPrefixed([protocol, host, String(port), auth?.username, auth?.password]));
}

interface Agent {
  readonly options?: Readonly<Record<string, unknown>>;
  /** Of agents that go through a proxy. */
  readonly proxy?: { readonly href?: unknown };
}

// These say who we are, whom we trust and where the connection leads.
const SHOWN = ['cert', 'pfx', 'ca', 'servername', 'socketPath', 'host', 'port', 'rejectUnauthorized', 'secureContext'];

/** What an agent decides of where a request goes, and as whom; missing where it decides nothing. */
export function agentOf(agent: unknown): Part {
  if (typeof agent !== 'object' || agent === null) return undefined;
  const { options = {}, proxy } = agent as Agent;
  const shown = [...SHOWN.map((name) => options[name]), proxy?.href];
  // To verify is the default.
  if (shown.every((value) => value === undefined || value === true)) return undefined;
  return digestOf(agent, shown);
}

const digests = new WeakMap<object, { readonly shown: readonly unknown[]; readonly digest: string }>();

// An agent serves many requests, and its certificates are long.
function digestOf(agent: object, shown: readonly unknown[]): string {
  const known = digests.get(agent);
  if (known?.shown.every((value, at) => value === shown[at])) return known.digest;
  const digest = sha256Base64Url(lengthPrefixed(shown.map(textOf)));
  digests.set(agent, { shown, digest });
  return digest;
}

function textOf(value: unknown): string | Uint8Array | undefined {
  if (value === undefined || typeof value === 'string' || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return lengthPrefixed(value.map(textOf));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { buf, pem } = value as { buf?: unknown; pem?: unknown };
  // A bundle of several certificates; anything else shows nothing of what it holds.
  return buf === undefined && pem === undefined ? identityOf(value) : lengthPrefixed([textOf(buf), textOf(pem)]);
}

interface FetchOptions {
  readonly redirect?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly method?: unknown;
  readonly credentials?: unknown;
  readonly dispatcher?: unknown;
}

// Some versions of axios let these outrank the request's own.
function fetchedWith({ headers, method, credentials }: FetchOptions): Part {
  if (headers === undefined && method === undefined && credentials === undefined) return undefined;
  return lengthPrefixed([String(method), String(credentials), ...[...new Headers(headers)].flat()]);
}

// A jar holds the cookies of somebody, a dispatcher may show a certificate: nobody else has the same one.
function unseenIdentity(config: InternalAxiosRequestConfig, { dispatcher }: FetchOptions): Part {
  const { jar } = config as { jar?: unknown };
  if (!isObject(jar) && !isObject(dispatcher)) return undefined;
  return lengthPrefixed([jar, dispatcher].map((value) => (isObject(value) ? identityOf(value) : undefined)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const identities = new WeakMap<object, string>();

/** A name that no other object has, in this process or another. */
function identityOf(value: object): string {
  const known = identities.get(value) ?? base64Url(crypto.getRandomValues(new Uint8Array(16)));
  identities.set(value, known);
  return known;
}
