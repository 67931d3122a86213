/**
 * How many operations does an embedded database get at once? One.
 *
 * Node gives such a database a few threads, which it shares with name resolution and files. An operation holds one of
 * them for as long as the file is locked, so that a handful of lookups would hold up every request of the process.
 */
import { monotonicNow } from './expiry.js';
import type { MaybePromise } from './types.js';

interface Waiting {
  readonly since: number;
  readonly perform: () => Promise<void>;
  readonly refuse: () => void;
}

/** Milliseconds after which whoever waits for a turn has given up; it is then refused, and not performed late. */
const PATIENCE_MS = 1_000;
/** A write takes far longer than a read: lookups go first, but not for ever. */
const READS_IN_A_ROW = 8;

const ended = (): void => undefined;

/** Operations one after the other, reads before all else. */
export class Turns {
  readonly #reads: Waiting[] = [];
  readonly #others: Waiting[] = [];
  #isBusy = false;
  #readsInARow = 0;

  read<T>(operation: () => MaybePromise<T>): Promise<T> {
    return this.#wait(this.#reads, operation);
  }

  other<T>(operation: () => MaybePromise<T>): Promise<T> {
    return this.#wait(this.#others, operation);
  }

  #wait<T>(lane: Waiting[], operation: () => MaybePromise<T>): Promise<T> {
    this.#refuseLate();
    return new Promise((resolve, reject) => {
      lane.push({
        since: monotonicNow(),
        perform: () => {
          const pending = (async () => operation())();
          resolve(pending);
          return pending.then(ended, ended);
        },
        refuse: () => reject(new Error(`the store was busy for more than ${PATIENCE_MS} ms`)),
      });
      this.#goOn();
    });
  }

  #goOn(): void {
    if (this.#isBusy) return;
    const next = this.#next();
    if (next === undefined) return;
    this.#isBusy = true;
    void next.perform().then(() => {
      this.#isBusy = false;
      this.#refuseLate();
      this.#goOn();
    });
  }

  #next(): Waiting | undefined {
    const isOthersTurn = this.#readsInARow >= READS_IN_A_ROW && this.#others.length > 0;
    const read = isOthersTurn ? undefined : this.#reads.shift();
    this.#readsInARow = read === undefined ? 0 : this.#readsInARow + 1;
    return read ?? this.#others.shift();
  }

  #refuseLate(): void {
    const latest = monotonicNow() - PATIENCE_MS;
    for (const lane of [this.#reads, this.#others])
      while (lane[0] !== undefined && lane[0].since < latest) lane.shift()?.refuse();
  }
}
