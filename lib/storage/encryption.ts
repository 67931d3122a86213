/**
 * How is nothing in an outside store readable, or believed, without the key? AES-256-GCM (NIST SP 800-38D).
 *
 * Bound to each text is the name it lies under: copied to another name, it does not open. Every writer encrypts with a
 * key derived from the secret and a salt of its own, since one key must not see more than 2^32 random nonces, and a
 * fleet would get there. Node's crypto answers at once; WebCrypto does the same for what is large, on another thread, and
 * for everything where there is no Node.
 */
import { nodeModule } from '../platform.js';
import type { Builtins } from '../platform.js';
import { boxOf, boxText, NONCE_OCTETS, SALT_OCTETS, TAG_OCTETS } from './sealed.js';
import type { MaybePromise } from './types.js';

/** One secret at work. */
export interface Cipher {
  /** The content as text, bound to `name`. May throw or reject: then there is nothing to be written. */
  encrypt(content: Uint8Array, name: string): MaybePromise<string>;
  /** The content; `undefined` if it was not encrypted with this secret for this name. Never throws or rejects. */
  decrypt(text: string, name: string): MaybePromise<Uint8Array | undefined>;
}

const PURPOSE = 'axios-http-cache aes-256-gcm';
const encoder = new TextEncoder();

/** Octets that are encrypted at once, in half a millisecond or so. */
const SYNC_OCTETS = 524_288;

/** A cipher over 32 octets; `undefined` where the runtime has no cryptography. */
export function cipherFor(secret: Uint8Array): Cipher | undefined {
  const crypto = nodeModule('crypto');
  // Browsers have all of it in secure contexts alone, whatever their types say.
  const web = (globalThis as { crypto?: Partial<Crypto> }).crypto;
  const large = web?.subtle && webCipher(secret, web as Crypto);
  const small = crypto && nodeCipher(secret, crypto);
  if (large === undefined || small === undefined) return small ?? large;
  return {
    encrypt: (bytes, name) => (bytes.length > SYNC_OCTETS ? large : small).encrypt(bytes, name),
    decrypt: (text, name) => (text.length > SYNC_OCTETS ? large : small).decrypt(text, name),
  };
}

function nodeCipher(secret: Uint8Array, crypto: Builtins['crypto']): Cipher {
  const algorithm = 'aes-256-gcm';
  const keyFor = (salt: Uint8Array) => crypto.createHmac('sha256', secret).update(PURPOSE).update(salt).digest();
  const salt = crypto.randomBytes(SALT_OCTETS);
  const own = keyFor(salt);
  return {
    encrypt(bytes, name) {
      const nonce = crypto.randomBytes(NONCE_OCTETS);
      const cipher = crypto.createCipheriv(algorithm, own, nonce);
      cipher.setAAD(encoder.encode(name));
      // A mode without padding: nothing is left for the end.
      const content = cipher.update(bytes);
      cipher.final();
      return boxText({ salt, nonce, tag: cipher.getAuthTag(), content });
    },
    decrypt(text, name) {
      const box = boxOf(text);
      if (box === undefined) return undefined;
      try {
        const decipher = crypto.createDecipheriv(algorithm, keyFor(box.salt), box.nonce, { authTagLength: TAG_OCTETS });
        decipher.setAAD(encoder.encode(name)).setAuthTag(box.tag);
        const content = decipher.update(box.content);
        decipher.final();
        return content;
      } catch {
        return undefined;
      }
    },
  };
}

function webCipher(secret: Uint8Array, web: Crypto): Cipher {
  const { subtle } = web;
  const keyFor = async (salt: Uint8Array): Promise<CryptoKey> => {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    const master = await subtle.importKey('raw', secret as Octets, hmac, false, ['sign']);
    const derived = await subtle.sign('HMAC', master, joined(encoder.encode(PURPOSE), salt));
    return subtle.importKey('raw', derived, 'AES-GCM', false, ['encrypt', 'decrypt']);
  };
  const settings = (nonce: Uint8Array, name: string) => ({
    name: 'AES-GCM',
    iv: nonce as Octets,
    additionalData: encoder.encode(name),
  });
  const salt = web.getRandomValues(new Uint8Array(SALT_OCTETS));
  let own: Promise<CryptoKey> | undefined;
  return {
    async encrypt(bytes, name) {
      own ??= keyFor(salt);
      const nonce = web.getRandomValues(new Uint8Array(NONCE_OCTETS));
      const sealed = new Uint8Array(await subtle.encrypt(settings(nonce, name), await own, bytes as Octets));
      const end = sealed.length - TAG_OCTETS;
      return boxText({ salt, nonce, tag: sealed.subarray(end), content: sealed.subarray(0, end) });
    },
    async decrypt(text, name) {
      const box = boxOf(text);
      if (box === undefined) return undefined;
      try {
        const sealed = joined(box.content, box.tag);
        return new Uint8Array(await subtle.decrypt(settings(box.nonce, name), await keyFor(box.salt), sealed));
      } catch {
        return undefined;
      }
    },
  };
}

/** As WebCrypto's types want them: never in memory that threads share. */
type Octets = Uint8Array<ArrayBuffer>;

function joined(one: Uint8Array, other: Uint8Array): Octets {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
