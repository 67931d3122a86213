/**
 * How do octets become text that any store keeps? Base64 (RFC 4648 §4), with or without Node's Buffer.
 *
 * `Buffer` is asked for on `globalThis`: a free name would make some bundlers add a substitute for it.
 */
interface OctetText {
  readonly buffer: ArrayBuffer;
  toString(encoding: 'base64'): string;
  write(text: string, encoding: 'base64'): number;
}
interface BufferMaker {
  from(buffer: ArrayBufferLike, offset: number, length: number): OctetText;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const CHUNK = 0x8000;

function bufferMaker(): BufferMaker | undefined {
  return (globalThis as { Buffer?: BufferMaker }).Buffer;
}

/** The octets as base64. */
export function toBase64(bytes: Uint8Array, maker = bufferMaker()): string {
  if (maker !== undefined) return maker.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}

/** The octets that `text` stands for, in memory of their own; `undefined` if it is not base64. */
export function fromBase64(text: string, maker = bufferMaker()): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  if (maker !== undefined) {
    // Never Buffer.from(text): small ones share a pool with the data of others.
    maker.from(bytes.buffer, 0, bytes.byteLength).write(text, 'base64');
    return bytes;
  }
  const binary = atob(text);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
