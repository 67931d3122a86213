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

/**
 * The octets that `text` stands for, in memory of their own; `undefined` if it is not the base64 of anything, to the last
 * bit: writing them out again gives the same text. That is also the quickest check there is.
 */
export function fromBase64(text: string, maker = bufferMaker()): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const bytes = decode(text, maker);
  return bytes !== undefined && toBase64(bytes, maker) === text ? bytes : undefined;
}

function decode(text: string, maker: BufferMaker | undefined): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  if (maker !== undefined) {
    // Never Buffer.from(text): small ones share a pool with the data of others.
    maker.from(bytes.buffer, 0, bytes.byteLength).write(text, 'base64');
    return bytes;
  }
  try {
    const binary = atob(text);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}
