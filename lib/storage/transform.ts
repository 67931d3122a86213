/**
 * What becomes of a record's text on its way to an outside store and back? Compressed, then encrypted, as the options
 * say; read back whatever it announces to be.
 *
 * Compressed or not is told by each text, so that processes with different options share a namespace. Encrypted or not is
 * no matter of choice: with `encryption`, nothing else is believed. Sizes are looked at before anything is done.
 */
import { CacheConfigurationError } from '../errors.js';
import { fromBase64, toBase64 } from './base64.js';
import { longestOctets } from './codec.js';
import { compressorFor } from './compression.js';
import type { CompressionOptions } from './compression.js';
import { cipherFor } from './encryption.js';
import type { Cipher } from './encryption.js';
import { after } from './guard.js';
import { secretOctets, withoutCryptography } from './keys.js';
import type { EncryptionOptions } from './keys.js';
import type { Transform } from './reading.js';
import { headOf, longestSealed, parseSealed, Unopened } from './sealed.js';
import type { Algorithm, Sealed } from './sealed.js';
import type { MaybePromise } from './types.js';

export interface TransformOptions {
  readonly compression?: boolean | CompressionOptions | undefined;
  readonly encryption?: EncryptionOptions | undefined;
  /** Octets of one body. */
  readonly maxEntryBytes: number;
}

const DEFAULT_THRESHOLD = 1_024;
/** What is left has to be less than so much of it: every reader pays. */
const WORTH_IT = 0.9;
/** No runtime has longer texts. */
const LONGEST_TEXT = 2 ** 30;

const encoder = new TextEncoder();
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What the options ask for. Throws `CacheConfigurationError` where this runtime cannot do it. */
export function createTransform({ compression, encryption, maxEntryBytes }: TransformOptions): Transform {
  const packing = packingOf(compression);
  const keys = encryption && keyringOf(encryption);
  const [writing] = keys ?? [];
  return {
    seal: (text, name) =>
      after(packing?.(text, writing === undefined), (packed) => sealed(text, packed, name, writing)),
    open: createOpen(keys, Math.min(longestOctets(maxEntryBytes), LONGEST_TEXT)),
  };
}

interface Packed {
  readonly algorithm: Algorithm;
  readonly bytes: Uint8Array;
}

type Keyring = ReadonlyMap<string, Cipher>;

function sealed(
  text: string,
  packed: Packed | undefined,
  name: string,
  writing: readonly [string, Cipher] | undefined,
): MaybePromise<string> {
  if (writing === undefined) return packed === undefined ? text : headOf(packed.algorithm) + toBase64(packed.bytes);
  const [id, cipher] = writing;
  const head = headOf(packed?.algorithm, id);
  return after(cipher.encrypt(packed?.bytes ?? encoder.encode(text), head + name), (content) => head + content);
}

function createOpen(keys: Keyring | undefined, maxOctets: number): Transform['open'] {
  const compressors = { gzip: compressorFor('gzip'), zstd: compressorFor('zstd') };
  const decrypt = (keyId: string, { head, content }: Sealed, name: string): MaybePromise<Uint8Array | Unopened> => {
    const cipher = keys?.get(keyId);
    if (cipher === undefined) return new Unopened('unknown-key');
    return after(cipher.decrypt(content, head + name), (bytes) => bytes ?? new Unopened('undecryptable'));
  };
  const unpack = (bytes: Uint8Array, algorithm: Algorithm | undefined): MaybePromise<string | Unopened> => {
    if (algorithm === undefined) return textOf(bytes);
    const unpacked = compressors[algorithm]?.decompress(bytes, maxOctets) ?? 'compression';
    return after(unpacked, (result) => (typeof result === 'string' ? new Unopened(result) : textOf(result)));
  };
  return (value, name) => {
    if (typeof value !== 'string') return value;
    const found = parseSealed(value);
    if (keys !== undefined && found?.keyId === undefined) return new Unopened('not-encrypted');
    if (found === undefined) return value;
    if (value.length > longestSealed(maxOctets)) return new Unopened('too-large');
    const { keyId, algorithm, content } = found;
    const bytes =
      keyId === undefined ? (fromBase64(content) ?? new Unopened('compression')) : decrypt(keyId, found, name);
    return after(bytes, (result) => (result instanceof Unopened ? result : unpack(result, algorithm)));
  };
}

function textOf(bytes: Uint8Array): string | Unopened {
  try {
    return utf8.decode(bytes);
  } catch {
    return new Unopened('compression');
  }
}

/** Compresses a text; `undefined` where that is not worth it, or fails. */
type Packing = (text: string, asBase64: boolean) => MaybePromise<Packed | undefined>;

function packingOf(option: TransformOptions['compression']): Packing | undefined {
  if (option === undefined || option === false) return undefined;
  const { threshold = DEFAULT_THRESHOLD, algorithm = 'gzip' } = option === true ? {} : option;
  const compressor = compressorFor(algorithm);
  if (compressor === undefined) throw cannotCompress(option, algorithm);
  return (text, asBase64) => {
    // What comes after the facts: a body. Small records are not worth a look.
    if (text.length - text.indexOf('\n') - 1 < threshold) return undefined;
    const whole = encoder.encode(text);
    return after(compressor.compress(whole), (bytes) => {
      // Encrypted, both would become base64.
      const isWorthIt = bytes !== undefined && bytes.length * (asBase64 ? 4 / 3 : 1) < whole.length * WORTH_IT;
      return isWorthIt ? { algorithm, bytes } : undefined;
    });
  };
}

function cannotCompress(option: unknown, algorithm: Algorithm): CacheConfigurationError {
  if (algorithm === 'gzip')
    return new CacheConfigurationError(
      'compression',
      option,
      "false here: this runtime has neither Node's zlib nor CompressionStream",
    );
  return new CacheConfigurationError(
    'compression.algorithm',
    algorithm,
    "'gzip' here: this runtime has no zstd, which came with Node 22.15",
  );
}

function keyringOf({ keys }: EncryptionOptions): Keyring {
  return new Map(
    keys.map((key) => {
      const cipher = cipherFor(secretOctets(key));
      if (cipher !== undefined) return [key.id, cipher] as const;
      throw withoutCryptography({ keys });
    }),
  );
}
