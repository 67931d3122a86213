/**
 * What lies under these keys? One round trip, under a deadline, every answer checked.
 *
 * What this process has just written or removed outranks what the store says, and a removal also outranks the answers
 * that were under way when it came.
 */
import { systemClock } from '../platform.js';
import type { EpochMs } from '../policy/types.js';
import type { Backend } from './backend.js';
import { decodeRecord, longestText } from './codec.js';
import type { CorruptReason } from './codec.js';
import { Decoded } from './decoded.js';
import { monotonicNow } from './expiry.js';
import { after, isPromiseLike, perform } from './guard.js';
import type { Guard, Outcome } from './guard.js';
import { isEpochKey } from './epochs.js';
import type { Epochs } from './epochs.js';
import type { StoreParts } from './object-store.js';
import type { StoreRecord } from './records.js';
import { Unopened } from './sealed.js';
import type { LookupResult, MaybePromise, WaitBudget } from './types.js';
import type { Overlay } from './writes.js';

/** What happens to text on its way to the store and back: compression, encryption. */
export interface Transform {
  /** Throws or rejects where it cannot be done; then nothing is written. */
  seal(text: string, name: string): MaybePromise<string>;
  /** The text, or what stands for it: an `Unopened` that says why. Never throws or rejects. */
  open(value: unknown, name: string): MaybePromise<unknown>;
}

/** Epochs lie as they are: they tell nothing, and stores compare them as texts. */
export function exceptEpochs(transform: Transform): Transform {
  return {
    seal: (text, name) => (isEpochKey(name) ? text : transform.seal(text, name)),
    open: (value, name) => (isEpochKey(name) ? value : transform.open(value, name)),
  };
}

export interface TextStoreParts extends StoreParts {
  readonly transform?: Transform | undefined;
}

export interface ReaderOptions extends TextStoreParts {
  readonly guard: Guard;
  readonly overlay: (key: string) => Overlay;
  readonly epochs: Epochs;
  /** An epoch that cannot be read is over. */
  readonly onCorruptEpoch: (key: string) => void;
  /** Takes out what has long been overdue in a store that does not see to that itself. */
  readonly discard: (key: string) => void;
}

/** The clock of whoever wrote it may be ahead or behind, by a time zone at worst: a day, and nobody uses it any more. */
const CLOCKS_DIFFER_MS = 86_400_000;

interface Flight {
  all: boolean;
  keys: ReadonlySet<string> | undefined;
}

/** Reads records from a backend that holds text. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #maxLength: number;
  readonly #flights = new Set<Flight>();
  readonly #decoded = new Decoded();

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#maxLength = longestText(options.maxEntryBytes);
  }

  lookup(keys: readonly string[], budget: WaitBudget, fresh = false): MaybePromise<LookupResult> {
    const { overlay, guard, settings, backend, prefix, transform } = this.#options;
    // What is pending now may be written, and be pending no more, before the answer to the others is here.
    const held = keys.map(overlay);
    const asked = keys.filter((_, at) => held[at] === undefined);
    if (asked.length === 0) return this.#result(keys, true);
    const limit = Math.min(settings.timeout, budget.left);
    if (limit < 1) return this.#result(keys, false);

    const startedAt = monotonicNow();
    // What was beyond the limit was not the store's doing.
    const spent = (): number => Math.min(monotonicNow() - startedAt, limit);
    const flight: Flight = { all: false, keys: undefined };
    this.#flights.add(flight);
    const land = (outcome: Outcome<readonly unknown[]>): LookupResult => {
      this.#flights.delete(flight);
      budget.left -= spent();
      if (!outcome.ok) return this.#result(keys, false);
      let next = 0;
      const answers = held.map((own) => (own === undefined ? outcome.value[next++] : undefined));
      for (const [at, key] of keys.entries()) {
        if (!flight.all && flight.keys?.has(key) !== true) continue;
        answers[at] = undefined;
        held[at] = 'removed';
      }
      return this.#result(keys, true, answers, held);
    };
    const names = asked.map((key) => prefix + key);
    const outcome = guard.run('read', () => readMany(backend, names, fresh), limit);
    if (transform === undefined) return after(outcome, land);
    const left = (): number => Math.min(limit, budget.left - spent());
    return after(
      after(outcome, (sealed) => open(transform, names, sealed, left())),
      land,
    );
  }

  /** Whatever the store still answers for these keys is out of date; without keys, whatever it answers at all. */
  forget(keys?: readonly string[]): void {
    for (const flight of this.#flights) {
      if (keys === undefined) flight.all = true;
      else flight.keys = new Set([...(flight.keys ?? []), ...keys]);
    }
  }

  /** The record that `value` is, under the key; whatever is odd is reported and none, and so is what is overdue. */
  read(key: string, value: unknown, discard = this.#options.discard): StoreRecord | undefined {
    const record = this.inspect(key, value);
    if (typeof record !== 'string') return record;
    if (record === 'overdue') {
      if (this.#decode(key, value, systemClock() - CLOCKS_DIFFER_MS) === 'overdue') discard(key);
      return undefined;
    }
    // Another version's entries are its own business.
    if (record !== 'version') this.#options.reports.emitOnceAMinute({ type: 'corrupt', key, cause: record });
    return undefined;
  }

  /** The record that `value` is, or why it is none; `undefined` where nothing is there. */
  inspect(key: string, value: unknown): StoreRecord | CorruptReason | undefined {
    if (value === undefined || value === null) return undefined;
    return this.#decode(key, value, this.#options.backend.expires === true ? undefined : systemClock());
  }

  // Where the store does not see to what is overdue, each text has to be looked at.
  #recall(key: string, value: unknown): StoreRecord | undefined {
    const { backend, prefix } = this.#options;
    if (typeof value !== 'string' || backend.expires !== true) return this.read(key, value);
    const name = prefix + key;
    const known = this.#decoded.recall(name, value);
    if (known !== undefined) return known;
    const record = this.read(key, value);
    return record && this.#decoded.keep(name, value, record);
  }

  #decode(key: string, value: unknown, now?: EpochMs): StoreRecord | CorruptReason {
    if (value instanceof Unopened) return value.reason;
    const record = decodeRecord(value, key, this.#options.prefix + key, this.#maxLength, now);
    // Epochs lie unsealed: nothing else is believed at their keys.
    return typeof record === 'object' && record.kind !== 'epoch' && isEpochKey(key) ? 'facts' : record;
  }

  #result(
    keys: readonly string[],
    answered: boolean,
    answers?: readonly unknown[],
    held?: readonly Overlay[],
  ): LookupResult {
    const records = keys.map((key, at) => {
      if (isEpochKey(key)) return this.#epoch(key, answered, answers?.[at]);
      // Where the store cannot be asked, nobody knows whether it has been invalidated elsewhere, be it our own.
      if (!answered) return undefined;
      const own = this.#options.overlay(key) ?? held?.[at];
      if (own !== undefined) return own === 'removed' ? undefined : own;
      return this.#options.epochs.overflowed ? undefined : this.#recall(key, answers?.[at]);
    });
    return { records, answered };
  }

  #epoch(key: string, answered: boolean, value: unknown): StoreRecord | undefined {
    const { epochs, onCorruptEpoch } = this.#options;
    const record = this.#recall(key, value);
    if (record === undefined && value !== undefined && value !== null) onCorruptEpoch(key);
    const epoch = answered
      ? epochs.current(key, record?.kind === 'epoch' ? record.epoch : undefined)
      : epochs.known(key);
    return epoch === undefined ? undefined : { kind: 'epoch', key, epoch };
  }
}

// However long it takes is no fault of the store, and no reason to wait for longer than for the store.
function open(
  transform: Transform,
  names: readonly string[],
  sealed: Outcome<readonly unknown[]>,
  limit: number,
): MaybePromise<typeof sealed> {
  if (!sealed.ok) return sealed;
  const operations = names.map((name, index) => () => transform.open(sealed.value[index], name));
  return perform(() => together(operations), limit);
}

/** The values of several names: in one call where the backend has it. */
export function readMany(backend: Backend, names: readonly string[], fresh = false): MaybePromise<readonly unknown[]> {
  if (fresh && backend.getManyFresh !== undefined) return backend.getManyFresh([...names]);
  if (backend.getMany === undefined) return together(names.map((name) => () => backend.get(name)));
  const values = backend.getMany([...names]);
  return isPromiseLike(values) ? values.then(asList) : asList(values);
}

function asList(values: unknown): readonly unknown[] {
  return Array.isArray(values) ? values : [];
}

/** The results of several operations: at once if all of them are there at once. */
export function together<T>(operations: readonly (() => MaybePromise<T>)[]): MaybePromise<readonly T[]> {
  const results: MaybePromise<T>[] = [];
  try {
    for (const operation of operations) results.push(operation());
  } catch (error) {
    // Those that did start may still fail, and nobody will look.
    void Promise.allSettled(results);
    throw error;
  }
  return results.some(isPromiseLike) ? Promise.all(results) : (results as T[]);
}
