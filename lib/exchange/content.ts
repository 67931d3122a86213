/**
 * Is what the adapter gave the whole content, and in which form does it go on? (RFC 9111 §3.3, RFC 9112 §8)
 */
import { AxiosError, AxiosHeaders } from 'axios';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { WhyBodyNotStored } from '../observe/info.js';
import type { Fields, PolicyResponse } from '../policy/types.js';
import type { StoredBody } from '../storage/records.js';
import { toStoredBody } from './body.js';
import type { AdapterKind } from './body.js';
import type { OwnHeaders } from './message.js';
import { canDecode, decode, isDecodable, isTooLarge } from './decode.js';

/** What a content is read with. */
export interface Reading {
  readonly config: InternalAxiosRequestConfig;
  readonly kind: AdapterKind;
}

/** The content of an answer. */
export interface Content {
  readonly body: StoredBody;
  /** Why it may not be kept, where it may not. */
  readonly unkept?: WhyBodyNotStored | undefined;
  /** What the adapter gave, where it can be handed on but not kept. */
  readonly opaque?: { readonly data: unknown } | undefined;
}

/** No octets at all. */
export const NO_CONTENT: StoredBody = { form: 'content', bytes: new Uint8Array(0) };

/** Reads what the adapter gave for `responseType: 'arraybuffer'`. */
export async function readContent(raw: AxiosResponse, response: PolicyResponse, reading: Reading): Promise<Content> {
  const { config, kind } = reading;
  const data: unknown = raw.data;
  const body = toStoredBody(data);
  if (body === undefined) return { body: NO_CONTENT, opaque: { data }, unkept: 'body-opaque' };
  if (body.form !== 'content' || body.bytes === undefined) return { body };
  if (hasNoContent(response.status, config.method)) return { body };
  const coding = response.headers['content-encoding'];
  if (kind === 'http' && config.decompress !== false && coding !== undefined && isDecodable(coding))
    return decoded(body.bytes, coding, raw, reading);
  return { body, unkept: doubtAbout(raw, response, body.bytes, reading) };
}

/** Whether the answer has no content by its nature (RFC 9110 §6.4.1). */
export function hasNoContent(status: number, method: string | undefined): boolean {
  return status === 204 || status === 304 || method?.toUpperCase() === 'HEAD';
}

async function decoded(bytes: Uint8Array, coding: string, raw: AxiosResponse, { config }: Reading): Promise<Content> {
  const limit = config.maxContentLength ?? -1;
  try {
    const content = await decode(bytes, coding, limit > -1 ? Math.max(1, limit) : undefined);
    const body: StoredBody = { form: 'content', bytes: content.bytes };
    return content.whole ? { body, unkept: framingDoubt(raw) } : { body, unkept: 'body-incomplete' };
  } catch (error) {
    if (isTooLarge(error)) throw tooLarge(limit, config, raw.request);
    throw AxiosError.from(error, undefined, config, raw.request, { ...raw, config });
  }
}

/** The error axios gives when a content is larger than its caller allows. */
export function tooLarge(limit: number, config: InternalAxiosRequestConfig, request: unknown): AxiosError {
  const message = `maxContentLength size of ${String(limit)} exceeded`;
  return new AxiosError(message, AxiosError.ERR_BAD_RESPONSE, config, request);
}

/** Why a content may be less than the whole, where nothing shows that it is. */
export function doubtAbout(
  raw: AxiosResponse,
  response: PolicyResponse,
  bytes: Uint8Array,
  { kind }: Reading,
): WhyBodyNotStored | undefined {
  if (kind === 'http') return framingDoubt(raw);
  if (kind === 'custom') return framingDoubt(raw) ?? codingDoubt(raw, bytes, response.headers);
  // Browsers report a cut body themselves, as far as it can be seen.
  if (kind !== 'fetch' || !canDecode()) return undefined;
  const { headers } = response;
  // Node's fetch undoes codings leniently and hides a cut: only JSON shows that it is whole.
  if (headers['content-encoding'] !== undefined) return isWholeJson(headers, bytes) ? undefined : 'body-unverifiable';
  return (headers['content-length'] ?? headers['transfer-encoding']) ? undefined : 'body-unverifiable';
}

// A function around axios' own adapter: what it undid leniently, only the raw fields still tell of.
function codingDoubt(raw: AxiosResponse, bytes: Uint8Array, headers: Fields): WhyBodyNotStored | undefined {
  const { res } = (raw.request ?? {}) as { res?: { rawHeaders?: readonly string[] } };
  const isCoded =
    res?.rawHeaders?.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'content-encoding') ?? false;
  return isCoded && !isWholeJson(headers, bytes) ? 'body-unverifiable' : undefined;
}

function isWholeJson(headers: Fields, bytes: Uint8Array): boolean {
  if (!/[/+]json\b/i.test(headers['content-type'] ?? '')) return false;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    // The beginning of a number is a number too.
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

interface NodeMessage {
  readonly httpVersionMajor?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
}

// RFC 9112 §8: a body that ends with the connection may have been cut by whatever ended the connection.
function framingDoubt(raw: AxiosResponse): WhyBodyNotStored | undefined {
  const { res } = (raw.request ?? {}) as { res?: NodeMessage };
  if (res?.headers === undefined || res.httpVersionMajor !== 1) return undefined;
  const isFramed = 'content-length' in res.headers || 'transfer-encoding' in res.headers;
  return isFramed ? undefined : 'body-unverifiable';
}

// What axios' http adapter would have left: no coding that was undone, and a length that is true.
/** The fields for the caller. */
export function callerHeaders(
  raw: AxiosResponse,
  response: PolicyResponse,
  body: StoredBody,
  reading: Reading,
): OwnHeaders {
  const headers = AxiosHeaders.from(raw.headers as AxiosHeaders);
  if (reading.kind !== 'http' || reading.config.decompress === false) return headers;
  if (!isDecodable(response.headers['content-encoding'])) return headers;
  headers.delete('content-encoding');
  if (headers.has('content-length') && !hasNoContent(response.status, reading.config.method))
    headers.set('content-length', String(body.bytes?.byteLength ?? 0));
  return headers;
}
