/** Texts to compress and encrypt, stores that do it, and a runtime without Node. */
import { createTransform } from '../../lib/storage/transform.js';
import type { TransformOptions } from '../../lib/storage/transform.js';
import type { Transform } from '../../lib/storage/reading.js';
import { DEFAULT_MAX_ENTRY_BYTES } from '../../lib/storage/limits.js';
import { Unopened } from '../../lib/storage/sealed.js';
import type { EncryptionKey } from '../../lib/storage/keys.js';
import { aKey, openStore, PATIENT } from './fixtures.js';
import type { OpenedStore } from './fixtures.js';

export const NAME = `axios-http-cache:v1:${aKey('it')}`;

/** A key whose secret is the same octet 32 times. */
export function key(id: string, octet = id.charCodeAt(1)): EncryptionKey {
  return { id, secret: new Uint8Array(32).fill(octet) };
}

export function transform(options: Partial<TransformOptions> = {}): Transform {
  return createTransform({ maxEntryBytes: DEFAULT_MAX_ENTRY_BYTES, ...options });
}

/** What opening gives: the text, or the reason why there is none. */
export async function opened({ open }: Transform, value: unknown, name = NAME): Promise<unknown> {
  const text = await open(value, name);
  return text instanceof Unopened ? text.reason : text;
}

/** A record store that compresses and encrypts. */
export function sealingStore(store: object, options: Partial<TransformOptions> = {}): OpenedStore {
  const { maxEntryBytes } = options;
  return openStore({ store, storage: PATIENT, maxEntryBytes, transform: transform(options) });
}

export function causes({ events }: OpenedStore): unknown[] {
  return events.map((event) => ('cause' in event ? event.cause : event.type));
}

/** Runs `action` where Node's modules cannot be had, nor the globals that are named. */
export async function withoutNode<T>(action: () => T | Promise<T>, ...globals: string[]): Promise<T> {
  const places: [object, string][] = [
    [process, 'getBuiltinModule'],
    ...globals.map((name) => [globalThis, name] as [object, string]),
  ];
  const before = places.map(([place, name]) => Object.getOwnPropertyDescriptor(place, name));
  for (const [place, name] of places) Object.defineProperty(place, name, { value: undefined, configurable: true });
  try {
    return await action();
  } finally {
    for (const [at, [place, name]] of places.entries()) {
      const descriptor = before[at];
      if (descriptor === undefined) Reflect.deleteProperty(place, name);
      else Object.defineProperty(place, name, descriptor);
    }
  }
}

/** The longest time, in milliseconds, for which the event loop stood still while `action` ran. */
export async function longestBlock(action: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isOver = false;
  const tick = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  await action();
  await new Promise((resolve) => setImmediate(resolve));
  isOver = true;
  return longest;
}
