/**
 * How does the store hear of an invalidation, even one made while it was away? It is told until it has heard.
 */
import { encodeRecord } from './codec.js';
import { writeLimit } from './committing.js';
import type { Epochs } from './epochs.js';
import { isPromiseLike } from './guard.js';
import type { Guard } from './guard.js';
import type { StoreParts } from './object-store.js';
import { unrefTimeout } from '../platform.js';

export interface TellingOptions extends StoreParts {
  readonly guard: Guard;
  readonly epochs: Epochs;
  /** Removes everything of ours; rejects where the store cannot. */
  readonly clear: () => Promise<unknown>;
}

const AGAIN_MS = 1_000;
const AT_ONCE = 100;

/** Tells one store. */
export class Telling {
  readonly #options: TellingOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;
  #isStopped = false;

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /** Begins an epoch under this key, and removes what is named; false where that has to be done later. */
  async tell(key: string, named: readonly string[] = []): Promise<boolean> {
    const { epochs, guard, prefix, backend, settings } = this.#options;
    // A new one at each attempt: one that was current before, maybe unknown to us, must never be current again.
    const epoch = epochs.raise(key);
    const names = named.map((other) => prefix + other);
    const outcome = await guard.run(
      'remove',
      () => this.#send(prefix + key, key, epoch, names),
      writeLimit(epoch, settings, backend),
    );
    if (outcome.ok && outcome.value !== 'refused') {
      epochs.told(key, epoch);
      return true;
    }
    this.soon();
    return false;
  }

  /** Tries again in a moment, and from then on. */
  soon(): void {
    if (this.#isStopped) return;
    this.#timer ??= unrefTimeout(() => {
      this.#timer = undefined;
      this.now();
    }, AGAIN_MS);
  }

  /** Tries again now: the store is said to be back. */
  now(): void {
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    const end = (): void => void (this.#isRunning = false);
    this.#tellAll().then(end, () => {
      end();
      this.soon();
    });
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #tellAll(): Promise<void> {
    const { epochs, guard, clear } = this.#options;
    if (!guard.allows('remove')) {
      this.soon();
      return;
    }
    if (epochs.overflowed) {
      await clear();
      epochs.recovered();
    }
    const untold = [...epochs.untold()];
    for (let at = 0; at < untold.length; at += AT_ONCE) {
      const told = await Promise.all(untold.slice(at, at + AT_ONCE).map(([key]) => this.tell(key)));
      // It will be tried again, all that is left.
      if (told.includes(false)) return;
    }
  }

  async #send(name: string, key: string, epoch: string, names: readonly string[]): Promise<unknown> {
    const { backend } = this.#options;
    const value = encodeRecord({ kind: 'epoch', key, epoch }, name);
    if (backend.fenced !== undefined) return backend.fenced.raise({ name, value }, names);
    const answer = await backend.set(name, value);
    // The epoch does it; what it ends only takes room.
    for (const other of names) {
      const removed = backend.delete(other);
      if (isPromiseLike(removed)) removed.then(undefined, () => undefined);
    }
    return answer === false ? 'refused' : answer;
  }
}
