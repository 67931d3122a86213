/**
 * Which epoch of a URL counts? What the store says, unless this process knows better (RFC 9111 §4.4).
 *
 * It knows better where it has begun an epoch itself that the store does not have: because it could not be told yet, or
 * because it has forgotten, as a server does that comes back with yesterday's data. Then the store is told until it has
 * heard. In a store that can check conditions no entry lies without an epoch: where there is none, one is
 * proposed, and the first write begins it.
 */
import { systemClock } from '../platform.js';

/** What is at an epoch's key, as far as it could be read. */
export type StoredEpoch = string | undefined;

export interface EpochsOptions {
  /** Where there is no epoch, one is proposed. */
  readonly proposes: boolean;
  /** Tells the store of an epoch that it should have. */
  readonly onLost: (key: string) => void;
}

interface Raised {
  readonly epoch: string;
  isTold: boolean;
}

/** So many are remembered; beyond, those that the store has go first. */
const MOST_RAISED = 10_000;
const MOST_PROPOSED = 10_000;

const EPOCH = /^[nr]([0-9a-z]{1,11})-/;

/** Whether an epoch lies under this key. */
export function isEpochKey(key: string): boolean {
  return key.endsWith('}epoch');
}

/** The key of the epoch under which this key lies. */
export function epochKeyOf(key: string): string {
  return `${key.slice(0, key.indexOf('}') + 1)}epoch`;
}

/** A new epoch: `n` where nothing was stored before, `r` where what was stored is over. */
export function newEpoch(kind: 'n' | 'r'): string {
  return `${kind}${systemClock().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

/** Whether what was stored before this epoch is over. */
export function isRaised(epoch: string): boolean {
  return epoch.startsWith('r');
}

function begunAt(epoch: string): number {
  const [, time] = EPOCH.exec(epoch) ?? [];
  return time === undefined ? 0 : Number.parseInt(time, 36);
}

/** The epochs that this process knows of. */
export class Epochs {
  readonly #options: EpochsOptions;
  readonly #raised = new Map<string, Raised>();
  readonly #proposed = new Map<string, string>();
  #overflowed = false;

  constructor(options: EpochsOptions) {
    this.#options = options;
  }

  /** More invalidations were made than could be remembered: nothing that lies in the store can be trusted. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** The epoch that counts, given what the store says of it. */
  current(key: string, stored: StoredEpoch): StoredEpoch {
    const raised = this.#raised.get(key);
    if (raised !== undefined) {
      if (stored === raised.epoch) raised.isTold = true;
      // Until the store has it, it counts, whatever others have begun meanwhile and by whatever clock.
      if (!raised.isTold || stored === raised.epoch) return raised.epoch;
      if (stored === undefined || begunAt(stored) < begunAt(raised.epoch)) {
        // Others may have followed it, and what lies under it may be over: another one takes its place.
        this.#options.onLost(key);
        return this.raise(key);
      }
      this.#raised.delete(key);
    }
    if (stored !== undefined) this.#proposed.delete(key);
    return stored ?? (this.#options.proposes ? this.#proposalFor(key) : undefined);
  }

  /** Whether this process knows the epoch as one that has yet to begin in the store. */
  mayBegin(key: string, epoch: string): boolean {
    return this.known(key) === epoch;
  }

  /** What this process takes it for while the store cannot be asked. */
  known(key: string): StoredEpoch {
    return this.#raised.get(key)?.epoch ?? this.#proposed.get(key);
  }

  /** Begins a new epoch, which counts here from now on. */
  raise(key: string): string {
    const epoch = newEpoch('r');
    this.#proposed.delete(key);
    this.#raised.delete(key);
    this.#raised.set(key, { epoch, isTold: false });
    if (this.#raised.size > MOST_RAISED) this.#forgetOne();
    return epoch;
  }

  /** How many the store is still to be told of. */
  get pending(): number {
    let count = 0;
    for (const { isTold } of this.#raised.values()) if (!isTold) count += 1;
    return count;
  }

  /** What this process began and the store is still to be told of, the oldest first. */
  *untold(): Generator<readonly [key: string, epoch: string]> {
    for (const [key, { epoch, isTold }] of this.#raised) if (!isTold) yield [key, epoch];
  }

  /** The epoch to tell of, if this process began it. */
  raisedAt(key: string): string | undefined {
    return this.#raised.get(key)?.epoch;
  }

  /** The store has it now. */
  told(key: string, epoch: string): void {
    const raised = this.#raised.get(key);
    if (raised?.epoch === epoch) raised.isTold = true;
  }

  /** Somebody else's epoch was begun first. */
  withdraw(key: string): void {
    this.#proposed.delete(key);
  }

  /** Nothing lies in the store any more that was there at the overflow. */
  recovered(): void {
    this.#overflowed = false;
  }

  #proposalFor(key: string): string {
    const known = this.#proposed.get(key);
    if (known !== undefined) return known;
    const epoch = newEpoch('n');
    if (this.#proposed.size >= MOST_PROPOSED)
      for (const oldest of this.#proposed.keys()) {
        this.#proposed.delete(oldest);
        break;
      }
    this.#proposed.set(key, epoch);
    return epoch;
  }

  #forgetOne(): void {
    for (const [key, { isTold }] of this.#raised) {
      if (!isTold) continue;
      this.#raised.delete(key);
      return;
    }
    // Nobody can say any more which URLs they were.
    this.#raised.clear();
    this.#overflowed = true;
  }
}
