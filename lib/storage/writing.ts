/**
 * How does a record get out of this process? Checked for size and lifetime, encoded, guarded, and not waited for.
 */
import type { Seconds } from '../policy/types.js';
import { Committer, sealRecord, writeLimit } from './committing.js';
import type { CommitterOptions } from './committing.js';
import { epochKeyOf } from './epochs.js';
import { isPromiseLike } from './guard.js';
import type { Outcome } from './guard.js';
import type { Lease } from './lease.js';
import { isTooLarge, ttlOf } from './limits.js';
import { bodySize } from './records.js';
import type { StoreRecord } from './records.js';
import type { MaybePromise, Ticket, WhyNotWritten } from './types.js';
import { Writes } from './writes.js';

/** Facts of a record that waits, beside its body. */
const FACTS_BYTES = 1_024;

/** Writes records to a backend that holds text. */
export class Writer {
  readonly #options: CommitterOptions;
  readonly #committer: Committer | undefined;
  readonly writes: Writes;
  #dropped = 0;

  constructor(options: CommitterOptions, lease: Lease | undefined) {
    const { backend, prefix, settings, guard, leaseNameOf } = options;
    this.#options = options;
    this.#committer = lease && new Committer(options, lease);
    this.writes = new Writes({
      maxPendingBytes: settings.maxPendingBytes,
      concurrency: backend.concurrency,
      write: (record, ttl, ticket) => this.#write(record, ttl, ticket),
      remove: (key) =>
        guard.run(
          'remove',
          () =>
            backend.fenced?.remove(prefix + key, leaseNameOf(key), leaseNameOf(`${epochKeyOf(key)}s`)) ??
            backend.delete(prefix + key),
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

  /** For what is not even tried. */
  giveUp(key: string): void {
    this.#drop(key, 'store-failed');
  }

  /** How many were there, as far as the store tells. */
  async remove(keys: readonly string[]): Promise<number> {
    const ends = await Promise.all(keys.map(async (key) => this.writes.remove(key)));
    return ends.filter(({ tookOut, outcome }) => tookOut || (outcome.ok && wasThere(outcome.value))).length;
  }

  /** Removes what is of no use to anybody, unless something newer is on its way. */
  discard(key: string): void {
    if (this.writes.overlay(key) === undefined) void this.writes.remove(key);
  }

  // Whatever becomes of it, nothing is thrown.
  #write(record: StoreRecord, ttl: number | undefined, ticket: Ticket | undefined): MaybePromise<void> {
    // What is of no epoch is bound to nothing.
    if (this.#committer !== undefined && record.kind !== 'epoch' && record.epoch !== '')
      return this.#committer.commit(record, ttl, ticket).then((why) => {
        if (why !== undefined) this.#drop(record.key, why);
      });
    const sealed = sealRecord(this.#options, record, ttl);
    if (isPromiseLike(sealed)) return sealed.then((text) => this.#send(record.key, text, ttl));
    return this.#send(record.key, sealed, ttl);
  }

  #send(key: string, text: string | undefined, ttl: number | undefined): MaybePromise<void> {
    if (text === undefined) {
      this.#drop(key, 'store-failed');
      return;
    }
    const { backend, prefix, guard, settings } = this.#options;
    const judge = (outcome: Outcome<unknown>): void => {
      if (!outcome.ok || outcome.value === false) this.#drop(key, 'store-failed');
    };
    const limit = writeLimit(text, settings, backend);
    const outcome = guard.run('write', () => backend.set(prefix + key, text, ttl), limit);
    if (isPromiseLike(outcome)) return outcome.then(judge);
    judge(outcome);
  }

  #drop(key: string, cause: WhyNotWritten): void {
    if (cause !== 'superseded') this.#dropped += 1;
    this.#options.reports.emitOnceAMinute({ type: 'not-stored', key, cause });
  }
}

function wasThere(answer: unknown): boolean {
  return answer === true || (typeof answer === 'number' && answer > 0);
}
