/**
 * How does a map of a million keys grow without holding up everybody? As many small maps.
 *
 * An engine's Map doubles its table at once when it is full: with a million keys that takes a few tenths of a second, in
 * which no request gets on. Sixty-four maps grow one at a time, each in milliseconds.
 */

const SHARDS = 64;

/** A map of texts, without the long pauses. */
export class Shards<V> {
  readonly #first = new Map<string, V>();
  readonly #maps = [this.#first, ...Array.from({ length: SHARDS - 1 }, () => new Map<string, V>())];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    return this.#mapOf(key).get(key);
  }

  set(key: string, value: V): void {
    const map = this.#mapOf(key);
    const before = map.size;
    map.set(key, value);
    this.#size += map.size - before;
  }

  delete(key: string): boolean {
    const deleted = this.#mapOf(key).delete(key);
    if (deleted) this.#size -= 1;
    return deleted;
  }

  clear(): void {
    for (const map of this.#maps) map.clear();
    this.#size = 0;
  }

  /** May be walked while keys come and go. */
  *keys(): Generator<string> {
    for (const map of this.#maps) yield* map.keys();
  }

  // Our keys end in a digest, of whose last digit only some bits are used.
  #mapOf(key: string): Map<string, V> {
    return this.#maps[key.charCodeAt(key.length - 2) & (SHARDS - 1)] ?? this.#first;
  }
}
