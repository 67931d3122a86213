/**
 * How are records kept in a store outside? As checked strings, behind a guard, by writes that nobody waits for.
 */
import type { Seconds } from '../policy/types.js';
import { encodeRecord } from './codec.js';
import { createGuard, isPromiseLike, perform } from './guard.js';
import type { Guard } from './guard.js';
import { isTooLarge, ttlOf } from './limits.js';
import { assertListable } from './listing.js';
import type { StoreParts } from './object-store.js';
import { createReader, readMany } from './reading.js';
import type { Transform } from './reading.js';
import { bodySize } from './records.js';
import type { StoreRecord } from './records.js';
import { clearAll, listRecords } from './text-listing.js';
import type { MaybePromise, RecordStore } from './types.js';
import { createWrites } from './writes.js';

export interface TextStoreParts extends StoreParts {
  readonly transform?: Transform | undefined;
}

/** Not a key of ours: those begin with their hash tag. */
const PROBE = 'probe';
const PROBE_TTL = 1_000;
/** Facts of a record that waits, beside its body. */
const FACTS_BYTES = 1_024;
/** A large record may take longer to send: so many bytes a millisecond, 10 MiB a second. */
const BYTES_PER_MS = 10_486;
const CLOSE_MS = 500;

/** A record store over a backend that holds text. */
export function createTextStore(parts: TextStoreParts): RecordStore {
  const { backend, prefix, maxEntryBytes, settings, reports } = parts;
  const guard = guardOf(parts);
  const release = backend.retain?.();
  let closed = false;
  let dropped = 0;

  const drop = (key: string, cause: 'queue-full' | 'store-failed'): void => {
    dropped += 1;
    reports.emitOnceAMinute({ type: 'not-stored', key, cause });
  };
  const write = createWriter(parts, guard, (key) => drop(key, 'store-failed'));
  const writes = createWrites({
    maxPendingBytes: settings.maxPendingBytes,
    write,
    remove: (key) => guard.run('remove', () => backend.delete(prefix + key)),
  });
  const reader = createReader({ ...parts, guard, overlay: writes.overlay });
  const listing = { ...parts, guard, overlay: writes.overlay, reader };

  const put = (record: StoreRecord, keepFor: Seconds | null): boolean => {
    const { key } = record;
    const ttl = ttlOf(keepFor, backend.longTtl === true);
    if (closed || ttl === false) return false;
    if (isTooLarge(record, maxEntryBytes)) {
      // What was there before is older than what does not fit.
      void remove([key]);
      reports.emit({ type: 'not-stored', key, cause: 'too-large' });
      return false;
    }
    if (!guard.allows('write')) {
      dropped += 1;
      return false;
    }
    const bytes = FACTS_BYTES + (record.kind === 'entry' ? bodySize(record.response.body) : 0);
    if (writes.put(record, ttl, bytes)) return true;
    drop(key, 'queue-full');
    return false;
  };
  const remove = async (keys: readonly string[]): Promise<number> => {
    if (closed) return 0;
    reader.forget(keys);
    const ends = await Promise.all(keys.map(async (key) => writes.remove(key)));
    return ends.filter(({ tookOut, outcome }) => tookOut || (outcome.ok && wasThere(outcome.value))).length;
  };
  const failed = (operation: string) => (cause: unknown) => {
    reports.emit({ type: 'error', operation, cause });
    return 0;
  };

  return {
    coalescing: backend.coalescing ?? 'process',
    waitBudget: () => ({ left: settings.budget }),
    lookup: (keys, budget = { left: settings.budget }) =>
      closed ? { records: keys.map(() => undefined), answered: false } : reader.lookup(keys, budget),
    put,
    remove,
    async *records() {
      assertListable(backend);
      await writes.settled();
      try {
        if (!closed) yield* listRecords(listing);
      } catch (cause) {
        failed('list')(cause);
      }
    },
    async clear() {
      assertListable(backend);
      await writes.settled();
      reader.forget();
      return closed ? 0 : clearAll(listing).catch(failed('clear'));
    },
    flush: () => writes.settled(),
    async close() {
      closed = true;
      await perform(() => writes.settled(), CLOSE_MS);
      guard.stop();
      if (release !== undefined) await perform(release, CLOSE_MS);
    },
    figures: () => ({
      reading: guard.state('read'),
      writing: guard.state('write'),
      pendingWrites: writes.count,
      pendingBytes: writes.bytes,
      droppedWrites: dropped,
      ...backend.figures?.(),
    }),
  };
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

/** Sends one record; whatever becomes of it, nothing is thrown. */
function createWriter(parts: TextStoreParts, guard: Guard, onFailure: (key: string) => void) {
  const { backend, prefix, settings, transform, reports } = parts;
  const send = (key: string, text: string, ttl: number | undefined): MaybePromise<void> => {
    const limit = settings.timeout + text.length / BYTES_PER_MS;
    const outcome = guard.run('write', () => backend.set(prefix + key, text, ttl), limit);
    const judge = ({ ok, ...rest }: Awaited<typeof outcome>): void => {
      if (!ok || ('value' in rest && rest.value === false)) onFailure(key);
    };
    if (isPromiseLike(outcome)) return outcome.then(judge);
    judge(outcome);
  };
  return (record: StoreRecord, ttl: number | undefined): MaybePromise<void> => {
    const name = prefix + record.key;
    try {
      const text = encodeRecord(record, name);
      const sealed = transform === undefined ? text : transform.seal(text, name);
      if (!isPromiseLike(sealed)) return send(record.key, sealed, ttl);
      return sealed.then((ready) => send(record.key, ready, ttl));
    } catch (cause) {
      reports.emit({ type: 'error', operation: 'encode', cause });
      onFailure(record.key);
    }
  };
}

function wasThere(answer: unknown): boolean {
  return answer === true || (typeof answer === 'number' && answer > 0);
}
