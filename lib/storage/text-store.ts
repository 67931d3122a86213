/**
 * How are records kept in a store outside? As checked strings, behind a guard, by writes that nobody waits for.
 */
import type { Seconds } from '../policy/types.js';
import { epochKeyOf, Epochs } from './epochs.js';
import { LeasedFleet } from './fleet.js';
import { createGuard, perform } from './guard.js';
import type { Guard } from './guard.js';
import { assertListable } from './listing.js';
import { LEASE, unanswered } from './object-store.js';
import type { StoreParts } from './object-store.js';
import { Reader, readMany } from './reading.js';
import type { TextStoreParts } from './reading.js';
import type { StoreRecord } from './records.js';
import { Telling } from './telling.js';
import { clearAll, listRecords, listUnreadable } from './text-listing.js';
import type { ListingOptions } from './text-listing.js';
import type { Fleet, LookupResult, MaybePromise, RecordStore, StoreFigures, Ticket, WaitBudget } from './types.js';
import { Writer } from './writing.js';

/** Not a key of ours: those begin with their hash tag. */
const PROBE = 'probe';
const PROBE_TTL = 1_000;
const CLOSE_MS = 500;

/** A record store over a backend that holds text. */
export class TextStore implements RecordStore {
  readonly fleet: Fleet | undefined;
  readonly isPrivate = false;
  readonly hasEpochs: boolean;
  readonly #parts: TextStoreParts;
  readonly #guard: Guard;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #epochs: Epochs;
  readonly #telling: Telling;
  readonly #listing: ListingOptions;
  readonly #release: (() => MaybePromise<void>) | undefined;
  #isClosed = false;

  constructor(parts: TextStoreParts) {
    const { backend, prefix, settings, reports } = parts;
    const guard = guardOf({
      ...parts,
      reports: {
        ...reports,
        emit: (event) => {
          reports.emit(event);
          if (event.type === 'recovered') this.#telling.now();
        },
      },
    });
    // Without leases what is written is written under the same conditions, where the store has them.
    const committing = settings.lease === false ? backend.fenced?.lease : (settings.lease ?? backend.fenced?.lease);
    const lease = settings.lease === false ? undefined : committing;
    const leaseNameOf = (key: string): string => `${prefix}${LEASE}${key}`;
    const epochs = new Epochs({ proposes: committing !== undefined, onLost: () => this.#telling.soon() });
    this.hasEpochs = committing !== undefined;
    this.fleet =
      lease && new LeasedFleet({ lease, guard, settings, nameOf: leaseNameOf, entryNameOf: (key) => prefix + key });
    this.#parts = parts;
    this.#guard = guard;
    this.#epochs = epochs;
    this.#writer = new Writer({ ...parts, guard, epochs, leaseNameOf }, committing);
    const options = {
      ...parts,
      guard,
      epochs,
      overlay: (key: string) => this.#writer.writes.overlay(key),
      onCorruptEpoch: (key: string) => this.#replaceEpoch(key),
      discard: (key: string) => this.#writer.discard(key),
    };
    this.#reader = new Reader(options);
    this.#telling = new Telling({ ...parts, guard, epochs, clear: () => clearAll(this.#listing) });
    this.#listing = { ...options, reader: this.#reader };
    this.#release = parts.backend.retain?.();
  }

  waitBudget(): WaitBudget {
    return { left: this.#parts.settings.budget };
  }

  lookup(keys: readonly string[], budget = this.waitBudget(), fresh = false): MaybePromise<LookupResult> {
    return this.#isClosed ? unanswered(keys) : this.#reader.lookup(keys, budget, fresh);
  }

  get coalescing(): 'process' | 'fleet' {
    return this.fleet === undefined ? 'process' : 'fleet';
  }

  peek(key: string): StoreRecord | undefined {
    const own = this.#writer.writes.overlay(key);
    return own === 'removed' ? undefined : own;
  }

  put(record: StoreRecord, keepFor: Seconds | null, ticket?: Ticket): boolean {
    return !this.#isClosed && this.#writer.put(record, keepFor, ticket);
  }

  giveUp(key: string): void {
    this.#writer.giveUp(key);
  }

  async raise(epochKeys: readonly string[], named: readonly string[] = []): Promise<boolean> {
    this.#reader.forget(named);
    if (this.#isClosed) return false;
    // Each tells at once, here: from this moment on, whether the store hears of it or not.
    const told = await Promise.all(
      epochKeys.map((key) =>
        this.#telling.tell(
          key,
          named.filter((other) => epochKeyOf(other) === key),
        ),
      ),
    );
    return !told.includes(false);
  }

  async remove(keys: readonly string[]): Promise<number> {
    if (this.#isClosed) return 0;
    this.#reader.forget(keys);
    return this.#writer.remove(keys);
  }

  records(start?: string): AsyncGenerator<StoreRecord> {
    return this.#list(() => listRecords(this.#listing, start));
  }

  unreadable(): AsyncGenerator<string> {
    return this.#list(() => listUnreadable(this.#listing));
  }

  async clear(): Promise<number> {
    assertListable(this.#parts.backend);
    await this.flush();
    this.#reader.forget();
    try {
      return this.#isClosed ? 0 : await clearAll(this.#listing);
    } catch (cause) {
      this.#parts.reports.emit({ type: 'error', operation: 'clear', cause });
      return 0;
    }
  }

  async *#list<T>(begin: () => AsyncGenerator<T>): AsyncGenerator<T> {
    assertListable(this.#parts.backend);
    await this.flush();
    try {
      if (!this.#isClosed) yield* begin();
    } catch (cause) {
      this.#parts.reports.emit({ type: 'error', operation: 'list', cause });
    }
  }

  flush(): Promise<void> {
    return this.#writer.writes.settled();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await perform(() => this.flush(), CLOSE_MS);
    this.#telling.stop();
    this.#guard.stop();
    if (this.#release !== undefined) await perform(this.#release, CLOSE_MS);
  }

  figures(): StoreFigures {
    const { writes, dropped } = this.#writer;
    return {
      reading: this.#guard.state('read'),
      writing: this.#guard.state('write'),
      pendingWrites: writes.count,
      pendingBytes: writes.bytes,
      droppedWrites: dropped,
      pendingInvalidations: this.#epochs.pending,
      ...this.#parts.backend.figures?.(),
    };
  }

  #replaceEpoch(key: string): void {
    if (this.#epochs.raisedAt(key) !== undefined) return;
    void this.#telling.tell(key);
  }
}

function guardOf({ backend, prefix, settings, reports }: StoreParts): Guard {
  const name = prefix + PROBE;
  return createGuard({
    settings,
    onEvent: reports.emit,
    lastError: backend.lastError,
    probes: {
      read: () => readMany(backend, [name]),
      write: async () => {
        await backend.set(name, PROBE, PROBE_TTL);
        await backend.delete(name);
      },
      remove: () => backend.delete(name),
    },
  });
}
