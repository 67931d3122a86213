/**
 * What does the origin say? One request through the caller's own adapter, and its answer as facts and octets.
 *
 * The adapter is asked for octets and for any status; what the caller asked for (type, limits, valid statuses)
 * is applied later, for each caller by itself.
 */
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { ExchangeTimes, Fields, PolicyRequest, PolicyResponse } from '../policy/types.js';
import { resolveAdapter } from './adapters.js';
import type { AdapterKind } from './body.js';
import { callerHeaders, readContent } from './content.js';
import type { Content } from './content.js';
import { canDecode } from './decode.js';
import { copyOfHeaders, isPlainly, toPolicyRequest, toPolicyResponse } from './message.js';
import type { OwnHeaders } from './message.js';
import { noteHops, observationOf, observedFetch } from './redirects.js';
import type { Hop, Route } from './redirects.js';

/** The answer of the origin, as far as it is not content. */
export interface OriginHead {
  /** As the origin sent it: `content-encoding` tells of the coding that was undone. */
  readonly response: PolicyResponse;
  readonly route: Route;
  readonly times: ExchangeTimes;
  readonly request: unknown;
}

/** The answer of the origin. */
export interface OriginAnswer extends OriginHead, Content {
  /** The fields for the caller, several `set-cookie` lines included. */
  readonly headers: OwnHeaders;
}

/** What an origin is asked with. */
export interface Question {
  readonly config: InternalAxiosRequestConfig;
  readonly adapter: InternalAxiosRequestConfig['adapter'];
  /** What the key was made of. */
  readonly request: PolicyRequest;
  readonly kind: AdapterKind;
  readonly validationHeaders: Fields;
  /** A browser's own cache must not answer. */
  readonly isPastBrowser: boolean;
  readonly signal: AbortSignal | undefined;
  readonly clock: () => number;
}

/** Asks the origin for its whole answer. Rejects with what the adapter rejected with. */
export async function askOrigin(question: Question): Promise<OriginAnswer> {
  const { raw, head } = await open(question, 'arraybuffer');
  const content = await readContent(raw, head.response, question);
  const { response, route, times, request } = head;
  const { body, unkept, opaque } = content;
  const headers = callerHeaders(raw, response, body, question);
  // Written out: objects that are spread into others take longer to make, and to read.
  return { response, route, times, request, body, unkept, opaque, headers };
}

/** An answer whose content is still to come, or came at once where the adapter knows no streams. */
export interface Opened {
  readonly raw: AxiosResponse;
  readonly head: OriginHead;
}

/** Asks the origin, and returns when the adapter does: with `stream`, before the content is there. */
export async function open(question: Question, responseType: 'arraybuffer' | 'stream'): Promise<Opened> {
  const hops: Hop[] = [];
  const config = insideConfig(question, hops, responseType);
  const changed = isChanged(question);
  const requestedAt = question.clock();
  // A fetch adapter that was given as a function is bound to a `fetch` that we do not observe.
  const adapter = question.kind === 'fetch' ? 'fetch' : question.adapter;
  const raw = await resolveAdapter(adapter, config).run(config);
  const receivedAt = question.clock();
  const head: OriginHead = {
    response: toPolicyResponse(raw),
    route: changed ? { kind: 'changed' } : routeOf(raw, hops, question),
    times: { requestedAt, receivedAt },
    request: raw.request,
  };
  return { raw, head };
}

// While a request waited for the store, its caller may have gone on with the same parameters or headers for another.
function isChanged({ config, request }: Question): boolean {
  if (isPlainly(config, request)) return false;
  const { url, headers } = toPolicyRequest(config);
  const names = Object.keys(headers);
  const isSame = names.every((name) => headers[name] === request.headers[name]);
  return url !== request.url || !isSame || names.length !== Object.keys(request.headers).length;
}

function insideConfig(
  { config, adapter, kind, request, validationHeaders, isPastBrowser, signal }: Question,
  hops: Hop[],
  responseType: 'arraybuffer' | 'stream',
) {
  const headers = copyOfHeaders(config.headers);
  for (const name of Object.keys(validationHeaders)) headers.set(name, validationHeaders[name]);
  // A stream belongs to its caller alone, whose token the adapter may watch.
  const inside = without(config, responseType === 'stream' ? 'signal' : 'cancelToken', 'signal');
  inside.headers = headers;
  inside.responseType = responseType;
  inside.adapter = adapter as NonNullable<typeof adapter>;
  // Every status comes back as a response: 304 is ours to read, and an error may be stored.
  inside.validateStatus = null;
  if (signal !== undefined) inside.signal = signal;
  if (kind === 'http') {
    if (config.decompress !== false && canDecode()) inside.decompress = false;
    inside.beforeRedirect = noteHops(hops, request.url, config.beforeRedirect);
  }
  if (kind === 'fetch') {
    const env = (config.env ?? {}) as { fetch?: typeof fetch };
    inside.env = { ...config.env, fetch: observedFetch(env.fetch ?? globalThis.fetch) };
    const isConditional = Object.keys(validationHeaders).length > 0;
    // Node's fetch would add `no-cache` to a conditional request, for every cache on the way; it has no cache of its own.
    if (canDecode() && isConditional) inside.fetchOptions = { cache: 'force-cache', ...config.fetchOptions };
    // A browser's passes conditions of ours on by itself.
    if (!canDecode() && !isConditional && isPastBrowser)
      inside.fetchOptions = { cache: 'no-cache', ...config.fetchOptions };
  }
  return inside;
}

// Member by member, and none deleted: adapters read it often.
function without(config: InternalAxiosRequestConfig, one: string, other: string): InternalAxiosRequestConfig {
  const rest: Record<PropertyKey, unknown> = {};
  const from = config as unknown as typeof rest;
  for (const name of Object.keys(from)) if (name !== one && name !== other) rest[name] = from[name];
  for (const symbol of Object.getOwnPropertySymbols(from)) rest[symbol] = from[symbol];
  return rest as unknown as InternalAxiosRequestConfig;
}

function routeOf(raw: AxiosResponse, hops: readonly Hop[], { kind, request }: Question): Route {
  if (hops.length > 0) return { kind: 'hops', hops };
  if (kind === 'fetch') {
    const observed = observationOf(raw.request);
    return observed === undefined || observed.redirected ? { kind: 'unseen' } : { kind: 'direct' };
  }
  if (kind !== 'xhr') return { kind: 'direct' };
  const { responseURL } = (raw.request ?? {}) as { responseURL?: string };
  const [asked = ''] = request.url.split('#');
  return responseURL === undefined || responseURL === '' || sameUrl(responseURL, asked)
    ? { kind: 'direct' }
    : { kind: 'unseen' };
}

function sameUrl(one: string, other: string): boolean {
  try {
    return new URL(one).href === new URL(other).href;
  } catch {
    return one === other;
  }
}
