/**
 * What is a secret that a user gave? 32 octets, as they are or spelled out; anything else is a passphrase, and stretched.
 */
import { CacheConfigurationError } from '../errors.js';
import { nodeModule } from '../platform.js';
import { hmacSha256 } from '../policy/digest.js';
import { fromBase64 } from './base64.js';

/** One key of the option `encryption`. */
export interface EncryptionKey {
  /** Names the key in what it encrypted: letters, digits, `.`, `_` and `-`, at most 64. */
  readonly id: string;
  /**
   * 32 octets, as a Uint8Array, 64 hexadecimal digits or base64. Any other text is a passphrase: it is stretched when the
   * plugin is created, which takes a twentieth of a second or more, and is as good as it is hard to guess.
   */
  readonly secret: string | Uint8Array;
}

/** The option `encryption`. */
export interface EncryptionOptions {
  /** The first one encrypts what is written; all of them decrypt what is read. */
  readonly keys: readonly EncryptionKey[];
}

export const SECRET_OCTETS = 32;
/** 32 MiB of memory for each guess (RFC 7914 §2: cost, block size, parallelism). */
const STRETCHING = { N: 32_768, r: 8, p: 1, maxmem: 67_108_864 };
const HEX = /^[\da-f]{64}$/i;

/** What keys the digests of credentials: of the first key, so that they change when another one takes its place. */
export function credentialSecret({ keys }: EncryptionOptions): Uint8Array | undefined {
  const [first] = keys;
  return first && hmacSha256(secretOctets(first), 'axios-http-cache credentials');
}

// To stretch a passphrase takes time.
const known = new WeakMap<EncryptionKey, Uint8Array>();

/** The 32 octets that a secret stands for. */
export function secretOctets(key: EncryptionKey): Uint8Array {
  const octets = known.get(key) ?? octetsOf(key);
  known.set(key, octets);
  return octets;
}

function octetsOf({ id, secret }: EncryptionKey): Uint8Array {
  // A copy: the caller may wipe theirs.
  if (typeof secret !== 'string') return Uint8Array.from(secret);
  if (HEX.test(secret)) return Uint8Array.from({ length: SECRET_OCTETS }, (_, at) => octetAt(secret, at));
  const octets = fromBase64(secret);
  return octets?.length === SECRET_OCTETS ? octets : stretched(secret, id);
}

function octetAt(hex: string, at: number): number {
  return Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
}

// The same everywhere, since all who share a store have to arrive at the same key.
function stretched(passphrase: string, id: string): Uint8Array {
  const crypto = nodeModule('crypto');
  if (crypto === undefined)
    throw new CacheConfigurationError(
      'encryption.keys.secret',
      passphrase,
      '32 octets, as 64 hexadecimal digits or base64, here: only Node can stretch a passphrase',
    );
  return crypto.scryptSync(passphrase, `axios-http-cache encryption key ${id}`, SECRET_OCTETS, STRETCHING);
}

/** What to say where nothing can be encrypted. */
export function withoutCryptography(encryption: EncryptionOptions): CacheConfigurationError {
  return new CacheConfigurationError(
    'encryption',
    encryption,
    "nothing here: this runtime has neither Node's crypto nor WebCrypto, which browsers have in secure contexts alone",
  );
}
