/**
 * Is what the user said of the store sense? The members of the option `storage`.
 */
import { CacheConfigurationError } from '../errors.js';
import type { StorageOptions } from '../storage/store.js';

interface Check {
  readonly takes: string;
  accepts(value: unknown): boolean;
}

const size: Check = {
  takes: 'a number greater than 0',
  accepts: (value) => typeof value === 'number' && value > 0,
};

const STORAGE_CHECKS: Readonly<Record<string, Check>> = {
  'storage.timeout': size,
  'storage.budget': size,
  'storage.breaker': {
    takes: 'an object with failures and probeEvery',
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
  'storage.breaker.failures': size,
  'storage.breaker.probeEvery': size,
  'storage.maxPendingBytes': size,
  'storage.leaseTtl': {
    takes: 'milliseconds from 100 to 30000',
    accepts: (value) => typeof value === 'number' && value >= 100 && value <= 30_000,
  },
  'storage.waitTimeout': size,
  'storage.lease': {
    takes: 'false or a Lease: an object with acquire, renew, commit and wait',
    accepts: (value) => value === false || isLease(value),
  },
};

function isLease(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const members = value as Record<string, unknown>;
  return ['acquire', 'renew', 'commit', 'wait'].every((name) => typeof members[name] === 'function');
}

/** Throws `CacheConfigurationError` for a member that is unknown or of the wrong type. */
export function checkStorage(storage: StorageOptions = {}): void {
  checkWithin('storage', storage, STORAGE_CHECKS);
  checkWithin('storage.breaker', storage.breaker ?? {}, STORAGE_CHECKS);
}

function checkWithin(option: string, given: object, checks: Readonly<Record<string, Check>>): void {
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    const path = `${option}.${name}`;
    const takes = Object.hasOwn(checks, path) ? checks[path] : undefined;
    if (takes === undefined) throw new CacheConfigurationError(path, value, 'nothing: there is no such option');
    if (value !== undefined && !takes.accepts(value)) throw new CacheConfigurationError(path, value, takes.takes);
  }
}
