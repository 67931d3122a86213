/**
 * What was this text worked out to, a moment ago? A bounded memory for functions of a text.
 *
 * Two generations: when the younger is full it becomes the older, whose own go; what is asked for again goes on to the
 * younger. What is remembered depends on the text alone, so that remembering changes nothing but the time it takes.
 */

/** Longer texts are worked out each time. */
const LONGEST = 2_048;

/** Values by text; the most recent ones only. */
export class Memo<V> {
  readonly #room: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  /** @param room Up to twice as many are remembered. */
  constructor(room: number) {
    this.#room = room;
  }

  get(text: string): V | undefined {
    const value = this.#young.get(text);
    if (value !== undefined || this.#old.size === 0) return value;
    const older = this.#old.get(text);
    if (older !== undefined) this.set(text, older);
    return older;
  }

  set(text: string, value: V): V {
    if (text.length > LONGEST) return value;
    if (this.#young.size >= this.#room) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, value);
    return value;
  }
}
