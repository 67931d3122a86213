/**
 * What does a text look like that went through compression or encryption, and may it be believed?
 *
 * It says so itself, before anything else: `gzip:`, `zstd:`, `aes-256-gcm:<key>:` or `aes-256-gcm+gzip:<key>:`, then
 * base64. A record as it is begins with `{`. So all of these lie side by side in one namespace, and every process can
 * tell what it has before it.
 */
import { fromBase64, toBase64 } from './base64.js';
import type { SealReason } from './codec.js';

/** How contents are compressed. */
export type Algorithm = 'gzip' | 'zstd';

/** A text that announced itself. */
export interface Sealed {
  readonly algorithm: Algorithm | undefined;
  /** Which key it was encrypted with, if it was. */
  readonly keyId: string | undefined;
  /** The announcement. */
  readonly head: string;
  readonly content: string;
}

/** Names of keys that an announcement can carry. */
export const KEY_ID = /^[\w.-]{1,64}$/;
const HEAD = /^(?:aes-256-gcm(?:\+(gzip|zstd))?:([\w.-]{1,64})|(gzip|zstd)):/;
/** Room for the longest announcement and what encryption adds. */
const OVERHEAD = 256;

/** The announcement of a text that was compressed, encrypted, or both. */
export function headOf(algorithm: Algorithm | undefined, keyId?: string): string {
  if (keyId === undefined) return algorithm === undefined ? '' : `${algorithm}:`;
  return `aes-256-gcm${algorithm === undefined ? '' : `+${algorithm}`}:${keyId}:`;
}

/** What `text` announces; `undefined` for a record as it is, and for anything else. */
export function parseSealed(text: string): Sealed | undefined {
  const [head, within, keyId, alone] = HEAD.exec(text) ?? [];
  if (head === undefined) return undefined;
  return { algorithm: (within ?? alone) as Algorithm | undefined, keyId, head, content: text.slice(head.length) };
}

/** No sealed text of so many octets is longer than this. */
export function longestSealed(octets: number): number {
  return Math.ceil(octets / 3) * 4 + OVERHEAD;
}

/** Stands for a text that could not be opened, and says why. */
export class Unopened {
  readonly reason: SealReason | 'too-large';

  constructor(reason: SealReason | 'too-large') {
    this.reason = reason;
  }
}

/** What AES-256-GCM makes of a content, and what it takes to undo that, beside the key. */
export interface Box {
  /** Whose key it is: every writer derives one of its own. */
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
  readonly content: Uint8Array;
}

export const SALT_OCTETS = 24;
export const NONCE_OCTETS = 12;
export const TAG_OCTETS = 16;

/** The box as text. */
export function boxText({ salt, nonce, tag, content }: Box): string {
  // Not joined from a list: that would copy what may be megabytes.
  return `${toBase64(salt)}.${toBase64(nonce)}.${toBase64(tag)}.${toBase64(content)}`;
}

/** The box that is written in `text`, if one is. */
export function boxOf(text: string): Box | undefined {
  // A hostile text may be all dots.
  const parts = text.split('.', 5);
  if (parts.length !== 4) return undefined;
  const [salt, nonce, tag, content] = parts.map((part) => fromBase64(part));
  const isWhole =
    salt?.length === SALT_OCTETS && nonce?.length === NONCE_OCTETS && tag?.length === TAG_OCTETS && content;
  return isWhole ? { salt, nonce, tag, content } : undefined;
}
