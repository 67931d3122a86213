/**
 * What lies under these keys? One round trip, under a deadline, every answer checked.
 *
 * What this process has just written or removed outranks what the store says, and a removal also outranks the answers
 * that were under way when it came.
 */
import type { Backend } from './backend.js';
import { decodeRecord, longestText } from './codec.js';
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

export interface ReaderOptions extends StoreParts {
  readonly guard: Guard;
  readonly overlay: (key: string) => Overlay;
  readonly transform?: Transform | undefined;
}

export interface Reader {
  lookup(keys: readonly string[], budget: WaitBudget): MaybePromise<LookupResult>;
  /** Whatever the store still answers for these keys is out of date; without keys, whatever it answers at all. */
  forget(keys?: readonly string[]): void;
  /** The record that `value` is, under the key; whatever is odd is reported and none. */
  read(key: string, value: unknown): StoreRecord | undefined;
}

interface Flight {
  all: boolean;
  readonly keys: Set<string>;
}

/** Reads records from a backend that holds text. */
export function createReader(options: ReaderOptions): Reader {
  const { backend, prefix, settings, guard, overlay, transform, reports } = options;
  const maxLength = longestText(options.maxEntryBytes);
  const flights = new Set<Flight>();

  const read = (key: string, value: unknown): StoreRecord | undefined => {
    if (value === undefined || value === null) return undefined;
    const record = decodeRecord(value, key, prefix + key, maxLength);
    if (typeof record !== 'string') return record;
    // Another version's entries are its own business.
    if (record !== 'version') reports.emitOnceAMinute({ type: 'corrupt', key, cause: record });
    return undefined;
  };
  const fetchAll = (keys: readonly string[]): MaybePromise<readonly unknown[]> => {
    const names = keys.map((key) => prefix + key);
    const values = readMany(backend, names);
    if (transform === undefined) return values;
    const openAll = (sealed: readonly unknown[]): MaybePromise<readonly unknown[]> =>
      together(names.map((name, index) => () => transform.open(sealed[index], name)));
    return isPromiseLike(values) ? values.then(openAll) : openAll(values);
  };

  return {
    read,
    forget(keys) {
      for (const flight of flights) {
        if (keys === undefined) flight.all = true;
        else for (const key of keys) flight.keys.add(key);
      }
    },
    lookup(keys, budget) {
      const asked = keys.filter((key) => overlay(key) === undefined);
      const answers = new Map<string, unknown>();
      const result = (answered: boolean, flight?: Flight): LookupResult => ({
        answered,
        records: keys.map((key) => {
          const own = overlay(key);
          if (own !== undefined) return own === 'removed' ? undefined : own;
          return flight?.all === true || flight?.keys.has(key) === true ? undefined : read(key, answers.get(key));
        }),
      });
      if (asked.length === 0) return result(true);
      const limit = Math.min(settings.timeout, budget.left);
      if (limit < 1) return result(false);

      const startedAt = monotonicNow();
      const flight: Flight = { all: false, keys: new Set() };
      flights.add(flight);
      const land = (outcome: Outcome<readonly unknown[]>): LookupResult => {
        flights.delete(flight);
        budget.left -= monotonicNow() - startedAt;
        if (outcome.ok) asked.forEach((key, index) => answers.set(key, outcome.value[index]));
        return result(outcome.ok, flight);
      };
      const outcome = guard.run('read', () => fetchAll(asked), limit);
      return isPromiseLike(outcome) ? outcome.then(land) : land(outcome);
    },
  };
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
