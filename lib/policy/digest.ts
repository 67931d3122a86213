/**
 * What is the fingerprint of this content? SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104), base64url (RFC 4648 §5).
 *
 * Keys are computed synchronously, in browsers too, where the platform only has an asynchronous digest: hence
 * our own. It knows nothing of requests. The work areas at module level are scratch space: they are
 * overwritten by each call and read by none that follows.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BLOCK = 64;
const encoder = new TextEncoder();

// FIPS 180-4 §4.2.2, §5.3.3: fractions of the cube and square roots of the first primes, 32 bits each.
const [ROUND, INITIAL] = rootsOfPrimes();

const words = new Int32Array(64);
const state = new Int32Array(8);
const block = new Uint8Array(BLOCK);
const scratch = new Uint8Array(3072);
const blockView = new DataView(block.buffer);

function rootsOfPrimes(): readonly [Int32Array, Int32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const fractions = (power: number): Int32Array => Int32Array.from(primes, (prime) => (prime ** power % 1) * 2 ** 32);
  return [fractions(1 / 3), fractions(1 / 2).subarray(0, 8)];
}

/** The SHA-256 digest, 32 bytes; text counts as its UTF-8 bytes. */
export function sha256(input: string | Uint8Array): Uint8Array {
  const bytes = utf8(input);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = bytes.length;
  const tail = length - (length % BLOCK);
  state.set(INITIAL);
  for (let offset = 0; offset < tail; offset += BLOCK) compress(view, offset);
  // §5.1.1: one bit, zeros up to a block's last 64 bits, then the length in bits.
  block.fill(0);
  block.set(bytes.subarray(tail));
  block[length - tail] = 0x80;
  if (length - tail >= BLOCK - 8) {
    compress(blockView, 0);
    block.fill(0);
  }
  blockView.setUint32(56, length / 2 ** 29);
  blockView.setUint32(60, length << 3);
  compress(blockView, 0);
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i += 1) digest[i] = word(state, i >> 2) >>> (24 - 8 * (i & 3));
  return digest;
}

// A view of scratch space for short text: valid until the next call.
function utf8(input: string | Uint8Array): Uint8Array {
  if (typeof input !== 'string') return input;
  // No character takes more than three bytes per unit of its string.
  if (input.length * 3 > scratch.length) return encoder.encode(input);
  return scratch.subarray(0, encoder.encodeInto(input, scratch).written);
}

// §6.2.2: one block of the message, mixed into the state.
function compress(view: DataView, offset: number): void {
  schedule(view, offset);
  let a = word(state, 0);
  let b = word(state, 1);
  let c = word(state, 2);
  let d = word(state, 3);
  let e = word(state, 4);
  let f = word(state, 5);
  let g = word(state, 6);
  let h = word(state, 7);
  for (let i = 0; i < 64; i += 1) {
    const choice = (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g));
    const first = (h + choice + word(ROUND, i) + word(words, i)) | 0;
    const majority = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + majority) | 0;
  }
  // Spelled out: as a loop over an array it is three times as slow.
  state[0] = word(state, 0) + a;
  state[1] = word(state, 1) + b;
  state[2] = word(state, 2) + c;
  state[3] = word(state, 3) + d;
  state[4] = word(state, 4) + e;
  state[5] = word(state, 5) + f;
  state[6] = word(state, 6) + g;
  state[7] = word(state, 7) + h;
}

function schedule(view: DataView, offset: number): void {
  for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(offset + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const a = word(words, i - 15);
    const b = word(words, i - 2);
    const mixed = (rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3)) + (rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10));
    words[i] = word(words, i - 16) + word(words, i - 7) + mixed;
  }
}

function word(array: Int32Array, index: number): number {
  return Number(array[index]);
}

function rotate(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}

/** The HMAC-SHA-256 of a message under a secret, 32 bytes. */
export function hmacSha256(secret: string | Uint8Array, message: string | Uint8Array): Uint8Array {
  const key = typeof secret === 'string' ? encoder.encode(secret) : secret;
  const padded = new Uint8Array(BLOCK);
  padded.set(key.length > BLOCK ? sha256(key) : key);
  const text = typeof message === 'string' ? encoder.encode(message) : message;
  const inner = sha256(
    joined(
      padded.map((byte) => byte ^ 0x36),
      text,
    ),
  );
  return sha256(
    joined(
      padded.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Bytes in base64url, without padding. */
export function base64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    // Behind the last byte there is NaN, whose bits are 0.
    const group = (Number(bytes[i]) << 16) | (Number(bytes[i + 1]) << 8) | Number(bytes[i + 2]);
    text += sextet(group >> 18) + sextet(group >> 12) + sextet(group >> 6) + sextet(group);
  }
  return text.slice(0, Math.ceil((bytes.length * 4) / 3));
}

function sextet(bits: number): string {
  return ALPHABET.charAt(bits & 63);
}

/** The SHA-256 digest in base64url: 43 characters, safe in any key and URL. */
export function sha256Base64Url(input: string | Uint8Array): string {
  return base64Url(sha256(input));
}

/** A digest that says nothing of the text to who does not know the secret; without one, the plain digest. */
export function secretDigest(text: string, secret: string | Uint8Array | undefined): string {
  return secret === undefined ? sha256Base64Url(text) : base64Url(hmacSha256(secret, text));
}

/**
 * One text for a list of parts, different for different lists: each part stands behind its length. A missing part
 * differs from an empty one; bytes stand for themselves by their digest, and differ from text.
 */
export function lengthPrefixed(parts: readonly (string | Uint8Array | undefined)[]): string {
  let text = '';
  for (const part of parts) {
    if (part === undefined) text += '-';
    else if (typeof part === 'string') text += `${part.length}:${part}`;
    else text += `#${sha256Base64Url(part)}`;
  }
  return text;
}
