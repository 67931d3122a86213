/**
 * What stays when there is not room for everything? The values used last, within a number of bytes, until they are due.
 *
 * What a byte is, the caller says with each value. A value's place in the order of use and among those that are due at
 * the same time are links in the value's own holder: to look a value up changes four references, and allocates nothing.
 */
import { Expiry, monotonicNow } from './expiry.js';
import type { Due } from './expiry.js';
import { Shards } from './shards.js';

/** Why a value left without being deleted or replaced. */
export type EvictionCause = 'size' | 'expired';

export interface Bounds {
  readonly maxBytes: number;
  readonly maxEntries?: number | undefined;
}

interface Held<V> extends Due<Held<V>> {
  readonly key: string;
  readonly value: V;
  bytes: number;
  /** Its neighbours in the order of use. */
  older: Held<V> | undefined;
  newer: Held<V> | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;

/** Values by key, the one used last first to stay. `onEvict` hears of whatever had to leave, once it has left. */
export class Bounded<V> {
  readonly #held = new Shards<Held<V>>();
  readonly #maxBytes: number;
  readonly #maxEntries: number;
  readonly #expiry = new Expiry<Held<V>>((held) => this.#evict(held, 'expired'));
  readonly #onEvict: (key: string, value: V, cause: EvictionCause) => void;
  #oldest: Held<V> | undefined;
  #newest: Held<V> | undefined;
  #bytes = 0;

  constructor({ maxBytes, maxEntries }: Bounds, onEvict: (key: string, value: V, cause: EvictionCause) => void) {
    this.#maxBytes = maxBytes;
    this.#maxEntries = maxEntries ?? NEVER;
    this.#onEvict = onEvict;
  }

  /** Counts as a use. */
  get(key: string): V | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    if (held.dueAt <= monotonicNow()) {
      this.#evict(held, 'expired');
      return undefined;
    }
    if (held !== this.#newest) {
      this.#unlink(held);
      this.#append(held);
    }
    return held.value;
  }

  /** False when it is larger than all the room there is; what was there before is gone then too. */
  set(key: string, value: V, bytes: number, ttl?: number): boolean {
    this.delete(key);
    const size = wholeBytes(bytes);
    if (size > this.#maxBytes) return false;
    this.#makeRoom(size, 1);
    const dueAt = ttl === undefined ? NEVER : monotonicNow() + ttl;
    const links = { older: undefined, newer: undefined, before: undefined, after: undefined };
    const held: Held<V> = { key, value, bytes: size, dueAt, ...links };
    this.#held.set(key, held);
    this.#bytes += size;
    this.#append(held);
    if (dueAt !== NEVER) this.#expiry.add(held);
    return true;
  }

  /**
   * The value has grown, or shrunk, which is no use of it. False, and nothing has changed, where it would take more than
   * all the room there is. Ignored where the key holds another value by now.
   */
  resize(key: string, value: V, bytes: number): boolean {
    const held = this.#held.get(key);
    if (held?.value !== value) return true;
    const size = wholeBytes(bytes);
    if (size > this.#maxBytes) return false;
    this.#bytes += size - held.bytes;
    held.bytes = size;
    this.#makeRoom(0, 0);
    return true;
  }

  delete(key: string): boolean {
    const held = this.#held.get(key);
    if (held !== undefined) this.#remove(held);
    return held !== undefined;
  }

  clear(): void {
    this.#held.clear();
    this.#expiry.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#bytes = 0;
  }

  /** Does not count as a use. */
  peek(key: string): V | undefined {
    const held = this.#held.get(key);
    return held !== undefined && held.dueAt > monotonicNow() ? held.value : undefined;
  }

  /** Those there are, one at a time; may be walked while they come and go. */
  keys(): Generator<string> {
    return this.#held.keys();
  }

  get entries(): number {
    return this.#held.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Stops and restarts the timer; due values are not handed out in between. */
  pause(): void {
    this.#expiry.stop();
  }

  resume(): void {
    this.#expiry.start();
  }

  #makeRoom(bytes: number, entries: number): void {
    while (
      this.#oldest !== undefined &&
      (this.#bytes + bytes > this.#maxBytes || this.#held.size + entries > this.#maxEntries)
    )
      this.#evict(this.#oldest, 'size');
  }

  #evict(held: Held<V>, cause: EvictionCause): void {
    this.#remove(held);
    this.#onEvict(held.key, held.value, cause);
  }

  #remove(held: Held<V>): void {
    this.#held.delete(held.key);
    this.#bytes -= held.bytes;
    this.#unlink(held);
    if (held.dueAt !== NEVER) this.#expiry.remove(held);
  }

  #append(held: Held<V>): void {
    held.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = held;
    else this.#newest.newer = held;
    this.#newest = held;
  }

  #unlink(held: Held<V>): void {
    const { older, newer } = held;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    held.older = undefined;
    held.newer = undefined;
  }
}

function wholeBytes(bytes: number): number {
  return Math.max(1, Math.ceil(bytes));
}
