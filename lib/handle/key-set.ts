/**
 * How are very many keys held without a pause? In many small sets: one large set is copied as a whole whenever it grows.
 */
import { inSlices } from '../storage/backend.js';

const PARTS = 256;

/** A set of keys of any size. */
export class KeySet {
  readonly #parts: Set<string>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(key: string): void {
    const at = partOf(key);
    const part = (this.#parts[at] ??= new Set());
    if (part.has(key)) return;
    part.add(key);
    this.#size += 1;
  }

  has(key: string): boolean {
    return this.#parts[partOf(key)]?.has(key) === true;
  }

  /** The keys in lists, with the event loop running in between. */
  slices(): AsyncGenerator<readonly string[]> {
    return inSlices(this.#all());
  }

  *#all(): Generator<string> {
    for (const part of this.#parts as (Set<string> | undefined)[]) if (part !== undefined) yield* part;
  }
}

// Keys end in a digest: its last characters are as good as any hash.
function partOf(key: string): number {
  return (key.charCodeAt(key.length - 1) * 31 + key.charCodeAt(key.length - 2)) % PARTS;
}
