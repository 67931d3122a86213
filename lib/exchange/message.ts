/**
 * How does an axios request look to the policy, and an axios response? The translation, both ways.
 */
import { Axios, AxiosHeaders } from 'axios';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { emptyFields } from '../policy/fields.js';
import type { Fields, PolicyRequest, PolicyResponse } from '../policy/types.js';
import { isOfPage } from './page.js';

/** Fields as axios has them. (Its CommonJS declarations know the class as a value only.) */
export type OwnHeaders = InstanceType<typeof AxiosHeaders>;

// An instance of its own: the default export's `getUri` would mix in the defaults that the user set there.
const bare = new Axios({});

/** The request as it will go on the wire, as far as axios lets one see it before. */
export function toPolicyRequest(config: InternalAxiosRequestConfig, body?: PolicyRequest['body']): PolicyRequest {
  const headers = requestFields(config.headers);
  const { url, userinfo } = splitUserinfo(effectiveUrl(config));
  const auth = Object.hasOwn(config, 'auth') ? config.auth : undefined;
  const credentials = auth ? `${auth.username}:${auth.password}` : userinfo;
  // axios' adapters let these win over an Authorization field; one of the caller's own may send that.
  if (credentials !== undefined)
    headers['authorization'] = [basic(credentials), headers['authorization']].filter(Boolean).join(', ');
  return {
    method: (config.method ?? 'get').toUpperCase(),
    url,
    headers,
    body,
    ambientCredentials: isAmbient(config.withCredentials, url),
  };
}

/** Whether it is still that request, where that can be seen at a glance: without credentials beside the fields. */
export function isPlainly(config: InternalAxiosRequestConfig, { url, headers }: PolicyRequest): boolean {
  if ((Object.hasOwn(config, 'auth') && config.auth) || /[@\\]/.test(url) || effectiveUrl(config) !== url) return false;
  let count = 0;
  for (const name of Object.keys(config.headers)) {
    const value: unknown = config.headers[name];
    if (value === undefined || value === null || value === false) continue;
    if (headers[name.toLowerCase()] !== value) return false;
    count += 1;
  }
  return count === Object.keys(headers).length;
}

// Whether a browser may add its cookies by itself: where it is told to, and to its own origin. axios makes a flag of whatever
// it is told, save that its fetch adapter takes the words of fetch.
function isAmbient(withCredentials: unknown, url: string): boolean {
  return Boolean(withCredentials) || isOfPage(url);
}

/** The URL with base and parameters, absolute where anything is there to make it so. */
export function effectiveUrl(config: InternalAxiosRequestConfig): string {
  // Callers without types hand over URL objects too.
  const url = config.url ?? '';
  const simple = config.params === undefined && config.baseURL === undefined;
  const full = simple ? url : bare.getUri(config);
  return isAbsolute(full) ? full : resolve(full);
}

function isAbsolute(url: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(url);
}

function resolve(url: string): string {
  const { location } = globalThis as { location?: { href: string } };
  try {
    return new URL(url, location?.href ?? 'http://localhost').href;
  } catch {
    return url;
  }
}

interface SplitUrl {
  readonly url: string;
  readonly userinfo: string | undefined;
}

// By the parser that the adapters use: what a text looks like is not where a request goes.
function splitUserinfo(url: string): SplitUrl {
  if (!/[@\\]/.test(url)) return { url, userinfo: undefined };
  try {
    const parsed = new URL(url);
    const { username, password } = parsed;
    parsed.username = '';
    parsed.password = '';
    const hasUser = username !== '' || password !== '';
    return { url: parsed.href, userinfo: hasUser ? `${decoded(username)}:${decoded(password)}` : undefined };
  } catch {
    return { url, userinfo: undefined };
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function basic(userAndPassword: string): string {
  const bytes = new TextEncoder().encode(userAndPassword);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

function requestFields(headers: InternalAxiosRequestConfig['headers']): Record<string, string> {
  const fields = emptyFields();
  for (const name of Object.keys(headers)) {
    const value: unknown = headers[name];
    if (value === undefined || value === null || value === false) continue;
    fields[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : fieldText(value);
  }
  return fields;
}

function fieldText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

// Fields of which there is one: a second line contradicts the first, and Node's parser hides it.
const SINGLETONS: ReadonlySet<string> = new Set(['age', 'date', 'expires', 'etag', 'last-modified']);

interface NodeResponse {
  readonly rawHeaders?: readonly string[];
}

/** The origin's answer as the policy sees it. */
export function toPolicyResponse(response: AxiosResponse): PolicyResponse {
  const headers = responseFields(response.headers);
  const { res } = (response.request ?? {}) as { res?: NodeResponse };
  if (res?.rawHeaders !== undefined) restoreRepeated(headers, res.rawHeaders);
  return { status: response.status, statusText: response.statusText, headers };
}

/** Response fields in the policy's form. */
export function responseFields(headers: AxiosResponse['headers']): Record<string, string> {
  const fields = emptyFields();
  // An adapter of the caller's own may leave them out.
  const given = headers as AxiosResponse['headers'] | undefined;
  const record = (given ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (typeof value === 'string') fields[name.toLowerCase()] = value;
    else if (Array.isArray(value)) fields[name.toLowerCase()] = value.join(', ');
    else if (typeof value === 'number') fields[name.toLowerCase()] = String(value);
  }
  return fields;
}

function restoreRepeated(headers: Record<string, string>, raw: readonly string[]): void {
  const seen = new Set<string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? '';
    if (!SINGLETONS.has(name)) continue;
    if (seen.has(name)) headers[name] = linesOf(name, raw).join(', ');
    seen.add(name);
  }
}

function linesOf(wanted: string, raw: readonly string[]): readonly string[] {
  return raw.filter((_, at) => at % 2 === 1 && raw[at - 1]?.toLowerCase() === wanted);
}

/** A copy of a request's fields. */
export function copyOfHeaders(headers: InternalAxiosRequestConfig['headers']): OwnHeaders {
  if (!(headers instanceof AxiosHeaders)) return new AxiosHeaders(headers);
  // Name by name they are what they were; to set them anew looks for each among all others.
  const copy = new AxiosHeaders();
  const [to, from] = [copy as Record<string, unknown>, headers as Record<string, unknown>];
  for (const name of Object.keys(from)) to[name] = from[name];
  return copy;
}

/** Fields as axios hands them to a caller. */
export function toAxiosHeaders(fields: Fields): OwnHeaders {
  return new AxiosHeaders({ ...fields });
}
