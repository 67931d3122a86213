/**
 * How large and for how long? The bounds of what is handed to a store.
 */
import type { Seconds } from '../policy/types.js';
import type { StoredBody, StoreRecord } from './records.js';
import type { StorageSettings } from './types.js';

/** The options of `storage` where nobody said otherwise. */
export const DEFAULT_STORAGE: StorageSettings = Object.freeze({
  timeout: 100,
  budget: 250,
  breaker: Object.freeze({ failures: 3, probeEvery: 1_000 }),
  maxPendingBytes: 16_777_216,
  leaseTtl: 2_000,
  waitTimeout: 5_000,
});

/** 5 MiB: the largest body that is stored, in octets. */
export const DEFAULT_MAX_ENTRY_BYTES = 5_242_880;

/** What a timer takes, and every store with it. */
const LONGEST_TTL = 2_147_483_647;
/** 68 years, the longest lifetime that HTTP can express (RFC 9111 §1.2.2). */
const LONGEST_TTL_ANYWHERE = LONGEST_TTL * 1_000;

const encoder = new TextEncoder();

/**
 * A lifetime as stores take it: whole milliseconds, at least 1; `undefined` for ever, `false` for no time at all.
 */
export function ttlOf(keepFor: Seconds | null, takesLongTtl: boolean): number | undefined | false {
  if (keepFor === null || keepFor === Number.POSITIVE_INFINITY) return undefined;
  // Not a number is no time either.
  if (!(keepFor > 0)) return false;
  return Math.min(Math.ceil(keepFor * 1_000), takesLongTtl ? LONGEST_TTL_ANYWHERE : LONGEST_TTL);
}

/** Whether the body of a record has more octets than are allowed. */
export function isTooLarge(record: StoreRecord, maxBytes: number): boolean {
  return record.kind === 'entry' && exceeds(record.response.body, maxBytes);
}

function exceeds({ bytes, text = '', octets = bytes?.byteLength }: StoredBody, maxBytes: number): boolean {
  if (octets !== undefined) return octets > maxBytes;
  // A UTF-16 unit is one to three octets: mostly there is no need to count.
  if (text.length > maxBytes || text.length * 3 <= maxBytes) return text.length > maxBytes;
  return encoder.encode(text).byteLength > maxBytes;
}
