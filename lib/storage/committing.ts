/**
 * How is an entry written that something newer, or an invalidation, may have outrun? With its conditions, in one go.
 */
import { systemClock } from '../platform.js';
import type { Backend } from './backend.js';
import { decodeRecord, encodeRecord, longestText } from './codec.js';
import { epochKeyOf } from './epochs.js';
import type { Epochs } from './epochs.js';
import { isPromiseLike } from './guard.js';
import type { Guard } from './guard.js';
import { NO_PLACE } from './lease.js';
import type { CommitAnswer, Lease } from './lease.js';
import type { TextStoreParts } from './reading.js';
import type { EntryRecord, StoreRecord, VariantsRecord } from './records.js';
import type { MaybePromise, StorageSettings, Ticket, WhyNotWritten } from './types.js';

export interface CommitterOptions extends TextStoreParts {
  readonly guard: Guard;
  readonly epochs: Epochs;
  readonly leaseNameOf: (key: string) => string;
}

/** What counts only in its epoch. */
type Conditional = EntryRecord | VariantsRecord;

interface Sealed {
  readonly value: string;
  readonly ttl: number | undefined;
  readonly fence: number | undefined;
  readonly ticket: Ticket | undefined;
}

/** Writes entries through a lease. */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #lease: Lease;

  constructor(options: CommitterOptions, lease: Lease) {
    this.#options = options;
    this.#lease = lease;
  }

  /** Resolves to why the entry was not written, if it was not; the ticket's flight has ended then, too. */
  async commit(
    record: Conditional,
    ttl: number | undefined,
    ticket: Ticket | undefined,
  ): Promise<WhyNotWritten | undefined> {
    const first = await this.#offer(record, ttl, ticket);
    const moved = typeof first === 'object' && first.kind === 'again' ? this.#movedTo(first.epoch, record) : undefined;
    const answer = moved === undefined ? first : await this.#offer(moved, ttl, ticket);
    if (answer === undefined) ticket?.conclude('error');
    else ticket?.settle();
    if (answer?.kind === 'done') {
      // The entry has begun it, if nothing else had.
      this.#options.epochs.told(epochKeyOf(record.key), (moved ?? record).epoch);
      // From now on the store says which one it is; should it lose it, another one is proposed.
      this.#options.epochs.withdraw(epochKeyOf(record.key));
      return undefined;
    }
    this.#options.epochs.withdraw(epochKeyOf(record.key));
    return answer === undefined ? 'store-failed' : 'superseded';
  }

  async #offer(
    record: Conditional,
    ttl: number | undefined,
    ticket: Ticket | undefined,
  ): Promise<CommitAnswer | undefined> {
    const fence = await ticket?.fence;
    if (fence === NO_PLACE) return undefined;
    const value = await sealRecord(this.#options, record, ttl);
    return value === undefined ? undefined : this.#send(record, { value, ttl, fence, ticket });
  }

  async #send(record: Conditional, { value, ttl, fence, ticket }: Sealed): Promise<CommitAnswer | undefined> {
    const { prefix, guard, leaseNameOf, epochs, settings, backend } = this.#options;
    const { key, epoch } = record;
    const fencedBy = leaseNameOf(record.kind === 'entry' ? key : `${key} variants`);
    const epochKey = epochKeyOf(key);
    const name = prefix + epochKey;
    const text = encodeRecord({ kind: 'epoch', key: epochKey, epoch }, name);
    const result = {
      outcome: 'stored',
      fence,
      fencedBy,
      ...(record.kind === 'entry' &&
        (isOthersToo(record) || ticket?.name !== fencedBy) && { ofUrl: leaseNameOf(`${epochKey}s`) }),
      entry: { name: prefix + key, value, ttl },
      epoch: { name, value: text, mayBegin: epochs.mayBegin(epochKey, epoch) },
    } as const;
    const committed = await guard.run(
      'write',
      () => this.#lease.commit(ticket?.name ?? fencedBy, ticket?.token ?? '', result),
      writeLimit(value, settings, backend),
    );
    return committed.ok ? committed.value : undefined;
  }

  // Somebody began the URL's first epoch a moment before: what was proposed here joins it.
  #movedTo(text: string, record: Conditional): Conditional | undefined {
    const epochKey = epochKeyOf(record.key);
    this.#options.epochs.withdraw(epochKey);
    const begun = decodeRecord(text, epochKey, this.#options.prefix + epochKey);
    return typeof begun === 'object' && begun.kind === 'epoch' ? { ...record, epoch: begun.epoch } : undefined;
  }
}

// Variants, and what is public: somebody may be fetching it for another key than the one it lies under.
function isOthersToo({ response: { headers } }: EntryRecord): boolean {
  return headers['vary'] !== undefined || /public|s-maxage/i.test(headers['cache-control'] ?? '');
}

/** A record as it goes out; `undefined`, and an event, where it cannot be written so that it could be read. */
export function sealRecord(
  { backend, prefix, transform, reports, maxEntryBytes }: TextStoreParts,
  record: StoreRecord,
  ttl: number | undefined,
): MaybePromise<string | undefined> {
  const name = prefix + record.key;
  const fail = (cause: unknown): undefined => {
    reports.emit({ type: 'error', operation: 'encode', cause });
    return undefined;
  };
  // Not of an epoch: to forget one undoes an invalidation, and it is small.
  const isDue = ttl !== undefined && backend.expires !== true && record.kind !== 'epoch';
  try {
    const text = encodeRecord(record, name, isDue ? systemClock() + ttl : undefined);
    // Text of control characters grows: what is longer than this would not be read.
    if (text.length > longestText(maxEntryBytes)) throw new RangeError('larger, once it is encoded, than may be read');
    const sealed = transform === undefined ? text : transform.seal(text, name);
    return isPromiseLike(sealed) ? sealed.catch(fail) : sealed;
  } catch (cause) {
    fail(cause);
    return;
  }
}

/** A large record may take longer to send: so many bytes a millisecond, 10 MiB a second. */
const BYTES_PER_MS = 10_486;

/** How long a write may take, in milliseconds. */
export function writeLimit(text: string, { timeout }: StorageSettings, { writeSlack = 0 }: Backend): number {
  return timeout + writeSlack + text.length / BYTES_PER_MS;
}
