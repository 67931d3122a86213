/**
 * Are `compression` and `encryption` sense? Their members, one by one; secrets are never repeated in a message.
 */
import { CacheConfigurationError } from '../errors.js';
import { SECRET_OCTETS } from '../storage/keys.js';
import type { EncryptionOptions } from '../storage/keys.js';
import { KEY_ID } from '../storage/sealed.js';
import type { CacheOptions } from './options.js';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const compressionCheck = {
  takes: 'true, false or an object with threshold and algorithm',
  accepts: (value: unknown): boolean => typeof value === 'boolean' || isObject(value),
};

export const encryptionCheck = {
  takes: 'an object with keys, a list of { id, secret }',
  accepts: isObject,
};

/** Throws `CacheConfigurationError` for a member that is unknown, missing or wrong. */
export function checkTransform(compression: CacheOptions['compression'], encryption: CacheOptions['encryption']): void {
  if (typeof compression === 'object') checkCompression(compression as Record<string, unknown>);
  if (encryption !== undefined) checkEncryption(encryption);
}

function checkCompression(given: Readonly<Record<string, unknown>>): void {
  checkNames('compression', given, ['threshold', 'algorithm']);
  const { threshold = 0, algorithm = 'gzip' } = given;
  if (typeof threshold !== 'number' || !(threshold >= 0))
    throw new CacheConfigurationError('compression.threshold', threshold, 'a number of bytes that is not negative');
  if (algorithm !== 'gzip' && algorithm !== 'zstd')
    throw new CacheConfigurationError('compression.algorithm', algorithm, "'gzip' or 'zstd'");
}

function checkEncryption(given: EncryptionOptions): void {
  checkNames('encryption', given, ['keys']);
  const keys: unknown = given.keys;
  if (!Array.isArray(keys) || keys.length === 0)
    throw new CacheConfigurationError('encryption.keys', keys, 'a list of at least one { id, secret }');
  const ids = new Set<unknown>();
  for (const [at, key] of (keys as unknown[]).entries()) {
    const path = `encryption.keys[${at}]`;
    if (!isObject(key)) throw new CacheConfigurationError(path, key, '{ id, secret }');
    checkNames(path, key, ['id', 'secret']);
    checkKey(path, key);
    if (ids.has(key['id'])) throw new CacheConfigurationError(`${path}.id`, key['id'], 'a name that no other key has');
    ids.add(key['id']);
  }
}

function checkKey(path: string, { id, secret }: Readonly<Record<string, unknown>>): void {
  if (typeof id !== 'string' || !KEY_ID.test(id))
    throw new CacheConfigurationError(`${path}.id`, id, 'a name of 1 to 64 letters, digits, ".", "_" or "-"');
  const isRight = secret instanceof Uint8Array ? secret.length === SECRET_OCTETS : typeof secret === 'string';
  if (!isRight || secret === '')
    throw new CacheConfigurationError(
      `${path}.secret`,
      secret,
      `a Uint8Array of ${SECRET_OCTETS} octets, 64 hexadecimal digits, base64 of ${SECRET_OCTETS} octets or a passphrase`,
    );
}

function checkNames(path: string, given: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    if (!known.includes(name))
      throw new CacheConfigurationError(`${path}.${name}`, value, 'nothing: there is no such option');
  }
}
