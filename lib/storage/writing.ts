/**
 * How does a record get out of this process? Checked for size and lifetime, encoded, guarded, and not waited for.
 */
import type { Seconds } from '../policy/types.js';
import { decodeRecord, encodeRecord } from './codec.js';
import { epochKeyOf } from './epochs.js';
import type { Epochs } from './epochs.js';
import type { MaybePromise, Ticket, WhyNotWritten } from './types.js';
import { isPromiseLike } from './guard.js';
import type { Guard, Outcome } from './guard.js';
import type { CommitAnswer, Lease } from './lease.js';
import { isTooLarge, ttlOf } from './limits.js';
import type { TextStoreParts } from './reading.js';
import { bodySize } from './records.js';
import type { EntryRecord, StoreRecord } from './records.js';
import { Writes } from './writes.js';

/** Facts of a record that waits, beside its body. */
const FACTS_BYTES = 1_024;
/** A large record may take longer to send: so many bytes a millisecond, 10 MiB a second. */
const BYTES_PER_MS = 10_486;

export interface WriterOptions extends TextStoreParts {
  readonly guard: Guard;
  readonly epochs: Epochs;
  /** Entries are committed by it, under its conditions. */
  readonly lease: Lease | undefined;
  readonly leaseNameOf: (key: string) => string;
}

/** Writes records to a backend that holds text. */
export class Writer {
  readonly #options: WriterOptions;
  readonly writes: Writes;
  #dropped = 0;

  constructor(options: WriterOptions) {
    const { backend, prefix, settings, guard, leaseNameOf } = options;
    this.#options = options;
    this.writes = new Writes({
      maxPendingBytes: settings.maxPendingBytes,
      write: (record, ttl, ticket) => this.#write(record, ttl, ticket),
      remove: (key) =>
        guard.run(
          'remove',
          () => backend.fenced?.remove(prefix + key, leaseNameOf(key)) ?? backend.delete(prefix + key),
        ),
    });
  }

  /** Writes that were given up. */
  get dropped(): number {
    return this.#dropped;
  }

  /** False when the record is not going to be written. */
  put(record: StoreRecord, keepFor: Seconds | null, ticket?: Ticket): boolean {
    const { backend, maxEntryBytes, reports, guard } = this.#options;
    const { key } = record;
    const ttl = ttlOf(keepFor, backend.longTtl === true);
    if (ttl === false) return false;
    if (isTooLarge(record, maxEntryBytes)) {
      // What was there before is older than what does not fit.
      void this.writes.remove(key);
      reports.emit({ type: 'not-stored', key, cause: 'too-large' });
      return false;
    }
    if (!guard.allows('write')) {
      this.#dropped += 1;
      return false;
    }
    const bytes = FACTS_BYTES + (record.kind === 'entry' ? bodySize(record.response.body) : 0);
    if (this.writes.put(record, ttl, bytes, ticket)) return true;
    this.#drop(key, 'queue-full');
    return false;
  }

  /** How many were there, as far as the store tells. */
  async remove(keys: readonly string[]): Promise<number> {
    const ends = await Promise.all(keys.map(async (key) => this.writes.remove(key)));
    return ends.filter(({ tookOut, outcome }) => tookOut || (outcome.ok && wasThere(outcome.value))).length;
  }

  // Whatever becomes of it, nothing is thrown.
  #write(record: StoreRecord, ttl: number | undefined, ticket: Ticket | undefined): MaybePromise<void> {
    const { lease } = this.#options;
    // What is of no epoch is bound to nothing.
    if (lease === undefined || record.kind !== 'entry' || record.epoch === '')
      return this.#sealed(record, ticket, (text) => this.#send(record.key, text, ttl));
    return this.#commit(lease, record, ttl, ticket);
  }

  #sealed(
    record: StoreRecord,
    ticket: Ticket | undefined,
    send: (text: string) => MaybePromise<void>,
  ): MaybePromise<void> {
    const { prefix, transform, reports } = this.#options;
    const name = prefix + record.key;
    const fail = (cause: unknown): void => {
      reports.emit({ type: 'error', operation: 'encode', cause });
      this.#drop(record.key, 'store-failed');
      ticket?.conclude('error');
    };
    try {
      const text = encodeRecord(record, name);
      const sealed = transform === undefined ? text : transform.seal(text, name);
      return isPromiseLike(sealed) ? sealed.then(send, fail) : send(sealed);
    } catch (cause) {
      fail(cause);
    }
  }

  #send(key: string, text: string, ttl: number | undefined): MaybePromise<void> {
    const { backend, prefix, guard } = this.#options;
    const judge = (outcome: Outcome<unknown>): void => {
      if (!outcome.ok || outcome.value === false) this.#drop(key, 'store-failed');
    };
    const outcome = guard.run('write', () => backend.set(prefix + key, text, ttl), this.#limitFor(text));
    if (isPromiseLike(outcome)) return outcome.then(judge);
    judge(outcome);
  }

  async #commit(
    lease: Lease,
    record: EntryRecord,
    ttl: number | undefined,
    ticket: Ticket | undefined,
    isSecondTry = false,
  ): Promise<void> {
    const fence = await ticket?.fence;
    await this.#sealed(record, ticket, async (value) => {
      const answer = await this.#offer(lease, record, { value, ttl, fence, ticket });
      if (answer?.kind === 'again' && !isSecondTry) {
        const moved = this.#movedTo(answer.epoch, record);
        if (moved !== undefined) return this.#commit(lease, moved, ttl, ticket, true);
      }
      this.#conclude(record.key, answer, ticket);
    });
  }

  async #offer(
    lease: Lease,
    { key, epoch }: EntryRecord,
    {
      value,
      ttl,
      fence,
      ticket,
    }: { value: string; ttl: number | undefined; fence: number | undefined; ticket: Ticket | undefined },
  ): Promise<CommitAnswer | undefined> {
    const { prefix, guard, leaseNameOf, epochs } = this.#options;
    const fencedBy = leaseNameOf(key);
    const epochKey = epochKeyOf(key);
    const epochName = prefix + epochKey;
    const epochText = encodeRecord({ kind: 'epoch', key: epochKey, epoch }, epochName);
    const committed = await guard.run(
      'write',
      () =>
        lease.commit(ticket?.name ?? fencedBy, ticket?.token ?? '', {
          outcome: 'stored',
          fence,
          fencedBy,
          entry: { name: prefix + key, value, ttl },
          epoch: { name: epochName, value: epochText, mayBegin: epochs.mayBegin(epochKey, epoch) },
        }),
      this.#limitFor(value),
    );
    return committed.ok ? committed.value : undefined;
  }

  // Somebody began the URL's first epoch a moment before: what was proposed here joins it.
  #movedTo(text: string, record: EntryRecord): EntryRecord | undefined {
    const epochKey = epochKeyOf(record.key);
    this.#options.epochs.withdraw(epochKey);
    const begun = decodeRecord(text, epochKey, this.#options.prefix + epochKey);
    return typeof begun === 'object' && begun.kind === 'epoch' ? { ...record, epoch: begun.epoch } : undefined;
  }

  #conclude(key: string, answer: CommitAnswer | undefined, ticket: Ticket | undefined): void {
    if (answer === undefined) ticket?.conclude('error');
    else ticket?.settle();
    if (answer?.kind === 'done') return;
    this.#options.epochs.withdraw(epochKeyOf(key));
    this.#drop(key, answer === undefined ? 'store-failed' : 'superseded');
  }

  #limitFor(text: string): number {
    return this.#options.settings.timeout + text.length / BYTES_PER_MS;
  }

  #drop(key: string, cause: WhyNotWritten): void {
    if (cause !== 'superseded') this.#dropped += 1;
    this.#options.reports.emitOnceAMinute({ type: 'not-stored', key, cause });
  }
}

function wasThere(answer: unknown): boolean {
  return answer === true || (typeof answer === 'number' && answer > 0);
}
