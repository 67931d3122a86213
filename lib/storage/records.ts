/**
 * What lies in a store? Three kinds of record, all small facts and one body.
 *
 * An `entry` is one stored response under its own key. A `variants` record lies at the key of a resource
 * whose responses differ by request fields (Vary, RFC 9111 §4.1) and says which entries there are. An
 * `epoch` counts the invalidations of one URL: an entry of another epoch is as good as deleted (§4.4).
 */
import type { StoredResponse } from '../policy/types.js';

/** The content of a response, in one of the forms an adapter can give it. */
export interface StoredBody {
  /**
   * `content`: the octets of the representation, decoded. `text`: a string that a custom adapter gave.
   * `value`: a plain value that a custom adapter gave, as JSON text.
   */
  readonly form: 'content' | 'text' | 'value';
  /** Either `bytes` or `text` is there; the other is computed on demand and kept. */
  bytes?: Uint8Array | undefined;
  text?: string | undefined;
  /** How many octets it has, where that is known without having them. */
  readonly octets?: number | undefined;
  /** What the text says as JSON, once somebody asked; `none` where it says nothing, or is not worth keeping. */
  parsed?: ParsedJson | 'none' | undefined;
}

/** A value that was parsed once: nobody may change it, nor get hold of it unless it is frozen. */
export interface ParsedJson {
  readonly value: unknown;
  /** What it takes in memory, about. */
  readonly bytes: number;
  isFrozen: boolean;
}

/** A stored response and the facts that only storage knows. */
export interface EntryRecord {
  readonly kind: 'entry';
  /** Its own key, so that an entry copied to another key is recognised. */
  readonly key: string;
  /** The URL's epoch when the request was sent; empty before the first invalidation. */
  readonly epoch: string;
  readonly tags: readonly string[];
  readonly response: StoredResponse<StoredBody>;
}

/** Which variants of a resource are stored. */
export interface VariantsRecord {
  readonly kind: 'variants';
  readonly key: string;
  readonly epoch: string;
  /** The lists of request fields that select among them, the most recent first. */
  readonly selectors: readonly (readonly string[])[];
  /** Keys of the stored variants, the most recent first; bounded. */
  readonly variants: readonly string[];
}

/** The current epoch of a URL. */
export interface EpochRecord {
  readonly kind: 'epoch';
  readonly key: string;
  readonly epoch: string;
}

export type StoreRecord = EntryRecord | VariantsRecord | EpochRecord;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The octets of a body. */
export function bodyBytes(body: StoredBody): Uint8Array {
  if (body.bytes !== undefined) return body.bytes;
  const bytes = encoder.encode(body.text ?? '');
  // Kept where there is room for it.
  body.bytes = bytes;
  return bytes;
}

/** The text of a body, read as UTF-8, byte order mark included. */
export function bodyText(body: StoredBody): string {
  if (body.text !== undefined) return body.text;
  const text = decoder.decode(body.bytes);
  body.text = text;
  return text;
}

/** The same for who needs it only once: it is not kept. */
export function readText({ bytes, text }: StoredBody): string {
  return text ?? decoder.decode(bytes);
}

/** How many octets a body has; they are not kept for that. */
export function octetsOf({ bytes, octets, text = '' }: StoredBody): number {
  return bytes?.byteLength ?? octets ?? encoder.encode(text).byteLength;
}

/** How many bytes a body takes; exact where the octets are known, an upper bound for text. */
export function bodySize(body: StoredBody): number {
  return body.bytes?.byteLength ?? body.octets ?? (body.text?.length ?? 0) * 3;
}
