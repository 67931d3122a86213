/**
 * What lies under these keys? One round trip, under a deadline, every answer checked.
 *
 * What this process has just written or removed outranks what the store says, and a removal also outranks the answers
 * that were under way when it came.
 */
import type { Backend } from './backend.js';
import { decodeRecord, longestText } from './codec.js';
import type { CorruptReason } from './codec.js';
import { monotonicNow } from './expiry.js';
import { isPromiseLike } from './guard.js';
import type { Guard, Outcome } from './guard.js';
import type { StoreParts } from './object-store.js';
import type { StoreRecord } from './records.js';
import type { LookupResult, MaybePromise, WaitBudget } from './types.js';
import type { Overlay } from './writes.js';

/**
 * What happens to text on its way to the store and back: compression, encryption. `open` gives what it cannot read back
 * as anything that is no text, and neither ever throws.
 */
export interface Transform {
  seal(text: string, name: string): MaybePromise<string>;
  open(value: unknown, name: string): MaybePromise<unknown>;
}

export interface TextStoreParts extends StoreParts {
  readonly transform?: Transform | undefined;
}

export interface ReaderOptions extends TextStoreParts {
  readonly guard: Guard;
  readonly overlay: (key: string) => Overlay;
}

interface Flight {
  all: boolean;
  readonly keys: Set<string>;
}

/** Reads records from a backend that holds text. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #maxLength: number;
  readonly #flights = new Set<Flight>();

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#maxLength = longestText(options.maxEntryBytes);
  }

  lookup(keys: readonly string[], budget: WaitBudget): MaybePromise<LookupResult> {
    const { overlay, guard, settings } = this.#options;
    // What is pending now may be written, and be pending no more, before the answer to the others is here.
    const held = new Map(keys.map((key) => [key, overlay(key)]));
    const asked = keys.filter((key) => held.get(key) === undefined);
    if (asked.length === 0) return this.#result(keys, true);
    const limit = Math.min(settings.timeout, budget.left);
    if (limit < 1) return this.#result(keys, false);

    const startedAt = monotonicNow();
    const flight: Flight = { all: false, keys: new Set() };
    this.#flights.add(flight);
    const land = (outcome: Outcome<readonly unknown[]>): LookupResult => {
      this.#flights.delete(flight);
      budget.left -= monotonicNow() - startedAt;
      if (!outcome.ok) return this.#result(keys, false);
      const answers = new Map(asked.map((key, index) => [key, outcome.value[index]]));
      const isOutdated = (key: string): boolean => flight.all || flight.keys.has(key);
      return this.#result(
        keys,
        true,
        (key) => (isOutdated(key) ? undefined : answers.get(key)),
        (key) => (isOutdated(key) ? 'removed' : held.get(key)),
      );
    };
    const outcome = guard.run('read', () => this.#fetch(asked), limit);
    return isPromiseLike(outcome) ? outcome.then(land) : land(outcome);
  }

  /** Whatever the store still answers for these keys is out of date; without keys, whatever it answers at all. */
  forget(keys?: readonly string[]): void {
    for (const flight of this.#flights) {
      if (keys === undefined) flight.all = true;
      else for (const key of keys) flight.keys.add(key);
    }
  }

  /** The record that `value` is, under the key; whatever is odd is reported and none. */
  read(key: string, value: unknown): StoreRecord | undefined {
    const record = this.inspect(key, value);
    if (typeof record !== 'string') return record;
    // Another version's entries are its own business.
    if (record !== 'version') this.#options.reports.emitOnceAMinute({ type: 'corrupt', key, cause: record });
    return undefined;
  }

  /** The record that `value` is, or why it is none; `undefined` where nothing is there. */
  inspect(key: string, value: unknown): StoreRecord | CorruptReason | undefined {
    if (value === undefined || value === null) return undefined;
    return decodeRecord(value, key, this.#options.prefix + key, this.#maxLength);
  }

  #result(
    keys: readonly string[],
    answered: boolean,
    answer?: (key: string) => unknown,
    held?: (key: string) => Overlay,
  ): LookupResult {
    const records = keys.map((key) => {
      const own = this.#options.overlay(key) ?? held?.(key);
      if (own !== undefined) return own === 'removed' ? undefined : own;
      return this.read(key, answer?.(key));
    });
    return { records, answered };
  }

  #fetch(keys: readonly string[]): MaybePromise<readonly unknown[]> {
    const { backend, prefix, transform } = this.#options;
    const names = keys.map((key) => prefix + key);
    const values = readMany(backend, names);
    if (transform === undefined) return values;
    const openAll = (sealed: readonly unknown[]): MaybePromise<readonly unknown[]> =>
      together(names.map((name, index) => () => transform.open(sealed[index], name)));
    return isPromiseLike(values) ? values.then(openAll) : openAll(values);
  }
}

/** The values of several names: in one call where the backend has it. */
export function readMany(backend: Backend, names: readonly string[]): MaybePromise<readonly unknown[]> {
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
