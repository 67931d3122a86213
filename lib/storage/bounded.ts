/**
 * What stays when there is not room for everything? The values used last, within a number of bytes, until they are due.
 *
 * An LRU of `lru-cache` with an exact count of bytes, whose due values leave by themselves. What a byte is, the
 * caller says with each value.
 */
import { LRUCache } from 'lru-cache';
import { createExpiry, monotonicNow } from './expiry.js';

/** Why a value left without being deleted or replaced. */
export type EvictionCause = 'size' | 'expired';

export interface Bounds {
  readonly maxBytes: number;
  readonly maxEntries?: number | undefined;
}

/** Values by key, the one used last first to stay. */
export interface Bounded<V> {
  /** Counts as a use. */
  get(key: string): V | undefined;
  /** False when it is larger than all the room there is; what was there before is gone then too. */
  set(key: string, value: V, bytes: number, ttl?: number): boolean;
  /** The value has grown, or shrunk. Ignored where the key holds another value by now. */
  resize(key: string, value: V, bytes: number): void;
  delete(key: string): boolean;
  clear(): void;
  /** From the one used longest ago to the one used last. */
  keys(): string[];
  readonly entries: number;
  readonly bytes: number;
  /** Stops and restarts the timer; due values are not handed out in between. */
  pause(): void;
  resume(): void;
}

interface Held<V> {
  readonly value: V;
  readonly bytes: number;
  readonly dueAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** An empty store; `onEvict` hears of whatever had to leave, once it has left. */
export function createBounded<V>(
  bounds: Bounds,
  onEvict: (key: string, value: V, cause: EvictionCause) => void,
): Bounded<V> {
  const expiry = createExpiry((key) => evictDue(key));
  const cache = new LRUCache<string, Held<V>>({
    maxSize: Math.min(bounds.maxBytes, Number.MAX_SAFE_INTEGER),
    ...(bounds.maxEntries !== undefined && { max: bounds.maxEntries }),
    sizeCalculation: ({ bytes }) => bytes,
    disposeAfter({ value, dueAt }, key, reason) {
      if (dueAt !== NEVER) expiry.remove(key, dueAt);
      if (reason === 'evict') onEvict(key, value, 'size');
    },
  });

  const evictDue = (key: string): void => {
    const held = cache.peek(key);
    if (held === undefined || held.dueAt > monotonicNow()) return;
    cache.delete(key);
    onEvict(key, held.value, 'expired');
  };
  const put = (key: string, held: Held<V>): boolean => {
    cache.set(key, held);
    if (cache.peek(key) !== held) return false;
    // Only now: replacing the former value has just taken the key out.
    if (held.dueAt !== NEVER) expiry.add(key, held.dueAt);
    return true;
  };

  return {
    get(key) {
      const held = cache.get(key);
      if (held === undefined) return undefined;
      if (held.dueAt === NEVER || held.dueAt > monotonicNow()) return held.value;
      evictDue(key);
      return undefined;
    },
    set: (key, value, bytes, ttl) =>
      put(key, { value, bytes: wholeBytes(bytes), dueAt: ttl === undefined ? NEVER : monotonicNow() + ttl }),
    resize(key, value, bytes) {
      const held = cache.peek(key);
      if (held?.value === value && held.dueAt > monotonicNow()) put(key, { ...held, bytes: wholeBytes(bytes) });
    },
    delete: (key) => cache.delete(key),
    clear: () => cache.clear(),
    keys: () => [...cache.rkeys()],
    get entries() {
      return cache.size;
    },
    get bytes() {
      return cache.calculatedSize;
    },
    pause: () => expiry.stop(),
    resume: () => expiry.start(),
  };
}

function wholeBytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes));
}
