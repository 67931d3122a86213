/**
 * What stays when there is not room for everything? The values used last, within a number of bytes, until they are due.
 *
 * An LRU of `lru-cache` with an exact count of bytes, whose due values leave by themselves. What a byte is, the
 * caller says with each value.
 */
import { LRUCache } from 'lru-cache';
import { Expiry, monotonicNow } from './expiry.js';

/** Why a value left without being deleted or replaced. */
export type EvictionCause = 'size' | 'expired';

export interface Bounds {
  readonly maxBytes: number;
  readonly maxEntries?: number | undefined;
}

interface Held<V> {
  readonly value: V;
  readonly bytes: number;
  readonly dueAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;

// Nothing is inherited into it: what somebody put on `Object.prototype` would be an option of every call.
class NoOptions {
  declare readonly allowStale?: boolean;
  declare readonly ttl?: number;
}
Object.setPrototypeOf(NoOptions.prototype, null);

/** Values by key, the one used last first to stay. `onEvict` hears of whatever had to leave, once it has left. */
export class Bounded<V> {
  readonly #cache: LRUCache<string, Held<V>>;
  readonly #expiry: Expiry;
  readonly #onEvict: (key: string, value: V, cause: EvictionCause) => void;

  constructor({ maxBytes, maxEntries }: Bounds, onEvict: (key: string, value: V, cause: EvictionCause) => void) {
    this.#onEvict = onEvict;
    this.#expiry = new Expiry((key) => this.#evictDue(key));
    const options: LRUCache.Options<string, Held<V>, unknown> = {
      maxSize: Math.min(maxBytes, Number.MAX_SAFE_INTEGER),
      ...(maxEntries !== undefined && { max: maxEntries }),
      sizeCalculation: ({ bytes }) => bytes,
      disposeAfter: ({ value, dueAt }, key, reason) => {
        if (dueAt !== NEVER) this.#expiry.remove(key, dueAt);
        if (reason === 'evict') onEvict(key, value, 'size');
      },
    };
    this.#cache = new LRUCache(Object.assign(Object.create(null) as object, options));
  }

  /** Counts as a use. */
  get(key: string): V | undefined {
    const held = this.#cache.get(key, new NoOptions());
    if (held === undefined) return undefined;
    if (held.dueAt === NEVER || held.dueAt > monotonicNow()) return held.value;
    this.#evictDue(key);
    return undefined;
  }

  /** False when it is larger than all the room there is; what was there before is gone then too. */
  set(key: string, value: V, bytes: number, ttl?: number): boolean {
    return this.#put(key, { value, bytes: wholeBytes(bytes), dueAt: ttl === undefined ? NEVER : monotonicNow() + ttl });
  }

  /** The value has grown, or shrunk. Ignored where the key holds another value by now. */
  resize(key: string, value: V, bytes: number): void {
    const held = this.#cache.peek(key, new NoOptions());
    if (held?.value === value && held.dueAt > monotonicNow()) this.#put(key, { ...held, bytes: wholeBytes(bytes) });
  }

  delete(key: string): boolean {
    return this.#cache.delete(key);
  }

  clear(): void {
    this.#cache.clear();
  }

  /** From the one used longest ago to the one used last. */
  keys(): string[] {
    return [...this.#cache.rkeys()];
  }

  get entries(): number {
    return this.#cache.size;
  }

  get bytes(): number {
    return this.#cache.calculatedSize;
  }

  /** Stops and restarts the timer; due values are not handed out in between. */
  pause(): void {
    this.#expiry.stop();
  }

  resume(): void {
    this.#expiry.start();
  }

  #put(key: string, held: Held<V>): boolean {
    this.#cache.set(key, held, new NoOptions());
    if (this.#cache.peek(key, new NoOptions()) !== held) return false;
    // Only now: replacing the former value has just taken the key out.
    if (held.dueAt !== NEVER) this.#expiry.add(key, held.dueAt);
    return true;
  }

  #evictDue(key: string): void {
    const held = this.#cache.peek(key, new NoOptions());
    if (held === undefined || held.dueAt > monotonicNow()) return;
    this.#cache.delete(key);
    this.#onEvict(key, held.value, 'expired');
  }
}

function wholeBytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes));
}
