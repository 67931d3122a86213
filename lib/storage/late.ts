/**
 * What if a store is not there yet? Then it is as one that is slow to answer: requests wait for it within their budget,
 * and what is to be written or removed waits in line. If it never comes, requests go on without it.
 */
import type { Seconds } from '../policy/types.js';
import { perform } from './guard.js';
import { unanswered } from './object-store.js';
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

const NOTHING_YET = {
  reading: 'closed',
  writing: 'closed',
  pendingWrites: 0,
  pendingBytes: 0,
  droppedWrites: 0,
} as const;

/** A record store that comes later. */
export class LateStore implements RecordStore {
  readonly isPrivate = false;
  readonly #settings: StorageSettings;
  /** Resolves to nothing where it could not be had. */
  readonly #coming: Promise<RecordStore | undefined>;
  #store: RecordStore | undefined;

  constructor(settings: StorageSettings, reports: Reports, load: () => Promise<RecordStore>) {
    this.#settings = settings;
    this.#coming = load().then(
      (store) => (this.#store = store),
      (cause: unknown) => {
        reports.emit({ type: 'error', operation: 'load', cause });
        return undefined;
      },
    );
  }

  lookup(keys: readonly string[], budget = this.waitBudget(), fresh = false): MaybePromise<LookupResult> {
    return this.#store === undefined ? this.#lookUpLater(keys, budget, fresh) : this.#store.lookup(keys, budget, fresh);
  }

  waitBudget(): WaitBudget {
    return { left: this.#settings.budget };
  }

  peek(key: string): StoreRecord | undefined {
    return this.#store?.peek(key);
  }

  put(record: StoreRecord, keepFor: Seconds | null, ticket?: Ticket): boolean {
    if (this.#store !== undefined) return this.#store.put(record, keepFor, ticket);
    void this.#coming.then((store) => store?.put(record, keepFor, ticket));
    return true;
  }

  giveUp(key: string): void {
    this.#store?.giveUp(key);
  }

  async raise(epochKeys: readonly string[], named?: readonly string[]): Promise<boolean> {
    const store = this.#store ?? (await this.#coming);
    return (await store?.raise(epochKeys, named)) ?? false;
  }

  async remove(keys: readonly string[]): Promise<number> {
    const store = this.#store ?? (await this.#coming);
    return (await store?.remove(keys)) ?? 0;
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
    return (await this.#coming)?.clear() ?? 0;
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
    return this.#store?.figures() ?? NOTHING_YET;
  }

  async #lookUpLater(keys: readonly string[], budget: WaitBudget, fresh: boolean): Promise<LookupResult> {
    const startedAt = performance.now();
    const come = await perform(() => this.#coming, budget.left);
    budget.left = Math.max(0, budget.left - (performance.now() - startedAt));
    return come.ok && come.value !== undefined ? come.value.lookup(keys, budget, fresh) : unanswered(keys);
  }
}
