/**
 * How does a record get out of this process? Checked for size and lifetime, encoded, guarded, and not waited for.
 */
import type { Seconds } from '../policy/types.js';
import { encodeRecord } from './codec.js';
import { isPromiseLike } from './guard.js';
import type { Guard, Outcome } from './guard.js';
import { isTooLarge, ttlOf } from './limits.js';
import type { TextStoreParts } from './reading.js';
import { bodySize } from './records.js';
import type { StoreRecord } from './records.js';
import type { MaybePromise } from './types.js';
import { Writes } from './writes.js';

/** Facts of a record that waits, beside its body. */
const FACTS_BYTES = 1_024;
/** A large record may take longer to send: so many bytes a millisecond, 10 MiB a second. */
const BYTES_PER_MS = 10_486;

/** Writes records to a backend that holds text. */
export class Writer {
  readonly #parts: TextStoreParts;
  readonly #guard: Guard;
  readonly writes: Writes;
  #dropped = 0;

  constructor(parts: TextStoreParts, guard: Guard) {
    const { backend, prefix, settings } = parts;
    this.#parts = parts;
    this.#guard = guard;
    this.writes = new Writes({
      maxPendingBytes: settings.maxPendingBytes,
      write: (record, ttl) => this.#write(record, ttl),
      remove: (key) => guard.run('remove', () => backend.delete(prefix + key)),
    });
  }

  /** Writes that were given up. */
  get dropped(): number {
    return this.#dropped;
  }

  /** False when the record is not going to be written. */
  put(record: StoreRecord, keepFor: Seconds | null): boolean {
    const { backend, maxEntryBytes, reports } = this.#parts;
    const { key } = record;
    const ttl = ttlOf(keepFor, backend.longTtl === true);
    if (ttl === false) return false;
    if (isTooLarge(record, maxEntryBytes)) {
      // What was there before is older than what does not fit.
      void this.writes.remove(key);
      reports.emit({ type: 'not-stored', key, cause: 'too-large' });
      return false;
    }
    if (!this.#guard.allows('write')) {
      this.#dropped += 1;
      return false;
    }
    const bytes = FACTS_BYTES + (record.kind === 'entry' ? bodySize(record.response.body) : 0);
    if (this.writes.put(record, ttl, bytes)) return true;
    this.#drop(key, 'queue-full');
    return false;
  }

  /** How many were there, as far as the store tells. */
  async remove(keys: readonly string[]): Promise<number> {
    const ends = await Promise.all(keys.map(async (key) => this.writes.remove(key)));
    return ends.filter(({ tookOut, outcome }) => tookOut || (outcome.ok && wasThere(outcome.value))).length;
  }

  // Whatever becomes of it, nothing is thrown.
  #write(record: StoreRecord, ttl: number | undefined): MaybePromise<void> {
    const { prefix, transform, reports } = this.#parts;
    const name = prefix + record.key;
    const fail = (cause: unknown): void => {
      reports.emit({ type: 'error', operation: 'encode', cause });
      this.#drop(record.key, 'store-failed');
    };
    try {
      const text = encodeRecord(record, name);
      const sealed = transform === undefined ? text : transform.seal(text, name);
      if (!isPromiseLike(sealed)) return this.#send(record.key, sealed, ttl);
      return sealed.then((ready) => this.#send(record.key, ready, ttl), fail);
    } catch (cause) {
      fail(cause);
    }
  }

  #send(key: string, text: string, ttl: number | undefined): MaybePromise<void> {
    const { backend, prefix, settings } = this.#parts;
    const limit = settings.timeout + text.length / BYTES_PER_MS;
    const judge = (outcome: Outcome<unknown>): void => {
      if (!outcome.ok || outcome.value === false) this.#drop(key, 'store-failed');
    };
    const outcome = this.#guard.run('write', () => backend.set(prefix + key, text, ttl), limit);
    if (isPromiseLike(outcome)) return outcome.then(judge);
    judge(outcome);
  }

  #drop(key: string, cause: 'queue-full' | 'store-failed'): void {
    this.#dropped += 1;
    this.#parts.reports.emitOnceAMinute({ type: 'not-stored', key, cause });
  }
}

function wasThere(answer: unknown): boolean {
  return answer === true || (typeof answer === 'number' && answer > 0);
}
