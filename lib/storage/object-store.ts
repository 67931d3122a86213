/**
 * How are records kept that never leave this process? As they are, at once, without any guard.
 */
import type { Seconds } from '../policy/types.js';
import type { Backend } from './backend.js';
import { newEpoch } from './epochs.js';
import { isTooLarge, ttlOf } from './limits.js';
import { listAll } from './listing.js';
import type { StoreRecord } from './records.js';
import type { Reports } from './reports.js';
import type { LookupResult, MaybePromise, RecordStore, StorageSettings, StoreFigures, WaitBudget } from './types.js';

/** What both kinds of record store are made of. */
export interface StoreParts {
  readonly backend: Backend;
  readonly namespace: string;
  /** Nobody else uses the backend. */
  readonly isOurs: boolean;
  /** All names of this cache begin with it; nothing else is ever touched. */
  readonly prefix: string;
  readonly maxEntryBytes: number;
  readonly settings: StorageSettings;
  readonly reports: Reports;
}

/** Keys of this library begin with their hash tag, so that no other namespace can end where a key begins. */
export const KEY_START = '{';
/** Leases lie beside the records, where no listing of records finds them. */
export const LEASE = 'lease:';

/** A record store over a backend that holds records. */
export class ObjectStore implements RecordStore {
  readonly coalescing = 'process';
  readonly fleet = undefined;
  readonly hasEpochs = false;
  readonly isPrivate: boolean;
  readonly #parts: StoreParts;
  readonly #release: (() => MaybePromise<void>) | undefined;
  #isClosed = false;

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.isPrivate = parts.isOurs;
    this.#release = parts.backend.retain?.();
  }

  waitBudget(): WaitBudget {
    return { left: this.#parts.settings.budget };
  }

  lookup(keys: readonly string[]): LookupResult {
    if (this.#isClosed) return unanswered(keys);
    return { records: keys.map((key) => this.#at(this.#parts.prefix + key)), answered: true };
  }

  put(record: StoreRecord, keepFor: Seconds | null): boolean {
    const { backend, prefix, maxEntryBytes, reports } = this.#parts;
    const ttl = ttlOf(keepFor, true);
    if (this.#isClosed || ttl === false) return false;
    const name = prefix + record.key;
    if (!isTooLarge(record, maxEntryBytes) && backend.set(name, record, ttl) === true) return true;
    // What was there before is older than what did not fit.
    void backend.delete(name);
    reports.emit({ type: 'not-stored', key: record.key, cause: 'too-large' });
    return false;
  }

  peek(key: string): StoreRecord | undefined {
    return this.#isClosed ? undefined : this.#at(this.#parts.prefix + key);
  }

  giveUp(): void {
    // What lies in memory never fails.
  }

  async raise(epochKeys: readonly string[], named: readonly string[] = []): Promise<boolean> {
    for (const key of epochKeys) this.put({ kind: 'epoch', key, epoch: newEpoch('r') }, null);
    // The epoch does it; what it ends only takes room.
    await this.remove(named);
    return true;
  }

  remove(keys: readonly string[]): Promise<number> {
    const { backend, prefix } = this.#parts;
    const removed = this.#isClosed ? [] : keys.filter((key) => backend.delete(prefix + key) === true);
    return Promise.resolve(removed.length);
  }

  async *records(start = KEY_START): AsyncGenerator<StoreRecord> {
    const { backend } = this.#parts;
    for await (const name of this.#names(start)) {
      const record = (backend.peek === undefined ? backend.get(name) : backend.peek(name)) as StoreRecord | undefined;
      if (record !== undefined) yield record;
    }
  }

  async *unreadable(): AsyncGenerator<string> {
    // Only this library puts records there, as the objects they are.
  }

  async clear(): Promise<number> {
    let count = 0;
    for await (const name of this.#names()) if (this.#parts.backend.delete(name) === true) count += 1;
    return count;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    const { backend, isOurs } = this.#parts;
    this.#isClosed = true;
    await this.#release?.();
    if (isOurs) await backend.clear?.();
  }

  figures(): StoreFigures {
    const idle = { reading: 'closed', writing: 'closed', pendingWrites: 0, pendingBytes: 0, droppedWrites: 0 } as const;
    return { ...idle, ...this.#parts.backend.figures?.() };
  }

  #at(name: string): StoreRecord | undefined {
    return this.#parts.backend.get(name) as StoreRecord | undefined;
  }

  async *#names(start = KEY_START): AsyncGenerator<string> {
    if (this.#isClosed) return;
    const { backend, namespace, prefix } = this.#parts;
    for await (const list of listAll(backend, namespace, prefix + start)) for (const { name } of list) yield name;
  }
}

/** What a store says that was not asked. */
export function unanswered(keys: readonly string[]): LookupResult {
  return { records: keys.map(() => undefined), answered: false };
}
