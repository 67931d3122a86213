/**
 * Which form does a body have, and which does a caller want? One stored body serves every `responseType`.
 *
 * What an adapter gives depends on the adapter: axios' http adapter decodes text as UTF-8 or as
 * `responseEncoding` says, XMLHttpRequest by the charset of Content-Type, fetch always as UTF-8. A hit gives
 * what a miss through the same adapter would have given.
 */
import type { InternalAxiosRequestConfig } from 'axios';
import { nodeModule } from '../platform.js';
import type { Fields } from '../policy/types.js';
import { bodyBytes, bodyText } from '../storage/records.js';
import type { StoredBody } from '../storage/records.js';
import { isPlainlyParsed, valueFor } from './json.js';

/** Which of axios' adapters carries the request; `custom` is any other function. */
export type AdapterKind = 'http' | 'xhr' | 'fetch' | 'custom';

/** Response types whose data can be made from stored content. */
const SERVED_TYPES: ReadonlySet<string> = new Set(['', 'json', 'text', 'arraybuffer', 'blob', 'stream']);

/** Whether a caller's `responseType` can be served from a store at all. */
export function isServable(config: InternalAxiosRequestConfig): boolean {
  return SERVED_TYPES.has(config.responseType ?? '');
}

/** What an adapter gave, in the form it is stored; `undefined` where it cannot be kept. */
export function toStoredBody(data: unknown): StoredBody | undefined {
  if (data === undefined || data === null) return { form: 'content', bytes: new Uint8Array(0) };
  if (data instanceof Uint8Array) return { form: 'content', bytes: data };
  if (data instanceof ArrayBuffer) return { form: 'content', bytes: new Uint8Array(data) };
  if (ArrayBuffer.isView(data))
    return { form: 'content', bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  if (typeof data === 'string') return { form: 'text', text: data };
  return asPlainValue(data);
}

// Mock adapters answer with objects: kept as JSON where that loses nothing a caller could notice.
function asPlainValue(data: unknown): StoredBody | undefined {
  return survivesJson(data, 0) ? { form: 'value', text: JSON.stringify(data) } : undefined;
}

const DEEPEST = 1_000;

function survivesJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (depth > DEEPEST || typeof value !== 'object') return false;
  if (Array.isArray(value)) return Array.from<unknown>(value).every((item) => survivesJson(item, depth + 1));
  if (!isPlainObject(value) || 'toJSON' in value) return false;
  return Reflect.ownKeys(value).every(
    (key) => typeof key === 'string' && survivesJson((value as Record<string, unknown>)[key], depth + 1),
  );
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** For whom data is made. */
export interface Taker {
  readonly config: InternalAxiosRequestConfig;
  readonly kind: AdapterKind;
  /** Of the content. */
  readonly headers: Fields;
  /** It wants the value that all others get too, frozen, where there is one. */
  readonly frozen: boolean;
  /** The body will be given to others as well: what is made of it for this one may serve them. */
  readonly isKept: boolean;
  /** The body is given to nobody else: this one may have the octets themselves. */
  readonly isOwn: boolean;
}

/** The data for one caller: its own copy, in the form its adapter would have given, or the value axios makes of that. */
export function toData(body: StoredBody, taker: Taker): unknown {
  const { frozen, config, kind, headers } = taker;
  if (body.form === 'value') return valueFor(body, frozen)?.value ?? JSON.parse(bodyText(body));
  const isReusable = (frozen || taker.isKept) && isPlainlyParsed(config);
  const parsed = isReusable && isTextAsItIs(body, taker) ? valueFor(body, frozen) : undefined;
  if (parsed !== undefined) return parsed.value;
  if (body.form === 'text') return bodyText(body);
  switch (config.responseType) {
    case 'arraybuffer':
      return kind === 'http' || kind === 'custom' ? ownBuffer(body, taker.isOwn) : ownBytes(body).buffer;
    case 'stream':
      return toStream(ownBytes(body), kind);
    case 'blob':
      // axios' http adapter knows no Blob: it gives text.
      if (kind !== 'http') return new Blob([ownBytes(body)], { type: headers['content-type'] ?? '' });
      return toText(body, config, kind, headers);
    default:
      return toText(body, config, kind, headers);
  }
}

// Whether what the caller would be given as text is the text that is stored, read as UTF-8.
function isTextAsItIs({ form }: StoredBody, { config, kind, headers }: Taker): boolean {
  if (form === 'text') return true;
  return encodingOf(config, kind) === undefined && (kind !== 'xhr' || charsetOf(headers['content-type']) === undefined);
}

// One that is not UTF-8, as far as the adapter obeys it.
function encodingOf({ responseEncoding }: InternalAxiosRequestConfig, kind: AdapterKind): string | undefined {
  const isObeyed = kind === 'http' || kind === 'custom';
  return isObeyed && responseEncoding !== undefined && !/^utf-?8$/i.test(responseEncoding)
    ? responseEncoding
    : undefined;
}

function ownBytes(body: StoredBody): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bodyBytes(body));
}

// To copy tens of megabytes holds up the event loop.
function ownBuffer(body: StoredBody, isOwn: boolean): Uint8Array {
  const { Buffer: NodeBuffer } = globalThis as { Buffer?: typeof Buffer };
  const bytes = bodyBytes(body);
  if (NodeBuffer === undefined) return isOwn ? bytes : ownBytes(body);
  return isOwn ? NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : NodeBuffer.from(bytes);
}

function toStream(bytes: Uint8Array, kind: AdapterKind): unknown {
  const stream = nodeModule('stream');
  if (kind !== 'fetch' && stream !== undefined) return stream.Readable.from(inChunks(bytes), { objectMode: false });
  return new Blob([new Uint8Array(bytes)]).stream();
}

const CHUNK = 65_536;

function* inChunks(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

function toText(body: StoredBody, config: InternalAxiosRequestConfig, kind: AdapterKind, headers: Fields): string {
  const encoding = encodingOf(config, kind);
  const { Buffer: NodeBuffer } = globalThis as { Buffer?: typeof Buffer };
  if (encoding !== undefined && NodeBuffer !== undefined) {
    const bytes = bodyBytes(body);
    return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(encoding as BufferEncoding);
  }
  const charset = kind === 'xhr' ? charsetOf(headers['content-type']) : undefined;
  if (charset !== undefined) return new TextDecoder(charset).decode(bodyBytes(body));
  const text = bodyText(body);
  // axios strips the mark unless an encoding was asked for by the name "utf-8" or another.
  const named = kind === 'http' || kind === 'custom' ? config.responseEncoding : undefined;
  return text.charCodeAt(0) === 0xfeff && (named === undefined || named === 'utf8') ? text.slice(1) : text;
}

function charsetOf(contentType: string | undefined): string | undefined {
  const label = /;[ \t]*charset="?([^\s;"]{1,40})/i.exec(contentType ?? '')?.[1];
  if (label === undefined || /^utf-?8$/i.test(label)) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}
