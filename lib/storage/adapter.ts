/**
 * What kind of store did the caller give? Recognised by shape, never by class.
 *
 * A Keyv of any major is opened down to its storage adapter, so that its serialiser, its key prefixes and its clock play
 * no part; a Map is given bounds; anything else with `get`, `set` and `delete` is taken as a Keyv storage adapter.
 */
import { systemClock } from '../platform.js';
import type { Backend } from './backend.js';
import { isPromiseLike } from './guard.js';
import { isMapLike, mapStore, unwrap } from './map.js';
import type { MapStoreOptions } from './map.js';
import { isSqlite, sqliteBackend } from './sqlite.js';
import { checkStore, isBackend, isStore } from './shape.js';
import { storeErrors } from './store-errors.js';
import type { MaybePromise, StorageAdapter } from './types.js';

/** An adapter as Keyv 5 and 6 know them. */
interface KeyvAdapter extends StorageAdapter {
  namespace?: string | undefined;
  keyPrefixSeparator?: string;
  throwOnErrors?: boolean;
  readonly ttlSupport?: boolean;
  readonly capabilities?: { readonly expires?: boolean } | undefined;
}

/** The store as we use it. Bounds are those of a Map. */
export function adapterOf(store: unknown, options: MapStoreOptions = {}): Backend {
  checkStore(store);
  const inner = opened(store);
  if (isBackend(inner)) return inner;
  const asKeyvValues = inner !== store;
  if (isMapLike(inner)) return mapStore(inner, { ...options, asKeyvValues });
  const lastError = storeErrors(store, inner);
  return isSqlite(inner) ? sqliteBackend(inner, lastError) : keyvBackend(inner, lastError);
}

/** What is under a Keyv: Keyv 3 to 5 name it in their options; Keyv 6 puts adapters of its own around older ones. */
function opened(store: StorageAdapter): StorageAdapter {
  const { opts, store: inner } = store as { opts?: unknown; store?: unknown };
  const isKeyv = 'serialize' in store || 'serialization' in store;
  const isKeyvOfOld = typeof opts === 'object' && opts !== null && 'serialize' in opts;
  const isBridge = 'capabilities' in store && 'namespaceSeparator' in store;
  if (isKeyvOfOld && 'store' in opts && isStore(opts.store)) return opened(opts.store);
  return (isKeyv || isBridge) && isStore(inner) ? opened(inner) : store;
}

/**
 * A view of the adapter that throws what fails and takes keys as they are, where it can be told so. The caller's own
 * object stays as it is: another Keyv may rely on its prefix, and on its silence.
 */
export function viewOf<A extends object>(adapter: A): A {
  if (!('throwOnErrors' in adapter)) return adapter;
  const view = Object.create(adapter) as A;
  try {
    Object.assign(view, { throwOnErrors: true });
    // Its listing puts the separator behind the prefix it looks for.
    if ('keyPrefixSeparator' in adapter) Object.assign(view, { namespace: undefined, keyPrefixSeparator: ':' });
    return view;
  } catch {
    // Its state is private to the object itself: it has to do as it is.
    return adapter;
  }
}

/** A ttl as the adapter takes it: those of Keyv 6 are told the moment at which a value is due. */
export function dueFor(
  { capabilities }: Pick<KeyvAdapter, 'capabilities'>,
  ttl: number | undefined,
): number | undefined {
  return ttl !== undefined && capabilities?.expires === true ? systemClock() + ttl : ttl;
}

function keyvBackend(adapter: KeyvAdapter, lastError: () => unknown): Backend {
  const view = viewOf(adapter);
  return {
    expires: expiresByItself(adapter),
    get: (key) => then(view.get(key), unwrap),
    set: (key, value, ttl) => view.set(key, value, dueFor(adapter, ttl)),
    delete: (key) => view.delete(key),
    lastError,
    ...(view.getMany && { getMany: (keys) => then(view.getMany?.(keys) ?? [], (values) => values.map(unwrap)) }),
    ...(view.deleteMany && { deleteMany: (keys) => view.deleteMany?.(keys) }),
    ...(view.iterator && { iterator: (namespace) => listing(view, namespace) }),
  };
}

// Those of Keyv 5 say when they do not, those of Keyv 6 when they do, and a connection of its own means a server.
function expiresByItself(adapter: KeyvAdapter): boolean {
  return adapter.ttlSupport ?? adapter.capabilities?.expires ?? 'client' in adapter;
}

function then<T, R>(value: MaybePromise<T>, change: (value: T) => R): MaybePromise<R> {
  return isPromiseLike(value) ? value.then(change) : change(value);
}

// Keyv 6 lists by the namespace that the adapter has, Keyv 5 by the one it is asked for; Redis reads it as a pattern.
function listing(view: KeyvAdapter, namespace = ''): AsyncIterableIterator<unknown> {
  if (view.keyPrefixSeparator !== ':') return listed(view, namespace);
  const literal = namespace.replace(/[\\*?[\]]/g, '\\$&');
  return listed(Object.assign(Object.create(view) as KeyvAdapter, { namespace: literal }), literal);
}

async function* listed(adapter: KeyvAdapter, namespace: string): AsyncGenerator {
  let count = 0;
  try {
    for await (const entry of adapter.iterator?.(namespace) ?? []) {
      count += 1;
      yield Array.isArray(entry) ? [entry[0], unwrap(entry[1])] : entry;
    }
  } catch (error) {
    // Some can only list everything: what is not ours is left out above.
    if (count > 0 || !(error instanceof TypeError)) throw error;
    yield* adapter.iterator?.() ?? [];
  }
}
