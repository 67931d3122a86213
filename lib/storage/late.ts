/**
 * What if a store is not there yet? Then it is as one that is slow to answer: requests wait for it within their budget,
 * and what is to be written or removed waits in line. If it never comes, requests go on without it.
 */
import type { Seconds } from '../policy/types.js';
import { perform } from './guard.js';
import { unanswered } from './object-store.js';
import { bodySize } from './records.js';
import type { StoreRecord } from './records.js';
import type { Reports } from './reports.js';
import type {
  Fleet,
  LookupResult,
  MaybePromise,
  RecordStore,
  StorageSettings,
  StoreFigures,
  Ticket,
  WaitBudget,
} from './types.js';

/** A record store that comes later. */
export class LateStore implements RecordStore {
  readonly isPrivate = false;
  readonly #settings: StorageSettings;
  readonly #reports: Reports;
  /** Resolves to nothing where it could not be had. */
  readonly #coming: Promise<RecordStore | undefined>;
  /** What is to be done once it is there, in order. */
  #waiting: ((store: RecordStore | undefined) => void)[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #store: RecordStore | undefined;
  #hasFailed = false;
  /** It cannot be had, or has kept somebody waiting for too long: nobody else waits for it. */
  #isAway = false;

  constructor(settings: StorageSettings, reports: Reports, load: () => Promise<RecordStore>) {
    this.#settings = settings;
    this.#reports = reports;
    this.#coming = load().then(
      (store) => this.#came(store),
      (cause: unknown) => {
        reports.emit({ type: 'error', operation: 'load', cause });
        return this.#came(undefined);
      },
    );
  }

  lookup(keys: readonly string[], budget = this.waitBudget(), fresh = false): MaybePromise<LookupResult> {
    if (this.#store !== undefined) return this.#store.lookup(keys, budget, fresh);
    return this.#isAway ? unanswered(keys) : this.#lookUpLater(keys, budget, fresh);
  }

  waitBudget(): WaitBudget {
    return { left: this.#settings.budget };
  }

  peek(key: string): StoreRecord | undefined {
    return this.#store?.peek(key);
  }

  put(record: StoreRecord, keepFor: Seconds | null, ticket?: Ticket): boolean {
    if (this.#store !== undefined) return this.#store.put(record, keepFor, ticket);
    const bytes = record.kind === 'entry' ? bodySize(record.response.body) : 0;
    if (this.#isAway || this.#waitingBytes + bytes > this.#settings.maxPendingBytes) {
      this.giveUp(record.key);
      return false;
    }
    this.#waitingBytes += bytes;
    this.#waiting.push((store) => void store?.put(record, keepFor, ticket));
    return true;
  }

  giveUp(key: string): void {
    if (this.#store !== undefined) {
      this.#store.giveUp(key);
      return;
    }
    this.#dropped += 1;
    this.#reports.emitOnceAMinute({ type: 'not-stored', key, cause: 'store-failed' });
  }

  async raise(epochKeys: readonly string[], named?: readonly string[]): Promise<boolean> {
    return (await this.#inTurn((store) => store.raise(epochKeys, named))) ?? false;
  }

  async remove(keys: readonly string[]): Promise<number> {
    return (await this.#inTurn((store) => store.remove(keys))) ?? 0;
  }

  async *records(start?: string): AsyncGenerator<StoreRecord> {
    const store = await this.#coming;
    if (store !== undefined) yield* store.records(start);
  }

  async *unreadable(): AsyncGenerator<string> {
    const store = await this.#coming;
    if (store !== undefined) yield* store.unreadable();
  }

  async clear(): Promise<number> {
    return (await this.#inTurn((store) => store.clear())) ?? 0;
  }

  async flush(): Promise<void> {
    await (await this.#coming)?.flush();
  }

  async close(): Promise<void> {
    await (await this.#coming)?.close();
  }

  get hasEpochs(): boolean {
    return this.#store?.hasEpochs ?? false;
  }

  get fleet(): Fleet | undefined {
    return this.#store?.fleet;
  }

  get coalescing(): 'process' | 'fleet' {
    return this.#store?.coalescing ?? 'process';
  }

  figures(): StoreFigures {
    if (this.#store !== undefined) return this.#store.figures();
    const state = this.#isAway ? 'open' : 'closed';
    return {
      reading: state,
      writing: state,
      pendingWrites: this.#waiting.length,
      pendingBytes: this.#waitingBytes,
      droppedWrites: this.#dropped,
    };
  }

  // What came first is done first: only then is it there for all.
  #came(store: RecordStore | undefined): RecordStore | undefined {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const begin of waiting) begin(store);
    this.#hasFailed = store === undefined;
    this.#isAway = store === undefined;
    this.#store = store;
    return store;
  }

  #inTurn<T>(action: (store: RecordStore) => Promise<T>): Promise<T | undefined> {
    if (this.#store !== undefined) return action(this.#store);
    if (this.#hasFailed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push((store) => resolve(store && action(store)));
    });
  }

  async #lookUpLater(keys: readonly string[], budget: WaitBudget, fresh: boolean): Promise<LookupResult> {
    const startedAt = performance.now();
    const come = await perform(() => this.#coming, budget.left);
    budget.left = Math.max(0, budget.left - (performance.now() - startedAt));
    if (come.ok && come.value !== undefined) return come.value.lookup(keys, budget, fresh);
    this.#isAway = this.#store === undefined;
    return unanswered(keys);
  }
}
