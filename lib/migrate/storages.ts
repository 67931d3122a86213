/**
 * What is a storage of axios-cache-interceptor here? Its two builders under their names, as options of `cachePlugin()`.
 */
import { CacheConfigurationError } from '../errors.js';
import type { CacheOptions } from '../interceptors/options.js';

/** `localStorage`, `sessionStorage`, or what is like them. */
export interface WebStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/** A storage, as options of `cachePlugin()`. */
export interface MigratedStorage {
  readonly migrated: Pick<CacheOptions, 'store' | 'maxEntries' | 'keepForValidation'>;
}

/** The options of `buildMemoryStorage()`. */
export interface MemoryStorageOptions {
  /** No effect: each caller gets a copy of its own anyway. */
  readonly cloneData?: boolean | 'double' | undefined;
  /** No effect: what is over leaves by itself. */
  readonly cleanupInterval?: number | false | undefined;
  readonly maxEntries?: number | false | undefined;
  /** Milliseconds for which stale responses are kept. */
  readonly maxStaleAge?: number | undefined;
}

/** The options of `buildWebStorage()`. */
export interface WebStorageOptions {
  readonly prefix?: string | undefined;
  /** Milliseconds for which stale responses are kept. */
  readonly maxStaleAge?: number | undefined;
}

/** Memory, bounded by `maxBytes` of the plugin, 64 MiB by default, and by `maxEntries` where that is given. */
export function buildMemoryStorage(
  cloneData?: boolean | 'double' | MemoryStorageOptions,
  cleanupInterval?: number | false,
  maxEntries?: number | false,
  maxStaleAge?: number,
): MigratedStorage {
  const options = typeof cloneData === 'object' ? cloneData : { cleanupInterval, maxEntries, maxStaleAge };
  return {
    migrated: {
      ...(typeof options.maxEntries === 'number' && { maxEntries: options.maxEntries }),
      ...kept(options.maxStaleAge),
    },
  };
}

/**
 * `localStorage` or `sessionStorage`. Where it is full, entries of this prefix make room, whichever comes first; what
 * does not fit then is not stored.
 */
export function buildWebStorage(
  storage: WebStorage,
  prefix: string | WebStorageOptions = 'axios-cache-',
  maxStaleAge?: number,
): MigratedStorage {
  const options = typeof prefix === 'object' ? prefix : { prefix, maxStaleAge };
  const store = webStore(storage, options.prefix ?? 'axios-cache-');
  return { migrated: { store, ...kept(options.maxStaleAge) } };
}

/** The options that a storage stands for; `undefined` if it is none of ours. */
export function optionsOfStorage(storage: object): MigratedStorage['migrated'] | undefined {
  return 'migrated' in storage ? (storage as MigratedStorage).migrated : undefined;
}

function kept(maxStaleAge: number | undefined): Pick<CacheOptions, 'keepForValidation'> {
  return maxStaleAge === undefined ? {} : { keepForValidation: Math.max(0, maxStaleAge / 1000) };
}

function webStore(storage: WebStorage, prefix: string): object {
  if (typeof (storage as unknown) !== 'object' || typeof (storage as Partial<WebStorage>).setItem !== 'function')
    throw new CacheConfigurationError('storage', storage, 'localStorage, sessionStorage or what is like them');
  const names = (): string[] =>
    Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '').filter((name) => name.startsWith(prefix));
  return {
    get: (key: string) => storage.getItem(prefix + key) ?? undefined,
    set(key: string, value: string) {
      write(storage, prefix + key, value, names);
    },
    delete(key: string) {
      const had = storage.getItem(prefix + key) !== null;
      storage.removeItem(prefix + key);
      return had;
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- Keyv's interface asks for an asynchronous one.
    async *iterator(namespace = '') {
      for (const name of names()) {
        const value = name.startsWith(prefix + namespace) ? storage.getItem(name) : null;
        if (value !== null) yield [name.slice(prefix.length), value];
      }
    },
  };
}

function write(storage: WebStorage, name: string, value: string, names: () => string[]): void {
  let others: string[] | undefined;
  for (;;) {
    try {
      storage.setItem(name, value);
      return;
    } catch (error) {
      others ??= names().filter((other) => other !== name);
      const victim = others.shift();
      if (victim === undefined) throw error;
      storage.removeItem(victim);
    }
  }
}
